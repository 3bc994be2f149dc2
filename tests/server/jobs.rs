//! Runs that the server does itself: what may be asked of them while they go on.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use validator::store::Store;

use crate::api;
use crate::raw;
use crate::site::{self, Site};
use crate::ws;

/// A site with a run that takes a while.
fn busy() -> (Site, String) {
    let site = site::serve();
    let section = "## A section\n\nText with a [link](page.md) and `code`. \n\n* one\n+ two\n\n";
    for index in 0..600 {
        site.write(
            &format!("docs/page-{index:03}.md"),
            format!("# Page\n\n{}", section.repeat(60)),
        );
    }
    let started = raw::post(site.address, "/api/validate/batch", r#"{"directory":"docs"}"#).json();
    assert_eq!(started["status"], "PENDING", "{started}");
    let id = started["workflow_id"].as_str().expect("an id").to_owned();
    (site, id)
}

fn workflow(site: &Site, id: &str) -> Value {
    raw::get(site.address, &format!("/api/workflows/{id}")).json()
}

fn reaches(site: &Site, id: &str, state: &str) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while workflow(site, id)["state"] != state {
        assert!(Instant::now() < deadline, "{state}: {}", workflow(site, id));
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn ask(site: &Site, id: &str, what: &str) -> u16 {
    raw::post(site.address, &format!("/api/workflows/{id}/{what}"), "{}").status
}

#[test]
fn a_run_goes_from_pending_to_completed_before_everybodys_eyes() {
    let (site, id) = busy();
    let mut client = ws::connect(site.address, &format!("/ws/{id}?since=0")).expect("it is let in");
    let mut states = Vec::new();
    let mut percent = Vec::new();
    loop {
        let frame = client.next().expect("a frame");
        let of_workflow = frame["type"].as_str().is_some_and(|kind| kind.starts_with("workflow_"));
        if let Some(state) = frame["data"]["state"].as_str().filter(|_| of_workflow) {
            states.push(state.to_owned());
            percent.extend(frame["data"]["percent"].as_u64());
        }
        if frame["type"] == "workflow_completed" {
            break;
        }
    }
    states.dedup();
    assert_eq!(states, ["PENDING", "RUNNING", "COMPLETED"]);
    assert!(
        percent.is_sorted() && percent.first() == Some(&0) && percent.last() == Some(&100),
        "{percent:?}"
    );
    let done = workflow(&site, &id);
    assert_eq!((done["done"].as_u64(), done["total"].as_u64()), (Some(600), Some(600)));
}

#[test]
fn a_run_is_paused_and_goes_on() {
    let (site, id) = busy();
    reaches(&site, &id, "RUNNING");
    if ask(&site, &id, "pause") == 409 {
        // It was faster than we are.
        assert_eq!(api::ended(&site, &id)["state"], "COMPLETED");
        return;
    }
    reaches(&site, &id, "PAUSED");
    // The file that was being checked is still told of.
    let deadline = Instant::now() + Duration::from_secs(20);
    let mut at = workflow(&site, &id);
    loop {
        std::thread::sleep(Duration::from_millis(300));
        let now = workflow(&site, &id);
        if now["done"] == at["done"] {
            break;
        }
        assert!(Instant::now() < deadline, "{now} goes on");
        at = now;
    }
    // All may have been checked before the pause, and only waited to be written: then the run ends
    // by itself, and to resume it is a conflict.
    let answer = ask(&site, &id, "resume");
    assert!(matches!(answer, 200 | 409), "{answer}: {at}");
    assert_eq!(api::ended(&site, &id)["state"], "COMPLETED");
}

#[test]
fn a_run_is_cancelled() {
    let (site, id) = busy();
    reaches(&site, &id, "RUNNING");
    if ask(&site, &id, "cancel") == 200 {
        assert_eq!(api::ended(&site, &id)["state"], "CANCELLED");
    }
}

#[test]
fn a_server_that_stops_leaves_no_run_open() {
    let (mut site, id) = busy();
    reaches(&site, &id, "RUNNING");
    site.stop();
    site.wait();
    let id = id.parse().expect("an id");
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let store = Store::open(&site.root()).expect("the record");
        let state = store.read(|reader| reader.workflow(id)).expect("the workflow").state;
        if !state.is_open() {
            break;
        }
        assert!(Instant::now() < deadline, "{state}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_heartbeat_says_where_the_log_stands() {
    let site = site::serve_with(|options| options.limits.heartbeat = Duration::from_millis(150));
    let id = site.running(5);
    let mut all = ws::follow(site.address, 0);
    assert_eq!(all.expect("hello")["heartbeat_ms"], 150);
    let other = site.running(5);
    let mut one = ws::connect(site.address, &format!("/ws/{id}?since=0")).expect("it is let in");
    site.events(other, 10);
    for client in [&mut all, &mut one] {
        let beat = loop {
            client.until("heartbeat");
            let frame = client.next().expect("a frame");
            if frame["type"] == "heartbeat" && frame["head"] == 14 {
                break frame;
            }
        };
        assert_eq!(beat["upto"], 14, "{beat}");
        assert!(beat["ts"].is_u64());
    }
    assert_eq!(
        raw::post(site.address, "/api/workflows/x/pause", &json!({}).to_string()).status,
        400
    );
}
