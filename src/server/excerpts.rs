//! What readers see of the places where two versions of a page differ. It is shown beside a decision,
//! so nothing in it may run, load or lead anywhere: HTML of the page is shown as text, links and
//! images are words.

use std::ops::{Range, RangeInclusive};

use comrak::nodes::{AstNode, NodeLink, NodeValue};
use comrak::{Arena, Options, format_html, parse_document};
use similar::{DiffTag, TextDiff};

use crate::engine::github_options;

/// Blocks that are shown before and after those that changed.
const AROUND: usize = 1;

/// The look of an excerpt. Its hash stands in the policy of the dashboard, so that no other style
/// counts.
pub const STYLE: &str = include_str!("excerpt.css");

/// Both versions as HTML: the blocks that changed, and those around them.
pub fn around_changes(before: &str, after: &str) -> [String; 2] {
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for op in TextDiff::from_lines(before, after).ops() {
        let (tag, removed, added) = op.as_tag_tuple();
        if tag != DiffTag::Equal {
            old.extend(places(removed));
            new.extend(places(added));
        }
    }
    [html(before, Some(&old)), html(after, Some(&new))]
}

/// Whether readers see the same of both.
pub fn is_same(before: &str, after: &str) -> bool {
    html(before, None) == html(after, None)
}

/// Lines, counted from 0, as twice their numbers from 1. Where there are none, it is the place between
/// two lines.
fn places(lines: Range<usize>) -> Vec<usize> {
    if lines.is_empty() {
        return vec![2 * lines.start + 1];
    }
    lines.map(|line| 2 * (line + 1)).collect()
}

/// A whole page of HTML.
pub fn page(body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <title>Rendered page</title><style>{STYLE}</style><body>{body}</body></html>"
    )
}

/// The blocks at these places and those around them, or all.
fn html(text: &str, wanted: Option<&[usize]>) -> String {
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, text, &options);
    let blocks: Vec<_> = root.children().collect();
    let lines = wanted.unwrap_or_default();
    let is_at = |block: &AstNode| {
        let place = place(block);
        lines.iter().any(|line| place.contains(line))
    };
    let mut kept = vec![wanted.is_none(); blocks.len()];
    for (at, block) in blocks.iter().enumerate() {
        if is_at(block) || is_between(&blocks, at, lines) {
            let last = (at + AROUND).min(blocks.len() - 1);
            kept[at.saturating_sub(AROUND)..=last].fill(true);
        }
    }
    for (block, is_kept) in blocks.iter().zip(kept) {
        let is_front_matter = matches!(block.data().value, NodeValue::FrontMatter(_));
        if !is_kept && !is_front_matter {
            block.detach();
        }
    }
    for node in root.descendants() {
        tame(node);
    }
    let mut out = String::new();
    // Writing to memory does not fail.
    let _ = format_html(root, &options, &mut out);
    out
}

fn place(block: &AstNode) -> RangeInclusive<usize> {
    let place = block.data().sourcepos;
    2 * place.start.line..=2 * place.end.line
}

/// Whether a line that changed lies between this block and the next, as blank lines do.
fn is_between(blocks: &[&AstNode], at: usize, lines: &[usize]) -> bool {
    let end = *place(blocks[at]).end();
    let next = blocks.get(at + 1).map_or(usize::MAX, |next| *place(next).start());
    lines.iter().any(|&line| line > end && line < next)
}

/// Makes words of what would lead or load.
fn tame<'a>(node: &'a AstNode<'a>) {
    let value = &mut node.data_mut().value;
    match value {
        NodeValue::Link(link) => {
            let title = std::mem::take(&mut link.url);
            **link = NodeLink { url: "#".to_owned(), title };
        }
        NodeValue::Image(_) => *value = NodeValue::Emph,
        _ => {}
    }
}

fn options() -> Options<'static> {
    let mut options = github_options();
    options.extension.front_matter_delimiter = Some("---".to_owned());
    options.render.escape = true;
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_this_style_and_no_other() {
        use base64::Engine as _;
        use sha2::Digest as _;
        let hash = sha2::Sha256::digest(STYLE.as_bytes());
        let hash = base64::engine::general_purpose::STANDARD.encode(hash);
        let policy = crate::server::headers::CONTENT_SECURITY_POLICY;
        let styles = policy.split(';').find(|part| part.trim().starts_with("style-src"));
        assert_eq!(styles.map(str::trim), Some(&*format!("style-src 'self' 'sha256-{hash}'")));
    }

    #[test]
    fn nothing_in_an_excerpt_runs_loads_or_leads_anywhere() {
        let text = "# T\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> \
            [a](javascript:alert(1)) ![b](https://x.example/p.png) <https://y.example>\n";
        let [before, after] = around_changes(text, &text.replace("# T", "# U"));
        let [_, whole] = around_changes("", text);
        for html in [before, after, whole] {
            for wrong in ["<script", "<img", "src=\"", "href=\"j", "href=\"h", "onerror=alert(1)>"]
            {
                assert!(!html.contains(wrong), "{wrong} in {html}");
            }
        }
    }

    #[test]
    fn an_excerpt_has_the_blocks_around_what_changed() {
        let text = "---\ntitle: t\n---\n\none\n\ntwo\n\n* three\n* four\n\nfive\n\nsix\n";
        let [before, after] = around_changes(text, &text.replace("four", "4"));
        assert_eq!(before, "<p>two</p>\n<ul>\n<li>three</li>\n<li>four</li>\n</ul>\n<p>five</p>\n");
        assert!(after.contains("<li>4</li>"), "{after}");
        assert!(is_same("a\n\n\n\nb\n", "a\n\nb\n") && !is_same("a\n", "b\n"));
        let [before, after] = around_changes("a\n\n\n\nb\n\nc\n", "a\n\nb\n\nc\n");
        assert_eq!(
            (before.as_str(), after.as_str()),
            ("<p>a</p>\n<p>b</p>\n", "<p>a</p>\n<p>b</p>\n")
        );
    }
}
