//! What a page renders to on GitHub, as a second parser reads it that shares nothing with the first:
//! comrak follows cmark-gfm, also where that differs from CommonMark and from pulldown-cmark.
//!
//! It finds bare addresses as GitHub does, so links are compared by where they lead, however they
//! are written.

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};

use super::rendering::Normal;

/// The normal form of Markdown without front matter.
pub(super) fn rendering_of(body: &str) -> String {
    let arena = Arena::new();
    let mut normal = Normal::default();
    for edge in parse_document(&arena, body, &options()).traverse() {
        match edge {
            NodeEdge::Start(node) => start(&mut normal, node),
            NodeEdge::End(node) => end(&mut normal, node),
        }
    }
    normal.out
}

/// What a page is made of: its headings with their levels, the depth of its list items, its code
/// blocks. Neither words nor the look of lists count.
pub(super) fn skeleton_of(body: &str) -> String {
    let arena = Arena::new();
    let mut out = String::new();
    for edge in parse_document(&arena, body, &options()).traverse() {
        match edge {
            NodeEdge::Start(node) => match &node.data().value {
                NodeValue::Heading(heading) => out.push(char::from(b'0' + heading.level)),
                NodeValue::Item(_) | NodeValue::TaskItem(_) => out.push('('),
                NodeValue::CodeBlock(_) => out.push('c'),
                _ => {}
            },
            NodeEdge::End(node) => {
                if matches!(node.data().value, NodeValue::Item(_) | NodeValue::TaskItem(_)) {
                    out.push(')');
                }
            }
        }
    }
    out
}

/// What GitHub has switched on.
pub fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.footnotes = true;
    options.extension.tasklist = true;
    options
}

fn start<'a>(normal: &mut Normal, node: &'a AstNode<'a>) {
    match &node.data().value {
        NodeValue::Text(text) => normal.text(text),
        NodeValue::SoftBreak => normal.space = true,
        NodeValue::LineBreak => {
            normal.mark("br");
            normal.start_of_line();
        }
        NodeValue::Code(code) => normal.inline("code", &code.literal),
        NodeValue::HtmlInline(html) => normal.inline("html", html),
        NodeValue::FootnoteReference(note) => normal.inline("note", &note.name),
        NodeValue::Link(link) => normal.link("a", &link.url, &link.title),
        NodeValue::Image(link) => normal.link("img", &link.url, &link.title),
        NodeValue::Emph => normal.mark("em"),
        NodeValue::Strong => normal.mark("strong"),
        NodeValue::Strikethrough => normal.mark("del"),
        NodeValue::Paragraph => normal.block(if is_tight(node) { "" } else { "p" }),
        NodeValue::Heading(heading) => normal.block(&format!("h{}", heading.level)),
        NodeValue::ThematicBreak => normal.block("hr"),
        NodeValue::CodeBlock(code) => {
            normal.block(&format!("pre {}", code.info));
            normal.verbatim(&code.literal);
        }
        NodeValue::HtmlBlock(html) => {
            normal.block("html");
            normal.html_block(&html.literal);
        }
        NodeValue::List(list) => match list.list_type {
            ListType::Bullet => normal.block("ul"),
            ListType::Ordered => normal.block(&format!("ol {}", list.start)),
        },
        NodeValue::Item(_) => normal.block("li"),
        NodeValue::TaskItem(task) => normal.block(match task.symbol {
            Some(_) => "[x]",
            None => "[ ]",
        }),
        NodeValue::Table(table) => normal.block(&format!("table {:?}", table.alignments)),
        NodeValue::TableRow(header) => normal.block(if *header { "th" } else { "tr" }),
        NodeValue::TableCell => normal.block("td"),
        NodeValue::FootnoteDefinition(note) => normal.block(&format!("notes {}", note.name)),
        NodeValue::BlockQuote => normal.block("quote"),
        NodeValue::Document => {}
        other => normal.block(&format!("{other:?}")),
    }
}

fn end<'a>(normal: &mut Normal, node: &'a AstNode<'a>) {
    match &node.data().value {
        NodeValue::Emph => normal.mark("/em"),
        NodeValue::Strong => normal.mark("/strong"),
        NodeValue::Strikethrough => normal.mark("/del"),
        NodeValue::Link(_) | NodeValue::Image(_) => normal.mark("/a"),
        value if value.block() => normal.block("/"),
        _ => {}
    }
}

/// Whether a paragraph is the bare text of an item.
fn is_tight<'a>(paragraph: &'a AstNode<'a>) -> bool {
    let list = paragraph.parent().and_then(AstNode::parent);
    list.is_some_and(|list| matches!(&list.data().value, NodeValue::List(list) if list.tight))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(before: &str, after: &str) -> bool {
        rendering_of(before) == rendering_of(after)
    }

    #[test]
    fn links_are_compared_by_where_they_lead() {
        assert!(same("see https://a.b/c now", "see <https://a.b/c> now"));
        assert!(same("write to a@b.c now", "write to <a@b.c> now"));
        assert!(same("https://a.b?x&y", "<https://a.b?x&y>"));
        assert!(!same("see https://x.y/a[1] now", "see <https://x.y/a[1>] now"));
        assert!(!same("see www.a.b now", "see <www.a.b> now"));
    }

    #[test]
    fn what_shows_is_kept() {
        assert!(!same("a \t\nb", "a  \nb"));
        assert!(!same("- [ ] \n", "- [ ]\n- a"));
        assert!(!same("- a\n- b\n", "- a\n\n- b\n"));
        assert!(!same("* a\n- b\n", "* a\n* b\n"));
        assert!(same("* a\n* b\n", "- a\n- b\n"));
    }

    #[test]
    fn a_skeleton_has_no_words() {
        assert_eq!(skeleton_of("# a\n\n- b\n  - c\n* d\n\n```\ne\n```\n"), "1(())()c");
    }
}
