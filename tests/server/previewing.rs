//! What would be written is shown before, exactly; and what an approval leaves out is told.

use std::fs;

use serde_json::{Value, json};
use similar::TextDiff;

use crate::api;
use crate::raw::{self, Answer};
use crate::site::{self, Site};

/// Changes that are safe, and one that needs a look.
const PAGE: &str = "# T\n\none \n\n\n\nsee http://a.example and (here)[b.md] now\ntwo \n";

fn get(site: &Site, path: &str) -> Value {
    raw::get(site.address, path).json()
}

fn post(site: &Site, path: &str, body: Value) -> Answer {
    raw::post(site.address, path, &body.to_string())
}

fn validate(site: &Site, path: &str) -> i64 {
    let started = post(site, "/api/validate", json!({"path": path})).json();
    api::ended(site, started["workflow_id"].as_str().expect("an id"));
    let found = get(site, &format!("/api/validations?current=true&path={path}"));
    found["items"][0]["id"].as_i64().expect("an id")
}

fn ids(site: &Site, query: &str) -> Vec<i64> {
    let listed = get(site, &format!("/api/recommendations?{query}"));
    let items = listed["items"].as_array().expect("a list").iter();
    items.map(|item| item["id"].as_i64().expect("a number")).collect()
}

fn read(site: &Site, name: &str) -> String {
    fs::read_to_string(site.root().join(name)).expect("the page")
}

#[test]
fn what_is_left_out_of_an_approval_is_told_of_one_page_and_of_many() {
    let site = site::serve();
    for name in ["a.md", "b.md"] {
        site.write(name, PAGE);
    }
    let [a, b] = ["a.md", "b.md"].map(|name| validate(&site, name));
    let counts = |query: &str| ids(&site, query).len();
    let review = counts("safety=review&path=a.md");
    assert!(review > 0 && counts("safety=safe&path=a.md") > 0);

    let approve = format!("/api/validations/{a}/approve");
    let safe = ids(&site, "safety=safe&path=a.md");
    let approved = post(&site, &approve, json!({})).json();
    assert_eq!((&approved["id"], &approved["review"]), (&json!(a), &json!("approved")));
    assert_eq!((&approved["done"], &approved["left_out"]), (&json!(safe), &json!(review)));
    let why = approved["left_out_reason"].as_str().expect("a reason");
    assert!(why.contains("review") && why.contains("`safety`"), "{why}");
    let again = post(&site, &approve, json!({})).json();
    assert_eq!((&again["done"], &again["left_out"]), (&json!([]), &json!(review)));
    let named = post(&site, &approve, json!({"safety": "review"})).json();
    assert_eq!(named["done"].as_array().map(Vec::len), Some(review), "{named}");
    assert_eq!((&named["left_out"], &named["left_out_reason"]), (&json!(0), &Value::Null));
    assert_eq!(post(&site, &approve, json!({})).json()["left_out"], 0, "none is left");

    let many = post(&site, "/api/recommendations/approve", json!({"filter": {}})).json();
    assert_eq!((&many["left_out"], &many["left_out_reason"]), (&json!(review), &json!(why)));
    assert_eq!(many["refused"], json!([]));
    assert_eq!(counts("state=proposed&safety=review&path=b.md"), review);
    let rest = post(&site, &format!("/api/validations/{b}/approve"), json!({})).json();
    assert_eq!((&rest["done"], &rest["left_out"]), (&json!([]), &json!(review)));

    let document = get(&site, "/api/openapi.json");
    let answer = |path: &str| {
        let schema = &document["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]
            ["schema"];
        let name = schema["$ref"].as_str().expect("a name").rsplit('/').next().expect("a part");
        document["components"]["schemas"][name].clone()
    };
    for path in ["/api/validations/{id}/approve", "/api/recommendations/approve"] {
        let schema = answer(path).to_string();
        assert!(
            schema.contains("\"left_out\"") && schema.contains("\"left_out_reason\""),
            "{path}"
        );
    }
}

/// Makes one of the changes claim what is not so: that it leaves the rendered page as it is.
fn claim_falsely(site: &Site, path: &str) {
    let record = rusqlite::Connection::open(site.root().join(".validator/validator.db"));
    let record = record.expect("the record");
    let sql = "SELECT recommendations.id, changes FROM recommendations
        JOIN files ON files.id = file WHERE rule = 'MD012' AND path = ?1";
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
fn what_is_previewed_is_what_applying_then_writes() {
    let site = site::serve();
    let names = ["docs/a.md", "docs/b.md", "docs/gone.md", "docs/marked.md", "docs/stale.md"];
    for name in names {
        site.write(name, PAGE);
        validate(&site, name);
    }
    site.write("other.md", PAGE);
    validate(&site, "other.md");
    let preview = |body: Value| post(&site, "/api/enhance/preview", body);
    let none = preview(json!({}));
    assert_eq!((none.status, &none.json()["error"]["code"]), (409, &json!("nothing_to_apply")));
    let approve = json!({"filter": {"safety": "safe"}});
    assert_eq!(post(&site, "/api/recommendations/approve", approve).status, 200);
    claim_falsely(&site, "docs/a.md");
    fs::remove_file(site.root().join("docs/gone.md")).expect("it goes");
    site.write("docs/stale.md", format!("{PAGE}more\n"));
    let marked = site.root().join("docs/marked.md");
    let mut marks = fs::metadata(&marked).expect("there").permissions();
    marks.set_readonly(true);
    fs::set_permissions(&marked, marks).expect("it becomes read-only");
    let runs = get(&site, "/api/workflows")["items"].clone();
    let before = names.map(|name| fs::read_to_string(site.root().join(name)).unwrap_or_default());

    let body = json!({"filter": {"path": "docs"}});
    let answer = preview(body.clone());
    assert_eq!(answer.status, 200, "{}", answer.json());
    let planned = answer.json()["files"].clone();
    assert_eq!(preview(body.clone()).json()["files"], planned, "nothing has changed");
    assert_eq!(get(&site, "/api/workflows")["items"], runs, "a preview is no run");
    assert!(ids(&site, "state=stale").is_empty(), "and decides nothing");
    for (name, text) in names.iter().zip(&before).filter(|(name, _)| **name != "docs/gone.md") {
        assert_eq!(&read(&site, name), text, "and writes nothing");
    }

    let report = post(&site, "/api/enhance", body).json();
    let planned = planned.as_array().expect("files");
    assert_eq!(planned.len(), names.len());
    for (at, (plan, done)) in
        planned.iter().zip(report["files"].as_array().expect("files")).enumerate()
    {
        let name = names[at];
        assert_eq!(plan["path"], name);
        for key in ["path", "applied", "refused", "changes", "applied_changes", "refused_changes"] {
            assert_eq!(plan[key], done[key], "{key}: {plan} {done}");
        }
        assert_eq!(plan["stale"], done["stale"], "{plan} {done}");
        assert_eq!(plan["error"], done["error"], "{plan} {done}");
        let now = fs::read_to_string(site.root().join(name)).unwrap_or_default();
        let diff = TextDiff::from_lines(&before[at], &now);
        assert_eq!(plan["diff"], diff.unified_diff().header(name, name).to_string());
        let is_written = ["docs/a.md", "docs/b.md"].contains(&name);
        assert_eq!(now != before[at], is_written, "{name}");
        if plan["error"].is_null() {
            let hash = |text: &str| validator::store::Digest::of(text.as_bytes()).to_string();
            assert_eq!(plan["before_hash"], hash(&before[at]));
            assert_eq!(plan["after_hash"], hash(&now));
        }
    }
    let refused = &planned[0]["refused_changes"];
    assert_eq!(refused[0]["reason"], "would change the rendered page", "{refused}");
    assert_eq!(planned[1]["refused_changes"], json!([]));
    assert!(
        planned[3]["error"].as_str().is_some_and(|why| why.contains("read-only")),
        "{planned:?}"
    );
    assert_eq!(read(&site, "other.md"), PAGE);
}
