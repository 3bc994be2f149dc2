//! Every page: its address, its keyboard, and what it says when there is nothing or nothing may be
//! changed.

use serde_json::json;

use crate::chrome::{Browser, ENTER, TAB};
use crate::site::Site;

const PAGES: [(&str, &str); 7] = [
    ("", "Overview"),
    ("findings", "Findings"),
    ("workflows", "Workflows"),
    ("validations", "Validations"),
    ("recommendations", "Recommendations"),
    ("trends", "Trends"),
    ("settings", "Settings"),
];

#[test]
fn addresses_are_real() {
    let site = Site::serve(&[]);
    site.write("docs/page.md", "# Title\n\n\n\nText. \n");
    let run = site.validate();
    let browser = Browser::start("pages");
    for (path, title) in PAGES {
        browser.goto(&site.url(path));
        browser.see("h1", title);
        browser.see("#connection", "Live");
        browser.reload();
        browser.see("h1", title);
        assert_eq!(browser.url(), site.url(path));
        assert_eq!(browser.value("document.querySelectorAll('nav [aria-current=page]').length"), 1);
        browser.wait("document.querySelectorAll('main .page > *').length > 1");
        browser.picture(if path.is_empty() { "overview" } else { path });
    }
    // From page to page without loading anew, and back.
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");
    browser.run("document.body.dataset.mark = 'here';", Vec::new());
    browser.click("nav a[data-section=workflows]");
    browser.see("h1", "Workflows");
    browser.wait("document.activeElement?.tagName === 'H1'");
    browser.wait(&format!("document.querySelector('td a[href$=\"{run}\"]')"));
    browser.click(&format!("td a[href$=\"{run}\"]"));
    browser.see("h1", "batch");
    browser.wait("document.querySelector('.files a')");
    browser.click(".files a");
    browser.see("h1", "docs/page.md");
    browser.back();
    browser.see("h1", "batch");
    browser.back();
    browser.see("h1", "Workflows");
    assert_eq!(browser.value("document.body.dataset.mark"), "here");
    // Addresses that lead nowhere say so.
    browser.goto(&site.url("no/such/page"));
    browser.see("h1", "Nothing here");
    browser.is_quiet();
    for path in ["workflows/wf_00000000000", "validations/999"] {
        browser.goto(&site.url(path));
        browser.wait("document.querySelector('.empty-title')?.innerText.length > 0");
    }
}

#[test]
fn empty_pages_say_what_to_do() {
    let site = Site::serve(&[]);
    site.write("page.md", "# Title\n\n\n\nText. \n");
    let browser = Browser::start("empty");
    for (path, _) in &PAGES[..6] {
        browser.goto(&site.url(path));
        browser.see(".first-steps", "validator batch");
        browser.picture(if path.is_empty() { "overview" } else { path });
    }
    browser.goto(&site.url(""));
    browser.press("Validate this directory");
    browser.see("h1", "batch");
    browser.see(".hero .badge", "COMPLETED");
    browser.is_quiet();
}

#[test]
fn a_server_that_only_answers_says_why_nothing_can_be_changed() {
    let options = ["--host", "0.0.0.0", "--auth", "token"];
    let site = Site::serve(&options);
    let token = site.printed.split("#token=").nth(1).expect("a token").to_owned();
    let browser = Browser::start("read-only");
    // Without the token: it says so, and does not try for ever.
    browser.goto(&site.url(""));
    browser.see("#connection", "Not allowed");
    // It is closed and not empty: the token is asked for, and what was looked for comes with it.
    browser.see("h1", "This server needs its token");
    assert_eq!(browser.value("document.querySelectorAll('main .first-steps').length"), 0);
    browser.picture("closed");
    browser.wait("document.activeElement?.type === 'password'");
    browser.keys(&format!("{token}{ENTER}"));
    browser.see("#connection", "Live");
    browser.see("h1", "Overview");
    browser.run("sessionStorage.clear();", Vec::new());
    browser.log();
    browser.goto("about:blank");
    browser.goto(&format!("{}#token={token}", site.url("recommendations")));
    browser.see("#connection", "Live");
    assert!(!browser.url().contains("token"), "nobody reads it over the shoulder");
    let undo = "[...document.querySelectorAll('[data-action]')]";
    browser.wait(&format!(
        "{undo}.length > 0 && {undo}.every((b) => b.getAttribute('aria-disabled') === 'true')"
    ));
    browser.wait(&format!("{undo}.every((b) => b.title.includes('--allow-write'))"));
    browser.wait("document.getElementById('blocked').textContent.includes('--allow-write')");
    browser.picture("disabled");
    browser.goto(&site.url("settings"));
    browser.see("main", "read-only: start it with --allow-write");
    browser.is_quiet();
}

#[test]
fn names_and_titles_are_readable() {
    let site = Site::serve(&[]);
    let joined = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} می\u{200c}خواهم";
    site.write("docs/a.md", &format!("# Title\n\n{joined} hid\u{200d}den \n"));
    site.write("שלום/עברית.md", "# Title\n\nText. \n");
    let long = format!("{}page.md", "a-directory-with-a-long-name/".repeat(8));
    site.write(&long, "# Title\n\nText. \n");
    site.validate();
    let browser = Browser::start("names");
    browser.goto(&site.url("pages/docs/a.md"));
    browser.see(".source", joined);
    browser.see(".source", "hid‹U+200D›den");
    let directory = site.root().file_name().expect("a name").to_string_lossy().into_owned();
    browser.wait(&format!("document.title === {}", json!(format!("docs/a.md · {directory}"))));
    // A path reads from left to right, whatever its parts are written in.
    browser.goto(&site.url("validations"));
    browser.see(".pages-list", "שלום");
    let ltr = "[...document.querySelectorAll('.pages-list .path')].every((p) => getComputedStyle(p).direction === 'ltr')";
    assert_eq!(browser.value(ltr), json!(true));
    // The directories of a very long path are folded.
    browser.goto(&site.url(&format!("pages/{long}")));
    browser.see("h1", "page.md");
    assert!(!browser.text("h1").contains("a-directory"), "{}", browser.text("h1"));
    browser.click("h1 summary");
    browser.see("h1", "a-directory-with-a-long-name");
    let icon = browser.value("document.querySelector('link[rel=icon]').getAttribute('href')");
    let icon = crate::raw::get(site.address, icon.as_str().expect("an address"));
    assert_eq!((icon.status, icon.header("content-type")), (200, Some("image/svg+xml")));
    // There is nothing to undo, and the button says so.
    browser.wait("[...document.querySelectorAll('button')].find((b) => b.innerText === 'Undo…')?.title === 'nothing to undo'");
    browser.is_quiet();
}

#[test]
fn the_theme_is_kept() {
    let site = Site::serve(&[]);
    let browser = Browser::start("theme");
    let ground = "getComputedStyle(document.body).backgroundColor";
    browser.goto(&site.url("settings"));
    browser.see("h1", "Settings");
    browser.prefer("light", "no-preference");
    let light = browser.value(ground);
    browser.prefer("dark", "no-preference");
    let dark = browser.value(ground);
    assert_ne!(light, dark, "it follows the system");
    browser.click("input[name=theme][value=light]");
    assert_eq!(browser.value(ground), light);
    browser.reload();
    assert_eq!(browser.value(ground), light);
    browser.see("h1", "Settings");
    browser.click("input[name=theme][value='']");
    assert_eq!(browser.value(ground), dark);
}

#[test]
fn the_keyboard_is_enough_and_motion_can_be_spared() {
    let site = Site::serve(&[]);
    site.write("docs/page.md", "# Title\n\n\n\nText. \n");
    site.validate();
    let browser = Browser::start("keyboard");
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");
    browser.keys(TAB);
    assert_eq!(browser.value("document.activeElement.innerText"), "Skip to the page");
    browser.keys("?");
    browser.see("dialog", "Shortcuts");
    browser.press("Close");
    for (keys, title) in [
        ("gf", "Findings"),
        ("gw", "Workflows"),
        ("gv", "Validations"),
        ("gt", "Trends"),
        ("go", "Overview"),
    ] {
        browser.keys(keys);
        browser.see("h1", title);
    }
    browser.keys("/");
    browser.keys("page");
    browser.keys(ENTER);
    browser.see("h1", "Validations");
    browser.see("main [role=cell]", "docs/page.md");
    let pulse = "getComputedStyle(document.querySelector('.pulse'), '::after').animationName";
    browser.prefer("light", "no-preference");
    assert_eq!(browser.value(pulse), "pulse");
    browser.prefer("light", "reduce");
    assert_eq!(browser.value(pulse), "none");
    assert_eq!(
        browser.value("document.querySelectorAll('[role=status], [role=alert]').length"),
        json!(2)
    );
    browser.is_quiet();
}
