//! `explain`, `rules` and help.

use serde_json::Value;

use crate::project::Project;

#[test]
fn every_rule_is_listed_and_explained() {
    let project = Project::new(&[]);
    let list: Value =
        serde_json::from_str(&project.run("rules --format json").stdout).expect("JSON");
    let rules = list.as_array().expect("a list");
    assert!(!rules.is_empty());
    let ids: Vec<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    let ran = project.run(&format!("explain {}", ids.join(" ")));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for rule in rules {
        let heading = format!(
            "{} {}: {}",
            rule["id"].as_str().expect("an id"),
            rule["name"].as_str().expect("a name"),
            rule["summary"].as_str().expect("a summary")
        );
        assert!(ran.stdout.contains(&heading), "{heading}");
    }
}

#[test]
fn a_page_has_examples_options_and_fix_safety() {
    let project = Project::new(&[]);
    let page = project.run("explain no-trailing-spaces").stdout;
    let sections = [
        "What it checks\n\nNo trailing spaces.\n\n",
        "Why it matters\n\nWhite space",
        "Examples\n\n",
        "Options\n\n",
        "br_spaces (integer, default 2)",
        "Fixes\n\nRemoves the spaces.",
        "needs review",
        "References\n\n- markdownlint MD009",
        "Severity  warning",
    ];
    let mut rest = &page[..];
    for part in sections {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part} in order in {page}"));
        rest = &rest[at..];
    }
    let page = project.run("explain MD033").stdout;
    for part in ["allowed_elements", "Fixes\n\nThis rule has no fix"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let page = project.run("explain md001").stdout;
    assert!(page.contains("This rule has no fix"), "{page}");
    assert!(page.contains("Bad\n\n    # Title") && page.contains("Good\n\n    # Title"), "{page}");
    assert!(project.run("explain invalid-utf8").stdout.contains("iconv"));
}

#[test]
fn rules_can_be_filtered() {
    let project = Project::new(&[]);
    let list = project.run("rules html").stdout;
    assert!(list.contains("MD033") && !list.contains("MD013"), "{list}");
    let list = project.run("rules --fixable").stdout;
    assert!(list.contains("MD009") && !list.contains("MD001"), "{list}");
}

#[test]
fn help_has_examples() {
    let project = Project::new(&[]);
    for command in ["", "check ", "batch ", "rules ", "explain ", "config "] {
        let ran = project.run(&format!("{command}--help"));
        assert_eq!(ran.code, 0);
        assert!(ran.stdout.contains("Examples:\n  validator "), "{command}: {}", ran.stdout);
    }
    let version = project.run("--version").stdout;
    assert_eq!(version, format!("validator {}\n", env!("CARGO_PKG_VERSION")));
}
