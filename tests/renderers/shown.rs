//! What a browser shows of HTML: tags with their attributes, and words.

/// Elements that stand in a line of text.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "button", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "input", "ins", "kbd", "label", "mark", "math", "path", "q", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "svg", "time", "tt", "u", "var", "wbr",
];

/// Tags and words, each on a line of its own. White space counts as in a browser: in `<pre>` as it
/// is, elsewhere once between words and not at the edges of blocks. An address that is made a link
/// to itself, as rules promise, is the address.
pub fn shown(html: &str) -> String {
    let mut page = Page::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        page.text(&rest[..at]);
        rest = &rest[at..];
        match tag_length(rest) {
            Some(length) => {
                page.tag(&rest[..length]);
                rest = &rest[length..];
            }
            None => {
                page.text("<");
                rest = &rest[1..];
            }
        }
    }
    page.text(rest);
    page.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[derive(Default)]
struct Page {
    parts: Vec<Part>,
    has_space: bool,
    /// Whether something was shown in the block.
    has_begun: bool,
    preformatted: usize,
}

struct Part {
    text: String,
    is_tag: bool,
}

impl Page {
    fn text(&mut self, text: &str) {
        if self.preformatted > 0 {
            self.word(text);
            return;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let is_space = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
            let end = rest.find(is_space).unwrap_or(rest.len());
            if end > 0 {
                let space = if self.has_space && self.has_begun { " " } else { "" };
                self.word(&format!("{space}{}", &rest[..end]));
                (self.has_space, self.has_begun) = (false, true);
            }
            let blanks = rest[end..].len() - rest[end..].trim_start_matches(is_space).len();
            self.has_space |= blanks > 0;
            rest = &rest[end + blanks..];
        }
    }

    /// Words without space between them are one, whatever parts they come in.
    fn word(&mut self, word: &str) {
        match self.parts.last_mut() {
            Some(last) if !last.is_tag && !word.starts_with(' ') => last.text.push_str(word),
            _ if word.is_empty() => {}
            _ => self.parts.push(Part { text: word.to_owned(), is_tag: false }),
        }
    }

    fn tag(&mut self, tag: &str) {
        let name = tag.trim_start_matches(['<', '/']);
        let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'));
        let name = name[..end.unwrap_or(name.len())].to_ascii_lowercase();
        let is_end = tag.starts_with("</");
        let is_block = !tag.starts_with("<!") && !INLINE.contains(&name.as_str());
        if is_block {
            (self.has_space, self.has_begun) = (false, false);
        }
        if name == "a" && is_end && self.ends_with_own_address() {
            return;
        }
        let text = match tag.starts_with("<!") {
            true => tag.to_owned(),
            false => tag.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        self.parts.push(Part { text, is_tag: true });
        if matches!(name.as_str(), "pre" | "textarea" | "script" | "style") {
            self.preformatted = match is_end {
                true => self.preformatted.saturating_sub(1),
                false => self.preformatted + 1,
            };
        }
        if matches!(name.as_str(), "img" | "input" | "svg") {
            self.has_begun = true;
        }
    }

    /// Takes away the start of a link whose text is where it leads.
    fn ends_with_own_address(&mut self) -> bool {
        let [.., start, text] = self.parts.as_slice() else { return false };
        let address = start.text.split("href=\"").nth(1).and_then(|rest| rest.split('"').next());
        let address = address.map(|address| address.strip_prefix("mailto:").unwrap_or(address));
        let is_link = start.is_tag && start.text.starts_with("<a ") && !text.is_tag;
        if !is_link || address != Some(text.text.trim_start()) {
            return false;
        }
        let text = text.text.clone();
        self.parts.truncate(self.parts.len() - 2);
        self.word(&text);
        true
    }
}

/// How long the tag or comment is that a text begins with.
fn tag_length(text: &str) -> Option<usize> {
    if text.starts_with("<!--") {
        return text.find("-->").map(|at| at + 3);
    }
    let name = text[1..].trim_start_matches('/');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '>') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[test]
fn what_a_browser_does_not_show_is_left_out() {
    for (a, b) in [
        ("<p>a\n b</p>\n\n<ul>\n <li>c </li></ul>", "<p>a b</p><ul><li>c</li></ul>"),
        ("<p>see <a href=\"x:y\">x:y</a>.</p>", "<p>see x:y.</p>"),
        ("<p>a <em>b</em></p>", "<p>a<em> b</em></p>"),
        ("<p class=\"a\"\n id=\"b\">x", "<p class=\"a\" id=\"b\">x"),
    ] {
        assert_eq!(shown(a), shown(b));
    }
    for (a, b) in [
        ("<pre>a\n\nb</pre>", "<pre>a\nb</pre>"),
        ("<p>a</p><p>b</p>", "<p>a b</p>"),
        ("<p>a<em>b</em></p>", "<p>a <em>b</em></p>"),
        ("<p id=\"a\">x", "<p id=\"b\">x"),
        ("<a href=\"x\">y</a>", "y"),
        ("a &lt;b", "a <b"),
    ] {
        assert_ne!(shown(a), shown(b));
    }
}
