//! Back leads to where somebody was: the filters, the rows, the place.

use serde_json::json;

use crate::chrome::Browser;
use crate::site::Site;

#[test]
fn back_returns_the_rows_and_the_place() {
    let site = Site::serve(&[]);
    for page in 0..350 {
        site.write(&format!("docs/page-{page:03}.md"), "# Title\n\nText. \n");
    }
    site.validate();
    let browser = Browser::start("back");
    // A list of any length: where it was scrolled to.
    browser.goto(&site.url("validations?order=path"));
    let list = "document.querySelector('.pages-list')";
    browser.see(".pages-list", "page-000.md");
    browser.run(&format!("{list}.scrollTop = 250 * 32;"), Vec::new());
    browser.see(".pages-list", "page-255.md");
    browser.wait("history.state?.kept?.top > 7000");
    let top = browser.value(&format!("{list}.scrollTop"));
    let row = "[...document.querySelectorAll('.pages-list a')].find((a) => a.innerText.includes('page-255'))";
    browser.run(&format!("{row}.click();"), Vec::new());
    browser.see("h1", "docs/page-255.md");
    browser.back();
    browser.see(".pages-list", "page-255.md");
    assert_eq!(browser.value(&format!("{list}.scrollTop")), top);

    // A list that grows: its rows, and where the page was scrolled to.
    browser.goto(&site.url("validations?all=true"));
    for rows in [200, 300] {
        browser.press("Show more");
        browser.wait(&format!("document.querySelectorAll('tbody tr').length === {rows}"));
    }
    browser.run("document.querySelectorAll('tbody tr')[250].scrollIntoView();", Vec::new());
    browser.wait("history.state?.kept?.rows === 300 && history.state.kept.scroll > 2000");
    let place = browser.value("scrollY");
    browser
        .run("document.querySelectorAll('tbody tr')[250].querySelector('a').click();", Vec::new());
    browser.see("h1", "docs/page-");
    browser.back();
    browser.wait("document.querySelectorAll('tbody tr').length === 300");
    browser.wait(&format!("Math.abs(scrollY - {place}) < 2"));

    // Filters are steps: Back leads to those before, and not away.
    browser.goto(&site.url("validations"));
    browser.see(".filters", "350 pages");
    browser.run(
        "const field = document.querySelector('.filters input');
         field.value = '*page-01*'; field.dispatchEvent(new Event('change'));",
        Vec::new(),
    );
    browser.see(".filters", "10 pages");
    browser.back();
    browser.see(".filters", "350 pages");
    assert_eq!(browser.value("location.pathname"), json!("/dashboard/validations"));
    browser.is_quiet();
}

#[test]
fn trends_of_a_rule_count_only_that_rule_and_show_all_directories() {
    let site = Site::serve(&[]);
    for directory in 0..30 {
        site.write(
            &format!("docs/f{directory:02}/page.md"),
            "# Title\n\nText. \n\n```\ncode\n```\n",
        );
    }
    site.write("docs/f07/other.md", "# Title\n\nText. \n");
    site.validate();
    let browser = Browser::start("trends");
    browser.goto(&site.url("trends?rule=MD040"));
    browser.see("[aria-label='Findings by directory']", "docs/\n30");
    browser.goto(&site.url("trends?directory=docs"));
    let rows = "document.querySelectorAll('[aria-label=\"Findings by directory\"] li').length";
    browser.wait(&format!("{rows} === 20"));
    browser.press("Show 10 more");
    browser.wait(&format!("{rows} === 30"));
    browser.see("[aria-label='Findings by directory'] li:first-child", "f07/\n3");
    // As addresses said it before.
    browser.goto(&site.url("trends?folder=docs/f07"));
    browser.see("[aria-label='Findings by directory'] li:first-child", "page.md\n2");
    browser.see(".filters .chip", "docs/f07/");
    browser.is_quiet();
}
