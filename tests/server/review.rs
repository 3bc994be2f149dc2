//! Approve, apply, take back: what becomes of files and what is told of it.

use std::fs;

use serde_json::{Value, json};
use validator::store::query::EventFilter;

use crate::api;
use crate::raw::{self, Answer};
use crate::site::{self, Site};

const BEFORE: &str = "# Title\n\n\n\nSome text with a tab:\tand more. \n";

/// A site whose one page was validated; the validation's id.
fn validated() -> (Site, i64) {
    let site = site::serve();
    site.write("page.md", BEFORE);
    let id = validate(&site);
    (site, id)
}

fn validate(site: &Site) -> i64 {
    let started = post(site, "/api/validate", json!({"path": "page.md"})).json();
    api::ended(site, started["workflow_id"].as_str().expect("an id"));
    get(site, "/api/validations?current=true")["items"][0]["id"].as_i64().expect("an id")
}

fn get(site: &Site, path: &str) -> Value {
    raw::get(site.address, path).json()
}

fn post(site: &Site, path: &str, body: Value) -> Answer {
    raw::post(site.address, path, &body.to_string())
}

fn page(site: &Site) -> String {
    fs::read_to_string(site.root().join("page.md")).expect("the page")
}

fn told(site: &Site, kind: &str) -> usize {
    let events = site.store.read(|reader| reader.events_since(0, 10_000, EventFilter::default()));
    events.expect("events").iter().filter(|event| event.kind == kind).count()
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn what_is_approved_is_applied_once_and_can_be_taken_back() {
    let (site, id) = validated();
    let proposed = get(&site, &format!("/api/validations/{id}"))["recommendations"].clone();
    assert!(proposed.as_array().is_some_and(|list| !list.is_empty()), "{proposed}");
    let enhance = format!("/api/validations/{id}/enhance");
    assert_eq!(code(&post(&site, &enhance, json!({}))), (409, "nothing_to_apply".into()));
    assert_eq!(post(&site, &format!("/api/validations/{id}/approve"), json!({})).status, 200);
    assert_eq!(page(&site), BEFORE, "approving writes nothing");
    let applied = post(&site, &enhance, json!({}));
    assert_eq!(applied.status, 200, "{}", applied.json());
    assert_ne!(page(&site), BEFORE);
    let after = page(&site);
    assert_eq!(code(&post(&site, &enhance, json!({}))), (409, "nothing_to_apply".into()));
    assert_eq!(page(&site), after, "the second time writes nothing");
    assert!(told(&site, "recommendation_applied") > 0);
    let undone = post(&site, "/api/undo", json!({}));
    assert_eq!(undone.status, 200, "{}", undone.json());
    assert_eq!(page(&site), BEFORE, "byte for byte");
    assert_eq!(undone.json()["paths"], json!(["page.md"]));
    assert_eq!(code(&post(&site, "/api/undo", json!({}))), (409, "nothing_to_undo".into()));
}

#[test]
fn an_edit_made_since_is_merged_left_or_refused() {
    let (site, id) = validated();
    post(&site, &format!("/api/validations/{id}/approve"), json!({}));
    assert_eq!(post(&site, &format!("/api/validations/{id}/enhance"), json!({})).status, 200);
    let after = page(&site);
    let other = post(&site, "/api/undo", json!({"paths": ["other.md"]}));
    assert_eq!(code(&other), (409, "nothing_to_undo".into()));
    site.write("page.md", "mine\n");
    let met = post(&site, "/api/undo", json!({}));
    assert_eq!(code(&met), (409, "file_changed".into()));
    assert!(met.json()["error"]["message"].as_str().is_some_and(|text| text.contains("page.md")));
    assert_eq!(page(&site), "mine\n");
    site.write("page.md", after.replace("Title", "Mine"));
    let kept = post(&site, "/api/undo", json!({"keep_changed": true}));
    assert_eq!(code(&kept), (409, "file_changed".into()), "there is nothing else to take back");
    let undone = post(&site, "/api/undo", json!({"number": 1, "paths": ["page.md"]}));
    assert_eq!(undone.status, 200, "{}", undone.json());
    assert_eq!(undone.json()["merged"], json!(["page.md"]));
    assert_eq!(undone.json()["left"], json!([]));
    assert_eq!(page(&site), BEFORE.replace("Title", "Mine"));
}

#[test]
fn a_file_that_changed_is_left_alone() {
    let (site, id) = validated();
    post(&site, &format!("/api/validations/{id}/approve"), json!({}));
    let enhance = format!("/api/validations/{id}/enhance");
    let stale = post(&site, &enhance, json!({"expected_hash": "0123456789abcdef"}));
    assert_eq!(code(&stale), (409, "file_changed".into()));
    assert_eq!(page(&site), BEFORE);
    let changed = format!("{BEFORE}\nMore.\n");
    site.write("page.md", &changed);
    let source = get(&site, &format!("/api/validations/{id}/source"));
    assert_eq!(source["changed"], true);
    assert_eq!(code(&post(&site, &enhance, json!({}))), (409, "file_changed".into()));
    assert_eq!(page(&site), changed);
}

#[cfg(unix)]
#[test]
fn a_link_in_the_files_place_leads_nowhere() {
    let (site, id) = validated();
    post(&site, &format!("/api/validations/{id}/approve"), json!({}));
    let outside = site.directory.path().join("outside.md");
    fs::write(&outside, BEFORE).expect("a file outside");
    fs::remove_file(site.root().join("page.md")).expect("it goes");
    std::os::unix::fs::symlink(&outside, site.root().join("page.md")).expect("a link");
    let refused = post(&site, &format!("/api/validations/{id}/enhance"), json!({}));
    assert_eq!(refused.status, 409, "{}", refused.json());
    assert_eq!(fs::read_to_string(&outside).expect("the file outside"), BEFORE);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_written_is_not() {
    use std::os::unix::fs::PermissionsExt as _;
    let (site, id) = validated();
    post(&site, &format!("/api/validations/{id}/approve"), json!({}));
    let path = site.root().join("page.md");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("it becomes read-only");
    let refused = post(&site, &format!("/api/validations/{id}/enhance"), json!({}));
    assert_eq!(code(&refused), (409, "not_written".into()));
    assert_eq!(page(&site), BEFORE);
    let names: Vec<_> = fs::read_dir(site.root())
        .expect("the root")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names.len(), 2, "nothing is left behind: {names:?}");
    assert_eq!(told(&site, "workflow_failed"), 1, "those who follow hear of it");
}

#[test]
fn decisions_are_made_once() {
    let (site, id) = validated();
    let first = get(&site, "/api/recommendations")["items"][0]["id"].as_i64().expect("an id");
    let ask = |what: &str, body: Value| {
        post(&site, &format!("/api/recommendations/{first}/{what}"), body)
    };
    assert_eq!(code(&ask("approve", json!({"exclude": [99]}))), (404, "not_found".into()));
    assert_eq!(ask("approve", json!({})).json()["state"], "approved");
    assert_eq!(ask("approve", json!({})).status, 200);
    assert_eq!(told(&site, "recommendation_approved"), 1, "the second time changes nothing");
    assert_eq!(ask("reject", json!({"reason": "as it should be"})).json()["state"], "rejected");
    assert_eq!(code(&ask("approve", json!({}))), (409, "conflict".into()));
    assert_eq!(code(&ask("reject", json!({"until": "soon"}))).0, 400);
    assert_eq!(ask("approve", json!({"overrule": true})).json()["state"], "approved");
    assert_eq!(ask("approve", json!({"exclude": 1})).status, 400);
    let preview = get(&site, &format!("/api/recommendations/{first}/preview"));
    assert!(preview["diff"].as_str().is_some_and(|diff| diff.contains("@@")), "{preview}");
    let audit = get(&site, "/api/audit");
    assert_eq!(audit["items"][0]["actor"], "web", "{audit}");
    assert_eq!(get(&site, &format!("/api/validations/{id}"))["id"], id);
}

#[test]
fn many_are_decided_at_once_but_never_all_by_mistake() {
    let (site, _) = validated();
    let all = get(&site, "/api/recommendations")["items"].as_array().expect("a list").len();
    let decide =
        |what: &str, body: Value| post(&site, &format!("/api/recommendations/{what}"), body);
    assert_eq!(decide("approve", json!({})).status, 400);
    assert_eq!(decide("approve", json!({"filter": {"rul": "MD012"}})).status, 400);
    assert_eq!(decide("approve", json!({"ids": [1], "filter": {}})).status, 400);
    let missing = decide("approve", json!({"ids": [999]})).json();
    assert_eq!(missing["refused"][0]["id"], 999);
    let done = decide("approve", json!({"filter": {"safety": "safe"}})).json();
    let safe = done["done"].as_array().expect("a list").len();
    assert!(safe > 0 && safe <= all, "{done}");
    let rejected = decide("reject", json!({"filter": {}, "reason": "no"})).json();
    assert_eq!(rejected["done"].as_array().map(Vec::len), Some(all));
}
