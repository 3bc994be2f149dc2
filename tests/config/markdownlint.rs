//! markdownlint's own files mean what they mean there.

use crate::case::Case;

#[test]
fn markdownlint_files_count_where_there_is_no_validator_yaml() {
    let text = r#"{
    // JSON with comments
    "default": "warning",
    "HEADING-style": { "style": "atx", "severity": "error" },
    "MD001": false,
    "MD002": true,
    "custom-rule": { "a": 1 },
}"#;
    let case = Case::new(&[(".markdownlint.json", text), ("docs/validator.yaml", "{}")]);
    assert_eq!(case.level("a/b.md", "MD001"), "off (.markdownlint.json:5)");
    assert_eq!(case.level("a/b.md", "MD003"), "error (.markdownlint.json:4)");
    assert_eq!(case.option("a/b.md", "MD003", "style"), "\"atx\" (.markdownlint.json:4)");
    assert_eq!(case.level("docs/b.md", "MD001"), "warning (defaults)");
    assert_eq!(
        case.notes(),
        [
            "using .markdownlint.json (no validator.yaml found)",
            ".markdownlint.json: no such rules, ignored: MD002, custom-rule",
        ]
    );
    assert_eq!(case.load().root(), case.folder.path());

    let case = Case::new(&[(".markdownlint.json", text), ("validator.yaml", "{}")]);
    assert_eq!(case.level("a.md", "MD001"), "warning (defaults)");
    assert_eq!(case.notes(), [""; 0]);
}

#[test]
fn markdownlint_tables_mean_what_they_mean_there() {
    for (text, increment, style) in [
        ("{}", "warning", "warning"),
        ("default: false", "off", "off"),
        ("default: false\nMD001: true", "warning", "off"),
        // The order of keys counts, but not that of `default`.
        ("MD001: error\ndefault: false", "error", "off"),
        ("MD001: error\nheadings: false", "off", "off"),
        ("headings: false\nMD001: error", "error", "off"),
        ("MD001: 0\nMD003: ''", "off", "off"),
        ("MD001:\nMD003: 1", "off", "warning"),
        ("MD001: { enabled: false }\nMD003: { enabled: true }", "off", "warning"),
        ("MD001: { severity: warning }\nMD003: { severity: error }", "warning", "error"),
        ("DEFAULT: error", "error", "error"),
        ("all: false", "warning", "warning"),
    ] {
        let case = Case::new(&[(".markdownlint.yaml", text)]);
        for (rule, expected) in [("MD001", increment), ("MD003", style)] {
            assert!(case.level("a.md", rule).starts_with(expected), "{rule} in {text:?}");
        }
    }
}

#[test]
fn a_markdownlint_entry_replaces_earlier_options_of_its_rules() {
    let case = Case::new(&[
        ("base.json", r#"{ "MD003": { "style": "atx" }, "MD001": false, "headings": true }"#),
        (".markdownlint.json", r#"{ "extends": "base.json", "heading-style": { "level": 1 } }"#),
        ("sub/.markdownlint.yml", "extends: ../base.json\nMD003: { style: setext }\n"),
    ]);
    assert_eq!(case.option("a.md", "MD003", "style"), "\"consistent\" (defaults)");
    assert_eq!(case.level("a.md", "MD001"), "warning (base.json:1)");
    // The key keeps its place in the order, so the tag after it takes its options away.
    assert_eq!(case.option("sub/a.md", "MD003", "style"), "\"consistent\" (defaults)");
    assert_eq!(
        case.notes(),
        [
            "using .markdownlint.json (no validator.yaml found)",
            ".markdownlint.json:1:46: unknown option `level` of MD003; options of MD003: \
             `style`; ignored",
        ]
    );
}

#[test]
fn what_markdownlint_files_say_beyond_our_rules_is_noted() {
    let text = "\
{
    \"extends\": [\"markdownlint/style/prettier\", \"./.markdownlint.json\"],
    \"headings\": { \"style\": \"atx\", \"nothing\": 1 },
    \"MD001\": { \"front_matter_title\": 1 }
}
";
    let case = Case::new(&[(".markdownlint.json", text)]);
    assert_eq!(case.option("a.md", "MD003", "style"), "\"atx\" (.markdownlint.json:3)");
    assert_eq!(
        case.notes(),
        [
            "using .markdownlint.json (no validator.yaml found)",
            ".markdownlint.json:2:17: `markdownlint/style/prettier` is not read: there is no such \
             file beside this one",
            ".markdownlint.json:2:48: `./.markdownlint.json` extends itself, not read again",
            ".markdownlint.json:3:35: unknown option `nothing` of MD001; options of MD001: \
             `front_matter_title`; ignored",
            ".markdownlint.json:4:38: `front_matter_title` of MD001 is an integer, expected a \
             string; ignored",
        ]
    );
    let case = Case::new(&[(".markdownlint.json", "{ \"default\": tru }")]);
    assert!(case.load_error().starts_with(".markdownlint.json:1:14: "), "{}", case.load_error());
}

#[test]
fn markdownlint_cli2_files_add_globs_and_overrides() {
    let text = r#"{
    "config": { "MD001": false, "MD003": { "style": "atx" } },
    "globs": ["docs/**/*.md", "!docs/x.md", "README.md"],
    "ignores": ["docs/old", "LICENSE.md"],
    "noInlineConfig": true,
    "overrides": [
        { "filter": ["docs/a.md"], "config": { "MD001": true }, "combine": "merge" },
        { "filter": ["docs/*.md"], "config": { "MD001": "error" }, "combine": "replace" }
    ]
}"#;
    let case = Case::new(&[(".markdownlint-cli2.jsonc", text)]);
    assert_eq!(case.level("b.md", "MD001"), "off (.markdownlint-cli2.jsonc:2)");
    assert_eq!(case.level("docs/a.md", "MD001"), "warning (.markdownlint-cli2.jsonc:7)");
    assert_eq!(case.option("docs/a.md", "MD003", "style"), "\"atx\" (.markdownlint-cli2.jsonc:2)");
    assert_eq!(case.level("docs/b.md", "MD001"), "error (.markdownlint-cli2.jsonc:8)");
    assert_eq!(case.option("docs/b.md", "MD003", "style"), "\"consistent\" (defaults)");
    let project = case.load();
    for (file, is_taken) in [
        ("docs/a.md", true),
        ("docs/y/a.md", true),
        ("docs/x.md", false),
        ("docs/old/a.md", false),
        ("README.md", true),
        ("sub/README.md", false),
    ] {
        assert_eq!(project.includes(&case.path(file)), is_taken, "{file}");
    }
    assert_eq!(
        case.notes(),
        [
            "using .markdownlint-cli2.jsonc (no validator.yaml found)",
            ".markdownlint-cli2.jsonc:5:5: `noInlineConfig` is not read",
        ]
    );
}

#[test]
fn nested_markdownlint_files_follow_the_rules_of_cli2() {
    let case = Case::new(&[
        (".markdownlint-cli2.yaml", "config: { MD001: false }\nignores: [x.md]"),
        ("a/.markdownlint.yaml", "MD003: false"),
        ("a/b/.markdownlint-cli2.yaml", "config: { MD003: { style: atx } }"),
        ("c/.markdownlint.json", "{}"),
        ("c/.markdownlint.jsonc", r#"{ "MD001": "error" }"#),
    ]);
    assert_eq!(case.level("x/a.md", "MD001"), "off (.markdownlint-cli2.yaml:1)");
    // A table of rules counts alone.
    assert_eq!(case.level("a/a.md", "MD001"), "warning (defaults)");
    assert_eq!(case.level("a/a.md", "MD003"), "off (a/.markdownlint.yaml:1)");
    // Options of cli2 merge with those above, and their table counts before one above.
    assert_eq!(case.level("a/b/a.md", "MD001"), "off (.markdownlint-cli2.yaml:1)");
    assert_eq!(case.level("a/b/a.md", "MD003"), "warning (a/b/.markdownlint-cli2.yaml:1)");
    assert_eq!(case.level("c/a.md", "MD001"), "error (c/.markdownlint.jsonc:1)");
    assert!(case.load().excludes(&case.path("x.md"), false));
}

#[test]
fn config_may_name_a_markdownlint_file() {
    let mut case = Case::new(&[("config/ci.markdownlint.yaml", "MD001: false")]);
    case.request.config = Some(case.path("config/ci.markdownlint.yaml"));
    assert_eq!(case.level("a.md", "MD001"), "off (config/ci.markdownlint.yaml:1)");
}
