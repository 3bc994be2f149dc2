//! Which configuration file counts for a file, and which files a walk takes.

use std::path::Path;

use validator::config::{CommandLine, Project, Request};

use super::case::{Case, names};

#[test]
fn without_a_file_the_defaults_count() {
    let case = Case::new(&[]);
    assert_eq!(case.level("a.md", "MD001"), "warning (defaults)");
    assert_eq!(case.profile("a.md"), "default (defaults)");
    assert_eq!(case.load().root(), case.directory.path());
    assert_eq!(case.notes(), [""; 0]);
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
fn exclude_on_the_command_line_counts_from_the_working_directory() {
    let exclude = names(&["fixtures/config"]);
    let overrides = CommandLine { exclude, ..CommandLine::default() };
    // The configuration of this repository excludes all fixtures.
    let request = Request { no_config: true, overrides, ..Request::default() };
    let project = Project::load(request).unwrap();
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
    assert_eq!(case.load().root(), case.directory.path());

    case.request.config = Some(case.path("nowhere.yaml"));
    assert_eq!(case.load_error(), "nowhere.yaml: cannot be read: no such file or directory");

    case.request = Request { start: case.path("."), no_config: true, ..Request::default() };
    assert_eq!(case.level("docs/a.md", "MD001"), "warning (defaults)");
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
