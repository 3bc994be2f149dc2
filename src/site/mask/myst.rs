//! MyST: directives whose content is Markdown, their options, and comments.

use super::Cover;
use super::blocks::{fence_of, front_matter};
use crate::text::Span;

/// Directives whose content is Markdown.
const NESTED: [&str; 40] = [
    "admonition",
    "attention",
    "button",
    "card",
    "card-carousel",
    "caution",
    "centered",
    "container",
    "danger",
    "deprecated",
    "details",
    "dropdown",
    "epigraph",
    "error",
    "example",
    "exercise",
    "figure-md",
    "grid",
    "grid-item",
    "grid-item-card",
    "hint",
    "important",
    "list-table",
    "margin",
    "note",
    "only",
    "pull-quote",
    "seealso",
    "sidebar",
    "solution",
    "tab-item",
    "tab-set",
    "tip",
    "todo",
    "topic",
    "versionadded",
    "versionchanged",
    "versionremoved",
    "warning",
    "div",
];

struct OpenFence {
    mark: u8,
    length: usize,
    /// Whether its content is Markdown.
    is_nested: bool,
    /// Whether options may still come.
    options: DirectiveOptions,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum DirectiveOptions {
    Possible,
    InBlock,
    Over,
}

pub fn cover(cover: &mut Cover) {
    let text = cover.text;
    let mut at = front_matter(text);
    let mut open: Vec<OpenFence> = Vec::new();
    let mut is_rst = false;
    for line in text[at..].split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        let span = Span::new(at, at + content.len());
        at += line.len();
        let fence = fence_of(content).or_else(|| colons(content));
        if let Some((mark, length, info)) = fence {
            let inner_is_code = open.last().is_some_and(|open| !open.is_nested);
            if info.is_empty()
                && let Some(place) = closes(&open, mark, length)
            {
                if open[place].is_nested {
                    cover.blank(span);
                }
                open.truncate(place);
                continue;
            }
            if !inner_is_code {
                let name = info.strip_prefix('{').and_then(|rest| rest.split('}').next());
                if name == Some("include") {
                    let path = info.split_once('}').map_or("", |(_, path)| path.trim());
                    cover.includes.push(path.to_owned());
                }
                cover.is_open |= name.is_some_and(makes_ids);
                is_rst = name == Some("eval-rst");
                let is_nested = name.is_some_and(|name| NESTED.contains(&name))
                    || (mark == b':' && name.is_none());
                if is_nested {
                    cover.blank(span);
                }
                let options = if name.is_some() {
                    DirectiveOptions::Possible
                } else {
                    DirectiveOptions::Over
                };
                open.push(OpenFence { mark, length, is_nested, options });
                continue;
            }
        }
        // reStructuredText may make ids too.
        if is_rst && !open.is_empty() && content.starts_with(".. ") {
            let name = content[3..].split("::").next().unwrap_or("").trim();
            cover.is_open |= content.contains("::") && makes_ids(name);
        }
        match open.last_mut() {
            Some(open) if open.is_nested => {
                let is_option = option(open, content.trim());
                if is_option {
                    cover.blank(span);
                }
            }
            None if content.starts_with('%') => cover.blank(span),
            _ => {}
        }
    }
}

/// Whether a directive makes ids of what it describes: code, or commands.
fn makes_ids(name: &str) -> bool {
    name.starts_with("auto")
        || name.contains(':')
        || matches!(name, "click" | "argparse" | "glossary")
}

/// The place of the directive or code that a fence closes.
fn closes(open: &[OpenFence], mark: u8, length: usize) -> Option<usize> {
    let from = open.iter().rposition(|open| !open.is_nested).unwrap_or(0);
    open[from..]
        .iter()
        .rposition(|open| open.mark == mark && open.length <= length)
        .map(|at| from + at)
}

/// Whether a line is an option of a directive: `:name: value`, or in a block of `---`.
fn option(open: &mut OpenFence, line: &str) -> bool {
    let (is_option, next) = match open.options {
        DirectiveOptions::Possible if line == "---" => (true, DirectiveOptions::InBlock),
        DirectiveOptions::Possible if line.starts_with(':') && line[1..].contains(':') => {
            (true, DirectiveOptions::Possible)
        }
        DirectiveOptions::InBlock if line == "---" => (true, DirectiveOptions::Over),
        DirectiveOptions::InBlock => (true, DirectiveOptions::InBlock),
        _ => (false, DirectiveOptions::Over),
    };
    open.options = next;
    is_option
}

fn colons(line: &str) -> Option<(u8, usize, &str)> {
    let inner = line.trim_start();
    let length = inner.bytes().take_while(|&byte| byte == b':').count();
    let info = inner[length..].trim();
    (length >= 3 && (info.is_empty() || info.starts_with('{'))).then_some((b':', length, info))
}

#[cfg(test)]
mod tests {
    use super::super::{Syntax, mask};

    #[test]
    fn directives_open_and_close() {
        let text = "````{note}\n:class: x\n\n[a](b)\n```{code-block} py\n[no](no)\n```\n````\n% [c](d)\n:::{tip} T\n[e](f)\n:::\n```{toctree}\ng\n```\n";
        let masked = mask(Syntax::Myst, text).expect("there are directives");
        let words: Vec<_> = masked.text.split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "[a](b) ```{code-block} py [no](no) ``` [e](f) ```{toctree} g ```"
        );
    }
}
