//! A page as HTML by comrak, a renderer that validator does not use, without the white space
//! that HTML does not show.

use comrak::{Options, markdown_to_html};

/// Elements between which white space is not shown.
const BLOCKS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "hr",
    "br",
    "div",
    "section",
    "details",
    "summary",
];

/// The page's HTML, comparable: runs of white space are one space, none next to a block, and
/// spaces stand before the next visible character. `<pre>` and `<code>` keep theirs.
pub fn html(page: &str) -> String {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.footnotes = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.extension.autolink = true;
    options.extension.front_matter_delimiter = Some("---".to_owned());
    options.render.r#unsafe = true;
    collapse(&markdown_to_html(page, &options))
}

fn collapse(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let (mut rest, mut space, mut keeps) = (html, false, 0_usize);
    while let Some(next) = rest.chars().next() {
        if next == '<'
            && let Some(end) = rest.find('>')
        {
            let tag = &rest[..=end];
            let closing = tag.starts_with("</");
            let name = tag.trim_start_matches(['<', '/']);
            let name = name.split([' ', '>', '/', '\n']).next().unwrap_or("");
            if BLOCKS.contains(&name) {
                space = false;
                out.truncate(out.trim_end_matches(' ').len());
            }
            if matches!(name, "pre" | "code") {
                keeps = if closing { keeps.saturating_sub(1) } else { keeps + 1 };
            }
            if keeps == 1 && !closing && space {
                out.push(' ');
                space = false;
            }
            out.push_str(tag);
            rest = &rest[end + 1..];
            continue;
        }
        rest = &rest[next.len_utf8()..];
        if keeps == 0 && next.is_ascii_whitespace() {
            space = !out.ends_with('>') || !is_block_end(&out);
            continue;
        }
        if space {
            out.push(' ');
            space = false;
        }
        out.push(next);
    }
    out
}

/// Whether the last tag is a block's.
fn is_block_end(out: &str) -> bool {
    let tag = out.rfind('<').map_or("", |at| &out[at..]);
    let name = tag.trim_start_matches(['<', '/']);
    let name = name.split([' ', '>', '/', '\n']).next().unwrap_or("");
    BLOCKS.contains(&name)
}
