//! The dashboard in Firefox: what happens live, findings, review.
//!
//! Needs Debian's `firefox-esr`, and `geckodriver`; `.ci/run firefox` installs them where it can, and
//! runs these tests, which others leave out.

mod fox;
#[path = "../shared/raw.rs"]
mod raw;
#[path = "../browser/site.rs"]
#[expect(dead_code, reason = "Chromium's tests use more of it")]
mod site;

use std::process::Command;

use serde_json::json;

use fox::Firefox;
use site::Site;

const PAGE: &str = "# T\n\none \n\nsee http://a.example now\n";

#[test]
#[ignore = "needs firefox-esr and geckodriver: .ci/run firefox"]
fn a_run_elsewhere_is_followed_live() {
    let site = Site::serve(&[]);
    for number in 0..40 {
        site.write(&format!("docs/{number}.md"), PAGE);
    }
    let browser = Firefox::start();
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");
    let done = Command::new(env!("CARGO_BIN_EXE_validator"))
        .args(["batch", "docs"])
        .current_dir(site.root())
        .output()
        .expect("it starts");
    assert_eq!(done.status.code(), Some(1), "{}", String::from_utf8_lossy(&done.stderr));
    browser.see("#toasts", "batch");
    browser.see(".feed", "completed");
    browser.see(".recent", "batch");
    let run = site.get("/api/workflows?limit=1")["items"][0]["id"].clone();
    browser.goto(&site.url(&format!("workflows/{}", run.as_str().expect("an id"))));
    browser.see("[data-steps]", "40/40");
    browser.see("[data-percent]", "100 %");
    browser.see("main .badge", "completed");
}

#[test]
#[ignore = "needs firefox-esr and geckodriver: .ci/run firefox"]
fn findings_are_filtered_and_decided() {
    let site = Site::serve(&[]);
    site.write("docs/a.md", PAGE);
    site.write("b.md", PAGE);
    site.validate();
    let browser = Firefox::start();
    browser.goto(&site.url("findings"));
    browser.see("#findings-title", "4 findings on 2 pages");
    browser.click("a.facet[title^=MD009]");
    browser.see("#findings-title", "2 findings on 2 pages");
    browser.see(".filter-chips", "rule MD009");
    browser.wait("document.querySelector('.finding-detail mark.chosen')");
    browser.keys("r");
    browser.wait("document.querySelector('dialog[open]')");
    browser.keys("fine");
    browser.press("Reject");
    browser.see(".finding-head", "“fine” by web");
    let rejected = site.get("/api/findings/facets?rejected=true");
    assert_eq!(rejected["total"], json!(1));
    browser.press("Export…");
    browser.see("#export-menu", "sarif");
}

#[test]
#[ignore = "needs firefox-esr and geckodriver: .ci/run firefox"]
fn what_is_approved_is_applied_and_undone() {
    let site = Site::serve(&[]);
    site.write("a.md", PAGE);
    site.validate();
    let browser = Firefox::start();
    browser.goto(&site.url("recommendations?rule=MD034"));
    browser.see(".review-detail .diff .added", "<http://a.example>");
    browser.click(".rendered summary");
    browser.wait("document.querySelectorAll('.excerpt iframe[sandbox=\"\"]').length === 2");
    browser.keys("a");
    browser.see("#toasts, .empty", "approved");
    browser.press("Undo decision");
    browser.see("#toasts", "1 decision undone");
    browser.keys("a");
    browser.wait("document.querySelector('.empty')");
    browser.press("Apply approved…");
    browser.press("Apply 1");
    browser.see(".outcome h2", "1 of 1 change applied on 1 page");
    assert!(site.read("a.md").contains("<http://a.example>"));
    browser.press("Undo…");
    browser.press("Undo");
    browser.see("#toasts", "restored");
    assert_eq!(site.read("a.md"), PAGE);
}
