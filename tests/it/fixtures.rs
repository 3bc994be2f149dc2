//! Every fixture gives its snapshot: the findings of its rule, and the text after all fixes.
//!
//! A fixture is `fixtures/rules/<group>/<rule>/<case>.md` or `.data.yaml`, `.data.json` and so on
//! for rules about data files (their schema in `<case>.data.schema.json`), with the rule's options in
//! `<case>.json` if it needs any, the template in `<case>.structure.yaml` for rules about
//! templates, and the snapshot in `<case>.snap`. `UPDATE_EXPECTED=1`
//! writes the snapshots; review them like code.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use validator::config::{Project, Request};
use validator::data::{self, Format, Schema};
use validator::diagnostic::{Diagnostic, Safety, Severity};
use validator::document::Document;
use validator::engine::fix;
use validator::rules::{self, Attached, Page, RuleSet};
use validator::structure::{self, Structure};

use crate::expected::{assert_all, differs};

#[test]
fn every_fixture_gives_its_snapshot() {
    let fixtures = fixtures(Path::new("fixtures/rules"));
    assert!(!fixtures.is_empty(), "no fixture below fixtures/rules");
    let mut differing = Vec::new();
    for fixture in fixtures {
        let actual = snapshot(&fixture);
        differing.extend(differs(fixture.with_extension("snap"), &actual));
    }
    assert_all(differing);
}

pub fn fixtures(directory: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ignore::WalkBuilder::new(directory)
        .standard_filters(false)
        .build()
        .map(|entry| entry.expect("fixtures can be read").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md") || is_data(path))
        .collect();
    found.sort();
    found
}

fn is_data(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    Format::from_path(path).is_some() && stem.is_some_and(|stem| stem.ends_with(".data"))
}

pub fn parse(fixture: &Path, text: String) -> Document {
    match Format::from_path(fixture) {
        Some(format) => Document::parse_data(format, text),
        None => Document::parse(text),
    }
}

/// The schema in `<case>.schema.json`, or else the one that the fixture names.
fn schemas(fixture: &Path, doc: &Document) -> Vec<Attached> {
    let path = fixture.with_extension("schema.json");
    let schema = match doc.format.map(|format| (format, doc.data())) {
        _ if path.is_file() => Some((None, Schema::load(&path).map(Arc::new))),
        Some((format, Some(data))) => {
            let request = Request { no_config: true, ..Request::default() };
            let project = Project::load(request).expect("there is nothing to load");
            data::named_schema(format, &doc.text, &data.tree).map(|span| {
                let name = span.of(&doc.text);
                (Some(span), project.referenced_schema(fixture, name))
            })
        }
        _ => None,
    };
    schema.map(|(reference, schema)| Attached { reference, schema }).into_iter().collect()
}

/// The rule that a fixture's directory is named for, with the options beside the fixture.
fn rule_set(fixture: &Path) -> RuleSet {
    let directory = fixture.parent().and_then(Path::file_name).expect("a fixture has a directory");
    let name = directory.to_str().expect("directories have plain names");
    let (_, entry) =
        rules::builtin().find(name).unwrap_or_else(|| panic!("no rule is called {name}"));
    let options = fs::read_to_string(fixture.with_extension("json"))
        .ok()
        .filter(|_| !is_data(fixture))
        .unwrap_or_else(|| "{}".to_owned());
    let options = serde_json::from_str(&options).expect("options are JSON");
    let rule = entry
        .configure(&options, Severity::Warning)
        .unwrap_or_else(|error| panic!("{}: {}: {error}", fixture.display(), error.path));
    RuleSet { rules: vec![rule] }
}

/// The template beside a fixture.
fn template(fixture: &Path) -> Option<Structure> {
    let path = fixture.with_extension("structure.yaml");
    let text = fs::read_to_string(&path).ok()?;
    match structure::read(&text, &path) {
        Ok(read) => Some(read.structure),
        Err(mistakes) => panic!("{}: {mistakes:?}", path.display()),
    }
}

/// What the fixture's rule finds, by the template beside it if there is one.
pub fn findings(fixture: &Path) -> impl Fn(&Document) -> Vec<Diagnostic> {
    let (rules, template, path) = (rule_set(fixture), template(fixture), fixture.to_owned());
    move |doc| {
        let templates: Vec<&Structure> = template.iter().collect();
        let schemas = schemas(&path, doc);
        let page = Page::alone(doc).at(&path).with_schemas(&schemas);
        rules.check_page(&page.with_templates(&templates))
    }
}

fn snapshot(fixture: &Path) -> String {
    let check = findings(fixture);
    let text = fs::read_to_string(fixture).expect("fixtures are UTF-8");
    let doc = parse(fixture, text.clone());
    let claims = rule_set(fixture).claims(&Page::alone(&doc));
    let mut snapshot = String::new();
    for diagnostic in check(&doc) {
        let (start, end) =
            (doc.position(diagnostic.span.start()), doc.position(diagnostic.span.end()));
        let fix = match diagnostic.fix.map(|fix| fix.safety) {
            None => "",
            Some(Safety::Safe) => " [safe fix]",
            Some(Safety::Review) => " [fix to review]",
        };
        writeln!(
            snapshot,
            "{}:{}-{}:{} {}{fix}",
            start.line, start.column, end.line, end.column, diagnostic.message
        )
        .expect("a string can be written to");
    }
    for claim in claims {
        let start = doc.position(claim.span.start());
        writeln!(
            snapshot,
            "{}:{} claims {}: {}",
            start.line, start.column, claim.name, claim.value
        )
        .expect("a string can be written to");
    }
    if is_data(fixture) {
        return snapshot;
    }
    let settled = fix::settle(&check, text.clone(), Safety::Review);
    assert!(settled.settled, "{}: fixing does not settle", fixture.display());
    if settled.text != text {
        // Control characters and spaces at line ends would be lost on a reader.
        snapshot.push_str("--- fixed\n");
        for line in settled.text.split_inclusive('\n') {
            writeln!(snapshot, "{line:?}").expect("a string can be written to");
        }
    }
    snapshot
}
