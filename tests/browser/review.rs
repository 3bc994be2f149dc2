//! Reviewing in the browser: what is approved is applied, and can be taken back.

use serde_json::json;

use crate::chrome::Browser;
use crate::site::Site;

const BEFORE: &str = "# Title\n\n\n\nSome text with a tab:\tand more. \n";

fn state(site: &Site, state: &str) -> usize {
    let found = site.get(&format!("/api/recommendations?state={state}"));
    found["items"].as_array().expect("a list").len()
}

#[test]
fn what_is_approved_is_applied_and_taken_back() {
    let site = Site::serve(&[]);
    site.write("page.md", BEFORE);
    site.validate();
    let id = site.get("/api/validations?current=true")["items"][0]["id"].clone();
    let proposed = state(&site, "proposed");
    let browser = Browser::start("review");
    browser.goto(&site.url(&format!("validations/{id}")));
    browser.see("h1", "page.md");
    browser.see(".source mark", "→");
    browser.wait("document.querySelector('.card .diff .added')");
    browser.see(".card .diff", "Title");
    browser.picture("proposed");

    browser.press("Approve all");
    browser.wait(
        "[...document.querySelectorAll('.card .badge')].every((b) => b.innerText === 'approved')",
    );
    assert_eq!((state(&site, "approved"), site.read("page.md").as_str()), (proposed, BEFORE));
    browser.press("Apply");
    browser.see("#toasts", "applied to 1 page");
    let after = site.read("page.md");
    assert!(after != BEFORE && !after.contains("\n\n\n") && !after.contains(". \n"), "{after:?}");
    assert!(state(&site, "applied") > 0);
    browser.picture("applied");

    browser.press("Undo…");
    browser.see("dialog", "page.md");
    browser.press("Undo");
    browser.see("#toasts", "restored");
    assert_eq!(site.read("page.md"), BEFORE, "byte for byte");
    // The page stays in sight, with what it holds again and what is proposed for that.
    browser.see("h1", "page.md");
    browser.see(".source mark", "→");
    browser.wait("document.querySelectorAll('.card [data-kind=proposed]').length > 0");
    browser.is_quiet();
}

#[test]
fn many_are_reviewed_with_the_keyboard_alone() {
    let site = Site::serve(&[]);
    for name in ["a", "b", "c"] {
        site.write(&format!("docs/{name}.md"), BEFORE);
    }
    site.validate();
    let all = state(&site, "proposed");
    let browser = Browser::start("bulk");
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");
    browser.keys("gr");
    browser.see("h1", "Recommendations");
    browser.wait(&format!("document.querySelectorAll('.review-row').length === {all}"));
    browser.wait("document.activeElement?.tagName === 'H1'");
    browser.picture("list");
    browser.keys("a");
    browser.wait(&format!("document.querySelectorAll('.review-row').length === {}", all - 1));
    assert_eq!(state(&site, "approved"), 1);
    browser.keys("r");
    browser.wait("document.querySelector('dialog[open]')");
    browser.keys("as it should be");
    browser.press("Reject");
    browser.wait(&format!("document.querySelectorAll('.review-row').length === {}", all - 2));
    let rejected = site.get("/api/recommendations?state=rejected");
    assert_eq!(rejected["items"][0]["reason"], "as it should be");

    // By filter, all at once.
    let rule = site.get("/api/recommendations?state=proposed")["items"][0]["rule"].clone();
    browser.goto(&site.url(&format!("recommendations?rule={}", rule.as_str().expect("a rule"))));
    browser.see(".review-list", rule.as_str().expect("a rule"));
    let of_rule =
        format!("/api/recommendations?state=proposed&rule={}", rule.as_str().unwrap_or_default());
    let many = site.get(&of_rule)["items"].as_array().expect("a list").len();
    browser.press("Approve all…");
    browser.see("dialog", &format!("Approve {many} safe recommendation"));
    browser.see("dialog", &format!("rule {}", rule.as_str().unwrap_or_default()));
    browser.press(&format!("Approve {many}"));
    browser.see("#toasts", "approved");
    browser.see(".empty", "No recommendation fits");
    let left = site.get("/api/recommendations?state=proposed");
    let left = left["items"].as_array().expect("a list");
    assert!(left.iter().all(|one| one["rule"] != rule) && !left.is_empty());
    let approved = many + usize::from(state(&site, "approved") > many);
    assert_eq!(state(&site, "approved"), approved);
    browser.goto(&site.url("recommendations"));
    browser.wait("document.querySelector('.review-row')");
    browser.keys("A");
    browser.see("dialog", &format!("Apply {approved} approved recommendations"));
    browser.press(&format!("Apply {approved}"));
    browser.see(".outcome", "changes applied on");
    assert_ne!(site.read("docs/a.md"), BEFORE);
    browser.is_quiet();
}

#[test]
fn a_page_that_changed_is_not_written() {
    let site = Site::serve(&[]);
    site.write("page.md", BEFORE);
    site.validate();
    let id = site.get("/api/validations?current=true")["items"][0]["id"].clone();
    let browser = Browser::start("changed");
    browser.goto(&site.url(&format!("validations/{id}")));
    browser.press("Approve all");
    browser.see(".card .badge", "approved");
    let changed = format!("{BEFORE}\nMore.\n");
    site.write("page.md", &changed);
    browser.press("Apply");
    browser.see("#toasts", "the file has changed since it was validated");
    assert_eq!(site.read("page.md"), changed);
    browser.goto(&site.url(&format!("validations/{id}")));
    browser.see(".banner", "The page has changed since it was checked");
    browser.press("Check again");
    browser.see("#toasts", "Checking again");
    browser.see(".source", "More.");
    browser.wait("!document.querySelector('.banner') && document.querySelector('.source mark')");
}

#[cfg(unix)]
#[test]
fn names_that_are_markup_appear_as_text() {
    let name = "<img src=x onerror=alert(1)>.md";
    let site = Site::serve(&[]);
    site.write(name, "# Title\n\n</script><script>alert(2)</script>\n\n[x](javascript:alert(3))\n\nevil \u{202e}txt.exe \n");
    site.write("docs/\u{202e}dm.exe.md", BEFORE);
    site.write("docs/\u{1b}[31mred.md", BEFORE);
    let run = site.validate();
    let browser = Browser::start("markup");
    let id = site.get("/api/validations?current=true")["items"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|one| one["path"] == json!(name))
        .expect("the page")["id"]
        .clone();
    browser.goto(&site.url(""));
    browser.press("Fold runs");
    browser.see(".feed .vlist-row", name);
    for page in [format!("workflows/{run}"), "validations".to_owned()] {
        browser.goto(&site.url(&page));
        browser.see("main", name);
        browser.see("main", "‹U+202E›");
        browser.see("main", "‹U+001B›[31mred.md");
    }
    for page in [format!("validations/{id}"), "recommendations".to_owned()] {
        browser.goto(&site.url(&page));
        browser.see("main", name);
    }
    browser.goto(&site.url(&format!("validations/{id}")));
    browser.see(".source", "</script><script>alert(2)</script>");
    browser.see(".source", "‹U+202E›");
    browser.picture("text");
    let made = browser.value("[...document.querySelectorAll('main img, main script, main a')]
        .filter((e) => e.tagName !== 'A' || !['/dashboard/', 'vscode://file/'].some((start) => e.getAttribute('href').startsWith(start))).length");
    assert_eq!(made, json!(0), "no element came of it");
    browser.is_quiet();
}
