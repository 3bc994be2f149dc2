//! Data as a tree with positions. Each file in `fixtures/data` has its tree beside it, in a file of
//! the same name and `.tree`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use validator::data::{self, Format, NodeId, Parsed, ProblemKind, Scalar, Tree, ValueKind};
use validator::text::{LineIndex, Span};

use crate::expected::assert_expected;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/data")
}

/// Every node: where it is, its pointer, what it is, its key's place, and its source.
struct Outline<'t> {
    text: &'t str,
    index: LineIndex,
    tree: &'t Tree,
    lines: String,
}

impl Outline<'_> {
    fn of(text: &str, parsed: &Parsed) -> String {
        let index = LineIndex::new(text);
        let mut outline = Outline { text, index, tree: &parsed.tree, lines: String::new() };
        for (number, &root) in parsed.tree.documents().iter().enumerate() {
            writeln!(outline.lines, "document {number}").unwrap();
            outline.node(root, "");
        }
        for problem in &parsed.problems {
            let place = outline.place(problem.span);
            let (kind, message) = (problem.kind, &problem.message);
            writeln!(outline.lines, "problem {place} {kind:?}: {message}").unwrap();
        }
        outline.lines
    }

    fn place(&self, span: Span) -> String {
        let start = self.index.position(self.text, span.start());
        let end = self.index.position(self.text, span.end());
        format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column)
    }

    fn node(&mut self, node: NodeId, pointer: &str) {
        let tree = self.tree;
        let place = self.place(tree.span(node));
        let key = tree.key_span(node).map(|key| format!(" key {}", self.place(key)));
        let kind = match tree.scalar(node) {
            Some(scalar) => format!("{scalar:?}"),
            None => format!("{:?}", tree.kind(node)),
        };
        let alias = if tree.is_alias(node) { " alias" } else { "" };
        let tag = tree.tag(node).map(|tag| format!(" tag {tag}"));
        let (key, tag) = (key.unwrap_or_default(), tag.unwrap_or_default());
        let style = tree.style(node);
        writeln!(self.lines, "{place} {pointer} {kind} {style:?}{alias}{tag}{key}").unwrap();
        for entry in tree.entries(node) {
            self.node(entry.value, &format!("{pointer}/{}", entry.key));
        }
        for (number, item) in tree.items(node).enumerate() {
            self.node(item, &format!("{pointer}/{number}"));
        }
    }
}

#[test]
fn fixtures_have_their_trees() {
    let mut count = 0;
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        let Some(format) = Format::from_path(&path) else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        let found = Outline::of(&text, &data::parse_text(format, &text));
        assert_expected(format!("{}.tree", path.display()), &found);
        count += 1;
    }
    assert!(count > 0);
}

#[test]
fn lookups_follow_aliases_and_merges() {
    let text = std::fs::read_to_string(fixtures().join("anchors.yaml")).unwrap();
    let tree = data::parse_text(Format::Yaml, &text).tree;
    let int = |pointer: &str| tree.pointer(pointer).and_then(|node| tree.scalar(node));
    assert_eq!(int("/one/port"), Some(Scalar::Int(82)));
    assert_eq!(int("/one/extra/a"), Some(Scalar::Int(1)));
    assert_eq!(int("/two/port"), Some(Scalar::Int(80)));
    assert_eq!(int("/three/port"), Some(Scalar::Int(80)));
    assert_eq!(int("/four/port"), Some(Scalar::Int(81)));
    assert_eq!(tree.pointer("/one/<<"), None);

    let three = tree.pointer("/three").unwrap();
    assert_eq!(tree.span(three).of(&text), "*base");
    assert_eq!(tree.span(tree.resolve(three)).start(), text.find("host").unwrap());
    let port = tree.get(three, "port").unwrap();
    assert_eq!(tree.pointer_to(port), "/base/port");

    let one = tree.get(tree.root(), "one").unwrap();
    let keys: Vec<_> = tree.entries(one).map(|entry| entry.key).collect();
    assert_eq!(keys, ["port", "host", "extra"]);
    let written: Vec<_> = tree.written_entries(one).map(|entry| entry.key).collect();
    assert_eq!(written, ["<<", "port"]);
    assert_eq!(
        tree.to_json(tree.pointer("/two").unwrap()).unwrap(),
        serde_json::json!({"port": 80, "path": "/", "host": "localhost", "extra": {"a": 1}})
    );
    assert_eq!(
        tree.to_json(tree.pointer("/plain").unwrap()).unwrap(),
        serde_json::json!({"<<": "not a mapping"})
    );
}

#[test]
fn pointers_are_those_of_rfc_6901() {
    let text = std::fs::read_to_string(fixtures().join("nested.json")).unwrap();
    let tree = data::parse_text(Format::Json, &text).tree;
    let source = |pointer: &str| tree.pointer(pointer).map(|node| tree.span(node).of(&text));
    assert_eq!(source("/nested/a~1b/m~0n/0/0"), Some("true"));
    assert_eq!(source("/"), Some("false"));
    assert_eq!(source("/nested/"), Some("{}"));
    assert_eq!(source("/n/1"), Some("-1.5e3"));
    for missing in ["n", "/n/01", "/n/+1", "/n/-", "/n/3", "/title/0", "/nested/a"] {
        assert_eq!(source(missing), None, "{missing}");
    }
    for pointer in ["", "/", "/n/1", "/nested/a~1b/m~0n/0/0"] {
        assert_eq!(tree.pointer_to(tree.pointer(pointer).unwrap()), pointer);
    }
}

#[test]
fn spans_count_from_the_start_of_the_page() {
    let page = "---\ntitle: a: b\ntags: [x]\n---\n# Page\n";
    let front_matter = Span::new(4, page.rfind("---").unwrap());
    let parsed = data::parse(Format::Yaml, page, front_matter);
    assert_eq!(parsed.problems[0].span.start(), page.find(": b").unwrap());

    for (format, page, span) in [
        (Format::Yaml, "---\na: 1\nb: [x]\n---\n", 4..16),
        (Format::Toml, "+++\na = 1\nb = ['x']\n+++\n", 4..20),
        (Format::Json, "{\"a\": 1,\n \"b\": [\"x\"]}\n# Page\n", 0..22),
    ] {
        let parsed = data::parse(format, page, span.into());
        assert_eq!(parsed.problems, [], "{page}");
        let tree = parsed.tree;
        let item = tree.pointer("/b/0").unwrap();
        assert_eq!(tree.span(item).of(page).trim_matches(['"', '\'']), "x");
        let key = tree.key_span(tree.pointer("/b").unwrap()).unwrap();
        assert_eq!(key.of(page).trim_matches('"'), "b");
    }
}

#[test]
fn front_matter_is_one_document() {
    let parsed = data::parse_text(Format::Yaml, "a: 1\n...\n---\nb: 2\n");
    assert_eq!(parsed.tree.documents().len(), 2);
    assert_eq!(parsed.problems, []);
    let parsed = parsed.expect_one_document();
    assert_eq!(parsed.problems[0].kind, ProblemKind::MultipleDocuments);
    assert_eq!(parsed.problems[0].span, Span::at(13));
    assert!(parsed.is_complete());
}

#[test]
fn an_empty_text_is_null() {
    for text in ["", "\n\n", "# a comment\n", "\u{feff}", "---\n"] {
        let parsed = data::parse_text(Format::Yaml, text);
        assert_eq!(parsed.problems, [], "{text:?}");
        assert_eq!(parsed.tree.kind(parsed.tree.root()), ValueKind::Null, "{text:?}");
    }
    let parsed = data::parse_text(Format::Toml, "");
    assert_eq!(
        (parsed.tree.kind(parsed.tree.root()), parsed.problems.len()),
        (ValueKind::Mapping, 0)
    );
    assert_eq!(data::parse_text(Format::Json, " \n").problems.len(), 1);
}

#[test]
fn a_broken_text_keeps_what_stands_before() {
    let parsed = data::parse_text(Format::Yaml, "title: x\nlist:\n  - a\n  - @b\nend: 1\n");
    let tree = &parsed.tree;
    assert!(!parsed.is_complete());
    assert_eq!(tree.get(tree.root(), "title").and_then(|node| tree.as_str(node)), Some("x"));
    assert_eq!(tree.items(tree.pointer("/list").unwrap()).count(), 1);
    assert_eq!(tree.get(tree.root(), "end"), None);
}

#[test]
fn json_values_are_those_of_serde_json() {
    let text = r#"{"a": [0, -1.5e3, 1e400, 18446744073709551615, -9223372036854775808, 18446744073709551616],
        "b": {"c": "\u00e9\ud83d\ude00\n", "": null}, "d": [true, false, [], {}]}"#;
    let text = text.replace("1e400, ", "");
    let tree = data::parse_text(Format::Json, &text).tree;
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(tree.to_json(tree.root()).unwrap(), expected);
}

/// Every span lies in the text, on characters, and in that of its parent where YAML or JSON wrote
/// it; every problem is in the text; conversion works.
fn check_tree(format: Format, text: &str) {
    let parsed = data::parse_text(format, text);
    let tree = &parsed.tree;
    let is_in_text = |span: Span| text.get(span.range()).is_some();
    assert!(parsed.problems.iter().all(|problem| is_in_text(problem.span)), "{text:?}");
    let mut pending = tree.documents().to_vec();
    while let Some(node) = pending.pop() {
        assert!(is_in_text(tree.span(node)), "{text:?}");
        assert!(tree.key_span(node).is_none_or(is_in_text), "{text:?}");
        if format != Format::Toml
            && let Some(parent) = tree.parent(node)
        {
            let (outer, inner) = (tree.span(parent), tree.span(node));
            assert!(outer.start <= inner.start && inner.end <= outer.end, "{text:?}");
        }
        let children = tree.written_entries(node).map(|entry| entry.value).chain(tree.items(node));
        pending.extend(children.filter(|&child| tree.parent(child) == Some(node)));
    }
    assert!(tree.documents().iter().all(|&root| tree.to_json(root).is_ok()), "{text:?}");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config {
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn any_text_gives_a_sound_tree(
        text in "([abc日]|[0-9]|: |- |\n|\n  |\t|\r\n|[\\[\\]{},:\"'#&*!|>%@=.?-]|&a |\\*a|---\n|<<: |\"[a\\\\]\"|\u{feff}|\u{7}){0,40}"
    ) {
        for format in [Format::Yaml, Format::Toml, Format::Json, Format::Jsonc] {
            check_tree(format, &text);
        }
    }
}
