//! MD014

use schemars::JsonSchema;
use serde::Deserialize;

use crate::diagnostic::Fix;
use crate::document::{CodeBlock, Document};
use crate::rules::{Fixable, Meta, Page, Rule, Sink};
use crate::text::{Span, is_js_space};

/// A `$` before each command separates commands from output. Where no output is shown it adds
/// nothing, and readers who copy the block have to take it out again.
///
/// ````markdown bad
/// ```sh
/// $ make
/// $ make install
/// ```
/// ````
///
/// ````markdown good
/// ```sh
/// make
/// make install
/// ```
/// ````
///
/// ````markdown good
/// ```console
/// $ make
/// 12 files built
/// ```
/// ````
///
/// # Fixes
///
/// Removes the `$` and the space after it. The code that readers see and copy changes.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Prompts {}

impl Rule for Prompts {
    const META: Meta = Meta {
        id: "MD014",
        name: "commands-show-output",
        tags: &["code"],
        summary: "no `$` before commands without output",
        fixable: Fixable::Review,
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        for block in &page.code_blocks {
            if code_lines(page, block).any(|line| prompt(page, line).is_none()) {
                continue;
            }
            for prompt in code_lines(page, block).filter_map(|line| prompt(page, line)) {
                out.report(prompt, "expected no `$` before commands whose output is not shown")
                    .with(Fix::review(prompt, ""));
            }
        }
    }
}

/// The lines of a block that are not empty, without what its list or quote puts before them.
fn code_lines<'a>(doc: &'a Document, block: &CodeBlock) -> impl Iterator<Item = Span> + 'a {
    let mut next_line = 0;
    let parts = doc.children(block.node).map(|part| doc.nodes[part].span);
    parts.flat_map(|part| doc.lines_of(part).map(move |line| (part, line))).filter_map(
        move |(part, line)| {
            // The parser may cut a line; its first part says where code starts.
            let starts_line = line >= next_line;
            next_line = line + 1;
            let start = part.start().max(doc.lines.start(line));
            let end = doc.line_span(line).end();
            (starts_line && start < end).then(|| Span::new(start, end))
        },
    )
}

/// The `$` and the white space after it, if a line starts so.
fn prompt(doc: &Document, line: Span) -> Option<Span> {
    let code = doc.slice(line);
    let command = code.trim_start_matches(is_js_space);
    let rest = command.strip_prefix('$')?;
    let spaces = rest.len() - rest.trim_start_matches(is_js_space).len();
    let start = line.start() + code.len() - command.len();
    (spaces > 0).then(|| Span::new(start, start + 1 + spaces))
}
