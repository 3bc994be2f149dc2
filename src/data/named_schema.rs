//! The schema that a data file names itself.

use super::{Format, Tree};
use crate::text::Span;

/// The path or address of the schema that a file names: in a comment before the data, as
/// `# yaml-language-server: $schema=…` in YAML and `#:schema …` in TOML, or under the key
/// `$schema`.
pub fn named_schema(format: Format, text: &str, tree: &Tree) -> Option<Span> {
    let comment = match format {
        Format::Yaml => in_comments(text, |line| {
            let rest = line.trim_start_matches('#').trim_start();
            let rest = rest.strip_prefix("yaml-language-server:")?.trim_start();
            rest.strip_prefix("$schema=")
        }),
        Format::Toml => in_comments(text, |line| line.strip_prefix("#:schema")),
        Format::Json | Format::Jsonc => None,
    };
    comment.or_else(|| {
        let node = tree.get(tree.root(), "$schema")?;
        let span = tree.span(node);
        let quotes = span.of(text).len() - tree.as_str(node)?.len();
        // What is written with escapes is no name that anyone uses.
        (matches!(quotes, 0 | 2) && !tree.is_alias(node))
            .then(|| Span::new(span.start() + quotes / 2, span.end() - quotes / 2))
    })
}

/// What `read` finds in one of the comments before the data.
fn in_comments(text: &str, read: impl Fn(&str) -> Option<&str>) -> Option<Span> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches('\u{feff}').trim();
        if !content.is_empty() && !content.starts_with('#') && content != "---" {
            return None;
        }
        if let Some(found) = read(content).and_then(|rest| rest.split_whitespace().next()) {
            let at = start + line.find(found)?;
            return Some(Span::new(at, at + found.len()));
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::parse_text;

    fn named(format: Format, text: &str) -> Option<&str> {
        let parsed = parse_text(format, text);
        named_schema(format, text, &parsed.tree).map(|span| span.of(text))
    }

    #[test]
    fn schemas_are_named_in_comments_and_keys() {
        let comment = "---\n# about\n# yaml-language-server: $schema=a/b.json\nx: 1\n";
        assert_eq!(named(Format::Yaml, comment), Some("a/b.json"));
        assert_eq!(named(Format::Yaml, "x: 1\n# yaml-language-server: $schema=a\n"), None);
        assert_eq!(named(Format::Yaml, "$schema: a.json\n"), Some("a.json"));
        assert_eq!(named(Format::Toml, "#:schema ./a.json\nx = 1\n"), Some("./a.json"));
        assert_eq!(named(Format::Json, "{\"$schema\": \"a.json\"}"), Some("a.json"));
        assert_eq!(named(Format::Json, "{\"$schema\": 1}"), None);
        assert_eq!(named(Format::Json, "[]"), None);
    }
}
