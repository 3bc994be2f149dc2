//! Hostile data: a clear problem within a second or two, and no more memory than the limits allow.

use std::time::{Duration, Instant};

use validator::data::{self, Format, MAX_VALUES, ProblemKind};

/// Generous: tests run unoptimised, beside others.
const PATIENCE: Duration = Duration::from_secs(20);

/// Parses and converts the text; the only problem is of the kind and says `message`.
fn refuse(name: &str, format: Format, text: &str, kind: ProblemKind, message: &str) {
    let start = Instant::now();
    let parsed = data::parse_text(format, text);
    let found: Vec<_> = parsed.problems.iter().map(|found| (found.kind, &*found.message)).collect();
    assert_eq!(found, [(kind, message)], "{name}");
    assert!(!parsed.is_complete());
    // What is left of the data is within the limits.
    assert!(parsed.tree.to_json(parsed.tree.root()).is_ok(), "{name}");
    assert!(start.elapsed() < PATIENCE, "{name}: {:?}", start.elapsed());
}

/// Each list holds the one before nine times.
fn laughs(levels: usize) -> String {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..levels {
        let alias = format!("*a{}, ", level - 1).repeat(9);
        text += &format!("a{level}: &a{level} [{alias}]\n");
    }
    text
}

#[test]
fn aliases_of_aliases() {
    let message = "aliases up to here expand to more than 1000000 values";
    let kind = ProblemKind::AliasBudget;
    refuse("laughs", Format::Yaml, &laughs(12), kind, message);
    assert_eq!(data::parse_text(Format::Yaml, &laughs(5)).problems, []);
}

#[test]
fn a_million_aliases() {
    let message = "aliases up to here expand to more than 1000000 values";
    let text = format!("a: &a x\nb:\n{}", "- *a\n".repeat(1_000_000));
    refuse("a million aliases", Format::Yaml, &text, ProblemKind::AliasBudget, message);
}

#[test]
fn merges_of_merges() {
    let mut text = "m0: &m0 {a: 1}\n".to_owned();
    for level in 1..14 {
        let alias = format!("*m{}", level - 1);
        text += &format!("m{level}: &m{level} {{<<: [{alias}, {alias}], k{level}: 1}}\n");
    }
    let parsed = data::parse_text(Format::Yaml, &text);
    assert_eq!(parsed.problems, []);
    let last = parsed.tree.pointer("/m13").unwrap();
    assert_eq!(parsed.tree.entries(last).count(), 14);
}

#[test]
fn recursive_aliases() {
    for (text, count) in [("a: &a [*a]\n", 1), ("b: &b {<<: *b, x: [*b]}\n", 2)] {
        let parsed = data::parse_text(Format::Yaml, text);
        assert_eq!(parsed.problems.len(), count);
        assert!(parsed.problems.iter().all(|found| found.kind == ProblemKind::AliasCycle));
        assert!(parsed.tree.to_json(parsed.tree.root()).is_ok());
    }
}

#[test]
fn deep_nesting() {
    let ours = "nested more than 128 levels deep";
    let indented: String = (0..2_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    let chain: String =
        (1..1_000).map(|level| format!("a{level}: &a{level} [*a{}]\n", level - 1)).collect();
    let chain = format!("a0: &a0 [x]\n{chain}");
    for (name, format, text, message) in [
        ("json lists", Format::Json, "[".repeat(10_000), ours),
        ("json objects", Format::Json, "{\"a\":".repeat(10_000), ours),
        ("yaml lists", Format::Yaml, "[".repeat(10_000), ours),
        ("yaml mappings", Format::Yaml, "{a: ".repeat(10_000), ours),
        ("yaml dashes", Format::Yaml, "- ".repeat(10_000), ours),
        ("yaml keys", Format::Yaml, "? ".repeat(10_000), ours),
        ("yaml indentation", Format::Yaml, indented, ours),
        ("yaml aliases", Format::Yaml, chain, ours),
        (
            "toml lists",
            Format::Toml,
            format!("a = {}", "[".repeat(10_000)),
            "nested more than 80 levels deep",
        ),
        (
            "toml keys",
            Format::Toml,
            format!("{}b = 1", "a.".repeat(10_000)),
            "nested more than 80 levels deep",
        ),
    ] {
        refuse(name, format, &text, ProblemKind::TooDeep, message);
    }
}

#[test]
fn depth_at_the_limit() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for format in [Format::Yaml, Format::Json] {
        let parsed = data::parse_text(format, &nested(128));
        assert_eq!(parsed.problems, []);
        assert!(parsed.tree.to_json(parsed.tree.root()).is_ok());
        assert_eq!(data::parse_text(format, &nested(129)).problems[0].kind, ProblemKind::TooDeep);
    }
}

#[test]
fn large_files() {
    let yaml = "key: value\n".repeat(5_000_000);
    let message = "YAML of 53 MiB, more than the 16 MiB that are checked";
    refuse("50 MB", Format::Yaml, &yaml, ProblemKind::TooLarge, message);
    let toml = "# a comment\n".repeat(500_000);
    let message = "TOML of 6 MiB, more than the 4 MiB that are checked";
    refuse("TOML", Format::Toml, &toml, ProblemKind::TooLarge, message);
}

#[test]
fn many_values() {
    let items = format!("[{}1]", "1,".repeat(MAX_VALUES));
    for format in [Format::Yaml, Format::Json, Format::Toml] {
        let text = if format == Format::Toml { format!("a = {items}") } else { items.clone() };
        let message = "more than 1000000 values";
        refuse(format.name(), format, &text, ProblemKind::TooLarge, message);
    }
}

#[test]
fn many_problems_are_cut_short() {
    for (format, text) in [
        (Format::Yaml, "a: 1\n".repeat(10_000)),
        (Format::Yaml, "- *b\n".repeat(10_000)),
        (Format::Yaml, "---\n]\n".repeat(10_000)),
        (Format::Json, format!("[{}1]", "1 ".repeat(10_000))),
        (Format::Toml, "a = 1\n".repeat(10_000)),
    ] {
        let problems = data::parse_text(format, &text).problems;
        assert_eq!(problems.len(), 101, "{format:?}");
        assert_eq!(problems[100].message, "too many problems, the rest is not listed");
    }
}
