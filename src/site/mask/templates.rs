//! Template tags in pages: Hugo's shortcodes, Liquid, and what MkDocs' macros take.

use foldhash::HashMap;

use super::Cover;
use super::blocks::front_matter;
use crate::text::Span;

/// `{{< name >}}` and `{{% name %}}`. What the first kind encloses is for the shortcode alone.
pub fn hugo(cover: &mut Cover) {
    let text = cover.text;
    let mut at = front_matter(text);
    let closed = closed_names(text);
    while let Some(found) = text[at..].find("{{") {
        let start = at + found;
        let mark = text.as_bytes().get(start + 2).copied();
        let close = match mark {
            Some(b'<') => ">}}",
            Some(b'%') => "%}}",
            _ => {
                at = start + 2;
                continue;
            }
        };
        let find = || text[start + 3..].find(close).ok_or(text.len());
        let Some(length) = cover.end_of(start, find) else {
            at = start + 3;
            continue;
        };
        let end = start + 3 + length + close.len();
        at = end;
        let inner = text[start + 3..start + 3 + length].trim();
        // `{{</* name */>}}` shows a shortcode.
        if inner.starts_with("/*") {
            continue;
        }
        cover_tag(cover, Span::new(start, end));
        let name = inner.split([' ', '\t', '\n']).next().unwrap_or("");
        if name == "include" || name == "readfile" {
            let path = inner.split(['"', '`', '\'']).nth(1).unwrap_or("");
            cover.includes.push(if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            });
        }
        // What stands on a line by itself may make headings.
        let line = cover.line_start(start);
        let is_block = text[line..start].trim().is_empty()
            && text[end..].trim_start_matches(' ').starts_with('\n');
        let is_known =
            name == "include" || name.starts_with('/') || inner.split_whitespace().count() > 3;
        cover.is_open |= mark == Some(b'%')
            && is_block
            && !is_known
            && closed.get(name).is_none_or(|&closing| closing < end);
        let is_alone = inner.ends_with('/') || inner.starts_with('/');
        if mark == Some(b'<') && !is_alone && !name.is_empty() {
            let Some((inner, after)) = cover.end_of(end, || enclosed(text, end, name)) else {
                continue;
            };
            cover.blank(Span::new(end, inner));
            at = after;
            cover.blank(Span::new(inner, after));
        }
    }
}

/// The names of closing `{{% /name %}}`, with the last place of each.
fn closed_names(text: &str) -> HashMap<&str, usize> {
    let closing = text.match_indices("{{% /").map(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        let end = rest.find(|c: char| c.is_whitespace() || c == '%').unwrap_or(rest.len());
        (&rest[..end], at)
    });
    closing.collect()
}

/// Where what a shortcode encloses ends, and where its closing tag does.
fn enclosed(text: &str, from: usize, name: &str) -> Result<(usize, usize), usize> {
    let mut at = from;
    while let Some(found) = text[at..].find("{{<") {
        let start = at + found;
        let end = start + text[start..].find(">}}").ok_or(text.len())? + 3;
        let inner = text[start + 3..end - 3].trim();
        if inner.strip_prefix('/').is_some_and(|rest| rest.trim() == name) {
            return Ok((start, end));
        }
        // The same once more, and not closed between: this one has no end.
        if inner.split_whitespace().next() == Some(name) {
            return Err(end);
        }
        at = end;
    }
    Err(text.len())
}

/// `{{ value }}` and `{% tag %}`.
pub fn liquid(cover: &mut Cover) {
    let text = cover.text;
    let mut at = front_matter(text);
    while let Some(found) = text[at..].find('{') {
        let start = at + found;
        let close = match text.as_bytes().get(start + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            _ => {
                at = start + 1;
                continue;
            }
        };
        let find = || text[start + 2..].find(close).ok_or(text.len());
        let Some(length) = cover.end_of(start, find) else {
            at = start + 2;
            continue;
        };
        let end = start + 2 + length + close.len();
        at = end;
        cover_tag(cover, Span::new(start, end));
        let inner = text[start + 2..start + 2 + length].trim_matches(['-', ' ', '\n', '\t', '\r']);
        let name = inner.split_whitespace().next().unwrap_or("");
        if close == "%}" && matches!(name, "raw" | "comment" | "highlight") {
            let end_tag = format!("end{name}");
            let Some((inner, after)) = cover.end_of(end, || until_tag(text, end, &end_tag)) else {
                continue;
            };
            if name != "raw" {
                cover.blank(Span::new(end, inner));
            }
            cover.blank(Span::new(inner, after));
            at = after;
        }
    }
}

fn until_tag(text: &str, from: usize, name: &str) -> Result<(usize, usize), usize> {
    let mut at = from;
    while let Some(found) = text[at..].find("{%") {
        let start = at + found;
        let end = start + text[start..].find("%}").ok_or(text.len())? + 2;
        if text[start + 2..end - 2].trim_matches(['-', ' ']) == name {
            return Ok((start, end));
        }
        at = end;
    }
    Err(text.len())
}

/// `{{ value }}` in a destination; elsewhere it does no harm.
pub fn jinja(cover: &mut Cover) {
    let text = cover.text;
    let mut at = 0;
    while let Some(found) = text[at..].find("({{") {
        let start = at + found + 1;
        let Some(length) = text[start..].find("}}") else { return };
        at = start + length + 2;
        cover.join(Span::new(start, at));
    }
}

/// `{{#include page.md}}`, with the lines that are taken from it.
pub fn mdbook(cover: &mut Cover) {
    let text = cover.text;
    let mut at = 0;
    while let Some(found) = text[at..].find("{{#") {
        let start = at + found;
        let Some(length) = text[start..].find("}}") else { return };
        at = start + length + 2;
        let mut words = text[start + 3..at - 2].split_whitespace();
        if words.next() != Some("include") {
            continue;
        }
        let file = words.next().and_then(|file| file.split(':').next()).unwrap_or("");
        if file.ends_with(".md") {
            cover.includes.push(file.to_owned());
        }
    }
}

/// Makes a word of a tag where it may be part of a destination, and nothing elsewhere.
fn cover_tag(cover: &mut Cover, tag: Span) {
    let before = cover.text[..tag.start()].bytes().next_back();
    let is_inside = before.is_some_and(|b| !b.is_ascii_whitespace() && b != b'>');
    let line = cover.line_start(tag.start());
    let is_destination = cover.text[line..tag.start()].trim_end().ends_with("]:");
    // Spaces at the start of a line would make code of what follows.
    let follows = cover.text[tag.end()..].bytes().next();
    let leads =
        before.is_none_or(|b| b == b'\n') && follows.is_some_and(|b| !b.is_ascii_whitespace());
    let is_word = is_inside || leads || is_destination;
    if is_word { cover.join(tag) } else { cover.blank(tag) }
}

#[cfg(test)]
mod tests {
    use super::super::{Syntax, mask};

    fn words(syntax: Syntax, text: &str) -> String {
        let masked = mask(syntax, text).expect("there are tags");
        assert_eq!(masked.text.len(), text.len());
        masked.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn shortcodes() {
        let text = "a [b]({{< ref \"c.md\" >}}) {{< raw >}}\n[no](no.md)\n{{< /raw >}} {{% note %}}[d](e){{% /note %}} {{</* x */>}}";
        assert_eq!(
            words(Syntax::Hugo, text),
            "a [b](----ref--c.md-----) [d](e)----/note---- {{</* x */>}}"
        );
        for text in [
            "{{<",
            "{{< a",
            "{{< a >}}",
            "{{< a >}} {{< /b >}}",
            "{{",
            "{{%%}}",
            "{{<>}}",
            "é{{<é>}}",
        ] {
            let _ = mask(Syntax::Hugo, text);
        }
    }

    #[test]
    fn liquid_tags() {
        let text = "## T {{ x }}\n[a]({% link b c.md %}#d) {% raw %}[r](s.md) {{ no }}{% endraw %} {% highlight js %}[x](y){% endhighlight %} [z]({{ site.baseurl }}/q)";
        assert_eq!(
            words(Syntax::Kramdown, text),
            "## T [a](---link-b-c.md---#d) [r](s.md) {{ no }} [z](---site.baseurl---/q)"
        );
        for text in ["{%", "{% raw", "{% raw %}", "{{", "{{ é", "{% raw %}{%", "{%%}"] {
            let _ = mask(Syntax::Kramdown, text);
        }
    }
}
