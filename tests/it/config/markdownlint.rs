//! markdownlint's own files mean what they mean there.

use super::case::Case;

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
    assert_eq!(case.load().root(), case.directory.path());

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
    \"extends\": \"markdownlint/style/prettier\",
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
            ".markdownlint.json:3:35: unknown option `nothing` of MD001; options of MD001: \
             `front_matter_title`; ignored",
            ".markdownlint.json:4:38: `front_matter_title` of MD001 is an integer, expected a \
             string; ignored",
        ]
    );
    let case = Case::new(&[(".markdownlint.json", "{ \"default\": [ }")]);
    assert!(case.load_error().starts_with(".markdownlint.json:1:"), "{}", case.load_error());
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
    let settings = project.settings_for(&case.path("docs/a.md")).expect("no mistakes");
    assert!(!settings.reads_comments);
    assert_eq!(case.notes(), ["using .markdownlint-cli2.jsonc (no validator.yaml found)"]);
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

#[test]
fn every_form_is_read() {
    for (name, text) in [
        (".markdownlint.json", "{ 'MD013': false }"),
        (".markdownlint.json", "MD013 = false\n"),
        (".markdownlint.yaml", "{\n\t\"MD013\": false,\n}"),
        (".markdownlint.yml", "MD013: false"),
        (".markdownlint.cjs", "module.exports = { MD013: false };"),
        (".markdownlint.mjs", "export default { MD013: false };"),
        (".markdownlint-cli2.jsonc", "{ \"config\": { \"MD013\": false, }, }"),
        (".markdownlint-cli2.yaml", "config:\n  MD013: false\n"),
        (".markdownlint-cli2.cjs", "module.exports = { config: { MD013: false } }"),
        (".markdownlint-cli2.mjs", "const c = { config: { MD013: false } };\nexport default c;"),
        (".markdownlintrc", "// So\n{ \"MD013\": false }"),
        (".markdownlintrc", "; so\nMD013 = false\n"),
        (".markdownlintrc", "MD013: false\n"),
    ] {
        let level = Case::new(&[(name, text)]).level("a.md", "MD013");
        assert!(level.starts_with("off ("), "{name}: {text}: {level}");
    }
}

#[test]
fn a_package_is_read_only_when_it_is_named() {
    let text = r#"{ "a": "x", "markdownlint-cli2": { "config": { "MD013": false } } }"#;
    let case = Case::new(&[("package.json", text)]);
    assert!(case.level("a.md", "MD013").starts_with("warning ("));
    let note = "the settings in package.json are not read, as markdownlint-cli2 does not by \
                itself; pass `--config package.json`";
    assert_eq!(case.notes(), [note]);
}

#[test]
fn a_style_that_there_is_not_is_found_nowhere() {
    for rule in ["MD003", "MD004", "MD046", "MD048", "MD049", "MD050", "MD055"] {
        let text = format!(r#"{{ "{rule}": {{ "style": "nope" }} }}"#);
        let case = Case::new(&[(".markdownlint.json", &text)]);
        let notes = case.notes();
        assert!(notes[1].contains(&format!("unknown value `nope` for `style` of {rule}")));
        assert!(notes[1].ends_with("as in markdownlint, every place is reported"), "{notes:?}");
        assert!(!notes[1].contains("(unknown)"), "{notes:?}");
    }
}

#[test]
fn what_cannot_be_read_is_an_error() {
    for (name, text, says) in [
        (".markdownlint.cjs", "module.exports = require('x');", "`require` is code"),
        (".markdownlint-cli2.mjs", "import x from 'y';\nexport default x;", "`import` is code"),
        (".markdownlint.json", "[]", "expected a mapping"),
        (".markdownlint.json", r#"{ "extends": "./no.json" }"#, "there is no such file"),
        (".markdownlint.json", r#"{ "extends": "no-such" }"#, "install `no-such` first"),
        (".markdownlint.json", r#"{ "extends": "/etc/passwd" }"#, "out of the repository"),
        (".markdownlint.json", r#"{ "extends": "~/x.json" }"#, "out of the repository"),
        (".markdownlint.json", r#"{ "extends": "./.markdownlint.json" }"#, "extends itself"),
        (".markdownlint-cli2.yaml", "config: []", "`config` is a list, expected a mapping"),
        (".markdownlint-cli2.yaml", "ignores: x.md", "expected a list"),
        (".markdownlint-cli2.yaml", "frontMatter: '(?=x)'", "without look-around"),
    ] {
        let error = Case::new(&[(name, text)]).load_error();
        assert!(error.starts_with(name) && error.contains(says), "{text}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_repository_is_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("other.json");
    std::fs::write(&secret, "{ \"hidden\": 1 }").unwrap();
    let case = Case::new(&[]);
    std::os::unix::fs::symlink(secret, case.path(".markdownlint.json")).unwrap();
    let error = case.load_error();
    assert!(error.contains("out of the repository") && !error.contains("hidden"), "{error}");
}

#[test]
fn extends_finds_styles_and_packages() {
    let case = Case::new(&[
        (".markdownlint.yaml", "extends: markdownlint/style/prettier\nMD010: true\n"),
        ("own/.markdownlint.yaml", "extends: '@org/style'\n"),
        ("own/in/.markdownlint.json", r#"{ "extends": "plain/base" }"#),
        (
            "node_modules/@org/style/package.json",
            r#"{ "exports": { ".": { "import": "./x.mjs", "default": "./lint.json" } } }"#,
        ),
        ("node_modules/@org/style/lint.json", r#"{ "extends": "./more.yaml", "MD001": false }"#),
        ("node_modules/@org/style/more.yaml", "MD013: false\n"),
        ("own/node_modules/plain/base.json", r#"{ "MD003": false }"#),
    ]);
    assert!(case.level("a.md", "MD013").starts_with("off (markdownlint/style/prettier"));
    assert_eq!(case.level("a.md", "MD010"), "warning (.markdownlint.yaml:2)");
    assert_eq!(case.level("own/a.md", "MD001"), "off (node_modules/@org/style/lint.json:1)");
    assert_eq!(case.level("own/a.md", "MD013"), "off (node_modules/@org/style/more.yaml:1)");
    assert_eq!(case.level("own/in/a.md", "MD003"), "off (own/node_modules/plain/base.json:1)");
}

#[test]
fn config_is_the_base_of_what_is_found() {
    for (name, text) in [
        ("ci/lint.toml", "MD013 = false\n"),
        ("ci/lint.json", "{ \"MD013\": false }"),
        ("ci/lint.yaml", "config:\n  MD013: false\n"),
        ("ci/lint.cjs", "module.exports = { MD013: false }"),
        ("ci/pyproject.toml", "[tool.markdownlint]\nMD013 = false\n"),
    ] {
        let files = [
            (name, text),
            ("a/.markdownlint.json", r#"{ "MD033": false }"#),
            ("b/.markdownlint-cli2.yaml", "config: { MD033: false }"),
        ];
        let mut case = Case::new(&files);
        case.request.config = Some(case.path(name));
        let is_off = |file, rule| case.level(file, rule).starts_with("off");
        assert!(is_off("x.md", "MD013"), "{name}");
        assert!(!is_off("a/x.md", "MD013") && is_off("a/x.md", "MD033"), "{name}: alone");
        assert!(is_off("b/x.md", "MD013") && is_off("b/x.md", "MD033"), "{name}: merged");
    }
}

#[test]
fn option_values_are_taken_as_javascript_does() {
    for (rule, options, option, value) in [
        ("MD013", "line_length: '100'", "line_length", "100"),
        ("MD013", "line_length: true", "line_length", "1"),
        ("MD013", "line_length: -1", "line_length", "4294967295"),
        ("MD013", "line_length: wide", "line_length", "4294967295"),
        ("MD013", "line_length: ''", "line_length", "80"),
        ("MD013", "line_length: false", "line_length", "80"),
        ("MD013", "code_blocks: 'false'", "code_blocks", "true"),
        ("MD013", "code_blocks: 0", "code_blocks", "false"),
        ("MD013", "tables: null", "tables", "false"),
        ("MD007", "indent: '4'", "indent", "4"),
        ("MD022", "lines_above: ['1', 2]", "lines_above", "[1,2]"),
        ("MD003", "style: ''", "style", "\"consistent\""),
    ] {
        let text = format!("{rule}: {{ {options} }}\n");
        let case = Case::new(&[(".markdownlint.yaml", &text)]);
        let found = case.option("a.md", rule, option);
        assert!(found.starts_with(&format!("{value} (")), "{options}: {found}");
        assert_eq!(case.notes().len(), 1, "{:?}", case.notes());
    }
    let case = Case::new(&[(".markdownlint.yaml", "MD012: { maximum: x }")]);
    assert!(case.notes()[1].contains("`maximum` of MD012 is a string"), "{:?}", case.notes());
    let case = Case::new(&[(".markdownlint.yaml", "default: { enabled: false }")]);
    assert_eq!(case.level("a.md", "MD013"), "warning (.markdownlint.yaml:1)");
}

#[test]
fn what_is_not_run_or_not_known_is_noted() {
    let text = "customRules: [./a.cjs, b]\nmarkdownItPlugins: [[p]]\nignore: [x]\nfix: true\n";
    let case = Case::new(&[(".markdownlint-cli2.yaml", text)]);
    assert_eq!(
        case.notes()[1..],
        [
            ".markdownlint-cli2.yaml:1:1: custom rules are not run: `./a.cjs`, `b`",
            ".markdownlint-cli2.yaml:2:1: plug-ins of markdown-it are not run: `p`",
            ".markdownlint-cli2.yaml:3:1: `ignore` means nothing in this file; did you mean \
             `ignores`?",
            ".markdownlint-cli2.yaml:4:1: `fix` is ignored: nothing is changed without `--fix`",
        ]
    );
}

#[test]
fn ignore_files_of_markdownlint_leave_files_out() {
    let case = Case::new(&[
        (".markdownlintignore", "# so\nvendor\n*.gen.md\n!keep.gen.md\n"),
        ("a/.markdownlint-cli2.jsonc", r#"{ "gitignore": "**/.lintignore" }"#),
        ("a/b/.lintignore", "sub/\n"),
    ]);
    let project = case.load();
    for (file, is_out) in [
        ("vendor/x.md", true),
        ("x.gen.md", true),
        ("keep.gen.md", false),
        ("x.md", false),
        ("a/b/sub/x.md", true),
        ("a/sub/x.md", false),
    ] {
        assert_eq!(project.excludes(&case.path(file), false), is_out, "{file}");
    }
}
