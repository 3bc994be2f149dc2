//! Findings by all that people ask of them: counted, listed by place, held against runs, rejected.

use serde_json::{Value, json};

use crate::api::ended;
use crate::raw;
use crate::site::{self, Site};

/// Trailing spaces, two blank lines, a bare address, and a code block without a language.
const WORDS: &str = "# Title\n\n\n\nSee http://a.example now. \n\n```\ncode\n```\n";
const LIST: &str = "# Title\n\nText. \n";

fn get(site: &Site, path: &str) -> Value {
    let answer = raw::get(site.address, path);
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    answer.json()
}

fn run(site: &Site) -> String {
    let started = raw::post(site.address, "/api/validate/batch", r#"{"directory":"."}"#).json();
    let id = started["workflow_id"].as_str().expect("an id").to_owned();
    assert_eq!(ended(site, &id)["state"], "COMPLETED");
    id
}

fn with_pages() -> Site {
    let site = site::serve();
    site.write("docs/api/a.md", WORDS);
    site.write("docs/b.md", LIST);
    site.write("c.md", LIST);
    site
}

fn total(site: &Site, query: &str) -> u64 {
    let found = get(site, &format!("/api/findings/search?{query}"));
    let facets = get(site, &format!("/api/findings/facets?{query}"));
    assert_eq!(found["total"], facets["total"], "{query}");
    found["total"].as_u64().expect("a number")
}

/// The counts of a facet by what they count.
fn facet(facets: &Value, name: &str, key: &str) -> Vec<(String, u64)> {
    let rows = facets[name].as_array().expect("a list").iter();
    let count = |row: &Value| row["count"].as_u64().expect("a count");
    rows.map(|row| (row[key].as_str().expect("a text").to_owned(), count(row))).collect()
}

#[test]
fn a_facet_counts_what_choosing_another_value_would_give() {
    let site = with_pages();
    run(&site);
    let all = get(&site, "/api/findings/facets");
    let rules = facet(&all, "rules", "rule");
    assert_eq!(rules[0], ("MD009".to_owned(), 3), "most first");
    assert_eq!(all["rules"][0]["name"], "no-trailing-spaces");
    let sum: u64 = rules.iter().map(|(_, count)| count).sum();
    assert_eq!(all["total"], sum);
    assert_eq!(all["pages"], 3);
    for (rule, count) in &rules {
        assert_eq!(total(&site, &format!("rule={rule}")), *count);
        let chosen = get(&site, &format!("/api/findings/facets?rule={rule}"));
        assert_eq!(facet(&chosen, "rules", "rule"), rules, "the others stay to be chosen");
    }
    for fix in ["safe", "review", "none"] {
        assert_eq!(total(&site, &format!("fix={fix}")), all["fixes"][fix].as_u64().expect("one"));
    }
    let markdown = facet(&all, "types", "type");
    assert_eq!(markdown, [("markdown".to_owned(), sum)]);
    assert_eq!((total(&site, "type=markdown"), total(&site, "type=links")), (sum, 0));
    assert_eq!(total(&site, "severity=error"), all["severities"]["errors"].as_u64().expect("one"));
    // Of two filters each facet leaves its own out.
    let both = get(&site, "/api/findings/facets?rule=MD009&path=docs");
    assert_eq!((&both["total"], &both["pages"]), (&json!(2), &json!(2)));
    let directories = facet(&both, "directories", "path");
    assert_eq!(directories, [("docs/api".to_owned(), 1), ("docs/b.md".to_owned(), 1)]);
    assert_eq!(both["directories"][0]["is_directory"], true);
    let top = facet(&get(&site, "/api/findings/facets?rule=MD009"), "directories", "path");
    assert_eq!(top, [("docs".to_owned(), 2), ("c.md".to_owned(), 1)]);
}

#[test]
fn words_are_looked_for_in_message_path_and_rule() {
    let site = with_pages();
    run(&site);
    assert_eq!(total(&site, "text=no-trailing-spaces"), 3);
    assert_eq!(total(&site, "text=DOCS%2Fapi%20md009"), 1, "all words, in any letter case");
    assert_eq!(total(&site, "text=a.example"), 1, "a part of one message");
    assert_eq!(total(&site, "text=nowhere"), 0);
}

#[test]
fn any_part_of_the_list_can_be_asked_for_in_each_order() {
    let site = with_pages();
    run(&site);
    let all = |order: &str| {
        let found = get(&site, &format!("/api/findings/search?order={order}&limit=1000"));
        found["items"].as_array().expect("a list").clone()
    };
    for order in ["worst", "path", "rule"] {
        let whole = all(order);
        let mut parts = Vec::new();
        while parts.len() < whole.len() {
            let query = format!("order={order}&limit=2&offset={}", parts.len());
            let part = get(&site, &format!("/api/findings/search?{query}"));
            assert_eq!((&part["offset"], &part["at"]), (&json!(parts.len()), &Value::Null));
            parts.extend(part["items"].as_array().expect("a list").clone());
        }
        assert_eq!(parts, whole, "{order}");
        // Counted one by one they are in the same order as counted by kind.
        let one_by_one = format!("order={order}&limit=1000&rejected=false");
        let one_by_one = get(&site, &format!("/api/findings/search?{one_by_one}"));
        assert_eq!(one_by_one["items"], json!(whole), "{order}");
        let beyond = get(&site, "/api/findings/search?offset=5000");
        assert_eq!(beyond["items"], json!([]));
        // A finding is found again by its fingerprint, wherever it is.
        for (at, finding) in whole.iter().enumerate() {
            let print = finding["fingerprint"].as_str().expect("a fingerprint");
            let query = format!("order={order}&limit=3&around={print}");
            let around = get(&site, &format!("/api/findings/search?{query}"));
            assert_eq!(around["at"], json!(at));
            let first =
                usize::try_from(around["offset"].as_u64().expect("a place")).expect("small");
            assert_eq!(around["items"][at - first], *finding);
        }
    }
    let texts = |order: &str, key: &str| -> Vec<String> {
        all(order).iter().map(|row| row[key].as_str().expect("a text").to_owned()).collect()
    };
    assert!(texts("path", "path").is_sorted());
    assert_eq!(texts("worst", "path")[0], "docs/api/a.md", "the page with most findings");
    assert_eq!(texts("rule", "rule")[..3], ["MD009", "MD009", "MD009"]);
}

#[test]
fn what_is_new_is_what_the_run_before_did_not_know() {
    let site = with_pages();
    let first = run(&site);
    let known = total(&site, "");
    assert_eq!(get(&site, "/api/findings/facets")["changes"], Value::Null, "there is one run only");
    site.write("c.md", "# Title\n\nText. \n\n\n\nSee http://b.example\n");
    site.write("docs/d.md", LIST);
    site.write("docs/b.md", "# Title\n\nText.\n");
    let second = run(&site);
    let facets = get(&site, "/api/findings/facets");
    let changes = &facets["changes"];
    assert_eq!(changes["since"], json!(first));
    let new = changes["new"].as_u64().expect("a number");
    assert!(new >= 3, "{changes}");
    assert_eq!(total(&site, "new=true"), new);
    assert_eq!(total(&site, "new=false"), changes["known"].as_u64().expect("a number"));
    assert_eq!(total(&site, "new=true&path=docs/d.md"), 1, "all of a new page is new");
    assert_eq!(total(&site, "new=true&path=docs/api"), 0);
    assert_eq!(total(&site, &format!("new=true&since={second}")), 0);

    // Two runs: the same numbers as their comparison has, which minds the pages of both.
    let compared = get(&site, &format!("/api/workflows/{second}/changes"));
    assert_eq!((&compared["before"], &compared["after"]), (&json!(first), &json!(second)));
    let named = format!("/api/workflows/{second}/compare?with={first}");
    assert_eq!(get(&site, &named), compared);
    let of_run = |run: &str, since: &str, rest: &str| {
        total(&site, &format!("workflow={run}&since={since}&new=true{rest}"))
    };
    assert_eq!(of_run(&second, &first, ""), compared["new"].as_u64().expect("a number"));
    assert_eq!(of_run(&first, &second, ""), compared["resolved"].as_u64().expect("a number"));
    for (rule, delta) in compared["by_rule"].as_object().expect("rules") {
        let rest = format!("&rule={rule}");
        assert_eq!(of_run(&second, &first, &rest), delta["new"].as_u64().expect("one"), "{rule}");
        assert_eq!(of_run(&first, &second, &rest), delta["resolved"].as_u64().expect("one"));
    }
    let stayed = compared["unchanged_by_rule"].as_object().expect("rules").values();
    let stayed: u64 = stayed.map(|count| count.as_u64().expect("a number")).sum();
    assert_eq!(stayed, compared["unchanged"].as_u64().expect("a number"));
    assert_eq!(stayed + compared["resolved"].as_u64().expect("a number"), known);
    let none = get(&site, &format!("/api/workflows/{first}/changes"));
    assert_eq!(none, Value::Null, "there is none before the first");
}

#[test]
fn a_finding_is_rejected_by_its_fingerprint_and_restored() {
    let site = with_pages();
    run(&site);
    let found = get(&site, "/api/findings/search?rule=MD040");
    let print = found["items"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let path = format!("/api/findings/{print}/reject");
    let post = |path: &str, body: Value| raw::post(site.address, path, &body.to_string());
    let why = json!({"path": "docs/api/a.md", "reason": "generated", "until": "2999-12-31"});
    let rejected = post(&path, why.clone());
    assert_eq!(rejected.status, 200, "{}", rejected.json());
    assert_eq!(rejected.json()["rejected"]["reason"], "generated");
    let reviews = get(&site, "/api/findings/facets")["reviews"].clone();
    assert_eq!((total(&site, "rejected=true"), reviews["rejected"].as_u64()), (1, Some(1)));
    assert_eq!(total(&site, "rejected=false"), reviews["open"].as_u64().expect("a number"));
    let audit = get(&site, "/api/audit");
    assert_eq!(audit["items"][0]["action"], "finding_rejected");

    let restored = post(&format!("/api/findings/{print}/restore"), json!({}));
    assert_eq!((restored.status, &restored.json()["rejected"]), (200, &Value::Null));
    assert_eq!(total(&site, "rejected=true"), 0);
    // What is not there cannot be decided about.
    assert_eq!(post(&format!("/api/findings/{print}/restore"), json!({})).status, 404);
    assert_eq!(post("/api/findings/0123456789abcdef/reject", why.clone()).status, 404);
    assert_eq!(post("/api/findings/1/reject", why).status, 400);
    assert_eq!(post(&path, json!({"path": "missing.md"})).status, 404);
    let bad = json!({"path": "docs/api/a.md", "until": "soon"});
    assert_eq!(post(&path, bad).status, 400);
}

#[test]
fn pages_and_rules_are_listed_and_recommendations_grouped() {
    let site = with_pages();
    site.write("bad.json", "{");
    run(&site);
    let worst = get(&site, "/api/pages?limit=1");
    assert_eq!((&worst["total"], &worst["items"][0]["path"]), (&json!(4), &json!("bad.json")));
    let paths = |query: &str| -> Vec<String> {
        let found = get(&site, &format!("/api/pages?{query}"));
        let items = found["items"].as_array().expect("a list").iter();
        items.map(|page| page["path"].as_str().expect("a path").to_owned()).collect()
    };
    assert_eq!(paths("order=path"), ["bad.json", "c.md", "docs/api/a.md", "docs/b.md"]);
    assert_eq!(paths("order=path&offset=1&limit=1&path=docs"), ["docs/b.md"]);

    let rule = get(&site, "/api/rules/line-length");
    assert_eq!((&rule["id"], &rule["type"]), (&json!("MD013"), &json!("markdown")));
    assert!(rule["text"].as_str().expect("a text").contains("```markdown good"), "{rule}");
    for title in ["What it checks", "Why it matters", "Examples", "Options", "Fixes", "References"]
    {
        assert!(
            rule["text"].as_str().expect("a text").contains(&format!("## {title}\n\n")),
            "{rule}"
        );
    }
    assert!(
        rule["options"].as_array().expect("options").iter().any(|o| o["name"] == "line_length")
    );
    assert_eq!(raw::get(site.address, "/api/rules/MD999").status, 404);
    assert!(get(&site, "/api/rules").as_array().expect("rules").len() > 50);

    let groups = get(&site, "/api/recommendations/groups?rule=MD009");
    let directory = |at: usize| groups[at]["directory"].as_str().expect("a directory").to_owned();
    assert_eq!([directory(0), directory(1), directory(2)], ["", "docs", "docs/api"]);
    let count = get(&site, "/api/recommendations/count?state=proposed&rule=MD009");
    assert_eq!(count, json!({"safe": 3, "review": 0, "pages": 3}));
    let body = json!({"filter": {"path": "docs/b.md"}}).to_string();
    assert_eq!(raw::post(site.address, "/api/recommendations/approve", &body).status, 200);
    let groups = get(&site, "/api/recommendations/groups?rule=MD009&path=docs/b.md");
    assert_eq!((&groups[0]["approved"], &groups[0]["safe"]), (&json!(1), &json!(0)));
}
