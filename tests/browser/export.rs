//! What is filtered is saved as it is filtered; who owns which pages is one of the filters.

use serde_json::{Value, json};

use crate::chrome::Browser;
use crate::raw;
use crate::site::Site;

const FORMATS: [&str; 4] = ["sarif", "json", "concise", "junit"];

fn with_pages() -> Site {
    let site = Site::serve(&[]);
    site.write("docs/api/a.md", "# T\n\none \n\n```\ncode\n```\n");
    site.write("docs/b.md", "# T\n\ntwo \n\nthree \n");
    site.write("c.md", "# T\n\nfour \n");
    site.validate();
    site
}

fn facets(site: &Site, query: &str) -> Value {
    site.get(&format!("/api/findings/facets?{query}"))
}

fn total(site: &Site, query: &str) -> u64 {
    facets(site, query)["total"].as_u64().expect("a number")
}

fn results(site: &Site, query: &str) -> Vec<Value> {
    let log = site.get(&format!("/api/findings/export?format=sarif&{query}"));
    log["runs"][0]["results"].as_array().expect("results").clone()
}

#[test]
fn an_export_has_the_findings_that_fit_and_no_others() {
    let site = with_pages();
    for query in ["", "rule=MD009", "path=docs/&rule=MD009", "text=code", "fix=none", "type=links"]
    {
        assert_eq!(results(&site, query).len() as u64, total(&site, query), "{query}");
    }
    let found = results(&site, "rule=MD009&path=docs/b.md");
    assert_eq!(found.len(), 2);
    for result in &found {
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!((&result["ruleId"], place), (&json!("MD009"), &json!("docs/b.md")));
    }
    for format in FORMATS {
        let path = format!("/api/findings/export?rule=MD040&format={format}");
        let answer = raw::get(site.address, &path);
        let text = String::from_utf8(answer.body).expect("text");
        assert_eq!(answer.status, 200);
        assert!(text.contains("MD040") && !text.contains("MD009"), "{format}: {text}");
    }
    // What is rejected counts no more, and is there when it is asked for.
    let row = site.get("/api/findings/search?path=c.md&rule=MD009")["items"][0].clone();
    let print = row["fingerprint"].as_str().expect("a fingerprint");
    site.post(&format!("/api/findings/{print}/reject"), &json!({"path": "c.md"}));
    assert_eq!(results(&site, "path=c.md&rule=MD009").len(), 0);
    assert_eq!(results(&site, "path=c.md&rule=MD009&rejected=true").len(), 1);
    let concise = |query: &str| {
        let path = format!("/api/findings/export?format=concise&{query}");
        String::from_utf8(raw::get(site.address, &path).body).expect("text")
    };
    assert!(concise("path=c.md&rule=MD009").contains("rejected"));
    assert!(!concise("rejected=false").contains("c.md:3"));
    assert!(concise("rejected=true").contains("c.md:3"));
    assert_eq!(raw::get(site.address, "/api/findings/export?format=pdf").status, 400);
    assert_eq!(raw::get(site.address, "/api/findings/export?rulez=MD009").status, 400);
    assert_eq!(raw::get(site.address, "/api/findings/export?workflow=wf_1m4t0kq7x2c").status, 404);
}

/// The SARIF results of a rule, each with its line and why it does not count.
fn suppressed(site: &Site, query: &str) -> Vec<(u64, Value)> {
    let mut found: Vec<_> = results(site, query)
        .iter()
        .map(|result| {
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let why = result["suppressions"][0]["justification"].clone();
            (region["startLine"].as_u64().expect("a line"), why)
        })
        .collect();
    found.sort_by_key(|(line, _)| *line);
    found
}

#[test]
fn an_export_has_what_does_not_count_if_that_is_asked_for() {
    let site = Site::serve(&[]);
    site.write("validator.yaml", "types: [markdown]\n");
    site.write("a.md", "# T\n\none \n\ntwo \n");
    let baseline = std::process::Command::new(env!("CARGO_BIN_EXE_validator"))
        .args(["baseline", "."])
        .current_dir(site.root())
        .output()
        .expect("it starts");
    assert!(baseline.status.success(), "{}", String::from_utf8_lossy(&baseline.stderr));
    let comment = "<!-- validator-disable-next-line MD009 -->";
    site.write("a.md", &format!("# T\n\none \n\nthree \n\nfour \n\n{comment}\nfive \n"));
    let run = site.validate();
    let row = site.get("/api/findings/search?rule=MD009")["items"][2].clone();
    let print = row["fingerprint"].as_str().expect("a fingerprint");
    let why = json!({"path": "a.md", "reason": "as it is in print"});
    site.post(&format!("/api/findings/{print}/reject"), &why);

    let plain = suppressed(&site, "rule=MD009");
    assert_eq!(plain, [(3, Value::Null), (5, Value::Null)]);
    let known = json!("In the baseline.");
    let rejected = json!("as it is in print");
    let all = [(3, known), (5, Value::Null), (7, rejected.clone())];
    assert_eq!(suppressed(&site, "rule=MD009&show_suppressed=true"), all);
    let only = suppressed(&site, "rule=MD009&rejected=true&show_suppressed=true");
    assert_eq!(only, [(7, rejected)]);
    let of_run = format!("/api/workflows/{run}/export?format=json&show_suppressed=true");
    let report = site.get(&of_run);
    let of_rule = |row: &&Value| row["rule"] == "MD009";
    let kinds: Vec<&Value> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(of_rule)
        .map(|row| &row["suppressed"]["kind"])
        .collect();
    assert_eq!(kinds, [&json!("baseline"), &Value::Null, &json!("rejection")], "{report}");

    let path = format!("/api/workflows/{run}/export?format=junit&show_suppressed=true");
    let refused = raw::get(site.address, &path);
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (400, &json!("not_shown")));
    let able = "choose a format that shows them: text, concise, json, jsonl, sarif";
    assert_eq!(refused.json()["error"]["hint"], able);

    let browser = Browser::start("export-suppressed");
    browser.goto(&site.url("findings?rule=MD009"));
    browser.see("#findings-title", "findings on 1 page");
    browser.press("Export…");
    browser.wait("document.querySelectorAll('#export-menu li').length >= 10");
    browser.click("#export-menu label");
    browser.wait("document.querySelectorAll('#export-menu li').length === 5");
    let address = "document.querySelector('#export-menu a[download$=sarif]')?.getAttribute('href')";
    let expected = "/api/findings/export?rule=MD009&format=sarif&show_suppressed=true";
    browser.wait(&format!("{address} === {}", json!(expected)));
    browser.picture("menu");
    browser.goto(&site.url(&format!("workflows/{run}")));
    browser.wait("document.querySelectorAll('section.export li').length >= 10");
    browser.click("section.export label");
    browser.wait("document.querySelectorAll('section.export li').length === 5");
    browser.picture("run");
    browser.is_quiet();
}

#[test]
fn the_page_of_findings_saves_what_it_shows() {
    let site = with_pages();
    let browser = Browser::start("export");
    browser.goto(&site.url("findings?rule=MD009&path=docs"));
    browser.see("#findings-title", "3 findings on 2 pages");
    browser.run(
        "window.saved = []; const old = URL.createObjectURL;
         URL.createObjectURL = (blob) => {
             blob.text().then((text) => window.saved.push(text));
             return old.call(URL, blob);
         };",
        Vec::new(),
    );
    browser.press("Export…");
    browser.see("#export-menu", "3 findings on 2 pages");
    browser.see("#export-menu", "rule MD009, in docs");
    browser.picture("menu");
    let links = browser.value(
        "[...document.querySelectorAll('#export-menu a')].map((a) => [a.innerText, a.download])",
    );
    let links = links.as_array().expect("a list").clone();
    assert!(links.contains(&json!(["sarif", "findings.sarif"])), "{links:?}");
    assert!(links.len() >= 10, "{links:?}");
    browser.run(
        "[...document.querySelectorAll('#export-menu a')].find((a) => a.innerText === 'sarif').click();",
        Vec::new(),
    );
    browser.wait("window.saved.length === 1");
    browser.wait("JSON.parse(window.saved[0]).runs[0].results.length === 3");
    // Other filters, another report.
    browser.goto(&site.url("findings?rule=MD040"));
    browser.press("Export…");
    let address = "document.querySelector('#export-menu a[download$=sarif]')?.getAttribute('href')";
    browser.wait(&format!("{address} === '/api/findings/export?rule=MD040&format=sarif'"));
    browser.is_quiet();
}

#[test]
fn findings_are_filtered_by_owner() {
    let site = with_pages();
    assert_eq!(facets(&site, "")["owners"], json!([]), "nobody says who owns what");
    site.write(".github/CODEOWNERS", "/docs/ @docs\n/docs/api/ @api @docs\n");
    let of = |owner: &str| total(&site, &format!("owner={owner}"));
    let (api, docs, none) = (of("@api"), of("@docs"), of("none"));
    assert_eq!(api, total(&site, "path=docs/api"));
    assert_eq!(docs, total(&site, "path=docs"));
    assert_eq!((none, of("@nobody")), (total(&site, "path=c.md"), 0));
    assert_eq!(of("@API"), api, "as on GitHub, letter case does not matter");
    let listed = facets(&site, "owner=@api")["owners"].clone();
    assert_eq!(
        listed,
        json!([
            {"owner": "@docs", "count": docs}, {"owner": "@api", "count": api},
            {"owner": "none", "count": none},
        ]),
        "what another choice would give"
    );
    assert_eq!(facets(&site, "rule=MD040")["owners"].as_array().map(Vec::len), Some(2));
    let found = site.get("/api/findings/search?owner=@api&limit=1000");
    assert_eq!(found["total"], json!(api));
    assert_eq!(results(&site, "owner=none").len() as u64, none);

    let browser = Browser::start("owner");
    browser.goto(&site.url("findings"));
    let facet = "[...document.querySelectorAll('[data-facet=owner] a')].find((a) => a.innerText.startsWith('@api'))";
    browser.wait(facet);
    browser.run(&format!("{facet}.click();"), Vec::new());
    browser.see(".filter-chips", "owned by @api");
    browser.see("#findings-title", &format!("{api} findings on 1 page"));
    assert!(browser.url().contains("owner=%40api"), "{}", browser.url());
    browser.picture("facet");
    browser.goto(&site.url("findings?owner=none"));
    browser.see(".filter-chips", "without an owner");
    browser.see("#findings-title", "on 1 page");
    browser.is_quiet();

    site.write(".github/CODEOWNERS", "/docs/{a @docs\n");
    let answer = raw::get(site.address, "/api/findings/facets");
    assert_eq!(answer.status, 422);
    let message = answer.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("`.github/CODEOWNERS` cannot be read"), "{message}");
}
