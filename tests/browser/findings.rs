//! The page of findings: facets, words, source beside the list, decisions, addresses.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::chrome::{Browser, ENTER};
use crate::site::Site;

const WORDS: &str = "# Title\n\n\n\nSee http://a.example now. \n\n```\ncode\n```\n";
const LIST: &str = "# Title\n\nText. \n";

fn with_pages() -> Site {
    let site = Site::serve(&[]);
    site.write("docs/api/a.md", WORDS);
    site.write("docs/b.md", LIST);
    site.write("c.md", LIST);
    site.validate();
    site
}

fn total(site: &Site, query: &str) -> u64 {
    site.get(&format!("/api/findings/facets?{query}"))["total"].as_u64().expect("a number")
}

fn sum(count: u64) -> String {
    format!("{count} finding{}", if count == 1 { "" } else { "s" })
}

/// Presses the value of a facet that begins with these words.
fn facet(browser: &Browser, words: &str) {
    let found = format!(
        "[...document.querySelectorAll('a.facet')].find((a) => a.innerText.startsWith({}))",
        json!(words)
    );
    browser.wait(&found);
    browser.run(&format!("{found}.click();"), Vec::new());
}

#[test]
fn findings_are_filtered_by_facets_whose_counts_are_true() {
    let site = with_pages();
    let browser = Browser::start("findings");
    browser.goto(&site.url("findings"));
    browser.see("#findings-title", &format!("{} on 3 pages", sum(total(&site, ""))));
    // The worst page is first, its first finding chosen, with its place in the text beside.
    browser.see(".findings-list .chosen", "docs/api/a.md");
    browser.see(".finding-detail .source", "http://a.example");
    browser.wait("document.querySelector('.finding-detail mark.chosen')");
    browser.picture("all");

    facet(&browser, "MD009");
    browser.see("#findings-title", "3 findings on 3 pages");
    browser.see(".filter-chips", "rule MD009");
    assert!(browser.url().contains("rule=MD009"), "{}", browser.url());
    facet(&browser, "docs/");
    browser.see("#findings-title", "2 findings on 2 pages");
    let rows = "document.querySelectorAll('.findings-list .vlist-row').length";
    assert_eq!(browser.value(rows), json!(2));
    // Back leads to the filters before.
    browser.back();
    browser.see("#findings-title", "3 findings on 3 pages");
    browser.back();
    browser.see("#findings-title", &format!("{} on 3 pages", sum(total(&site, ""))));

    // Words are looked for while they are typed.
    browser.keys("f");
    browser.keys("a.example");
    browser.see("#findings-title", "1 finding on 1 page");
    browser.see(".finding-head h2", "a.example");
    assert!(browser.url().contains("text=a.example"), "{}", browser.url());
    browser.is_quiet();
}

#[test]
fn an_address_leads_to_the_same_finding_elsewhere() {
    let site = with_pages();
    let browser = Browser::start("findings-address");
    browser.goto(&site.url("findings?by=path&fix=none"));
    browser.see("#findings-title", &sum(total(&site, "fix=none")));
    browser.keys("j");
    browser.keys("k");
    let found = site.get("/api/findings/search?rule=MD040");
    let print = found["items"][0]["fingerprint"].as_str().expect("a fingerprint");
    // What was shown is in the address: by fingerprint, not by a number of this machine.
    browser.goto(&site.url(&format!("findings?at={print}")));
    browser.see(".findings-list .chosen", "MD040");
    browser.see(".finding-head", "docs/api/a.md:7:1");
    browser.wait("document.querySelector('.source .line.chosen')?.dataset.line === '7'");
    browser.keys("k");
    browser.wait(&format!("!location.search.includes({})", json!(print)));
    let before = browser.text(".finding-head h2");
    let at = |url: &str| url.split("at=").nth(1).map(str::to_owned);
    let address = browser.url();
    assert_ne!(at(&address), Some(print.to_owned()));
    browser.goto("about:blank");
    browser.goto(&address);
    browser.wait(&format!(
        "document.querySelector('.finding-head h2')?.innerText === {}",
        json!(before)
    ));
    // The rule's page is a key away, and Back leads to the same place.
    browser.keys("d");
    browser.see("h1", &browser.text(".crumbs").replace("Rules", ""));
    browser.see("#about-title", "About");
    browser.back();
    browser.wait(&format!(
        "document.querySelector('.finding-head h2')?.innerText === {}",
        json!(before)
    ));
    browser.goto(&site.url("rules/no-bare-urls"));
    browser.see("h1", "MD034");
    browser.see("h1", "no-bare-urls");
    browser.see(".example[data-verdict=good]", "<");
    browser.see(".prose", "Why it matters");
    browser.see(".prose", "References");
    browser.see(".prose code", "/md034.md");
    browser.see(".facts a", "1 finding");
    browser.picture("rule");
    browser.is_quiet();
}

#[test]
fn a_finding_is_rejected_with_a_reason_and_a_day_and_restored() {
    let site = with_pages();
    let browser = Browser::start("findings-reject");
    browser.goto(&site.url("findings?rule=MD040"));
    browser.see(".finding-head", "MD040");
    browser.keys("r");
    browser.wait("document.querySelector('dialog[open]')");
    browser.keys("generated");
    browser.run(
        "const day = document.querySelector('dialog input[type=date]'); day.value = '2999-01-31';",
        Vec::new(),
    );
    browser.press("Reject");
    browser.see(".finding-head", "“generated” by web until 2999-01-31");
    assert_eq!(total(&site, "rejected=true"), 1);
    browser.press("Restore");
    browser.wait("!document.querySelector('.finding-head').innerText.includes('generated')");
    assert_eq!(total(&site, "rejected=true"), 0);
    browser.goto(&site.url("audit"));
    browser.see("main td", "restored a finding");
    browser.see("main td", "generated");
    browser.picture("audit");
    browser.is_quiet();
}

#[test]
fn the_change_that_turns_a_rule_off_does_so() {
    let site = with_pages();
    let browser = Browser::start("findings-off");
    browser.goto(&site.url("findings?rule=MD040"));
    browser.see(".finding-head", "MD040");
    browser.click(".turn-off summary");
    let text = || browser.text(".turn-off .snippet");
    browser.see(".turn-off .snippet", "<!-- validator-disable-next-line MD040 -->");
    for (button, rest) in [("on this page", 0), ("in this directory", 0), ("everywhere", 0)] {
        browser.press(button);
        site.write("validator.yaml", &text());
        site.validate();
        assert_eq!(total(&site, "rule=MD040"), rest, "{button}: {}", text());
        assert!(total(&site, "rule=MD009") > 0, "{button}: only that rule");
        std::fs::remove_file(site.root().join("validator.yaml")).expect("the file");
        site.validate();
        assert_eq!(total(&site, "rule=MD040"), 1);
    }
    browser.picture("off");
}

#[test]
fn a_place_is_copied_and_opened_in_the_editor_that_is_set() {
    let site = with_pages();
    let browser = Browser::start("findings-editor");
    browser.goto(&site.url("findings?rule=MD040"));
    browser.see(".finding-head", "MD040");
    let link =
        "document.querySelector('.finding-head a[aria-keyshortcuts=o]')?.getAttribute('href')";
    browser.wait(link);
    let address = browser.value(link);
    let address = address.as_str().expect("an address");
    assert!(address.starts_with("vscode://file/"), "{address}");
    assert!(address.ends_with("/docs/api/a.md:7:1"), "{address}");
    browser.goto(&site.url("settings"));
    browser.see("h1", "Settings");
    let set = |text: &str| {
        let script = "const field = document.querySelector('input[name=editor]');
            field.value = arguments[0]; field.dispatchEvent(new Event('change'));";
        browser.run(script, vec![json!(text)]);
    };
    set("javascript:alert(1)");
    browser.see("#toasts", "no address of an editor");
    set("myeditor://open?file={path}&line={line}");
    browser.see("#toasts", "The editor is set");
    browser.goto(&site.url("findings?rule=MD040"));
    browser.wait(&format!("{link}?.startsWith('myeditor://open?file=/')"));
    browser.wait(&format!("{link}.endsWith('&line=7')"));
    browser.is_quiet();
}

#[test]
fn numbers_on_other_pages_lead_to_what_they_count() {
    let site = with_pages();
    let run = site.validate();
    let browser = Browser::start("findings-links");
    let pages = ["", "trends", "workflows", &format!("workflows/{run}"), "validations", "rules"];
    for path in pages {
        browser.goto(&site.url(path));
        browser.see("#connection", "Live");
        let links = "[...document.querySelectorAll('main a[href^=\"/dashboard/findings\"]')]";
        browser
            .wait(&format!("{links}.length > 1 || {path:?} === 'validations' && {links}.length"));
        std::thread::sleep(Duration::from_millis(300));
        // The number in the link is how many are found there.
        let found = browser.value(&format!(
            "{links}.map((a) => [a.getAttribute('href'), a.querySelector('.tile-value, .task-count, strong')?.textContent ?? a.innerText])"
        ));
        let mut checked = 0;
        for pair in found.as_array().expect("a list") {
            let (href, text) =
                (pair[0].as_str().unwrap_or_default(), pair[1].as_str().unwrap_or_default());
            let numbers: Vec<u64> = text
                .split_whitespace()
                .filter_map(|word| word.replace(',', "").parse().ok())
                .collect();
            let query = href.split_once('?').map_or("", |(_, query)| query);
            let query = query.replace("run=", "workflow=");
            if !numbers.is_empty() {
                assert_eq!(
                    total(&site, &query),
                    numbers.iter().sum::<u64>(),
                    "{path}: {href} {text}"
                );
                checked += 1;
            }
        }
        assert!(checked > 0, "{path} has a number that leads to findings: {found}");
    }
    browser.is_quiet();
}

/// So many pages with so many findings each.
const PAGES: u64 = 400;
const EACH: u64 = 500;

#[test]
fn two_hundred_thousand_findings_are_a_screenful_at_a_time() {
    let site = Site::serve(&[]);
    // One finding for each image: that none of them is there would be another.
    site.write("validator.yaml", "types: [markdown]\n");
    let mut text = "# Title\n\n".to_owned();
    for line in 0..EACH {
        let _ = writeln!(text, "![](image-{line}.png)");
    }
    for page in 0..PAGES {
        site.write(&format!("docs/{}/page-{page:03}.md", page % 7), &text);
    }
    let started = site.post("/api/validate/batch", &json!({"directory": "."}));
    let run = started["workflow_id"].as_str().expect("an id");
    let end = Instant::now() + Duration::from_secs(300);
    while site.get(&format!("/api/workflows/{run}"))["state"] != "COMPLETED" {
        assert!(Instant::now() < end, "the run completes");
        std::thread::sleep(Duration::from_millis(100));
    }
    let browser = Browser::start("findings-lot");
    let all = PAGES * EACH;
    let start = Instant::now();
    browser.goto(&site.url("findings"));
    browser.see("#findings-title", "200,000 findings on 400 pages");
    browser.wait("document.querySelector('.finding-detail .source mark')");
    println!("200,000 findings: counted, listed and shown after {:?}", start.elapsed());
    assert_eq!(total(&site, ""), all);
    browser.picture("lot");
    let rows = || browser.value("document.querySelectorAll('.findings-list .vlist-row').length");
    assert!(rows().as_u64() < Some(60), "only what is in sight is in the page: {}", rows());
    // To the end, and somewhere in between: the rows there come from the server.
    for part in ["1", "0.5"] {
        browser.run(
            &format!(
                "const list = document.querySelector('.findings-list .vlist');
                 list.scrollTop = list.scrollHeight * {part};"
            ),
            Vec::new(),
        );
        browser.wait(
            "[...document.querySelectorAll('.findings-list .vlist-row')].every((row) => row.innerText.includes('page-'))",
        );
    }
    let place = "document.querySelector('.findings-list .vlist').scrollTop";
    let shown = "[...document.querySelectorAll('.findings-list .vlist-row')].map((row) => row.innerText).join()";
    std::thread::sleep(Duration::from_millis(400));
    let (before, text) = (browser.value(place), browser.value(shown));
    browser.click("nav a[data-section^=settings]");
    browser.see("h1", "Settings");
    browser.back();
    browser.wait(&format!("Math.abs({place} - {before}) < 2"));
    browser.wait(&format!("{shown} === {}", text));
    facet(&browser, "docs/");
    browser.see(".facet-up", "whole project");
    facet(&browser, "3/");
    let third = total(&site, "path=docs/3");
    browser.see("#findings-title", "findings on 57 pages");
    assert_eq!(third, 57 * EACH);
    let start = Instant::now();
    browser.goto(&site.url("findings?text=page-123"));
    browser.see("#findings-title", "500 findings on 1 page");
    println!("words in 200,000 findings: found after {:?}", start.elapsed());
    let heap = browser.value("performance.memory.usedJSHeapSize");
    assert!(heap.as_f64() < Some(60e6), "{heap} bytes");
    browser.keys(ENTER);
    browser.is_quiet();
}
