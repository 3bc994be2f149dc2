//! Mistakes in comments that switch rules on and off: names and words that are not known, and
//! comments that switch off nothing.

use super::suppress::Switches;
use crate::config::CommentProblem;
use crate::config::{nearest, unknown_rule};
use crate::diagnostic::{Diagnostic, Message, Severity, message};
use crate::document::{
    DIRECTIVE_PREFIXES, Directive, DirectiveKind, Document, Flags, Kind, directive_words,
};
use crate::rules::{self, FileProblem, Registry, RuleSet};
use crate::text::Span;

/// The most letters by which a word may differ from one that is read.
const NEAR: usize = 2;

/// What is wrong with the comments of a page. `has_other_rules` says that rules are configured
/// which only markdownlint has.
pub(super) fn mistakes(
    registry: &Registry,
    doc: &Document,
    has_other_rules: bool,
) -> Vec<Diagnostic> {
    let mut found = unknown_names(registry, doc, has_other_rules);
    let words: Vec<String> = directive_words().collect();
    let mut directives = doc.directives.iter().map(|directive| directive.span).peekable();
    for &comment in &doc.comments {
        if directives.next_if_eq(&comment).is_some() {
            continue;
        }
        if let Some((span, message)) = misspelled(doc, comment, &words)
            && !is_in_code(doc, comment)
        {
            found.push(mistake(registry, Severity::Warning, span, message));
        }
    }
    found
}

fn mistake(registry: &Registry, severity: Severity, span: Span, message: Message) -> Diagnostic {
    Diagnostic {
        rule: registry.problem(FileProblem::Comment),
        severity,
        span,
        message,
        fix: None,
        details: None,
    }
}

/// A mistake in a comment, at its place in the document.
pub(super) fn comment_error(
    registry: &Registry,
    directive: &Directive,
    problem: CommentProblem,
) -> Diagnostic {
    let CommentProblem { span, message, help, .. } = problem;
    let from = directive.argument.start();
    let span = Span::new(from + span.start(), from + span.end());
    mistake(registry, Severity::Warning, span, Message::of_problem(&message, help.as_deref()))
}

/// Names in comments that are neither rule nor tag.
fn unknown_names(registry: &Registry, doc: &Document, has_other_rules: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for directive in doc.directives.iter().filter(|directive| takes_names(directive)) {
        let word = doc.slice(directive.span).trim_start_matches("<!--").trim_start();
        let is_theirs = word.starts_with(['m', 'M']);
        if (is_theirs && has_other_rules) || is_in_code(doc, directive.span) {
            continue;
        }
        for span in directive.words(doc) {
            let name = doc.slice(span);
            // The rest says why.
            if name.starts_with("--") {
                break;
            }
            if registry.select(name).is_empty() {
                let (message, help, severity) = unknown(registry, name);
                found.push(mistake(registry, severity, span, message!("{}; {}", message, help)));
            }
        }
    }
    found
}

fn takes_names(directive: &Directive) -> bool {
    use DirectiveKind::{Capture, ConfigureFile, Restore};
    !matches!(directive.kind, Capture | Restore | ConfigureFile)
}

/// Message, help and severity for a name that is not known.
fn unknown(registry: &Registry, name: &str) -> (String, String, Severity) {
    let bare = name.trim_matches([',', ';']);
    let is_known = |name: &str| !registry.select(name).is_empty();
    if name.contains([',', ';']) && bare.split([',', ';']).all(is_known) {
        let message = format!("unknown rule `{name}`");
        return (message, "separate rules with spaces".to_owned(), Severity::Warning);
    }
    let (message, help) = unknown_rule(registry, name);
    // What is gone does no harm.
    let is_gone = help.contains("no longer");
    (message, help, if is_gone { Severity::Info } else { Severity::Warning })
}

/// A comment that was probably meant to be read, with the place of the mistake.
fn misspelled(doc: &Document, comment: Span, words: &[String]) -> Option<(Span, Message)> {
    let content = doc.slice(comment).strip_prefix("<!--")?.strip_suffix("-->")?;
    let start = comment.start() + "<!--".len();
    let inner = content.trim_start_matches(|c: char| c.is_whitespace() || c == '-');
    let at = start + (content.len() - inner.len());
    let word = inner.split_whitespace().next()?;
    let span = Span::new(at, at + word.len());
    let lower = word.to_ascii_lowercase();
    if words.contains(&lower) {
        return Some((span, message!("this comment is ignored; {}", remedy(doc, comment))));
    }
    let near = nearest_word(&lower, inner, words);
    let has_prefix = DIRECTIVE_PREFIXES.iter().any(|prefix| lower.starts_with(prefix));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if has_prefix => {
            let prefix = lower.split('-').next().unwrap_or_default();
            let known = words.iter().filter(|word| word.starts_with(prefix));
            let known: Vec<String> = known.map(|word| format!("`{word}`")).collect();
            format!("known: {}", known.join(", "))
        }
        None => return None,
    };
    Some((span, message!("unknown comment `{}`, ignored; {}", word, help)))
}

/// What to do about a comment whose word is right.
fn remedy(doc: &Document, comment: Span) -> &'static str {
    match doc.lines_of(comment).count() {
        1 => "begin it with `<!--` and a space",
        _ => "write it on one line",
    }
}

/// The word that was probably meant, also where the words of it are separated by spaces.
fn nearest_word<'w>(word: &str, content: &str, words: &'w [String]) -> Option<&'w str> {
    let mut parts = content.split_whitespace();
    let (first, second) = (parts.next()?, parts.next().unwrap_or_default());
    let joined = format!("{}-{second}", first.trim_end_matches([':', '-'])).to_ascii_lowercase();
    if let Some(meant) = words.iter().find(|known| **known == joined) {
        return Some(meant);
    }
    // No word that is longer can be near, and the time that it would take grows with it.
    let is_near = |known: &&String| {
        known.len().abs_diff(word.len()) <= NEAR && strsim::damerau_levenshtein(known, word) <= NEAR
    };
    let near = words.iter().filter(is_near);
    near.min_by_key(|known| strsim::damerau_levenshtein(known, word)).map(String::as_str).or_else(
        || {
            let has_prefix = DIRECTIVE_PREFIXES.iter().any(|prefix| word.starts_with(prefix));
            has_prefix.then(|| nearest(word, words.iter().map(String::as_str))).flatten()
        },
    )
}

/// Whether a comment is shown as code: an example, not a mistake.
fn is_in_code(doc: &Document, comment: Span) -> bool {
    let line = doc.line_of(comment.start());
    doc.flags[line].intersects(Flags::CODE)
        || doc.nodes[doc.node_at(comment.start())].kind == Kind::Code
}

/// Comments, and names in them, that switch off nothing. `is_used` says which of the names of
/// `switches` did, `ran` which rules could have found something.
pub(super) fn unused(
    registry: &Registry,
    doc: &Document,
    switches: &Switches,
    is_used: &[bool],
    ran: &RuleSet,
    is_narrowed: bool,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let idle = switches.names.iter().zip(is_used).filter(|(_, is_used)| !**is_used);
    for (name, _) in idle {
        let directive = &doc.directives[name.directive];
        let text = name.span.map_or(rules::ALL_RULES, |span| doc.slice(span));
        let entries = registry.select(text);
        let has_run = || entries.iter().all(|entry| ran.severity(entry.meta.id).is_some());
        // What was not asked for on the command line may have its use.
        if entries.is_empty() || (is_narrowed && !has_run()) || is_in_code(doc, directive.span) {
            continue;
        }
        let message = match name.span {
            Some(_) => message!("no finding of `{}` is disabled here; remove it", text),
            None => "no finding is disabled here; remove the comment".into(),
        };
        found.push(Diagnostic {
            rule: registry.problem(FileProblem::UnusedDisable),
            severity: Severity::Warning,
            span: name.span.unwrap_or(directive.span),
            message,
            fix: None,
            details: None,
        });
    }
    found
}
