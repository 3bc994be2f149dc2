//! Configuration as users rely on it: every mistake is named with its place, layers merge as
//! documented, and markdownlint's files mean what they mean there.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use validator::config::{CommandLine, Comments, ConfigError, Project, Request, Source};

/// A folder with these files, and a project of it.
struct Case {
    folder: TempDir,
    request: Request,
}

impl Case {
    fn new(files: &[(&str, &str)]) -> Case {
        let folder = tempfile::tempdir().unwrap();
        // The search for configuration ends here.
        fs::create_dir(folder.path().join(".git")).unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let start = folder.path().to_owned();
        Case { folder, request: Request { start, ..Request::default() } }
    }

    fn line(mut self, line: CommandLine) -> Case {
        self.request.overrides = line;
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn load(&self) -> Project {
        Project::load(self.request.clone()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// What an error says, with paths as in the case.
    fn error(&self, error: &ConfigError) -> String {
        error.to_string().replace(&format!("{}/", self.folder.path().display()), "")
    }

    fn load_error(&self) -> String {
        self.error(&Project::load(self.request.clone()).err().expect("a mistake"))
    }

    /// Level of a rule for a file and where it comes from, as in `warning (validator.yaml:2)`.
    fn level(&self, file: &str, rule: &str) -> String {
        let effective = self.load().effective(&self.path(file)).unwrap();
        let rule = effective.rules.into_iter().find(|found| found.meta.id == rule).unwrap();
        let level = rule.severity.value.map_or("off", |severity| severity.name());
        self.sourced(level, &rule.severity.origin)
    }

    /// Value of an option and where it comes from.
    fn option(&self, file: &str, rule: &str, option: &str) -> String {
        let effective = self.load().effective(&self.path(file)).unwrap();
        let rule = effective.rules.into_iter().find(|found| found.meta.id == rule).unwrap();
        let (_, found) = rule.options.into_iter().find(|(name, _)| name == option).unwrap();
        self.sourced(&found.value.to_string(), &found.origin)
    }

    fn profile(&self, file: &str) -> String {
        let effective = self.load().effective(&self.path(file)).unwrap();
        self.sourced(effective.profile.value.name(), &effective.profile.origin)
    }

    fn family(&self, file: &str) -> String {
        let effective = self.load().effective(&self.path(file)).unwrap();
        let Some(family) = effective.family else { return "none".to_owned() };
        self.sourced(&family.value, &family.origin)
    }

    fn sourced(&self, value: &str, origin: &validator::config::Origin) -> String {
        let folder = format!("{}/", self.folder.path().display());
        format!("{value} ({})", origin.to_string().replace(&folder, ""))
    }

    fn notes(&self) -> Vec<String> {
        let folder = format!("{}/", self.folder.path().display());
        self.load().notes().iter().map(|note| note.replace(&folder, "")).collect()
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Every `mistakes/*.yaml` gives the errors in the `.txt` beside it. With `UPDATE_GENERATED=1` the
/// text files are written instead.
#[test]
fn every_mistake_is_named_with_its_place() {
    let mut paths: Vec<PathBuf> = fs::read_dir("fixtures/config/mistakes")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    paths.sort();
    for path in paths {
        let found = Project::load(Request { config: Some(path.clone()), ..Request::default() });
        let found = found.err().unwrap_or_else(|| panic!("no mistake in {}", path.display()));
        let found = found.to_string().replace("fixtures/config/mistakes/", "") + "\n";
        let expected = path.with_extension("txt");
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            fs::write(&expected, found).unwrap();
        } else {
            let expected = fs::read_to_string(&expected).unwrap_or_default();
            assert_eq!(found, expected, "{}", path.display());
        }
    }
}

#[test]
fn mistakes_carry_text_and_span_for_carets() {
    let case = Case::new(&[("validator.yaml", "profile: stric\n")]);
    let error = Project::load(case.request.clone()).err().unwrap();
    let [problem] = &error.problems[..] else { panic!("{error}") };
    assert_eq!(problem.source, Source::File(case.path("validator.yaml")));
    assert_eq!(problem.span.of(&problem.text), "stric");
    assert_eq!(problem.help.as_deref(), Some("did you mean `strict`?"));
}

#[test]
fn unknown_names_on_the_command_line_are_errors() {
    let case = Case::new(&[]).line(CommandLine {
        profile: Some("strickt".to_owned()),
        types: names(&["markdwon"]),
        select: names(&["heading-stile", "MD001"]),
        ignore: names(&["headngs"]),
        exclude: names(&["[a"]),
        ..CommandLine::default()
    });
    let expected = "\
--exclude: not a glob: unclosed character class; missing ']'
--ignore: unknown rule `headngs`; did you mean `headings`?
--profile: unknown profile `strickt`; did you mean `strict`?
--select: unknown rule `heading-stile`; did you mean `heading-style`?
--types: unknown type `markdwon`; did you mean `markdown`?";
    assert_eq!(case.load_error(), expected);
}

#[test]
fn without_a_file_the_defaults_count() {
    let case = Case::new(&[]);
    assert_eq!(case.level("a.md", "MD001"), "warning (defaults)");
    assert_eq!(case.profile("a.md"), "default (defaults)");
    assert_eq!(case.load().root(), case.folder.path());
    assert_eq!(case.notes(), [""; 0]);
}

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
fn the_last_family_that_includes_a_file_counts_and_the_command_line_may_name_another() {
    let text = "\
families:
  words: { include: [\"content/**\"], rules: { MD001: error } }
  cells: { include: [\"content/cells/**\", \"!content/cells/words.md\"] }
  pdf: { rules: { MD001: off } }
";
    let case = Case::new(&[("validator.yaml", text)]);
    assert_eq!(case.family("a.md"), "none");
    assert_eq!(case.family("content/a.md"), "words (family words (validator.yaml:2))");
    assert_eq!(case.family("content/cells/a.md"), "cells (family cells (validator.yaml:3))");
    assert_eq!(case.family("content/cells/words.md"), "words (family words (validator.yaml:2))");

    let family = |name: &str| CommandLine { family: Some(name.to_owned()), ..Default::default() };
    let case = case.line(family("pdf"));
    assert_eq!(case.family("content/a.md"), "pdf (--family)");
    assert_eq!(case.level("content/a.md", "MD001"), "off (family pdf (validator.yaml:4))");

    let case = case.line(family("wrods"));
    let expected = "--family: unknown family `wrods`; did you mean `words`? validator.yaml \
                    declares `words`, `cells`, `pdf`";
    assert_eq!(case.load_error(), expected);
    let case = Case::new(&[]).line(family("words"));
    let expected = "--family: unknown family `words`; validator.yaml declares no family; add it \
                    under `families:`";
    assert_eq!(case.load_error(), expected);
}

#[test]
fn globs_are_those_of_gitignore_from_the_folder_of_the_file() {
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
fn the_nearest_file_upward_counts_alone() {
    let case = Case::new(&[
        ("validator.yaml", "rules: { MD001: error, MD003: error }"),
        ("docs/validator.yaml", "rules: { MD001: info }"),
        ("docs/api/validator.yml", "extends: ../../validator.yaml\nrules: { MD001: info }"),
    ]);
    assert_eq!(case.level("a.md", "MD003"), "error (validator.yaml:1)");
    assert_eq!(case.level("other/x/a.md", "MD003"), "error (validator.yaml:1)");
    assert_eq!(case.level("docs/x/a.md", "MD001"), "info (docs/validator.yaml:1)");
    assert_eq!(case.level("docs/x/a.md", "MD003"), "warning (defaults)");
    assert_eq!(case.level("docs/api/a.md", "MD001"), "info (docs/api/validator.yml:2)");
    assert_eq!(case.level("docs/api/a.md", "MD003"), "error (validator.yaml:1)");
}

#[test]
fn the_answer_does_not_depend_on_where_a_run_starts() {
    let mut case = Case::new(&[
        ("validator.yaml", "families: { words: { include: [docs] } }"),
        ("docs/validator.yaml", "rules: { MD001: info }"),
    ]);
    for start in [".", "docs", "docs/a.md"] {
        case.request.start = case.path(start);
        assert_eq!(case.family("docs/a.md"), "none", "from {start}");
        assert_eq!(case.level("docs/a.md", "MD001"), "info (docs/validator.yaml:1)");
    }
    assert_eq!(case.load().root(), case.path("docs"));
}

#[test]
fn another_repository_has_its_own_configuration() {
    let case = Case::new(&[
        ("validator.yaml", "rules: { MD001: off }"),
        ("vendor/.git/HEAD", ""),
        ("module/.git", "gitdir: ../.git/modules/module"),
    ]);
    assert_eq!(case.level("vendor/a.md", "MD001"), "warning (defaults)");
    assert_eq!(case.level("module/a.md", "MD001"), "off (validator.yaml:1)");
}

#[test]
fn mistakes_in_nested_files_come_before_a_run() {
    let case = Case::new(&[
        ("validator.yaml", "profile: strict"),
        ("a/validator.yaml", "profil: strict"),
        ("b/validator.yaml", "rules: { MD00: off }"),
    ]);
    let project = case.load();
    let paths = ["x.md", "a/x.md", "a/deep/x.md", "b/x.md"].map(|name| case.path(name));
    let error = project.prepare(&paths).unwrap_err();
    let expected = "\
a/validator.yaml:1:1: unknown key `profil`; did you mean `profile`?
b/validator.yaml:1:10: unknown rule `MD00`; did you mean `MD001`?";
    assert_eq!(case.error(&error), expected);
    assert!(project.rules_for(&paths[0]).is_ok());
    assert!(project.rules_for(&paths[3]).is_err());
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
fn extended_files_come_first_and_fields_merge() {
    let case = Case::new(&[
        (
            "config/base.yaml",
            "profile: strict\ninclude: [a]\nexclude: [drafts]\n\
             rules: { MD003: { level: info, style: atx } }\n\
             families: { words: { include: [words], rules: { MD001: info } } }\n\
             overrides: [{ files: [c.md], rules: { MD001: off } }]",
        ),
        ("config/more.yaml", "extends: base.yaml\nprofile: relaxed"),
        (
            "validator.yaml",
            "extends: [config/base.yaml, config/more.yaml]\n\
             include: [docs]\nexclude: [old, \"!drafts/keep.md\"]\n\
             rules: { MD003: { style: setext } }\n\
             families: { words: { rules: { MD001: error } } }\n\
             overrides: [{ files: [docs/c.md], rules: { MD001: true } }]",
        ),
    ]);
    assert_eq!(case.profile("a.md"), "relaxed (config/more.yaml:2)");
    assert_eq!(case.level("a.md", "MD003"), "info (config/base.yaml:4)");
    assert_eq!(case.option("a.md", "MD003", "style"), "\"setext\" (validator.yaml:4)");
    assert_eq!(case.level("words/a.md", "MD001"), "error (family words (validator.yaml:5))");
    assert_eq!(case.level("c.md", "MD001"), "off (override 2 (config/base.yaml:6))");
    assert_eq!(case.level("docs/c.md", "MD001"), "warning (override 3 (validator.yaml:6))");
    let project = case.load();
    assert!(project.includes(&case.path("docs/a.md")));
    assert!(!project.includes(&case.path("a/a.md")));
    assert!(project.excludes(&case.path("docs/drafts/b.md"), false));
    assert!(!project.excludes(&case.path("drafts/keep.md"), false));
    assert!(project.excludes(&case.path("old"), true));
}

#[test]
fn include_and_exclude_say_what_a_walk_takes() {
    let text = "include: [\"docs/**\", README.md]\nexclude: [\"docs/old/\", \"*.tmp.md\"]";
    let case = Case::new(&[("validator.yaml", text)]);
    let mut line = CommandLine::default();
    for exclude in [&[][..], &["docs/new"]] {
        line.exclude = exclude.iter().map(|glob| case.path(glob).display().to_string()).collect();
        let project = case.load();
        for (file, is_taken) in [
            ("docs/a.md", true),
            ("README.md", true),
            ("a.md", false),
            ("docs/old/a.md", false),
            ("docs/x.tmp.md", false),
        ] {
            assert_eq!(project.includes(&case.path(file)), is_taken, "{file}");
        }
        assert!(project.excludes(&case.path("docs/old"), true));
        assert!(!project.excludes(&case.path("docs"), true));
    }
}

#[test]
fn exclude_on_the_command_line_counts_from_the_working_folder() {
    let exclude = names(&["fixtures/config"]);
    let overrides = CommandLine { exclude, ..CommandLine::default() };
    let project = Project::load(Request { overrides, ..Request::default() }).unwrap();
    assert!(project.excludes(Path::new("fixtures/config"), true));
    assert!(project.excludes(Path::new("./fixtures/config/a.md"), false));
    assert!(!project.excludes(Path::new("fixtures/a.md"), false));
}

#[test]
fn config_names_the_only_file_that_counts() {
    let mut case = Case::new(&[
        ("validator.yaml", "rules: { MD001: off }"),
        ("docs/validator.yaml", "rules: { MD001: off }"),
        (
            "config/ci.yaml",
            "rules: { MD001: error }\noverrides: [{ files: [docs/b.md], rules: { MD001: info } }]",
        ),
    ]);
    case.request.config = Some(case.path("config/ci.yaml"));
    assert_eq!(case.level("docs/a.md", "MD001"), "error (config/ci.yaml:1)");
    assert_eq!(case.level("docs/b.md", "MD001"), "info (override 1 (config/ci.yaml:2))");
    assert_eq!(case.load().root(), case.folder.path());

    case.request.config = Some(case.path("nowhere.yaml"));
    assert_eq!(case.load_error(), "nowhere.yaml: cannot be read: no such file or directory");

    case.request = Request { start: case.path("."), no_config: true, ..Request::default() };
    assert_eq!(case.level("docs/a.md", "MD001"), "warning (defaults)");
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

#[test]
fn files_with_the_same_settings_share_their_rules() {
    let text = "overrides: [{ files: [b], rules: { MD001: off } }]";
    let case = Case::new(&[("validator.yaml", text)]);
    let project = case.load();
    let rules = |name| project.rules_for(&case.path(name)).unwrap();
    assert!(std::sync::Arc::ptr_eq(&rules("a/x.md"), &rules("c/d/y.md")));
    assert!(!std::sync::Arc::ptr_eq(&rules("a/x.md"), &rules("b/x.md")));
}

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
    assert_eq!(case.option("a.md", "MD003", "style"), "null (defaults)");
    assert_eq!(case.level("a.md", "MD001"), "warning (base.json:1)");
    // The key keeps its place in the order, so the tag after it takes its options away.
    assert_eq!(case.option("sub/a.md", "MD003", "style"), "null (defaults)");
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
    assert_eq!(case.option("docs/b.md", "MD003", "style"), "null (defaults)");
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
