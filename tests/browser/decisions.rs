//! Decisions in the review: taken back, seen before and after, applied while one looks on.

use serde_json::json;

use crate::chrome::Browser;
use crate::site::Site;

const PAGE: &str = "# T\n\none \n\n\n\nsee http://a.example and (here)[b.md] now\ntwo \n";

fn with_pages(names: &[&str]) -> Site {
    let site = Site::serve(&[]);
    for name in names {
        site.write(name, PAGE);
    }
    site.validate();
    site
}

fn count(site: &Site, state: &str) -> usize {
    let found = site.get(&format!("/api/recommendations?state={state}&limit=1000"));
    found["items"].as_array().expect("a list").len()
}

fn rows(browser: &Browser, count: usize) {
    browser.wait(&format!("document.querySelectorAll('.review-row').length === {count}"));
}

#[test]
fn decisions_are_taken_back_with_a_key() {
    let site = with_pages(&["a.md", "docs/b.md"]);
    let all = count(&site, "proposed");
    let browser = Browser::start("undo-decision");
    browser.goto(&site.url("recommendations"));
    rows(&browser, all);
    let first = browser.text(".review-detail h2");
    let undo =
        "[...document.querySelectorAll('button')].find((b) => b.innerText === 'Undo decision')";
    browser.wait(&format!("{undo}.title === 'nothing was decided here'"));
    browser.keys("a");
    rows(&browser, all - 1);
    browser.keys("r");
    browser.wait("document.querySelector('dialog[open]')");
    browser.keys("not now");
    browser.press("Reject");
    rows(&browser, all - 2);
    browser.see("#review-progress", &format!("2 of {all} decided"));
    assert_eq!((count(&site, "approved"), count(&site, "rejected")), (1, 1));
    // The newest decision is undone first; what was rejected is found again.
    browser.keys("z");
    rows(&browser, all - 1);
    assert_eq!((count(&site, "approved"), count(&site, "rejected")), (1, 0));
    assert_eq!(site.get("/api/findings/facets?rejected=true")["total"], json!(0));
    browser.keys("z");
    rows(&browser, all);
    browser.see("#toasts", "1 decision undone");
    browser.see("#review-progress", &format!("0 of {all} decided"));
    assert_eq!(browser.text(".review-detail h2"), first, "it is the one in sight again");
    let again = site.get("/api/recommendations?state=proposed");
    assert!(again["items"][0]["decided_by"].is_null() && again["items"][0]["reason"].is_null());
    // Many at once are one decision.
    browser.press("Approve all…");
    let safe = site.get("/api/recommendations/count?state=proposed")["safe"].as_u64().unwrap_or(0);
    browser.press(&format!("Approve {safe}"));
    browser.see("#review-progress", &format!("{safe} of {all} decided"));
    browser.press("Undo decision");
    browser.see("#review-progress", &format!("0 of {all} decided"));
    assert_eq!(count(&site, "approved"), 0);
    browser.goto(&site.url("audit"));
    browser.see("main td", "reopened a recommendation");
    browser.is_quiet();
}

#[test]
fn what_is_written_cannot_be_reopened() {
    let site = with_pages(&["a.md"]);
    let one = site.get("/api/recommendations?rule=MD009")["items"][0]["id"].clone();
    site.post(&format!("/api/recommendations/{one}/approve"), &json!({}));
    site.post("/api/enhance", &json!({}));
    let done = site.post("/api/recommendations/reconsider", &json!({"ids": [one]}));
    assert_eq!(done["done"], json!([]));
    assert!(done["refused"][0]["message"].as_str().is_some_and(|text| text.contains("applied")));
}

#[test]
fn what_was_viewed_stays_marked_in_this_browser() {
    let site = with_pages(&["a.md"]);
    let all = count(&site, "proposed");
    let browser = Browser::start("viewed");
    browser.goto(&site.url("recommendations"));
    rows(&browser, all);
    browser.keys("v");
    browser.see(".review-split .panel-head", "1 viewed");
    browser.keys("j");
    browser.wait("document.querySelector('[data-viewed]')?.checked === false");
    browser.click("[data-viewed]");
    browser.see(".review-split .panel-head", "2 viewed");
    browser.picture("marks");
    browser.reload();
    browser.see(".review-split .panel-head", "2 viewed");
    browser.wait("document.querySelectorAll('.review-row[data-seen]').length === 2");
    browser.wait("document.querySelector('[data-viewed]').checked");
    browser.keys("v");
    browser.see(".review-split .panel-head", "1 viewed");
    browser.is_quiet();
}

#[test]
fn wide_screens_show_a_diff_side_by_side() {
    let site = Site::serve(&[]);
    site.write("a.md", "# T\n\nSome text with `code` \nmore\n");
    site.write("b.md", "# T\n\nSee http://a.example and more words");
    site.validate();
    let browser = Browser::start("beside");
    browser.size(1920, 1000);
    browser.goto(&site.url("recommendations?rule=MD009&path=a.md"));
    browser.wait("document.querySelector('.review-detail .diff.beside .pair')");
    let pair =
        "[...document.querySelectorAll('.diff .pair')].find((p) => p.querySelector('.removed'))";
    let texts = browser
        .value(&format!("[...{pair}.children].map((l) => l.querySelector('bdi').innerText)"));
    assert_eq!(texts, json!(["Some text with `code`·", "Some text with `code`"]));
    let lines = browser.value(&format!(
        "[...{pair}.children].map((l) => Math.round(l.getBoundingClientRect().top))"
    ));
    assert_eq!(lines[0], lines[1], "they stand side by side");
    browser.see(".diff .removed mark", "·");
    browser.picture("white-space");
    browser.goto(&site.url("recommendations?rule=MD034&path=b.md"));
    browser.wait("document.querySelector('.diff.beside .added mark')");
    let marked = "[...document.querySelectorAll('.diff .added mark')].map((m) => m.innerText)";
    assert_eq!(browser.value(marked), json!(["<", ">"]), "only what changed");
    browser.see(".diff.beside .end", "no line break at the end of the page");
    // A narrow window shows one below the other, as soon as it is narrow.
    browser.size(1200, 900);
    browser.wait(
        "!document.querySelector('.diff.beside') && document.querySelector('.diff .removed')",
    );
    assert_eq!(browser.value("document.querySelectorAll('.diff .pair').length"), json!(0));
    browser.is_quiet();
}

#[test]
fn the_rendered_page_is_shown_before_and_after_without_rights() {
    let site = Site::serve(&[]);
    let page = "# T\n\nfar away\n\nbefore\n\n<script>alert(1)</script>\n\nSee http://a.example now ![x](https://b.example/i.png)\n";
    site.write("a.md", page);
    site.write("b.md", "# T\n\nwords \n");
    site.validate();
    let browser = Browser::start("rendered");
    browser.goto(&site.url("recommendations?rule=MD034&path=a.md"));
    browser.wait("document.querySelector('.rendered summary')");
    assert_eq!(browser.value("document.querySelectorAll('iframe').length"), json!(0));
    browser.click(".rendered summary");
    browser.wait("document.querySelectorAll('.excerpt iframe').length === 2");
    let frames = browser.value(
        "[...document.querySelectorAll('.excerpt iframe')].map((f) =>
            [f.getAttribute('sandbox'), f.title, f.srcdoc, f.getAttribute('src')])",
    );
    for (frame, title) in frames.as_array().expect("a list").iter().zip(["Before", "After"]) {
        assert_eq!((&frame[0], &frame[1]), (&json!(""), &json!(title)));
        assert!(frame[3].is_null());
        let html = frame[2].as_str().expect("HTML");
        assert!(html.contains("http://a.example") && html.contains("&lt;script"), "{html}");
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert!(!html.contains("far away"), "only the blocks around it: {html}");
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    browser.picture("excerpts");
    browser.goto(&site.url("recommendations?rule=MD009&path=b.md"));
    browser.wait("document.querySelector('.rendered summary')");
    browser.click(".rendered summary");
    browser.see(".rendered", "Readers see no difference");
    browser.is_quiet();
}

#[test]
fn applying_shows_its_bar_and_stays_in_the_review() {
    let names: Vec<String> = (0..60).map(|number| format!("docs/p{number:02}.md")).collect();
    let site = with_pages(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let browser = Browser::start("apply");
    browser.goto(&site.url("recommendations?rule=MD009"));
    browser.see("#connection", "Live");
    browser.press("Approve all…");
    browser.press("Approve 60");
    browser.see("#toasts", "60 recommendations approved");
    browser.run(
        "window.steps = new Set();
         new MutationObserver(() => {
             const steps = document.querySelector('.applying [data-steps]');
             if (steps) window.steps.add(steps.innerText);
         }).observe(document.body, { childList: true, subtree: true, characterData: true });",
        Vec::new(),
    );
    browser.press("Apply approved…");
    browser.press("Apply 60");
    browser.see(".outcome h2", "changes applied on 60 pages");
    browser.see("h1", "Recommendations");
    let steps = browser.value("[...window.steps]");
    let between = steps.as_array().expect("a list").iter().filter_map(|text| {
        let (done, all) = text.as_str()?.split_once('/')?;
        Some((done.parse::<u32>().ok()?, all.to_owned()))
    });
    let moved = between.filter(|(done, all)| (1..60).contains(done) && all == "60").count();
    assert!(moved > 0, "the bar moved: {steps}");
    browser.wait("!document.querySelector('.applying')");
    browser.picture("applied");
    browser.is_quiet();
}
