//! What holds of every message: it is its template with its arguments, and a rule has few templates.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use validator::config::{Project, Request};
use validator::diagnostic::{Message, RuleId};
use validator::engine::{Base, CheckOptions, Walk, Workspace, check_file, walk};

use crate::fixtures::{findings, fixtures, parse};

/// The most templates that a rule has: what differs from one finding to another is an argument.
const MOST: usize = 8;

/// Rules that pass on what parsers, schemas and structure files say.
const PASS_ON: [&str; 8] =
    ["DATA001", "DATA002", "DATA003", "ST107", "YAML001", "YAML004", "YAML012", "comment-error"];

#[test]
fn a_message_is_its_template_with_its_arguments() {
    let mut templates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut told, mut passing_on) = (0, BTreeSet::new());
    let mut see = |rule: RuleId, message: &Message| {
        let (template, arguments) = (message.template(), message.arguments());
        let parts: Vec<&str> = template.split("{}").collect();
        assert_eq!(parts.len(), arguments.len() + 1, "{rule}: `{template}` of `{message}`");
        let rest =
            parts[1..].iter().zip(&arguments).map(|(part, argument)| format!("{argument}{part}"));
        assert_eq!(
            *message,
            *(parts[0].to_owned() + &rest.collect::<String>()),
            "{rule}: `{template}`"
        );
        assert_eq!(Message::restore(template, &arguments).as_ref(), Some(message));
        if !template.replace("{}", "").contains(char::is_alphabetic) {
            passing_on.insert(rule.to_string());
        }
        templates.entry(rule.to_string()).or_default().insert(template.to_owned());
        told += 1;
    };
    for fixture in fixtures(Path::new("fixtures/rules")) {
        let doc = parse(&fixture, fs::read_to_string(&fixture).expect("fixtures are UTF-8"));
        for found in findings(&fixture)(&doc) {
            see(found.rule, &found.message);
            let related = found.details.iter().flat_map(|details| &details.related);
            related.for_each(|related| see(found.rule, &related.message));
        }
    }
    for found in on_a_site() {
        see(found.rule, &found.message);
        found.related().iter().for_each(|related| see(found.rule, &related.message));
    }
    assert!(told > 1_000, "{told} messages");
    assert!(templates["LINK001"].len() > 2, "{:?}", templates["LINK001"]);
    assert!(passing_on.iter().eq(&PASS_ON), "{passing_on:?}");
    templates.retain(|_, of_rule| of_rule.len() > MOST);
    assert!(templates.is_empty(), "{templates:#?}");
}

/// What is found on a site with dead links of all sorts.
fn on_a_site() -> Vec<validator::diagnostic::Finding> {
    let site = TempDir::new().expect("a directory");
    let pages = [
        (
            "mkdocs.yml",
            "site_name: x\nsite_url: https://example.org/base/\nnav: [index.md, b.md, gone.md]\n",
        ),
        (
            "docs/index.md",
            "# A\n\n[a](c.md) [a](B.md) [a](bb.md) [a](b.md#x) [a](b.md#bb) [a](/x) [a][r]\n\n![a](i.png)\nx <a id=\"q\"></a> <a id=\"q\"></a>\n<https://example.org/base/none> <https://example.org/base/b/#none>\n\n[r]: deep.md\n",
        ),
        (
            "docs/b.md",
            "# B\n\n## BB\n\n<!-- validator-disable MD999 -->\n<!-- validator-disabel -->\n",
        ),
        ("docs/sub/deep.md", "---\nimage: none.png\n---\n\n# Deep\n\n[x](../B.md) [x](../c.md)\n"),
        ("docs/other.png", "x"),
        (
            "validator.yaml",
            "flavor: mkdocs\nrules: { LINK010: true, LINK011: true, LINK012: true, LINK013: true, LINK014: true }\n",
        ),
    ];
    for (path, text) in pages {
        let path = site.path().join(path);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    let request = Request { start: site.path().to_owned(), ..Request::default() };
    let project = Arc::new(Project::load(request).expect("a project"));
    let base = Base::new(site.path());
    let options = Walk { base: &base, project: &project, no_ignore: false };
    let walked = walk(&[site.path().to_owned()], &options);
    let workspace = Workspace::new(project.clone());
    let check = |file| check_file(&workspace, file, &CheckOptions::default()).report.findings;
    walked.files.iter().flat_map(check).collect()
}
