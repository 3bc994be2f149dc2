//! What the arrays say of small pages.

use super::*;

const PAGE: &str = "---\ntitle: T\n---\n\n# H1 #\n\nPara *a* [t](<u> \"x\") ![i][l] <http://a.b>\nhttps://c.d\n\n\
- a\n\n  - b\n- c\n\n> - q\n>\n> > x\nlazy\n\n| a | b |\n| - | - |\n| 1 | 2 | 3 |\nplain\n\n\
```js x\ncode\n```\n\n    ind\n\n<div>\n<b a='>'>`<i>`</b>\n</div>\n\n[l]: /u 't'\n[l]: /v\n\nText\n----\n";

fn slices<'a, T>(doc: &'a Document, of: &[T], span: impl Fn(&T) -> Span) -> Vec<&'a str> {
    of.iter().map(|value| doc.slice(span(value))).collect()
}

#[test]
fn arrays_hold_what_stands_in_the_source() {
    let doc = Document::parse(PAGE);
    assert_eq!(doc.body_line, 4);
    assert_eq!(slices(&doc, &doc.headings, |h| h.content), ["H1", "Text"]);
    assert_eq!(doc.headings[0].style, HeadingStyle::AtxClosed);
    assert_eq!(slices(&doc, &doc.headings, |h| h.marker), ["#", "----"]);
    assert_eq!(slices(&doc, &doc.links, |l| l.span), ["[t](<u> \"x\")", "![i][l]", "<http://a.b>"]);
    assert_eq!(slices(&doc, &doc.links, |l| l.text), ["t", "i", "http://a.b"]);
    assert_eq!(doc.links[0].destination.map(|s| doc.slice(s)), Some("u"));
    assert_eq!(doc.links[0].title.map(|s| doc.slice(s)), Some("x"));
    assert_eq!(doc.links[1].label.map(|s| doc.slice(s)), Some("l"));
    assert_eq!(slices(&doc, &doc.autolinks, |s| *s), ["https://c.d"]);
    assert_eq!(slices(&doc, &doc.items, |i| i.marker), ["-", "-", "-", "-"]);
    assert_eq!(doc.lists.iter().map(|l| l.depth).collect::<Vec<_>>(), [0, 1, 0]);
    assert_eq!(doc.slice(doc.nodes[doc.lists[0].node].span), "- a\n\n  - b\n- c");
    assert_eq!(slices(&doc, &doc.quote_prefixes, |p| p.span), ["> ", ">", "> ", "> "]);
    assert_eq!(
        slices(&doc, &doc.rows, |r| r.span),
        ["| a | b |", "| - | - |", "| 1 | 2 | 3 |", "plain"]
    );
    assert_eq!(
        slices(&doc, &doc.rows[2].cells().collect::<Vec<_>>(), |s| *s),
        [" 1 ", " 2 ", " 3 "]
    );
    assert_eq!(slices(&doc, &doc.code_blocks, |c| c.info), ["js x", ""]);
    assert_eq!(doc.code_blocks[0].closing.map(|s| doc.slice(s)), Some("```"));
    assert_eq!(slices(&doc, &doc.html_tags, |t| t.span), ["<div>", "<b a='>'>", "</b>", "</div>"]);
    assert_eq!(slices(&doc, &doc.definitions, |d| d.span), ["[l]: /u 't'", "[l]: /v"]);
    assert_eq!(doc.definitions.iter().map(|d| d.duplicate).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn nodes_form_a_tree_in_order() {
    let doc = Document::parse(PAGE);
    for (index, node) in doc.nodes.iter().enumerate().skip(1) {
        let parent = doc.nodes[node.parent as usize];
        assert!((node.parent as usize) < index && node.end <= parent.end, "{index}: {node:?}");
        assert!(
            parent.span.start <= node.span.start && node.span.end <= parent.span.end,
            "{index}: {node:?} in {parent:?}"
        );
    }
}

#[test]
fn every_text_is_a_page() {
    let ascii = ["", "\n", "---\n", "\r\r", "[", "![", "- ", ">", "|", "<!--", "[a]:", "```"];
    // What is looked for before a mark may be a character's last byte.
    let others = ["\u{feff}", "日->", "日-->", "日!--", "日w.", "日]:", "日://x", "日@日.a"];
    for text in ascii.into_iter().chain(others) {
        Document::parse(text);
    }
}
