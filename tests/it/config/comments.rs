//! Comments in a page that say something about rules.

use validator::config::{CommandLine, Comments};

use super::case::{Case, names};

#[test]
fn comments_in_a_page_change_its_rules_only() {
    let case = Case::new(&[("validator.yaml", "rules: { MD001: off, MD003: { style: atx } }")]);

    let project = case.load();
    let page = case.path("a.md");
    let ids = |comments: &Comments| -> Vec<(&'static str, &'static str)> {
        let found = project.rules_with_comments(&page, comments).unwrap();
        assert_eq!(found.problems, []);
        let rules = found.rules.rules.rules.iter();
        rules
            .filter(|rule| matches!(rule.meta.id, "MD001" | "MD003"))
            .map(|rule| {
                let is_dormant = found.rules.dormant.contains(&rule.meta.id);
                (rule.meta.id, if is_dormant { "dormant" } else { rule.severity.name() })
            })
            .collect()
    };
    assert_eq!(ids(&Comments::default()), [("MD003", "warning")]);
    let configure = [r#"{ "heading-increment": "error", "MD003": false, /* so */ }"#];
    let comments = Comments { configure: &configure, enable: &[] };
    assert_eq!(ids(&comments), [("MD001", "error")]);
    let configure = [r#"{ "headings": false }"#, "MD001: true"];
    let comments = Comments { configure: &configure, enable: &[] };
    assert_eq!(ids(&comments), [("MD001", "warning")]);
    for enable in ["md001", "headings", "all"] {
        let comments = Comments { configure: &[], enable: &[enable] };
        assert_eq!(ids(&comments), [("MD001", "dormant"), ("MD003", "warning")], "{enable}");
    }
    assert_eq!(ids(&Comments::default()), [("MD003", "warning")]);
}

#[test]
fn comments_do_not_wake_what_the_command_line_switched_off() {
    let line = CommandLine { ignore: names(&["MD001"]), ..CommandLine::default() };
    let case = Case::new(&[]).line(line);
    let comments =
        Comments { configure: &[r#"{"MD001": "error"}"#], enable: &["heading-increment"] };
    let found = case.load().rules_with_comments(&case.path("a.md"), &comments).unwrap();
    assert!(found.rules.rules.rules.iter().all(|rule| rule.meta.id != "MD001"));
}

#[test]
fn mistakes_in_comments_are_told_with_their_place() {
    let case = Case::new(&[]);
    let configure = ["{ \"MD001\": ", "{ \"MD0033\": true, \"MD003\": { \"style\": \"atxx\" } }"];
    let comments = Comments { configure: &configure, enable: &[] };
    let found = case.load().rules_with_comments(&case.path("a.md"), &comments).unwrap();
    let told: Vec<(usize, &str, &str)> = found
        .problems
        .iter()
        .map(|problem| {
            let text = problem.span.of(configure[problem.comment]);
            (problem.comment, text, problem.message.as_str())
        })
        .collect();
    assert_eq!(told[0].0, 0);
    assert_eq!(told[1], (1, "\"MD0033\"", "unknown rule `MD0033`"));
    assert_eq!(told[2], (1, "\"atxx\"", "unknown value `atxx` for `style` of MD003"));
    assert_eq!(told.len(), 3);
}
