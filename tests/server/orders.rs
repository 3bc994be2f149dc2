//! Lists in every order that they have, page by page: each row once, as one list would have them.

use serde_json::{Value, json};
use validator::diagnostic::Fingerprint;
use validator::store::{Actor, Counts, NewWorkflow, Progress, Rejection, Tx};

use crate::api::{ended, get};
use crate::raw;
use crate::site::{self, Site};

/// Runs of some kinds, states and sizes, many of them alike.
fn with_runs(count: u64) -> Site {
    let site = site::serve();
    let counts = |at| Counts { errors: at % 3, warnings: at % 5, infos: 0 };
    let mut runs = Vec::new();
    for at in 0..count {
        let actor = [Actor::cli(), Actor::Web, Actor::System][(at % 3) as usize].clone();
        let write = move |tx: &Tx| {
            let kind = ["batch", "check"][(at % 2) as usize].to_owned();
            let what = json!({"paths": [format!("docs/{}", at % 4)]});
            let id = tx.create_workflow(&NewWorkflow { kind, what })?;
            tx.begin_workflow(id, 10)?;
            tx.progress(id, &Progress { done: at % 7, counts: counts(at), path: None })?;
            Ok((at, id))
        };
        runs.push(site.store.write(actor, write).expect("a run"));
    }
    for (at, id) in runs {
        let end = move |tx: &Tx| match at % 4 {
            0 => tx.fail_workflow(id, "it had to"),
            1 => tx.cancel_workflow(id),
            2 => tx.complete_workflow(id, &Progress { done: 10, counts: counts(at), path: None }),
            _ => Ok(()),
        };
        site.store.write(Actor::cli(), end).expect("it ends");
    }
    site
}

/// Three runs over pages, of which all get worse and one gets better.
fn with_results() -> Site {
    let site = site::serve();
    for round in 0..3 {
        for page in 0..9 {
            let flaws = if page == 4 { 3 - round } else { page % 4 + round };
            let text = format!("# Title\n\n{}", "Text. \n\n".repeat(flaws));
            site.write(&format!("docs/page-{}.md", (page * 5) % 9), text);
        }
        site.write("bad.json", if round == 1 { "{" } else { "{}" });
        let started = raw::post(site.address, "/api/validate/batch", r#"{"directory":"."}"#).json();
        ended(&site, started["workflow_id"].as_str().expect("an id"));
    }
    site
}

/// All rows of a list, page by page.
fn rows(site: &Site, list: &str, limit: usize) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut after = String::new();
    loop {
        let page = get(site, &format!("{list}&limit={limit}{after}"));
        let items = page["items"].as_array().expect("rows");
        assert!(items.len() <= limit, "{list}");
        rows.extend(items.iter().cloned());
        after = match &page["next"] {
            Value::Null => return rows,
            Value::String(next) => format!("&after={next}"),
            next => format!("&after={next}"),
        };
    }
}

/// That the list comes whole and once in each order, in parts of any size, and backwards if
/// reversed; gives it in each order.
fn lists<'o>(site: &Site, list: &str, orders: &[&'o str]) -> Vec<(&'o str, Vec<Value>)> {
    let all = rows(site, list, 1000);
    let in_order = |order: &&'o str| {
        let list = format!("{list}&order={order}");
        let whole = rows(site, &list, 1000);
        assert_eq!(whole.len(), all.len(), "{list}");
        assert!(all.iter().all(|row| whole.contains(row)), "{list}");
        for limit in [1, 2, 7] {
            assert_eq!(rows(site, &list, limit), whole, "{list} by {limit}");
        }
        let mut reversed = rows(site, &format!("{list}&reverse=true"), 3);
        reversed.reverse();
        assert_eq!(reversed, whole, "{list} from its end");
        (*order, whole)
    };
    orders.iter().map(in_order).collect()
}

fn number(row: &Value, field: &str) -> i64 {
    row.pointer(field).and_then(Value::as_i64).unwrap_or(-1)
}

fn counts(row: &Value, at: &str) -> [i64; 3] {
    ["errors", "warnings", "infos"].map(|name| number(row, &format!("{at}/counts/{name}")))
}

#[test]
fn runs_come_in_every_order() {
    let site = with_runs(29);
    let orders = ["newest", "state", "kind", "largest", "worst", "longest", "actor"];
    for (order, rows) in lists(&site, "/api/workflows?", &orders) {
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let took = |row: &Value| match number(row, "/ended_us") {
            -1 => -1,
            ended => ended - number(row, "/started_us"),
        };
        let is_sorted = match order {
            "newest" => rows.is_sorted_by(|a, b| text(a, "id") > text(b, "id")),
            "state" => {
                let states = ["RUNNING", "FAILED", "CANCELLED", "COMPLETED"];
                rows.is_sorted_by_key(|row| {
                    states.iter().position(|state| *state == row["state"]).expect("a state")
                })
            }
            "kind" => rows.is_sorted_by_key(|row| (text(row, "kind"), row["what"].to_string())),
            "largest" => rows.is_sorted_by_key(|row| -number(row, "/done")),
            "worst" => rows.is_sorted_by(|a, b| counts(a, "") >= counts(b, "")),
            "longest" => rows.is_sorted_by_key(|row| -took(row)),
            _ => rows.is_sorted_by_key(|row| match &*text(row, "actor") {
                "web" => 1,
                "system" => 2,
                _ => 0,
            }),
        };
        assert!(is_sorted, "{order}: {rows:?}");
    }
    let failed = rows(&site, "/api/workflows?state=FAILED&order=worst", 2);
    assert_eq!(failed.len(), 8);
    assert!(failed.is_sorted_by(|a, b| counts(a, "") >= counts(b, "")), "{failed:?}");
}

#[test]
fn an_order_that_there_is_not_is_refused_with_those_there_are() {
    let site = site::serve();
    for (list, known) in [
        ("/api/workflows?", "newest, state, kind, largest, worst, longest, actor"),
        ("/api/validations?", "worst, path, newest"),
        ("/api/audit?", "newest, who, action, subject, reason"),
        ("/api/file/history?path=a.md&", "newest, worst"),
    ] {
        let refused = raw::get(site.address, &format!("{list}order=best"));
        assert_eq!(refused.status, 400, "{list}");
        assert_eq!(refused.json()["error"]["hint"], format!("it takes one of {known}"));
    }
    let gone = raw::get(site.address, "/api/validations?order=worst&after=7");
    assert_eq!((gone.status, gone.json()["error"]["code"].clone()), (404, json!("not_found")));
}

#[test]
fn results_come_in_every_order() {
    let site = with_results();
    let worst = |a: &Value, b: &Value, at: &str| {
        let key = |row: &Value| {
            let is_unread = row.pointer(&format!("{at}/status")) == Some(&json!("unreadable"));
            (is_unread, counts(row, at))
        };
        key(a) >= key(b)
    };
    for (order, rows) in lists(&site, "/api/validations?", &["newest", "worst", "path"]) {
        assert_eq!(rows.len(), 30);
        let is_sorted = match order {
            "newest" => rows.is_sorted_by_key(|row| -number(row, "/id")),
            "worst" => rows.is_sorted_by(|a, b| worst(a, b, "")),
            _ => rows.is_sorted_by_key(|row| row["path"].as_str().expect("a path").to_owned()),
        };
        assert!(is_sorted, "{order}: {rows:?}");
    }
    let run = get(&site, "/api/workflows?limit=1")["items"][0]["id"].clone();
    let run = run.as_str().expect("an id");
    let of_run = rows(&site, &format!("/api/validations?workflow={run}"), 4);
    assert!(of_run.is_sorted_by_key(|row| number(row, "/id")), "{of_run:?}");
    let of_run = rows(&site, &format!("/api/validations?workflow={run}&order=worst"), 4);
    assert!(of_run.len() == 10 && of_run.is_sorted_by(|a, b| worst(a, b, "")), "{of_run:?}");

    let history = "/api/file/history?path=docs/page-2.md";
    for (order, rows) in lists(&site, history, &["newest", "worst"]) {
        let errors: Vec<i64> =
            rows.iter().map(|row| counts(row, "/validation").iter().sum()).collect();
        let (new, resolved) = (number(&rows[0], "/new"), number(&rows[0], "/resolved"));
        match order {
            "newest" => assert!((new, resolved) == (0, 1) && errors.is_sorted(), "{rows:?}"),
            _ => assert!(new == errors[0] && resolved == 0, "held against none: {rows:?}"),
        }
        assert!(order == "newest" || rows.is_sorted_by(|a, b| worst(a, b, "/validation")));
    }
}

#[test]
fn decisions_come_in_every_order() {
    let site = site::serve();
    for at in 0..23_u64 {
        let write = move |tx: &Tx| {
            let reason = (at % 3 > 0).then(|| format!("reason {}", at % 4));
            let why = Rejection { reason, until: None };
            let print = Fingerprint(at % 5);
            tx.reject_finding(print, "MD009", "a.md", &why)?;
            if at % 6 == 0 { tx.reconsider_finding(print) } else { Ok(()) }
        };
        let actor = [Actor::cli(), Actor::Web][(at % 2) as usize].clone();
        site.store.write(actor, write).expect("a decision");
    }
    let orders = ["newest", "who", "action", "subject", "reason"];
    for (order, rows) in lists(&site, "/api/audit?", &orders) {
        assert_eq!(rows.len(), 27);
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let is_sorted = match order {
            "newest" => rows.is_sorted_by_key(|row| -number(row, "/id")),
            "reason" => rows.is_sorted_by_key(|row| (row["reason"].is_null(), text(row, "reason"))),
            "who" => rows.is_sorted_by_key(|row| text(row, "actor") == "web"),
            field => rows.is_sorted_by_key(|row| text(row, field)),
        };
        assert!(is_sorted, "{order}: {rows:?}");
    }
}
