//! Decisions about many: what they are about is said before, what came of them stays to be read.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::chrome::Browser;
use crate::site::Site;

/// Changes that are safe, and one that needs a look.
const PAGE: &str = "# T\n\none \n\n\n\nsee http://a.example and (here)[b.md] now\ntwo \n";

fn count(site: &Site, query: &str) -> u64 {
    let found = site.get(&format!("/api/recommendations/count?{query}"));
    found["safe"].as_u64().expect("a number") + found["review"].as_u64().expect("a number")
}

fn with_pages(names: &[&str]) -> Site {
    let site = Site::serve(&[]);
    for name in names {
        site.write(name, PAGE);
    }
    site.validate();
    site
}

const BOXES: &str = "document.querySelectorAll('.review-row input:checked').length";

#[test]
fn the_box_for_all_selects_all_that_are_listed() {
    let site = with_pages(&["a.md", "docs/b.md"]);
    let browser = Browser::start("select-all");
    let all = count(&site, "state=proposed");
    browser.goto(&site.url("recommendations"));
    browser.wait(&format!("document.querySelectorAll('.review-row').length === {all}"));
    browser.click(".review-split .panel-head input");
    assert_eq!(browser.value(BOXES), json!(all));
    browser.see(".review-split .panel-head", &format!("{all} of {all} chosen"));
    browser.see(".page-actions", &format!("Approve {all}…"));
    // Without one of them it is neither all nor none.
    browser.click(".review-row input");
    browser.see(".page-actions", &format!("Approve {}…", all - 1));
    let all_box = "document.querySelector('.review-split .panel-head input')";
    assert_eq!(
        browser.value(&format!("[{all_box}.checked, {all_box}.indeterminate]")),
        json!([false, true])
    );
    browser.click(".review-split .panel-head input");
    assert_eq!(browser.value(BOXES), json!(all));
    browser.click(".review-split .panel-head input");
    assert_eq!(browser.value(BOXES), json!(0));
    browser.see(".page-actions", "Approve all…");
    browser.is_quiet();
}

#[test]
fn what_needs_review_is_approved_only_if_the_box_is_ticked() {
    let site = with_pages(&["a.md", "docs/b.md"]);
    let safe = count(&site, "state=proposed&safety=safe");
    let review = count(&site, "state=proposed&safety=review");
    assert!(safe > 0 && review > 0);
    let browser = Browser::start("safety");
    browser.goto(&site.url("recommendations?path=docs/"));
    browser.wait("document.querySelector('.review-row')");
    browser.press("Approve all…");
    let (some, few) = (safe / 2, review / 2);
    browser.see("dialog h2", &format!("Approve {some} safe recommendations on 1 page?"));
    browser.see("dialog", "in docs/");
    assert_eq!(few, 1);
    browser.see("dialog", "also the one that needs review");
    browser.picture("dialogue");
    browser.press(&format!("Approve {some}"));
    browser.see("#toasts", &format!("{some} recommendations approved"));
    browser.see("#toasts", &format!("{few} left out: they need review"));
    assert_eq!(count(&site, "state=approved&safety=safe"), some);
    assert_eq!(count(&site, "state=approved&safety=review"), 0);

    // The same of those that were selected, with the box.
    browser.goto(&site.url("recommendations?path=a.md"));
    browser.wait("document.querySelector('.review-row')");
    browser.click(".review-split .panel-head input");
    browser.press(&format!("Approve {}…", some + few));
    browser.see("dialog h2", &format!("Approve {some} safe"));
    browser.click("dialog input[type=checkbox]");
    browser.press(&format!("Approve {}", some + few));
    browser.see("#toasts", &format!("{} recommendations approved", some + few));
    assert_eq!(count(&site, "state=approved&path=a.md&safety=review"), few);

    browser.goto(&site.url("recommendations?state="));
    browser.wait("document.querySelector('.review-row')");
    browser.press("Apply approved…");
    let approved = 2 * some + few;
    browser.see("dialog h2", &format!("Apply {approved} approved recommendations to 2 pages?"));
    browser.see("dialog", &format!("{few} of them needed review"));
    browser.press("Cancel");
    assert_eq!(site.read("a.md"), PAGE, "nothing was written");
    // Rejecting says how many, too.
    browser.goto(&site.url("recommendations?path=docs/"));
    browser.press("Reject all…");
    browser.see("dialog h2", &format!("{few} recommendation on 1 page ({few} to review)"));
    browser.press("Cancel");
    browser.is_quiet();
}

#[test]
fn a_group_is_approved_at_once_and_the_progress_is_told() {
    let site = with_pages(&["a.md", "docs/b.md", "docs/api/c.md"]);
    let all = count(&site, "state=proposed");
    let browser = Browser::start("groups");
    browser.goto(&site.url("recommendations"));
    browser.see("#review-progress", &format!("0 of {all} decided"));
    browser.see(".group[data-rule=MD009] .group-head", "no-trailing-spaces");
    browser.click(".group[data-rule=MD009] .group-head .group-name");
    browser.see(".group[data-rule=MD009] .group-row", "docs/");
    browser.picture("open");
    let directory = "[...document.querySelectorAll('.group[data-rule=MD009] .group-row')].find((row) => row.innerText.startsWith('docs/\\n') || row.innerText.startsWith('docs/ ') || row.querySelector('a').innerText === 'docs/')";
    browser.wait(directory);
    browser.run(&format!("{directory}.querySelector('button').click();"), Vec::new());
    browser.see("dialog", "Approve 2 safe recommendations on 2 pages?");
    browser.see("dialog", "rule MD009, in docs/");
    browser.press("Approve 2");
    browser.see("#review-progress", &format!("2 of {all} decided"));
    assert_eq!(count(&site, "state=approved"), 2);
    assert_eq!(count(&site, "state=approved&path=docs/&rule=MD009"), 2);
    browser.is_quiet();
}

/// Adds a change to a recommendation that is not what it says: it would change what readers see.
fn claim_falsely(site: &Site, path: &str) {
    let record = Connection::open(site.root().join(".validator/validator.db")).expect("the record");
    let sql = "SELECT recommendations.id, changes FROM recommendations
        JOIN files ON files.id = file WHERE path = ?1 AND rule = 'MD009'";
    let (id, changes): (i64, String) =
        record.query_row(sql, [path], |row| Ok((row.get(0)?, row.get(1)?))).expect("one");
    let mut list: Vec<Value> = serde_json::from_str(&changes).expect("changes");
    let mut lie = list[0].clone();
    lie["fingerprint"] = "00000000000000aa".into();
    lie["edits"] = json!([{"start": 5, "end": 8, "before": "one", "after": "two"}]);
    list.push(lie);
    let changes = serde_json::to_string(&list).expect("JSON");
    let sql = "UPDATE recommendations SET changes = ?1 WHERE id = ?2";
    record.execute(sql, (changes, id)).expect("an update");
}

#[test]
fn what_is_refused_is_listed_with_its_reason_and_stays() {
    let site = with_pages(&["a.md", "docs/b.md"]);
    claim_falsely(&site, "a.md");
    let browser = Browser::start("refused");
    browser.goto(&site.url("recommendations?rule=MD009"));
    browser.see(".review-detail", "2 of 3 changes would be written; the others are refused:");
    browser.see(".review-detail .refusals", "would change the rendered page");
    browser.press("Approve all…");
    browser.press("Approve 2");
    browser.see("#toasts", "2 recommendations approved");
    browser.press("Apply approved…");
    browser.press("Apply 2");
    browser.see(".outcome h2", "4 of 5 changes applied on 2 pages");
    browser.see(".outcome .refusals", "would change the rendered page");
    browser.see(".outcome a", "a.md");
    browser.picture("outcome");
    std::thread::sleep(std::time::Duration::from_secs(6));
    browser.see(".outcome .refusals", "would change the rendered page");
    browser.is_quiet();
}

#[test]
fn after_apply_the_page_shows_what_it_is_now() {
    let site = with_pages(&["page.md"]);
    let old = site.get("/api/pages")["items"][0]["id"].clone();
    let browser = Browser::start("newest");
    browser.goto(&site.url(&format!("validations/{old}")));
    browser.see(".source", "see http://a.example");
    browser.press("Approve all");
    browser.press("Approve 3");
    browser.wait("document.querySelectorAll('.card [data-kind=approved]').length === 3");
    browser.press("Apply");
    browser.see(".source", "see <http://a.example>");
    browser.wait(
        "![...document.querySelectorAll('.finding')].some((f) => f.innerText.includes('bare URL'))",
    );
    browser.wait("!document.querySelector('main .banner')");
    // The same when the file is changed and checked by somebody else.
    site.write("page.md", "# Other\n\nwords \n");
    site.validate();
    browser.see(".source", "# Other");
    browser.wait("document.querySelectorAll('.finding').length === 1");
    browser.see(".source mark", "");
    // An old result says that it is one, and leads to the newest.
    browser.goto(&site.url(&format!("validations/{old}")));
    browser.see(".banner", "checked again since");
    browser.click(".banner a");
    browser.wait("location.pathname === '/dashboard/pages/page.md'");
    browser.see(".source", "# Other");
    // What was recommended leads there, too.
    browser.goto(&site.url("recommendations"));
    browser.wait("document.querySelector('.review-page a')");
    browser.click(".review-page a");
    browser.see(".source", "# Other");
    browser.see(".crumbs", "history");
    browser.click(".crumbs a[href*=history]");
    browser.see("h1", "History");
    browser.see("#versions-title", "Validations");
    browser.wait("document.querySelectorAll('main tbody tr').length >= 3");
    browser.see("main tbody", "edited");
    browser.see(".cards .card", "applied");
    browser.picture("history");
    browser.is_quiet();
}

#[test]
fn a_diff_shows_white_space_and_what_changed_within_a_line() {
    let site = Site::serve(&[]);
    site.write("a.md", "# T\n\nSome text with `code` \n");
    site.write("b.md", "# T\n\nSee http://a.example and more words");
    site.write("c.md", "# T\n\n* a\n* b\n\n\ttab\n");
    site.validate();
    let browser = Browser::start("diff");
    let first = |rule: &str, path: &str| {
        browser.goto(&site.url(&format!("recommendations?rule={rule}&path={path}")));
        browser.wait("document.querySelector('.review-detail .diff')");
    };
    first("MD009", "a.md");
    browser.see(".diff .removed", "Some text with `code`·");
    browser.see(".diff .removed mark", "·");
    let unmarked = "document.querySelector('.diff .added').innerText.includes('·')";
    assert_eq!(browser.value(unmarked), json!(false));
    browser.picture("white-space");
    first("MD034", "b.md");
    let marked = "[...document.querySelectorAll('.diff .added mark')].map((m) => m.innerText)";
    assert_eq!(browser.value(marked), json!(["<", ">"]), "only what changed");
    browser.see(".diff .end", "no line break at the end of the page");
    first("MD047", "b.md");
    browser.see(".diff .end", "no line break at the end of the page");
    browser.is_quiet();
}
