//! What the dashboard was made for: it says Live and means it.

use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use crate::chrome::Browser;
use crate::site::Site;
use crate::writer::Writer;

/// Keeps what an element showed, without repeats, in `window.seen`.
const WATCH: &str = "
    window.seen = {states: [], percents: [], steps: []};
    const keep = (list, text) => { if (text && list.at(-1) !== text) list.push(text); };
    const look = () => {
        keep(seen.states, document.querySelector('.hero .badge')?.textContent);
        keep(seen.percents, document.querySelector('.hero [data-percent]')?.textContent);
        keep(seen.steps, document.querySelector('.hero [data-steps]')?.textContent);
    };
    look();
    new MutationObserver(look).observe(document.getElementById('main'),
        {subtree: true, childList: true, characterData: true});";

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().expect("a list");
    list.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}

fn pages(site: &Site, count: usize) {
    for number in 1..=count {
        site.write(&format!("docs/page-{number:02}.md"), "# Title\n\n\n\nSome text. \n");
    }
}

#[test]
fn runs_appear_whoever_starts_them() {
    let site = Site::serve(&[]);
    pages(&site, 12);
    let browser = Browser::start("story");
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");
    browser.see(".feed-empty", "Nothing has happened yet");
    browser.picture("1-empty");

    // What `curl` sends.
    let body = json!({"files": ["docs/page-01.md"], "validation_types": ["structure", "markdown"]});
    let started = site.post("/api/validate/batch", &body);
    let id = started["workflow_id"].as_str().expect("an id");
    browser.see(".feed .vlist-row", "docs/page-01.md");
    browser.see(".feed .vlist-row", "Completed");
    browser.see("#toasts", "batch completed");
    browser.see(".recent", "COMPLETED");
    browser.wait("document.querySelector('.tile:nth-child(4) .tile-value').innerText === '1'");

    // The command line.
    let batch = Command::new(env!("CARGO_BIN_EXE_validator"))
        .args(["batch", "docs", "--quiet"])
        .current_dir(site.root())
        .output()
        .expect("it runs");
    assert_eq!(batch.status.code(), Some(1), "{batch:?}");
    browser.see(".feed .vlist-row .cell-who", "command line");
    browser.see(".tile:nth-child(4)", "12");
    browser.see(".recent li:nth-child(1)", "batch · docs");
    let recorded = site.get("/api/workflows")["items"][0]["id"].clone();

    // Another process, slow enough to be watched.
    let mut writer = Writer::start(site.root());
    browser.see(".running", "PENDING");
    writer.go();
    browser.see(".running", "RUNNING");
    browser.picture("2-running");
    browser.wait("!document.querySelector('.running').checkVisibility()");
    browser.picture("3-done");
    let known = writer.workflow.clone();
    writer.wait();
    browser.goto(&site.url("workflows"));
    for id in [id, &known, recorded.as_str().expect("an id")] {
        browser.wait(&format!("document.querySelector('a[href$=\"{id}\"]')"));
    }
    browser.is_quiet();
}

#[test]
fn a_run_is_seen_from_pending_to_completed() {
    let site = Site::serve(&[]);
    pages(&site, 25);
    let mut writer = Writer::start(site.root());
    let browser = Browser::start("progress");
    browser.goto(&site.url(&format!("workflows/{}", writer.workflow)));
    browser.see("#connection", "Live");
    browser.see(".hero .badge", "PENDING");
    browser.run(WATCH, Vec::new());
    writer.go();
    browser.wait("seen.steps.includes('25/25') || seen.steps.length > 4");
    browser.picture("running");
    browser.see(".hero .badge", "COMPLETED");
    browser.see(".files .panel-head", "25 pages");
    browser.picture("completed");
    let seen = browser.value("seen");
    assert_eq!(texts(&seen["states"]), ["PENDING", "RUNNING", "COMPLETED"]);
    let percents: Vec<u32> = texts(&seen["percents"])
        .iter()
        .map(|text| text.trim_end_matches(" %").parse().expect("a number"))
        .collect();
    assert_eq!((percents.first(), percents.last()), (Some(&0), Some(&100)));
    assert!(percents.len() >= 5 && percents.is_sorted(), "it moves: {percents:?}");
    let steps = texts(&seen["steps"]);
    assert!(steps.contains(&"0/25".to_owned()), "{steps:?}");
    assert_eq!(steps.last().map(String::as_str), Some("25/25"));
    assert_eq!(browser.value("document.querySelector('.hero progress').value"), json!(100));
    writer.wait();
    browser.is_quiet();
}

#[test]
fn a_run_can_be_paused_resumed_and_cancelled() {
    let site = Site::serve(&[]);
    // So many that none of the clicks comes too late.
    pages(&site, 600);
    let mut writer = Writer::start(site.root());
    let browser = Browser::start("control");
    browser.goto(&site.url(&format!("workflows/{}", writer.workflow)));
    browser.see(".hero .badge", "PENDING");
    writer.go();
    browser.press("Pause");
    browser.see(".hero .badge", "PAUSED");
    browser.press("Resume");
    browser.see(".hero .badge", "RUNNING");
    browser.press("Cancel");
    browser.press("Cancel the run");
    browser.see(".hero .badge", "CANCELLED");
    writer.wait();
    browser.is_quiet();
}

#[test]
fn nothing_is_missed_while_the_server_is_away() {
    let mut site = Site::serve(&[]);
    pages(&site, 8);
    site.validate();
    let browser = Browser::start("away");
    browser.goto(&site.url(""));
    browser.see("#connection", "Live");
    browser.see(".feed .vlist-row", "8 pages");
    browser.run("document.body.dataset.mark = 'the same page';", Vec::new());

    site.kill();
    browser.see("#connection", "Disconnected");
    assert_eq!(browser.value("document.getElementById('connection').dataset.state"), "lost");
    browser.picture("disconnected");
    browser.see(".feed .vlist-row", "docs/page-08.md");

    // Somebody else goes on meanwhile.
    let mut writer = Writer::start(site.root());
    writer.go();
    writer.wait();
    site.start();
    browser.wait_for(Duration::from_secs(30), "document.body.dataset.connection === 'live'");
    browser.see("#connection", "Live");
    let head = site.head();
    browser.see("#toasts", "Caught up");
    browser.click("#connection");
    browser.see("#diagnosis", &format!("{head} of {head}"));
    browser.see("#diagnosis", "0, 0");
    browser.picture("live-again");
    let events: Vec<u64> = texts(
        &browser
            .value("[...document.querySelectorAll('.feed .panel-head')].map((e) => e.innerText)"),
    )
    .iter()
    .flat_map(|text| text.split_whitespace().filter_map(|word| word.parse().ok()))
    .collect();
    assert_eq!(events, [u64::try_from(head).expect("a count")], "each event once");
    assert_eq!(browser.value("document.body.dataset.mark"), "the same page", "it was not reloaded");
    // What failed while nobody answered is the browser's to report; nothing else is.
    let log = browser.log();
    assert!(log.iter().all(|line| line.contains("ERR_CONNECTION_")), "{log:?}");
}
