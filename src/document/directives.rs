//! Comments that switch rules on or off: `<!-- markdownlint-disable MD013 -->`, and the same
//! under `validator-`. markdownlint reads them from lines, also in code blocks, and so do we.

use super::Document;
use crate::text::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectiveKind {
    Disable,
    Enable,
    DisableFile,
    EnableFile,
    DisableLine,
    DisableNextLine,
    Capture,
    Restore,
    ConfigureFile,
}

/// One such comment.
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    pub kind: DirectiveKind,
    /// The line (from 0) on which it stands.
    pub line: usize,
    /// The whole comment.
    pub span: Span,
    /// What follows the word: names of rules and tags, or a configuration.
    pub argument: Span,
}

impl Directive {
    /// The words of the argument.
    pub fn words(&self, doc: &Document) -> impl Iterator<Item = Span> {
        let (argument, start) = (doc.slice(self.argument), self.argument.start());
        argument.split_whitespace().map(move |word| {
            let at = start + (word.as_ptr().addr() - argument.as_ptr().addr());
            Span::new(at, at + word.len())
        })
    }

    /// Why somebody wrote the comment: what stands behind `--` in it.
    pub fn reason<'d>(&self, doc: &'d Document) -> Option<&'d str> {
        let dashes = self.words(doc).find(|word| doc.slice(*word).starts_with("--"))?;
        let rest = doc.slice(Span::new(dashes.start(), self.argument.end()));
        let reason = rest.trim_start_matches('-').trim_start();
        (!reason.is_empty()).then_some(reason)
    }
}

/// How such comments begin.
pub const DIRECTIVE_PREFIXES: [&str; 2] = ["markdownlint-", "validator-"];

const KINDS: [(&str, DirectiveKind); 9] = [
    ("disable-file", DirectiveKind::DisableFile),
    ("enable-file", DirectiveKind::EnableFile),
    ("disable-line", DirectiveKind::DisableLine),
    ("disable-next-line", DirectiveKind::DisableNextLine),
    ("configure-file", DirectiveKind::ConfigureFile),
    ("disable", DirectiveKind::Disable),
    ("enable", DirectiveKind::Enable),
    ("capture", DirectiveKind::Capture),
    ("restore", DirectiveKind::Restore),
];

/// The words that such comments begin with, under both prefixes.
pub fn directive_words() -> impl Iterator<Item = String> {
    let words = |prefix: &'static str| KINDS.map(|(name, _)| format!("{prefix}{name}"));
    DIRECTIVE_PREFIXES.into_iter().flat_map(words)
}

/// Finds the directives among the comments.
pub(super) fn find(doc: &mut Document) {
    let mut found = Vec::new();
    for &span in &doc.comments {
        if let Some(directive) = directive(doc, span, "<!--", "-->") {
            found.push(directive);
        }
    }
    let html = found.len();
    found.extend(in_mdx(doc));
    if found.len() > html {
        found.sort_by_key(|directive| directive.span.start);
    }
    doc.directives = found;
}

/// Comments of MDX, where those of HTML are mistakes: `{/* validator-disable MD013 */}`.
fn in_mdx(doc: &Document) -> Vec<Directive> {
    let text = &doc.text;
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(text.as_bytes(), b"{/*") {
        let rest = &text[at + 3..];
        let word = rest.trim_start_matches([' ', '\t']);
        let is_ours = DIRECTIVE_PREFIXES.iter().any(|prefix| {
            word.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
        });
        if !is_ours {
            continue;
        }
        // What is not closed here is not closed further on.
        let Some(end) = rest.find("*/}") else { break };
        found.extend(directive(doc, Span::new(at, at + 3 + end + 3), "{/*", "*/}"));
    }
    found
}

fn directive(doc: &Document, span: Span, open: &str, close: &str) -> Option<Directive> {
    let source = doc.slice(span).strip_prefix(open)?;
    let content = source.strip_suffix(close)?;
    let word = content.trim_start();
    let word_at = span.start() + open.len() + (content.len() - word.len());
    let prefix = DIRECTIVE_PREFIXES.into_iter().find(|prefix| {
        word.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    })?;
    let rest = &word[prefix.len()..];
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (_, kind) =
        KINDS.into_iter().find(|(name, _)| rest[..length].eq_ignore_ascii_case(name))?;
    let line = doc.line_of(span.start());
    // Only a configuration may go over several lines.
    if kind != DirectiveKind::ConfigureFile && doc.line_of(span.end() - 1) != line {
        return None;
    }
    let argument_at = word_at + prefix.len() + length;
    let argument = doc.text[argument_at..span.end() - close.len()].trim();
    let start = if argument.is_empty() {
        argument_at
    } else {
        argument_at + doc.text[argument_at..].find(argument).unwrap_or(0)
    };
    Some(Directive { kind, line, span, argument: Span::new(start, start + argument.len()) })
}
