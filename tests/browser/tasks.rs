//! Ten tasks of somebody who leads a documentation project, against 200,000 findings: how many clicks
//! each takes, and how long one waits. They are printed; nothing depends on the time.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::chrome::{Browser, ENTER};
use crate::site::Site;

const PAGES: usize = 400;
const IMAGES: usize = 494;

/// A task that is being done.
struct Task<'b> {
    browser: &'b Browser,
    name: &'static str,
    start: Instant,
    clicks: u32,
    keys: u32,
}

impl<'b> Task<'b> {
    fn begin(browser: &'b Browser, name: &'static str) -> Self {
        Task { browser, name, start: Instant::now(), clicks: 0, keys: 0 }
    }

    /// Clicks what an expression finds, as soon as it is there.
    fn click(&mut self, found: &str) {
        self.browser.wait(found);
        self.browser.run(&format!("{found}.click();"), Vec::new());
        self.clicks += 1;
    }

    fn link(&mut self, selector: &str, words: &str) {
        self.click(&format!(
            "[...document.querySelectorAll({})].find((e) => e.checkVisibility()
                && e.innerText.trim().startsWith({}))",
            json!(selector),
            json!(words)
        ));
    }

    fn press(&mut self, words: &str) {
        self.browser.press(words);
        self.clicks += 1;
    }

    fn keys(&mut self, keys: &str) {
        self.browser.keys(keys);
        self.keys += keys.chars().count() as u32;
    }

    fn end(self) {
        let Task { name, clicks, keys, .. } = self;
        let time = self.start.elapsed().as_millis();
        println!("{name:<52} {clicks} clicks {keys:>2} keys {time:>6} ms");
    }
}

fn run(site: &Site) {
    let started = site.post("/api/validate/batch", &json!({"directory": "."}));
    let run = started["workflow_id"].as_str().expect("an id");
    let end = Instant::now() + Duration::from_secs(400);
    while site.get(&format!("/api/workflows/{run}"))["state"] != "COMPLETED" {
        assert!(Instant::now() < end, "the run completes");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn page(number: usize) -> String {
    let mut text = "# Title\n\none \n\n```\ncode\n```\n\ntwo \n\n[x](gone.md)\n\n".to_owned();
    // One page has more dead links than any other.
    for link in 0..if number == 123 { 40 } else { 0 } {
        let _ = writeln!(text, "[x](gone-{link}.md)\n");
    }
    for image in 0..IMAGES {
        let _ = writeln!(text, "![](image.png \"{image}\")");
    }
    text
}

/// Four hundred pages with five hundred findings each, and one that came since the run before.
fn with_lot() -> Site {
    let site = Site::serve(&[]);
    site.write("image.png", "");
    for directory in 0..8 {
        site.write(&format!("docs/{directory}/image.png"), "");
    }
    for number in 0..PAGES {
        site.write(&format!("docs/{}/page-{number:03}.md", number % 8), &page(number));
    }
    run(&site);
    site.write("docs/new.md", "# New\n\nnews \n");
    run(&site);
    site
}

const SUM: &str = "#findings-title";

#[test]
fn ten_tasks_of_a_docs_lead() {
    let site = with_lot();
    let browser = Browser::start("tasks");
    let total = site.get("/api/findings/facets")["total"].as_u64().expect("a number");
    println!("{total} findings");
    assert!(total >= 190_000, "{total}");
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");

    let mut task = Task::begin(&browser, "find MD040 in one directory");
    task.link("nav a", "Findings");
    task.link("a.facet", "MD040");
    task.link("a.facet", "docs/");
    task.link("a.facet", "3/");
    browser.see(SUM, "50 findings on 50 pages");
    task.end();

    let mut task = Task::begin(&browser, "see what is new since the run before");
    task.link("nav a", "Overview");
    task.link(".task a", "1");
    browser.see(SUM, "1 finding on 1 page");
    browser.see(".finding-head", "docs/new.md");
    task.end();

    let mut task = Task::begin(&browser, "approve the safe fixes of a rule in a directory, apply");
    task.link("nav a", "Recommendations");
    task.click("document.querySelector('.group[data-rule=MD009] button.group-name')");
    task.click("[...document.querySelectorAll('.group[data-rule=MD009] .group-row')].find((row) => row.innerText.startsWith('docs/5/'))?.querySelector('button')");
    task.press("Approve 50");
    browser.see("#toasts", "50 recommendations approved");
    task.press("Apply approved…");
    task.press("Apply 50");
    browser.wait_for(Duration::from_secs(180), "document.querySelector('.outcome')");
    browser.see(".outcome h2", "applied on 50 pages");
    task.end();

    let mut task = Task::begin(&browser, "undo");
    task.keys("u");
    task.press("Undo");
    browser.wait_for(
        Duration::from_secs(120),
        "document.querySelector('#toasts')?.innerText.includes('50 pages restored')",
    );
    assert_eq!(site.read("docs/5/page-005.md"), page(5));
    task.end();

    let mut task = Task::begin(&browser, "find the page with most dead links");
    task.link("nav a", "Findings");
    task.link("a.facet", "links");
    browser.see(".findings-list .chosen", "page-123.md");
    task.end();

    let mut task = Task::begin(&browser, "reject one finding until a day");
    task.keys("r");
    browser.wait("document.querySelector('dialog[open]')");
    task.keys("moved");
    browser
        .run("document.querySelector('dialog input[type=date]').value = '2999-01-31';", Vec::new());
    task.keys(ENTER);
    browser.see(".finding-head", "“moved” by web until 2999-01-31");
    task.end();

    let mut task = Task::begin(&browser, "export the filtered findings as SARIF");
    browser.run(
        "window.saved = 0; const old = URL.createObjectURL;
         URL.createObjectURL = (blob) => { window.saved = blob.size; return old.call(URL, blob); };",
        Vec::new(),
    );
    task.press("Export…");
    task.link("#export-menu a", "sarif");
    browser.wait_for(Duration::from_secs(60), "window.saved > 1000");
    task.end();
    browser.keys("\u{e00c}");

    let mut task = Task::begin(&browser, "open the worst page's source at its third finding");
    task.link("nav a", "Overview");
    task.link("nav a", "Findings");
    browser.wait("document.querySelector('.findings-list .chosen')");
    task.keys("jj");
    browser.wait("document.querySelector('.finding-detail .source .line.chosen')");
    task.end();

    let task = Task::begin(&browser, "share that view with a colleague");
    let head = browser.text(".finding-place");
    browser.wait("location.search.includes('at=')");
    let address = browser.url();
    browser.goto("about:blank");
    browser.goto(&address);
    browser
        .wait(&format!("document.querySelector('.finding-place')?.innerText === {}", json!(head)));
    task.end();

    let mut task = Task::begin(&browser, "see who approved a change");
    task.link("nav a", "Settings");
    task.link("main a", "decisions");
    browser.see("main td", "approved");
    browser.see("main td", "server");
    task.end();
    browser.is_quiet();
}
