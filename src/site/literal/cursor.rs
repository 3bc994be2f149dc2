//! The way through a program's text: white space, comments, names and strings.

/// The languages that configuration is written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// TypeScript too.
    JavaScript,
    Python,
}

/// A place in a text.
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    /// In bytes.
    pub at: usize,
    pub language: Language,
    /// How many brackets are open around what is read: only there values go over lines in Python.
    pub nested: usize,
    newlines: Vec<usize>,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, language: Language) -> Self {
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
        Cursor { text, at: 0, language, nested: 0, newlines }
    }

    /// The line (from 1) of an offset.
    pub fn line_of(&self, at: usize) -> usize {
        1 + self.newlines.partition_point(|&newline| newline < at)
    }

    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Skips white space and comments.
    pub fn space(&mut self) {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            let rest = self.rest();
            let line = match self.language {
                Language::JavaScript => rest.starts_with("//"),
                Language::Python => rest.starts_with('#'),
            };
            if line {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if self.language == Language::JavaScript && rest.starts_with("/*") {
                self.at += rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
            } else {
                return;
            }
        }
    }

    /// The name at the place that is reached.
    pub fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }

    /// The string that starts here; `None` if something is put into it, or it has no end.
    pub fn string(&mut self, quote: u8) -> Option<String> {
        let triple = [quote; 3];
        let is_long =
            self.language == Language::Python && self.rest().as_bytes().starts_with(&triple);
        self.at += if is_long { 3 } else { 1 };
        let mut text = String::new();
        let mut is_literal = true;
        loop {
            let rest = self.rest();
            let c = rest.chars().next()?;
            self.at += c.len_utf8();
            match c {
                '\\' => {
                    let escaped = self.rest().chars().next()?;
                    self.at += escaped.len_utf8();
                    is_literal &= !matches!(escaped, 'u' | 'x' | 'U' | 'N');
                    match escaped {
                        'n' => text.push('\n'),
                        't' => text.push('\t'),
                        '\n' => {}
                        escaped => text.push(escaped),
                    }
                }
                '$' if quote == b'`' && self.rest().starts_with('{') => is_literal = false,
                c if c as u32 == u32::from(quote) => {
                    if !is_long {
                        break;
                    }
                    if self.rest().as_bytes().starts_with(&triple[..2]) {
                        self.at += 2;
                        break;
                    }
                    text.push(c);
                }
                '\n' if quote != b'`' && !is_long => return None,
                c => text.push(c),
            }
        }
        is_literal.then_some(text)
    }

    /// Skips to the `,` or the closing bracket that ends a value.
    pub fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' | b'`' => {
                    let start = self.at;
                    if self.string(byte).is_none() && self.at == start {
                        self.at += 1;
                    }
                    continue;
                }
                b'{' | b'[' | b'(' => depth += 1,
                b'}' | b']' | b')' if depth == 0 => return,
                b'}' | b']' | b')' => depth -= 1,
                b',' | b';' if depth == 0 => return,
                b'\n' if depth == 0 && self.nested == 0 && self.language == Language::Python => {
                    return;
                }
                b'/' | b'#' => {
                    let before = self.at;
                    self.space();
                    if self.at > before {
                        continue;
                    }
                }
                _ => {}
            }
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
        }
    }

    pub fn skip_to_close(&mut self) {
        loop {
            self.skip();
            match self.peek() {
                Some(b',' | b';') => self.at += 1,
                Some(b')') => {
                    self.at += 1;
                    return;
                }
                Some(_) => self.at += 1,
                None => return,
            }
        }
    }

    /// Skips a regular expression, in which brackets and quotes are text.
    pub fn skip_pattern(&mut self) {
        self.at += 1;
        let mut in_class = false;
        while let Some(byte) = self.peek() {
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            match byte {
                b'\\' => self.at += self.rest().chars().next().map_or(0, char::len_utf8),
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => break,
                b'\n' => break,
                _ => {}
            }
        }
    }
}
