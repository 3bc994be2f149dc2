//! Every mistake is named with its place and what to do about it.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use validator::config::{CommandLine, ConfigSource, Project, Request};

use super::case::{Case, names};
use crate::expected::assert_expected;

/// Every `mistakes/*.yaml` gives the errors in the `.txt` beside it.
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
        assert_expected(path.with_extension("txt"), &found);
    }
}

/// Under another name, a file that `--config` names would be one of markdownlint's.
#[test]
fn rules_beside_the_sections_are_mistakes() {
    let case = Case::new(&[("validator.yaml", "MD001: off\nheading-style: { style: atx }\n")]);
    let error = Project::load(case.request.clone()).err().unwrap().to_string();
    assert!(error.contains("unknown key `MD001`; rules belong under `rules:`"), "{error}");
    assert!(error.contains("unknown key `heading-style`; rules belong under `rules:`"), "{error}");
}

#[test]
fn mistakes_carry_text_and_span_for_carets() {
    let case = Case::new(&[("validator.yaml", "profile: stric\n")]);
    let error = Project::load(case.request.clone()).err().unwrap();
    let [problem] = &error.problems[..] else { panic!("{error}") };
    assert_eq!(problem.source, ConfigSource::File(case.path("validator.yaml")));
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

/// A configuration that has everything.
const EVERYTHING: &str = "\
profile: &p strict
types: [markdown]
rules:
  all: off
  MD003: { level: warning, style: atx }
  \"no-hard-tabs\": 'off'
include: [\"docs/**\", \"ü*.md\"]
exclude: drafts
families:
  words: &w { include: [words], profile: *p, rules: { MD001: error } }
  cells: { <<: *w, include: [cells] }
overrides:
  - files: [\"{a,b}.md\"]
    rules: { MD001: { level: info } }
";

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is cut out or put in: no panic, and places are places in the text.
    #[test]
    fn any_text_is_configuration_or_has_mistakes_with_places(
        cut in 0..EVERYTHING.len(),
        length in 0..20_usize,
        put in r##"[ \n:,{}\[\]&*!|>'"#?<0-9a-zü-]{0,4}"##,
    ) {
        let start = EVERYTHING.floor_char_boundary(cut);
        let end = EVERYTHING.floor_char_boundary((start + length).min(EVERYTHING.len()));
        let text = format!("{}{put}{}", &EVERYTHING[..start], &EVERYTHING[end..]);
        let case = Case::new(&[("validator.yaml", &text)]);
        if let Err(error) = Project::load(case.request.clone()) {
            prop_assert!(!error.problems.is_empty());
            for problem in &error.problems {
                prop_assert!(problem.text.get(problem.span.range()).is_some(), "{problem:?}");
                prop_assert!(!problem.message.is_empty());
            }
        }
    }
}
