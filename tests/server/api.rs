//! Questions and answers, and the document that describes them.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::other_version::rename_rule;
use crate::raw::{self, Answer};
use crate::site::{self, Site};

const PAGE: &str = "# Title\n\n\n\nSome text  \nwith trailing space. \n* item\n+ item\n";

/// A site with pages that have something to say about.
fn with_pages(count: usize) -> Site {
    let site = site::serve();
    for index in 0..count {
        site.write(&format!("docs/page-{index:02}.md"), PAGE);
    }
    site.write("validator.yaml", "families:\n  words: { include: [\"docs/**\"] }\n");
    site
}

pub fn get(site: &Site, path: &str) -> Value {
    let answer = raw::get(site.address, path);
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

fn post(site: &Site, path: &str, body: &Value) -> Answer {
    raw::post(site.address, path, &body.to_string())
}

/// Waits until the workflow has ended.
pub fn ended(site: &Site, id: &str) -> Value {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let workflow = get(site, &format!("/api/workflows/{id}"));
        if !["PENDING", "RUNNING", "PAUSED"].contains(&workflow["state"].as_str().expect("a state"))
        {
            return workflow;
        }
        assert!(Instant::now() < deadline, "{workflow}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn batch(site: &Site, files: &[String]) -> Value {
    let started = post(site, "/api/validate/batch", &json!({"files": files, "family": "words"}));
    assert_eq!(started.status, 200, "{}", started.json());
    ended(site, started.json()["workflow_id"].as_str().expect("an id"))
}

fn pages(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("docs/page-{index:02}.md")).collect()
}

#[test]
fn findings_are_summed_up_by_directory() {
    let site = with_pages(2);
    site.write("docs/deep/page.md", PAGE);
    site.write("fine.md", "# Fine\n");
    let started = post(&site, "/api/validate/batch", &json!({"directory": "."}));
    ended(&site, started.json()["workflow_id"].as_str().expect("an id"));
    let places = |path: &str| {
        let found = get(&site, &format!("/api/findings/directories?path={path}"));
        let place = |place: &Value| {
            let warnings = place["counts"]["warnings"].as_u64().expect("a number");
            (place["path"].as_str().expect("a path").to_owned(), place["files"].clone(), warnings)
        };
        found.as_array().expect("a list").iter().map(place).collect::<Vec<_>>()
    };
    let root = places("");
    assert_eq!((root[0].0.as_str(), &root[0].1), ("docs", &json!(3)));
    assert!(root.contains(&("fine.md".to_owned(), json!(1), 0)), "{root:?}");
    let docs = places("docs");
    let each = root[0].2 / 3;
    assert_eq!(
        docs,
        ["docs/deep", "docs/page-00.md", "docs/page-01.md"].map(|path| (
            path.to_owned(),
            json!(1),
            each
        ))
    );
}

#[test]
fn a_batch_is_started_as_clients_do_it() {
    let site = with_pages(2);
    site.write("a.md", PAGE);
    let answer = std::process::Command::new("curl")
        .args(["-s", "-X", "POST", "-H", "Content-Type: application/json"])
        .arg(format!("http://{}/api/validate/batch", site.address))
        .args([
            "-d",
            r#"{"files":["a.md"],"family":"words","validation_types":["structure","markdown"]}"#,
        ])
        .output();
    let Ok(answer) = answer else {
        eprintln!("skipped: curl is not installed");
        return;
    };
    let started: Value = serde_json::from_slice(&answer.stdout).expect("JSON");
    let workflow = ended(&site, started["workflow_id"].as_str().expect("an id"));
    assert_eq!(workflow["state"], "COMPLETED");
    assert_eq!((workflow["done"].as_u64(), workflow["percent"].as_u64()), (Some(1), Some(100)));
}

#[test]
fn families_and_types_are_those_that_are_known() {
    let site = with_pages(1);
    let refuse = |body: Value, code: &str| {
        let answer = post(&site, "/api/validate/batch", &body);
        let error = answer.json()["error"].clone();
        let status = if code == "unknown_family" { 404 } else { 400 };
        assert_eq!((answer.status, error["code"].as_str()), (status, Some(code)), "{error}");
        error.to_string()
    };
    let files = json!(["docs/page-00.md"]);
    let said = refuse(json!({"files": files, "family": "pdf"}), "unknown_family");
    assert!(said.contains("words"), "{said}");
    refuse(json!({"files": files, "validation_types": ["spelling"]}), "unknown_type");
    refuse(json!({"files": []}), "nothing_to_check");
    refuse(json!({"files": files, "directory": "docs"}), "ambiguous");
    refuse(json!({"directory": ""}), "path_empty");
    refuse(json!({"files": ["../x.md"]}), "bad_path");
    let missing = post(&site, "/api/validate/batch", &json!({"files": ["docs/none.md"]}));
    assert_eq!(missing.status, 404);
    let many: Vec<String> = (0..10_001).map(|index| format!("{index}.md")).collect();
    let many = post(&site, "/api/validate/batch", &json!({"files": many}));
    assert_eq!((many.status, many.json()["error"]["code"].as_str()), (413, Some("too_many_files")));
}

#[test]
fn a_text_is_checked_at_once() {
    let site = with_pages(0);
    let answer =
        post(&site, "/api/validate", &json!({"text": "# A\n\n### B\n", "path": "x.md"})).json();
    assert_eq!(answer["findings"][0]["rule"], "MD001", "{answer}");
    assert_eq!(answer["findings"][0]["line"], 3);
    assert_eq!(get(&site, "/api/workflows")["items"], json!([]), "nothing is recorded");
}

#[test]
fn a_directory_is_walked() {
    let site = with_pages(3);
    site.write("docs/.hidden.md", PAGE);
    let started = post(&site, "/api/validate/batch", &json!({"directory": "docs"})).json();
    assert_eq!(started["files"], 3, "{started}");
    ended(&site, started["workflow_id"].as_str().expect("an id"));
}

#[test]
fn a_template_for_no_page_fails_the_workflow_and_keeps_what_was_found() {
    let site = with_pages(3);
    site.write("docs/p.structure.yaml", "files: [other.md]\nsections:\n- heading: Usage\n");
    let run = |body: Value| {
        let started = post(&site, "/api/validate/batch", &body).json();
        ended(&site, started["workflow_id"].as_str().expect("an id"))
    };
    let workflow = run(json!({"directory": "docs"}));
    assert_eq!(workflow["state"], "FAILED", "{workflow}");
    let message = workflow["message"].as_str().expect("a message");
    assert!(message.contains("p.structure.yaml") && message.contains("none of the pages"));
    assert_eq!((workflow["done"].as_u64(), workflow["total"].as_u64()), (Some(3), Some(3)));
    // Nobody has asked where templates are left out, or of single files.
    let types = json!({"directory": "docs", "validation_types": ["markdown"]});
    assert_eq!(run(types)["state"], "COMPLETED");
    assert_eq!(run(json!({"files": ["docs/page-00.md"]}))["state"], "COMPLETED");
}

#[test]
fn lists_are_filtered_and_paged() {
    let site = with_pages(25);
    let workflow = batch(&site, &pages(25));
    batch(&site, &pages(5));
    let id = workflow["id"].as_str().expect("an id");
    assert_eq!(get(&site, "/api/workflows")["items"].as_array().map(Vec::len), Some(2));
    assert_eq!(get(&site, "/api/workflows?state=failed")["items"], json!([]));
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = get(&site, &format!("/api/validations?workflow={id}&limit=10{after}"));
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= 10);
        seen.extend(items.iter().map(|item| item["path"].as_str().expect("a path").to_owned()));
        match &page["next"] {
            Value::Null => break,
            next => after = format!("&after={next}"),
        }
    }
    assert_eq!(seen, pages(25));
    let current = get(&site, "/api/validations?current=true&path=docs/page-0*");
    assert_eq!(current["items"].as_array().map(Vec::len), Some(10));
    let findings = get(&site, "/api/findings?path=docs/page-00.md&rule=MD012");
    assert_eq!(findings["items"][0]["rule"], "MD012", "{findings}");
    let rules = get(&site, &format!("/api/findings/rules?workflow={id}"));
    assert!(rules.as_array().is_some_and(|rules| rules.len() > 2), "{rules}");
    let events = get(&site, "/api/events?limit=3");
    assert_eq!((events["items"][2]["seq"].as_i64(), events["next"].as_i64()), (Some(3), Some(3)));
    let history = get(&site, "/api/file/history?path=docs/page-00.md");
    assert_eq!(history["items"].as_array().map(Vec::len), Some(2));
    let trend = get(&site, "/api/trends?limit=10");
    assert_eq!(trend.as_array().map(Vec::len), Some(2), "{trend}");
    let stats = get(&site, "/api/statistics");
    assert_eq!((stats["files"].as_u64(), stats["validations"].as_u64()), (Some(25), Some(30)));
    let snapshot = get(&site, "/api/snapshot");
    assert_eq!(
        snapshot["head"],
        snapshot["events"].as_array().expect("events").last().expect("one")["seq"]
    );
}

#[test]
fn directories_have_their_old_name_in_questions_too() {
    let site = with_pages(3);
    let refuse = |body: Value, code: &str| {
        let refused = post(&site, "/api/validate/batch", &body);
        assert_eq!((refused.status, refused.json()["error"]["code"].as_str()), (400, Some(code)));
    };
    let started = post(&site, "/api/validate/batch", &json!({"folder": "docs"})).json();
    let run = ended(&site, started["workflow_id"].as_str().expect("an id"));
    assert_eq!((&run["total"], &run["what"]["paths"]), (&json!(3), &json!(["docs"])));
    refuse(json!({"folder": ""}), "path_empty");
    refuse(json!({"folder": "docs", "files": pages(1)}), "ambiguous");
    refuse(json!({"folder": "docs", "files": []}), "ambiguous");
    refuse(json!({"folder": "docs", "directory": "docs"}), "invalid_body");
    refuse(json!({"folder": 1}), "invalid_body");

    let old = get(&site, "/api/trends?folder=docs");
    assert_eq!(old, get(&site, "/api/trends?directory=docs"));
    assert!(old[0]["counts"]["warnings"].as_u64() > Some(0), "{old}");
    let none = get(&site, "/api/trends?folder=other");
    assert_eq!(none[0]["counts"]["warnings"], 0, "{none}");
    assert_eq!(old, get(&site, "/api/trends?folder=other&directory=docs"));
    let places = get(&site, "/api/findings/folders");
    assert_eq!(places, get(&site, "/api/findings/directories"));
    assert_eq!(places[0]["is_directory"], true);

    let document = get(&site, "/api/openapi.json");
    let batch = document["components"]["schemas"]["Batch"]["properties"]["folder"].clone();
    assert_eq!(batch["deprecated"], true, "{batch}");
}

#[test]
fn ids_are_known_or_not() {
    let site = with_pages(0);
    for (path, status) in [
        ("/api/workflows/wf_00000000000", 404),
        ("/api/workflows/7", 400),
        ("/api/validations/7", 404),
        ("/api/validations/x", 400),
        ("/api/validations/99999999999999999999", 400),
        ("/api/recommendations/7", 404),
        ("/api/recommendations/%2e%2e", 400),
        ("/api/validations/7/source", 404),
        ("/api/workflows?after=x", 400),
        ("/api/findings?after=x", 400),
        ("/api/findings?severity=bad", 400),
        ("/api/workflows/wf_00000000000/compare", 400),
    ] {
        let answer = raw::get(site.address, path);
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.json()["error"]["hint"].is_string(), "{path}");
    }
}

#[test]
fn a_run_is_exported_in_every_format() {
    let site = with_pages(2);
    let workflow = batch(&site, &pages(2));
    let id = workflow["id"].as_str().expect("an id");
    for format in validator::report::FORMATS {
        let path = format!("/api/workflows/{id}/export?format={}", format.name);
        let answer = raw::get(site.address, &path);
        assert_eq!(answer.status, 200, "{}", format.name);
        let text = String::from_utf8(answer.body).expect("text");
        assert!(
            text.contains("docs/page-01.md") && text.contains("MD012"),
            "{}: {text}",
            format.name
        );
    }
    assert_eq!(raw::get(site.address, &format!("/api/workflows/{id}/export?format=x")).status, 400);
}

#[test]
fn findings_of_rules_that_nobody_knows_are_never_left_out_of_an_export() {
    let site = with_pages(2);
    let workflow = batch(&site, &pages(2));
    let id = workflow["id"].as_str().expect("an id");
    assert!(rename_rule(&site.root(), "MD012", "XX012") > 0);
    for path in [format!("/api/workflows/{id}/export"), "/api/findings/export".to_owned()] {
        let answer = raw::get(site.address, &path);
        let error = &answer.json()["error"];
        assert_eq!((answer.status, error["code"].as_str()), (409, Some("unknown_rule")), "{path}");
        assert!(error["message"].as_str().expect("a text").contains("`XX012`"), "{error}");
    }
}

#[test]
fn two_runs_are_compared() {
    let site = with_pages(2);
    let before = batch(&site, &pages(2));
    site.write("docs/page-01.md", "# Title\n\nText.\n");
    let after = batch(&site, &pages(2));
    let [before, after] = [&before, &after].map(|workflow| workflow["id"].as_str().expect("an id"));
    let compared = get(&site, &format!("/api/workflows/{after}/compare?with={before}"));
    assert_eq!((compared["files"].as_u64(), compared["new"].as_u64()), (Some(2), Some(0)));
    assert!(compared["resolved"].as_u64() > Some(0), "{compared}");
}

#[test]
fn a_workflow_is_paused_resumed_and_cancelled() {
    let site = with_pages(1);
    // Of another process, in a way: the server asks whoever runs it.
    let id = site.running(10);
    let ask = |what: &str| post(&site, &format!("/api/workflows/{id}/{what}"), &json!({}));
    let paused = ask("pause");
    assert_eq!((paused.status, paused.json()["requested"].as_str()), (200, Some("pause")));
    assert_eq!(ask("resume").status, 409, "it is not paused yet");
    assert_eq!(ask("cancel").json()["requested"], "cancel");
    let done = batch(&site, &pages(1));
    let id = done["id"].as_str().expect("an id");
    for what in ["pause", "resume", "cancel"] {
        let answer = post(&site, &format!("/api/workflows/{id}/{what}"), &json!({}));
        assert_eq!(
            (answer.status, answer.json()["error"]["code"].as_str()),
            (409, Some("conflict"))
        );
    }
}

#[test]
fn too_many_runs_at_once_are_refused() {
    let site = with_pages(1);
    let statuses: Vec<u16> = (0..40)
        .map(|_| post(&site, "/api/validate", &json!({"path": "docs/page-00.md"})).status)
        .collect();
    let refused = statuses.iter().filter(|&&status| status == 429).count();
    assert!(refused > 0 || statuses.iter().all(|&status| status == 200), "{statuses:?}");
    assert!(statuses.iter().filter(|&&status| status == 200).count() >= 20, "{statuses:?}");
}

#[test]
fn answers_are_what_the_document_says() {
    let site = with_pages(3);
    let workflow = batch(&site, &pages(3));
    let id = workflow["id"].as_str().expect("an id");
    let document = get(&site, "/api/openapi.json");
    let paths = document["paths"].as_object().expect("paths");
    let fill = |path: &str| {
        let id = if path.starts_with("/api/workflows") { id } else { "1" };
        let path = path.replace("{id}", id).replace("{rule}", "MD012");
        path.replace("{fingerprint}", "0123456789abcdef")
    };
    for (path, operations) in paths {
        for method in ["get", "post", "put", "patch", "delete"] {
            let length = if method == "get" { "" } else { "Content-Length: 0\r\n" };
            let request = format!(
                "{} {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{length}\r\n",
                method.to_uppercase(),
                fill(path),
                site.address
            );
            let answer = raw::send(site.address, request.as_bytes());
            match operations.get(method) {
                Some(_) => assert_ne!(answer.status, 405, "{method} {path}"),
                None => assert_eq!(answer.status, 405, "{method} {path} is not in the document"),
            }
        }
        let Some(operation) = operations.get("get") else { continue };
        let Some(content) = operation["responses"]["200"]["content"].get("application/json") else {
            continue;
        };
        let query = match path.as_str() {
            "/api/file" | "/api/file/history" => "?path=docs/page-00.md".to_owned(),
            "/api/workflows/{id}/compare" => format!("?with={id}"),
            "/api/workflows/{id}/export" | "/api/findings/export" => "?format=json".to_owned(),
            _ => String::new(),
        };
        let answer = get(&site, &format!("{}{query}", fill(path)));
        let mut schema = content["schema"].clone();
        // The schema refers to others by their place in the whole document.
        if let Some(table) = schema.as_object_mut() {
            table.insert("components".into(), document["components"].clone());
        }
        let valid = jsonschema::validator_for(&schema).expect("a schema");
        if let Err(error) = valid.validate(&answer) {
            panic!("{path}: {error} at {}", error.instance_path());
        }
    }
    assert!(paths.len() > 25, "{}", paths.len());
}

#[test]
fn health_is_answered_while_a_batch_runs() {
    let site = with_pages(0);
    for index in 0..2_000 {
        site.write(&format!("many/page-{index}.md"), PAGE.repeat(20));
    }
    let started = post(&site, "/api/validate/batch", &json!({"directory": "many"})).json();
    let id = started["workflow_id"].as_str().expect("an id");
    for _ in 0..50 {
        assert_eq!(raw::get(site.address, "/health").status, 200);
    }
    // The load example measures how quick; here it is that none waits for the batch.
    let state = get(&site, &format!("/api/workflows/{id}"))["state"].clone();
    assert_ne!(state, "COMPLETED");
    assert_eq!(ended(&site, id)["state"], "COMPLETED");
}
