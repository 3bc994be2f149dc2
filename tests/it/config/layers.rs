//! Levels, options, profiles and families, one layer over the other.

use std::path::Path;

use validator::config::{CommandLine, Project, Request};

use super::case::{Case, names};

#[test]
fn the_same_level_can_be_written_in_many_ways() {
    for (written, expected) in [
        ("off", "off"),
        ("OFF", "off"),
        ("false", "off"),
        ("no", "off"),
        ("'off'", "off"),
        ("true", "warning"),
        ("on", "warning"),
        ("\"yes\"", "warning"),
        ("info", "info"),
        ("{ level: error }", "error"),
        ("{ level: off }", "off"),
        ("{ level: false }", "off"),
        ("{}", "warning"),
    ] {
        let text = format!("rules:\n  md003: {written}\n");
        let case = Case::new(&[("validator.yaml", &text)]);
        let expected = match written {
            "{}" => "warning (defaults)".to_owned(),
            _ => format!("{expected} (validator.yaml:2)"),
        };
        assert_eq!(case.level("a.md", "MD003"), expected, "{written}");
    }
}

#[test]
fn rules_are_named_by_id_name_and_tag_and_later_ones_win() {
    let text = "\
rules:
  all: off
  headings: info
  Heading-Style: { style: atx }
  heading-increment: error
";
    let case = Case::new(&[("validator.yaml", text)]);
    assert_eq!(case.level("a.md", "MD001"), "error (validator.yaml:5)");
    assert_eq!(case.level("a.md", "MD003"), "info (validator.yaml:3)");
    assert_eq!(case.option("a.md", "MD003", "style"), "\"atx\" (validator.yaml:4)");
}

#[test]
fn options_switch_a_rule_on_that_is_off() {
    let text =
        "rules: { all: off }\noverrides:\n- files: [a.md]\n  rules: { MD003: { style: atx } }";
    let case = Case::new(&[("validator.yaml", text)]);
    assert_eq!(case.level("a.md", "MD003"), "warning (override 1 (validator.yaml:4))");
    assert_eq!(case.level("b.md", "MD003"), "off (validator.yaml:1)");
}

#[test]
fn layers_merge_value_by_value() {
    let text = "\
profile: strict
rules: { MD003: { level: info, style: atx } }
families:
  words: { include: [words/**], profile: relaxed, rules: { MD003: { style: setext } } }
overrides:
  - files: [CHANGELOG.md]
    rules: { MD003: off }
  - files: [words/CHANGELOG.md]
    profile: default
    rules: { MD003: true, MD001: off }
";
    let case = Case::new(&[("validator.yaml", text)]);
    assert_eq!(case.profile("a.md"), "strict (validator.yaml:1)");
    assert_eq!(case.level("a.md", "MD001"), "error (profile strict)");
    assert_eq!(case.level("a.md", "MD003"), "info (validator.yaml:2)");
    assert_eq!(case.option("a.md", "MD003", "style"), "\"atx\" (validator.yaml:2)");

    assert_eq!(case.profile("words/a.md"), "relaxed (family words (validator.yaml:4))");
    assert_eq!(case.level("words/a.md", "MD003"), "info (validator.yaml:2)");
    let style = "\"setext\" (family words (validator.yaml:4))";
    assert_eq!(case.option("words/a.md", "MD003", "style"), style);

    assert_eq!(case.level("docs/CHANGELOG.md", "MD003"), "off (override 1 (validator.yaml:7))");
    let page = "words/CHANGELOG.md";
    assert_eq!(case.profile(page), "default (override 2 (validator.yaml:9))");
    assert_eq!(case.level(page, "MD001"), "off (override 2 (validator.yaml:10))");
    assert_eq!(case.level(page, "MD003"), "warning (override 2 (validator.yaml:10))");
    assert_eq!(case.option(page, "MD003", "style"), style);
}

#[test]
fn the_command_line_comes_over_everything() {
    let text = "\
profile: relaxed
rules: { MD003: off }
families:
  words: { include: [words/**], profile: relaxed }
overrides: [{ files: [a.md], profile: relaxed }]
";
    let line = CommandLine {
        profile: Some("strict".to_owned()),
        select: names(&["MD003"]),
        ..CommandLine::default()
    };
    let case = Case::new(&[("validator.yaml", text)]).line(line);
    assert_eq!(case.profile("a.md"), "strict (--profile)");
    assert_eq!(case.profile("words/a.md"), "strict (--profile)");
    assert_eq!(case.level("a.md", "MD003"), "error (--select)");
    assert_eq!(case.level("a.md", "MD001"), "off (--select)");

    let line = CommandLine {
        select: names(&["headings"]),
        ignore: names(&["md001"]),
        ..CommandLine::default()
    };
    let case = case.line(line);
    assert_eq!(case.level("a.md", "MD001"), "off (--ignore)");
}

#[test]
fn globs_are_those_of_gitignore_from_the_directory_of_the_file() {
    for (glob, matching, others) in [
        ("a.md", &["a.md", "docs/a.md"][..], &["b.md", "a.md.md"][..]),
        ("/a.md", &["a.md"], &["docs/a.md"]),
        ("./a.md", &["a.md"], &["docs/a.md"]),
        ("docs", &["docs/a.md", "x/docs/b/c.md"], &["docs.md"]),
        ("docs/", &["docs/a.md"], &["x/docs"]),
        ("docs/*.md", &["docs/a.md"], &["docs/x/a.md", "x/docs/a.md"]),
        ("docs/**/a.md", &["docs/a.md", "docs/x/y/a.md"], &["a.md"]),
        ("*.{md,mdx}", &["a.md", "x/a.mdx"], &["a.txt"]),
        ("ü?.md", &["üx.md"], &["ux.md"]),
        ("#a.md", &["#a.md"], &["a.md"]),
    ] {
        let text = format!("overrides: [{{ files: \"{glob}\", rules: {{ MD001: off }} }}]");
        let case = Case::new(&[("validator.yaml", &text)]);
        for file in matching {
            assert!(case.level(file, "MD001").starts_with("off"), "{glob} matches {file}");
        }
        for file in others {
            assert!(case.level(file, "MD001").starts_with("warning"), "{glob}, not {file}");
        }
    }
}

#[test]
fn a_nested_file_has_to_declare_the_family_too() {
    let case = Case::new(&[
        ("validator.yaml", "families: { words: {} }"),
        ("docs/validator.yaml", "profile: strict"),
    ]);
    let line = CommandLine { family: Some("words".to_owned()), ..CommandLine::default() };
    let case = case.line(line);
    let error = case.load().prepare([case.path("a.md"), case.path("docs/a.md")]).unwrap_err();
    let expected = "--family: unknown family `words`; docs/validator.yaml declares no family; add \
                    it under `families:`";
    assert_eq!(case.error(&error), expected);
}

#[test]
fn anchors_and_merge_keys_are_followed() {
    let text = "\
families:
  words: &base { rules: { MD001: error }, include: [words] }
  cells: { <<: *base, include: [cells] }
";
    let case = Case::new(&[("validator.yaml", text)]);
    assert_eq!(case.level("cells/a.md", "MD001"), "error (family cells (validator.yaml:2))");
}

#[test]
fn rules_of_types_that_nobody_asks_for_are_off_until_they_are_named() {
    let case = Case::new(&[("validator.yaml", "rules: { ST003: true, ST004: { maximum: 1 } }")]);
    assert_eq!(case.level("a.md", "ST001"), "off (defaults)");
    assert_eq!(case.level("a.md", "ST003"), "warning (validator.yaml:1)");
    assert_eq!(case.level("a.md", "ST004"), "warning (validator.yaml:1)");
    assert_eq!(case.level("a.md", "MD003"), "warning (defaults)");

    let text = "types: [structure]\nrules: { MD003: error }";
    let case = Case::new(&[("validator.yaml", text)]);
    assert_eq!(case.level("a.md", "ST001"), "warning (defaults)");
    assert_eq!(case.level("a.md", "ST002"), "info (defaults)");
    assert_eq!(case.level("a.md", "MD003"), "off (validator.yaml:1)");

    let case = Case::new(&[]).line(CommandLine {
        types: names(&["structure"]),
        profile: Some("strict".to_owned()),
        ..CommandLine::default()
    });
    assert_eq!(case.level("a.md", "ST002"), "error (profile strict)");

    let select = CommandLine { select: names(&["ST001"]), ..CommandLine::default() };
    let case = Case::new(&[]).line(select);
    assert_eq!(case.level("a.md", "ST001"), "warning (--select)");
}

#[test]
fn the_baseline_counts_from_the_file_that_names_it() {
    let case = Case::new(&[
        ("validator.yaml", "extends: shared/base.yaml\n"),
        ("shared/base.yaml", "baseline: ../ci/known.txt\n"),
        ("docs/validator.yaml", "extends: ../shared/base.yaml\nbaseline: own.txt\n"),
        ("other/.git/HEAD", ""),
    ]);
    assert_eq!(case.load().baseline(), Some(&*case.path("ci/known.txt")));
    let of = |directory: &str| {
        let request = Request { start: case.path(directory), ..Request::default() };
        Project::load(request).unwrap().baseline().map(Path::to_owned)
    };
    assert_eq!(of("docs"), Some(case.path("docs/own.txt")));
    assert_eq!(of("other"), None);
}
