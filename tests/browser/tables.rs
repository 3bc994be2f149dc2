//! Tables: sorted by a click on their heads, cards on phones; and what the overview adds up.

use std::process::Command;

use serde_json::json;
use validator::diagnostic::Fingerprint;
use validator::store::{Actor, Counts, NewWorkflow, Progress, Rejection, Store, Tx};

use crate::chrome::Browser;
use crate::site::Site;

fn with_runs() -> Site {
    let site = Site::serve(&[]);
    site.write("a.md", "# T\n\none \n");
    site.write("docs/b.md", "# T\n\ntwo \n\nthree \n\n```\ncode\n```\n");
    site.write("docs/c.md", "# T\n\nFine.\n");
    site.validate();
    site.write("docs/c.md", "# T\n\nworse \n\nand worse \n");
    site.validate();
    site
}

/// The texts of a column, from 0, of the table in sight.
fn column(browser: &Browser, at: usize) -> Vec<String> {
    let cells = browser.value(&format!(
        "[...document.querySelectorAll('main tbody tr')].map((r) => r.cells[{at}].innerText.trim())"
    ));
    let cells = cells.as_array().expect("a list").iter();
    cells.map(|cell| cell.as_str().unwrap_or_default().to_owned()).collect()
}

fn sort(browser: &Browser, title: &str) {
    let head = format!(
        "[...document.querySelectorAll('main button.sort')].find((b) => b.innerText.startsWith({}))",
        json!(title)
    );
    browser.wait(&head);
    browser.run(&format!("{head}.click();"), Vec::new());
}

#[test]
fn tables_are_sorted_by_their_heads() {
    let site = with_runs();
    let browser = Browser::start("sorted");
    browser.goto(&site.url("rules"));
    browser.wait("document.querySelectorAll('main tbody tr').length > 20");
    for (title, direction) in [("Rule", "ascending"), ("Rule", "descending")] {
        sort(&browser, title);
        browser.wait(&format!("document.querySelector('main th[aria-sort={direction}]')"));
        let mut expected = column(&browser, 0);
        expected.sort_by_key(|text| text.to_lowercase());
        if direction == "descending" {
            expected.reverse();
        }
        assert_eq!(column(&browser, 0), expected, "{title} {direction}");
    }
    sort(&browser, "Findings now");
    let counts: Vec<i64> =
        column(&browser, 3).iter().map(|text| text.parse().unwrap_or_default()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b) && counts[0] == 5, "{counts:?}");
    assert_eq!(
        browser.value("document.querySelectorAll('main th[aria-sort=none]').length"),
        json!(3)
    );
    browser.picture("rules");

    // A list of which only the rows in sight are here is sorted by the server.
    browser.goto(&site.url("validations"));
    let first = "document.querySelector('.pages-list .vlist-row .cell-path')?.innerText";
    browser.wait(&format!("{first} === 'docs/b.md'"));
    browser.wait("document.querySelector('.cell-found[aria-sort=descending]')");
    sort(&browser, "Page");
    browser.wait(&format!("{first} === 'a.md'"));
    browser.wait("document.querySelector('.cell-path[aria-sort=ascending]')");
    sort(&browser, "Page");
    browser.wait(&format!("{first} === 'docs/c.md'"));
    assert!(browser.url().contains("order=path&reverse=true"), "{}", browser.url());
    browser.back();
    let run = site.get("/api/workflows?limit=1")["items"][0]["id"].clone();
    browser.goto(&site.url(&format!("workflows/{}", run.as_str().expect("an id"))));
    let first = "document.querySelector('.files .vlist-row .cell-path')?.innerText";
    browser.wait(&format!("{first} === 'docs/b.md'"));
    sort(&browser, "Page");
    browser.wait(&format!("{first} === 'a.md'"));
    browser.goto(&site.url("workflows"));
    browser.wait("document.querySelectorAll('main tbody tr').length === 2");
    let sorted = |direction: &str| {
        sort(&browser, "Findings");
        browser.wait(&format!("document.querySelector('main th[aria-sort={direction}]')"));
        browser.wait("document.querySelectorAll('main tbody tr').length === 2");
        column(&browser, 3)
    };
    let most = sorted("descending");
    assert!(most[0].starts_with('6'), "{most:?}");
    assert_eq!(sorted("ascending"), most.into_iter().rev().collect::<Vec<_>>());
    browser.is_quiet();
}

/// 130 runs of which the oldest found most, and 1,010 decisions of which the oldest has another reason.
fn record_many(store: &Store) {
    let write = |tx: &Tx| {
        for at in 0..130 {
            let what = json!({"paths": ["docs"]});
            let id = tx.create_workflow(&NewWorkflow { kind: "check".into(), what })?;
            tx.begin_workflow(id, 1)?;
            let errors = if at == 0 { 77 } else { at % 5 };
            let counts = Counts { errors, ..Counts::default() };
            tx.complete_workflow(id, &Progress { done: 1, counts, path: None })?;
        }
        for at in 0..1010 {
            let reason = Some(if at == 0 { "a typo".to_owned() } else { format!("no. {at}") });
            let why = Rejection { reason, until: None };
            tx.reject_finding(Fingerprint(at), "MD009", "a.md", &why)?;
        }
        Ok(())
    };
    store.write(Actor::Web, write).expect("they are recorded");
}

#[test]
fn a_table_of_which_a_part_is_here_is_sorted_by_all_rows() {
    let site = Site::serve(&[]);
    for page in 0..110 {
        let flaws = "Text. \n\n".repeat(if page == 9 { 9 } else { 1 });
        site.write(&format!("page-{page:03}.md"), &format!("# Title\n\n{flaws}"));
    }
    site.validate();
    site.write("page-009.md", "# Title\n\nText. \n");
    site.validate();
    record_many(&Store::open(site.root()).expect("the record"));
    let browser = Browser::start("sorted-by-all");
    let count = "document.querySelectorAll('main tbody tr').length";
    let first = |at: usize| {
        browser.value(&format!("document.querySelector('main tbody tr').cells[{at}].innerText"))
    };
    let is_first = |at: usize, text: &str| {
        let cell = format!("document.querySelector('main tbody tr')?.cells[{at}]");
        browser.wait(&format!("{cell}?.innerText.includes({})", json!(text)));
    };
    for (page, head, at, text, order) in [
        ("workflows", "Findings", 3, "77", "order=worst"),
        ("validations?all=true", "Findings", 2, "10", "all=true&order=worst"),
        ("audit", "Reason", 4, "a typo", "order=reason"),
    ] {
        browser.goto(&site.url(page));
        browser.wait(&format!("{count} >= 100"));
        let rows = browser.value(count);
        let newest = first(at);
        assert!(!newest.as_str().expect("a text").contains(text), "{page}: {newest}");
        sort(&browser, head);
        is_first(at, text);
        assert!(browser.url().ends_with(order), "{}", browser.url());
        browser.picture(page.split('?').next().unwrap_or(page));
        // Each row once, on whichever part it is.
        browser.press("Show more");
        browser.wait(&format!("{count} > {rows}"));
        let twice = "(() => { const rows = [...document.querySelectorAll('main tbody tr')]
            .map((row) => row.querySelector('a')?.href ?? row.innerText);
            return rows.length - new Set(rows).size; })()";
        assert_eq!(browser.value(twice), json!(0), "{page}");
        // The address leads to the same, and Back to the order before.
        browser.goto(&browser.url());
        is_first(at, text);
        browser.wait("document.querySelector('main th[aria-sort$=cending]')");
        sort(&browser, head);
        browser.wait(&format!("{count} >= 100 && location.search.endsWith('reverse=true')"));
        browser.back();
        is_first(at, text);
    }
    browser.goto(&site.url("history/page-009.md"));
    browser.wait(&format!("{count} === 2"));
    assert_eq!(first(4), json!("edited"));
    sort(&browser, "Findings");
    is_first(2, "10");
    assert!(browser.url().ends_with("?order=worst"), "{}", browser.url());
    browser.is_quiet();
}

#[test]
fn tables_fit_a_phone() {
    let site = with_runs();
    let run = site.get("/api/workflows?limit=1")["items"][0]["id"].clone();
    let run = run.as_str().expect("an id").to_owned();
    let one = site.get("/api/recommendations")["items"][0]["id"].clone();
    site.post(&format!("/api/recommendations/{one}/approve"), &json!({}));
    let browser = Browser::start("phone-tables");
    browser.size(390, 844);
    for (page, name) in [
        ("workflows".to_owned(), "workflows"),
        ("validations?all=true".to_owned(), "results"),
        ("rules".to_owned(), "rules"),
        (format!("workflows/{run}/compare"), "compare"),
        ("history/docs/c.md".to_owned(), "history"),
        ("audit".to_owned(), "audit"),
    ] {
        browser.goto(&site.url(&page));
        browser.wait("document.querySelector('main tbody tr td[data-label]')");
        let wide = browser.value(
            "[...document.querySelectorAll('.table-scroll, .table-scroll td')]
                .filter((e) => e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > innerWidth)
                .map((e) => e.innerText)",
        );
        assert_eq!(wide, json!([]), "{page}");
        browser.picture(name);
    }
    // At a zoom of 200 %, what is around the page leaves it more than three quarters.
    browser.size(640, 400);
    browser.goto(&site.url("findings"));
    browser.see("#findings-title", "findings on");
    browser.run("scrollTo(0, 600);", Vec::new());
    let fixed = "[...document.querySelectorAll('.bar, .rail')].map((e) => e.getBoundingClientRect())
        .reduce((sum, box) => sum + Math.max(0, Math.min(400, box.bottom) - Math.max(0, box.top)), 0)";
    browser.wait(&format!("{fixed} <= 100"));
    browser.picture("zoom");
    browser.is_quiet();
}

#[test]
fn quoted_words_in_messages_are_code() {
    let site = Site::serve(&[]);
    site.write("a.md", "# T\n\n[x](nowhere.md)\n");
    site.validate();
    let browser = Browser::start("code");
    browser.goto(&site.url("findings?type=links"));
    browser.see(".finding-head h2 code", "nowhere.md");
    browser.see(".findings-list code", "nowhere.md");
    assert!(!browser.text(".finding-head h2").contains('`'));
    browser.is_quiet();
}

#[test]
fn dead_links_are_counted_by_the_pages_that_link_there() {
    let site = Site::serve(&[]);
    site.write("docs/a.md", "# T\n\n[x](gone.md) [y](gone.md)\n");
    site.write("docs/b.md", "# T\n\n[x](./gone.md)\n");
    site.write("c.md", "# T\n\n[x](docs/gone.md) [z](other.md)\n");
    site.validate();
    let targets = site.get("/api/findings/targets");
    assert_eq!(
        targets,
        json!([
            {"target": "docs/gone.md", "pages": 3, "count": 4},
            {"target": "other.md", "pages": 1, "count": 1},
        ])
    );
    assert_eq!(site.get("/api/findings/facets?target=docs/gone.md")["total"], json!(4));
    assert_eq!(site.get("/api/findings/targets?path=docs&limit=1")[0]["pages"], json!(2));
    let browser = Browser::start("dead-links");
    browser.goto(&site.url(""));
    browser.see(".dead-links li:first-child", "docs/gone.md");
    browser.see(".dead-links li:first-child", "3 pages");
    browser.see(".dead-links li:first-child", "4 links");
    browser.picture("overview");
    browser.click(".dead-links li:first-child a");
    browser.see("#findings-title", "4 findings on 3 pages");
    browser.see(".filter-chips", "links to docs/gone.md");
    browser.is_quiet();
}

#[test]
fn what_came_since_the_baseline_is_told() {
    let site = Site::serve(&[]);
    site.write("validator.yaml", "types: [markdown]\n");
    site.write("a.md", "# T\n\none \n\ntwo \n");
    site.write("docs/b.md", "# T\n\nthree \n");
    let status = Command::new(env!("CARGO_BIN_EXE_validator"))
        .args(["baseline", "."])
        .current_dir(site.root())
        .output()
        .expect("it starts");
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    site.write("a.md", "# T\n\none \n");
    site.write("c.md", "# T\n\nnew \n");
    site.validate();
    let facet = site.get("/api/findings/facets")["baseline"].clone();
    assert_eq!(facet, json!({"new": 1, "known": 2, "resolved": 1}));
    assert_eq!(site.get("/api/findings/facets?baselined=false")["total"], json!(1));
    assert_eq!(site.get("/api/findings/facets?baselined=true")["total"], json!(2));
    let browser = Browser::start("baseline");
    browser.goto(&site.url(""));
    browser.see("[data-since=baseline]", "1 new");
    browser.see("[data-since=baseline]", "1 resolved");
    browser.click("[data-since=baseline] a");
    browser.see("#findings-title", "1 finding on 1 page");
    browser.see(".filter-chips", "not in the baseline");
    browser.see(".finding-head", "c.md:3");
    browser.is_quiet();
}
