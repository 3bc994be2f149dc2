//! One run held against another, and what the overview says there is to do.

use serde_json::json;

use crate::chrome::Browser;
use crate::site::Site;

const WORDS: &str = "# Title\n\n\n\nSee http://a.example now. \n\n```\ncode\n```\n";
const LIST: &str = "# Title\n\nText. \n";

#[test]
fn a_run_is_compared_with_the_one_before_and_with_any_other() {
    let site = Site::serve(&[]);
    site.write("docs/api/a.md", WORDS);
    site.write("docs/b.md", LIST);
    site.write("c.md", LIST);
    let first = site.validate();
    site.write("docs/b.md", "# Title\n\nText.\n\n\n\nMore.\n");
    site.validate();
    site.write("docs/api/a.md", LIST);
    let third = site.validate();
    let browser = Browser::start("compare");
    browser.goto(&site.url(&format!("workflows/{third}")));
    let compared = site.get(&format!("/api/workflows/{third}/changes"));
    let resolved = compared["resolved"].as_u64().expect("a number");
    browser.see("main", &format!("{resolved} resolved"));
    browser.click("a[href$='/compare']");
    browser.see(".tile:nth-child(2)", &resolved.to_string());
    browser.see(".tile:nth-child(3)", &compared["unchanged"].to_string());
    browser.see(".located", "MD040");
    browser.picture("before");
    // A number leads to what it counts.
    browser.run(
        "document.querySelector('.compare-table a[href*=\"path=docs%2Fapi%2F\"]').click();",
        Vec::new(),
    );
    browser.see("#findings-title", "finding");
    let shown = browser.value("[...document.querySelectorAll('.findings-list .vlist-row')].length");
    let text = browser.text("#findings-title");
    assert!(text.starts_with(&format!("{shown} finding")), "{shown}: {text}");
    browser.back();
    // Any other run can be chosen, and is in the address.
    browser.see("h1", "Compare");
    browser.wait(&format!("document.querySelector('option[value={first}]')"));
    browser.run(
        "const field = document.querySelector('.filters select');
         field.value = arguments[0]; field.dispatchEvent(new Event('change'));",
        vec![json!(first)],
    );
    let other = site.get(&format!("/api/workflows/{third}/compare?with={first}"));
    assert_ne!(other["new"], compared["new"], "the test has something to tell");
    browser.see(".tile:nth-child(1)", &other["new"].to_string());
    browser.see(".tile:nth-child(4)", &first);
    assert!(browser.url().ends_with(&format!("?with={first}")), "{}", browser.url());
    // The first run has none before it.
    browser.goto(&site.url(&format!("workflows/{first}/compare")));
    browser.see(".empty", "No earlier run");
    browser.is_quiet();
}

#[test]
fn the_overview_says_what_to_do() {
    let site = Site::serve(&[]);
    site.write("docs/a.md", "# T\n\none \n\n\n\nsee http://a.example and (here)[b.md] now\n");
    site.write("docs/b.md", LIST);
    site.write("bad.json", "{");
    site.validate();
    site.write("docs/c.md", LIST);
    site.validate();
    let browser = Browser::start("start");
    browser.goto(&site.url(""));
    let count = |query: &str, field: &str| {
        site.get(&format!("/api/recommendations/count?state=proposed&{query}"))[field].clone()
    };
    browser.see(".task", &format!("{}\nsafe fixes can be approved now", count("", "safe")));
    browser.see(".task", &format!("{}\nfix needs review", count("", "review")));
    browser.see(".task", "1\nerror to look at");
    browser.see(".task", "1\nnew since the run before");
    browser.see(".changes", "1 new");
    browser.see("[aria-labelledby=worst-rules]", "MD009 no-trailing-spaces");
    browser.see("[aria-labelledby=worst-directories]", "docs/");
    browser.picture("overview");
    // The feed has one line for all pages of a run, and can show one kind alone.
    browser.see(".feed .vlist-row", "4 pages");
    let rows = "document.querySelectorAll('.feed .vlist-row').length";
    let folded = browser.value(rows).as_u64().expect("a number");
    site.post("/api/recommendations/approve", &json!({"filter": {"path": "docs/b.md"}}));
    browser.see(".feed .vlist-row", "Approved");
    browser.run(
        "const field = document.querySelector('.feed select');
         field.value = 'decisions'; field.dispatchEvent(new Event('change'));",
        Vec::new(),
    );
    browser.wait(&format!("{rows} === 1"));
    browser.see(".feed .vlist-row", "docs/b.md");
    browser.run(
        "const field = document.querySelector('.feed select');
         field.value = ''; field.dispatchEvent(new Event('change'));",
        Vec::new(),
    );
    browser.press("Fold runs");
    browser.wait(&format!("{rows} > {}", folded + 5));
    browser.see(".feed .vlist-row", "docs/c.md");
    // A task leads to where it is done.
    browser.run(
        "[...document.querySelectorAll('.task a')].find((a) => a.innerText.includes('safe fix')).click();",
        Vec::new(),
    );
    browser.see("h1", "Recommendations");
    assert!(browser.url().contains("safety=safe"), "{}", browser.url());
    browser.is_quiet();
}
