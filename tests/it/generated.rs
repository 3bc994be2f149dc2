//! Files that are made from the source are current.

use std::fs;

use serde_json::{Value, json};
use validator::config;
use validator::facts;
use validator::rules::{self, Fixable};
use validator::structure;

use crate::expected::assert_expected;

#[test]
fn the_schema_of_the_configuration_assert_expected() {
    let schema = serde_json::to_string_pretty(&config::schema()).unwrap() + "\n";
    assert_expected("validator.schema.json", &schema);
}

#[test]
fn the_schema_of_facts_assert_expected() {
    let schema = serde_json::to_string_pretty(&facts::schema()).unwrap() + "\n";
    assert_expected("facts.schema.json", &schema);
}

#[test]
fn the_table_of_rules_in_the_readme_assert_expected() {
    const BEGIN: &str = "<!-- rules: begin (tests/it/generated.rs writes this table) -->\n";
    const END: &str = "<!-- rules: end -->";
    let readme = fs::read_to_string("README.md").unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README marks the table");
    let (_, after) = rest.split_once(END).expect("the README marks the table's end");
    assert_expected("README.md", &format!("{before}{BEGIN}\n{}\n{END}{after}", table_of_rules()));
}

fn table_of_rules() -> String {
    let mut table = "| rule | name | summary | fix |\n| --- | --- | --- | --- |\n".to_owned();
    for (_, entry) in rules::builtin().all() {
        let meta = entry.meta;
        let fix = match meta.fixable {
            Fixable::No => "",
            Fixable::Safe => "safe",
            Fixable::Review => "review",
            Fixable::Mixed => "safe, review",
        };
        let summary = meta.summary.replace('|', "\\|");
        table += &format!("| {} | {} | {summary} | {fix} |\n", meta.id, meta.name);
    }
    table
}

#[test]
fn the_schema_of_structure_files_assert_expected() {
    let schema = serde_json::to_string_pretty(&structure::schema()).unwrap() + "\n";
    assert_expected("structure.schema.json", &schema);
}

#[test]
fn the_schema_of_reports_assert_expected() {
    let schema = serde_json::to_string_pretty(&validator::report::schema()).unwrap() + "\n";
    assert_expected("report.schema.json", &schema);
}

#[test]
fn the_table_of_formats_in_the_documentation_assert_expected() {
    const PAGE: &str = "docs/reports.md";
    const BEGIN: &str = "<!-- formats: begin (tests/it/generated.rs writes this table) -->\n";
    const END: &str = "<!-- formats: end -->";
    let page = fs::read_to_string(PAGE).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the page marks the table");
    let (_, after) = rest.split_once(END).expect("the page marks the table's end");
    let mut table = "| format | what it is |\n| --- | --- |\n".to_owned();
    for format in validator::report::FORMATS {
        table += &format!("| `{}` | {} |\n", format.name, format.summary);
    }
    assert_expected(PAGE, &format!("{before}{BEGIN}\n{table}\n{END}{after}"));
}

#[test]
fn the_schema_knows_what_a_configuration_may_say() {
    let validator = jsonschema::validator_for(&config::schema()).unwrap();
    let right = json!({
        "profile": "strict",
        "types": ["markdown"],
        "rules": {
            "all": "info",
            "headings": { "level": "warning" },
            "MD013": { "level": true, "line_length": 100 },
            "no-hard-tabs": "off",
            "single-title": false,
        },
        "include": "docs/**",
        "exclude": ["docs/old"],
        "overrides": [{ "files": ["CHANGELOG.md"], "rules": { "MD024": "off" } }],
        "families": { "words": { "include": ["content/words/**"], "rules": { "MD041": "error" } } },
        "schemas": [
            { "files": "data/**", "schema": "schemas/data.json" },
            { "files": ["a.yaml"], "schema": { "type": "object" } },
        ],
        "extends": ["base.yaml"],
    });
    let errors: Vec<String> =
        validator.iter_errors(&right).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    for wrong in [
        json!({ "profil": "strict" }),
        json!({ "profile": "lenient" }),
        json!({ "types": ["prose"] }),
        json!({ "rules": { "MD999": "off" } }),
        json!({ "rules": { "MD013": "loud" } }),
        json!({ "rules": { "MD013": { "length": 100 } } }),
        json!({ "rules": { "MD013": { "line_length": "100" } } }),
        json!({ "rules": { "headings": { "style": "atx" } } }),
        json!({ "overrides": [{ "rules": {} }] }),
        json!({ "exclude": [1] }),
        json!({ "schemas": [{ "files": "a.yaml" }] }),
        json!({ "schemas": [{ "files": "a.yaml", "schema": 1 }] }),
    ] {
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}

#[test]
fn the_schema_names_every_rule_and_describes_every_option_with_its_default() {
    let schema = config::schema();
    let rules_by_name = &schema["$defs"]["Rules"]["properties"];
    for (_, entry) in rules::builtin().all() {
        for name in entry.meta.names() {
            let reference = format!("#/$defs/{}", entry.meta.id);
            assert_eq!(rules_by_name[name]["$ref"], Value::String(reference), "{name}");
        }
        let options = &schema["$defs"][entry.meta.id]["anyOf"][1]["properties"];
        for (name, option) in options.as_object().expect("a table of options") {
            let is_described = option["description"].is_string() || option["$ref"].is_string();
            assert!(is_described, "{name} of {}", entry.meta.id);
            let has_default = name == "level" || option.get("default").is_some();
            assert!(has_default, "{name} of {} has no default: derive Serialize", entry.meta.id);
        }
    }
}
