//! The values of a program's text, as far as they are literals.

use std::ops::{Deref, DerefMut};

use foldhash::HashMap;

use super::cursor::{Cursor, Language};
use crate::site::value::{Map, Value};

/// Deepest nesting that is read; what is deeper is not known.
const MAX_DEPTH: usize = 48;
/// Most values that are read of one file.
const MAX_VALUES: usize = 20_000;
/// Most names that are followed from one value to the next.
const MAX_NAMES: usize = 8;
/// Most bytes between a constant's name and its value: its type.
const MAX_TYPE: usize = 200;

/// Reads values; nothing is run. What is no literal is [`Value::Unknown`].
pub(super) struct LiteralReader<'a> {
    cursor: Cursor<'a>,
    values: usize,
    names: usize,
    constants: Option<HashMap<&'a str, usize>>,
}

impl<'a> Deref for LiteralReader<'a> {
    type Target = Cursor<'a>;

    fn deref(&self) -> &Cursor<'a> {
        &self.cursor
    }
}

impl DerefMut for LiteralReader<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.cursor
    }
}

impl<'a> LiteralReader<'a> {
    pub fn new(text: &'a str, language: Language) -> Self {
        LiteralReader { cursor: Cursor::new(text, language), values: 0, names: 0, constants: None }
    }

    /// Where the value begins that a module of JavaScript exports.
    pub fn exported(&mut self) -> Option<usize> {
        for mark in ["export default", "module.exports"] {
            let Some(found) = last_statement(self.text, mark) else { continue };
            self.at = found + mark.len();
            self.space();
            if mark == "module.exports" && !self.eat("=") {
                continue;
            }
            return Some(self.at);
        }
        None
    }

    /// Where the values of `const name = …` begin; the first of a name counts.
    fn constants(&mut self) -> &HashMap<&'a str, usize> {
        let text = self.cursor.text;
        self.constants.get_or_insert_with(|| {
            let mut found = HashMap::default();
            let mut start = 0;
            for line in text.split_inclusive('\n') {
                let end = start + line.len();
                if let Some((name, at)) = constant(text, start, line) {
                    found.entry(name).or_insert(at);
                }
                start = end;
            }
            found
        })
    }

    /// One value; what follows it decides whether it is a literal.
    pub fn value(&mut self, depth: usize) -> Value {
        self.space();
        let start = self.at;
        self.values += 1;
        if depth > MAX_DEPTH || self.values > MAX_VALUES {
            self.skip();
            return Value::Unknown(self.line_of(start));
        }
        let value = self.plain_value(depth);
        self.space();
        let rest = self.rest();
        // `{…} as const`, `{…} satisfies Config`
        for word in ["as ", "satisfies "] {
            if self.language == Language::JavaScript && rest.starts_with(word) {
                self.skip();
                return value;
            }
        }
        let ends = matches!(self.peek(), None | Some(b',' | b']' | b'}' | b')' | b';'))
            || (self.line_of_gap(start)
                && !rest.starts_with(['.', '+', '?', '|', '&', '(', '[', '*', '-', '/', '%']));
        if ends {
            return value;
        }
        self.skip();
        Value::Unknown(self.line_of(start))
    }

    /// Whether a line ends between the value that was read and what comes next.
    fn line_of_gap(&self, start: usize) -> bool {
        let before = self.text[start..self.at].trim_end().len();
        self.text[start + before..self.at].contains('\n')
    }

    fn plain_value(&mut self, depth: usize) -> Value {
        let start = self.at;
        match self.peek() {
            Some(b'{' | b'[') => self.brackets(depth),
            Some(b'(') if self.language == Language::Python => self.brackets(depth),
            Some(b'/') if self.language == Language::JavaScript => {
                self.skip_pattern();
                Value::Unknown(self.line_of(start))
            }
            Some(b'(') => {
                self.at += 1;
                let value = self.value(depth + 1);
                self.space();
                if self.eat(")") {
                    return value;
                }
                // The parameters of a function.
                self.at = start;
                self.skip();
                Value::Unknown(self.line_of(start))
            }
            Some(b'"' | b'\'' | b'`') => self.strings(),
            Some(b'-' | b'0'..=b'9' | b'.') => self.number(),
            _ => self.word(depth),
        }
    }

    fn brackets(&mut self, depth: usize) -> Value {
        self.nested += 1;
        let value = match self.peek() {
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth, b']'),
            _ => self.list(depth, b')'),
        };
        self.nested -= 1;
        value
    }

    fn number(&mut self) -> Value {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += length.max(1);
        let text = &rest[..length];
        let is_number = text.bytes().any(|b| b.is_ascii_digit());
        if is_number { Value::Text(text.to_owned()) } else { Value::Unknown(0) }
    }

    /// A string, or several that Python puts together.
    fn strings(&mut self) -> Value {
        let start = self.at;
        let mut whole = String::new();
        while let Some(quote @ (b'"' | b'\'' | b'`')) = self.peek() {
            match self.string(quote) {
                Some(text) => whole.push_str(&text),
                None => return Value::Unknown(self.line_of(start)),
            }
            if self.language == Language::JavaScript {
                break;
            }
            self.space();
        }
        Value::Text(whole)
    }

    fn list(&mut self, depth: usize, close: u8) -> Value {
        let start = self.at;
        self.at += 1;
        let mut items = Vec::new();
        let mut commas = 0;
        loop {
            self.space();
            match self.peek() {
                None => return Value::Unknown(self.line_of(start)),
                Some(byte) if byte == close => {
                    self.at += 1;
                    break;
                }
                Some(b',') => {
                    commas += 1;
                    self.at += 1;
                }
                Some(b'.' | b'*')
                    if self.rest().starts_with("...") || self.language == Language::Python =>
                {
                    let line = self.line_of(self.at);
                    self.skip();
                    items.push(Value::Unknown(line));
                }
                Some(b'}' | b')' | b']' | b':' | b';') => {
                    return Value::Unknown(self.line_of(start));
                }
                Some(_) => items.push(self.value(depth + 1)),
            }
        }
        // Brackets around one value are no tuple.
        if close == b')' && commas == 0 && items.len() == 1 {
            return items.pop().unwrap_or_default();
        }
        Value::List(items)
    }

    fn map(&mut self, depth: usize) -> Value {
        let start = self.at;
        self.at += 1;
        let mut map = Map::default();
        loop {
            self.space();
            let line = self.at;
            match self.peek() {
                None => return Value::Unknown(self.line_of(start)),
                Some(b'}') => {
                    self.at += 1;
                    return Value::Map(map);
                }
                Some(b',') => self.at += 1,
                Some(b')' | b']' | b':' | b';') => return Value::Unknown(self.line_of(start)),
                Some(b'.' | b'*') => {
                    map.open = true;
                    self.skip();
                }
                Some(_) => match self.key() {
                    Some(key) => {
                        self.space();
                        let value = if self.eat(":") {
                            self.value(depth + 1)
                        } else if matches!(self.peek(), Some(b',' | b'}')) {
                            self.named(&key, depth + 1)
                        } else {
                            // A method, or something that is none of our business.
                            self.skip();
                            Value::Unknown(self.line_of(line))
                        };
                        map.entries.push((key, value));
                    }
                    None => {
                        map.open = true;
                        self.skip();
                    }
                },
            }
            if self.at == line {
                self.at += self.rest().chars().next().map_or(1, char::len_utf8);
            }
        }
    }

    fn key(&mut self) -> Option<String> {
        match self.peek()? {
            quote @ (b'"' | b'\'') => self.string(quote),
            _ => self.name().map(str::to_owned),
        }
    }

    /// `true`, a name that stands for a literal, or a call of one argument that passes it on.
    fn word(&mut self, depth: usize) -> Value {
        let start = self.at;
        let unknown = Value::Unknown(self.line_of(start));
        let Some(name) = self.name() else {
            self.at += self.rest().chars().next().map_or(0, char::len_utf8);
            return unknown;
        };
        match name {
            "true" | "True" => return Value::Bool(true),
            "false" | "False" => return Value::Bool(false),
            "null" | "undefined" | "None" => return Value::Null,
            // Strings with letters before them: raw and bytes are as good as plain, `f` is not.
            "r" | "b" | "u" | "R" | "B" | "U"
                if self.language == Language::Python
                    && matches!(self.peek(), Some(b'"' | b'\'')) =>
            {
                return self.strings();
            }
            _ => {}
        }
        self.space();
        // `defineConfig<Theme>({…})`
        let rest = self.rest();
        if is_wrapper(name)
            && rest.starts_with('<')
            && let Some(end) = rest.find(['(', '{', ';', '"', '\''])
            && rest[..=end].ends_with(">(")
        {
            self.at += end;
        }
        if self.peek() == Some(b'(') && is_wrapper(name) {
            self.at += 1;
            let value = self.value(depth + 1);
            // What else is given to it, such as plugins, is not for us.
            self.skip_to_close();
            return value;
        }
        if matches!(self.peek(), Some(b'(' | b'.' | b'[' | b'`' | b'=')) {
            self.skip();
            return unknown;
        }
        self.named(name, depth)
    }

    /// The value of a name, if the module sets it to a literal.
    fn named(&mut self, name: &str, depth: usize) -> Value {
        let line = self.line_of(self.at);
        if self.language == Language::Python || self.names >= MAX_NAMES {
            return Value::Unknown(line);
        }
        self.names += 1;
        let back = self.at;
        let value = self.constants().get(name).copied().map(|at| {
            self.at = at;
            self.value(depth + 1)
        });
        self.at = back;
        self.names -= 1;
        value.unwrap_or(Value::Unknown(line))
    }

    /// A Python value that ends with its line.
    pub fn value_to_end_of_line(&mut self) -> Value {
        let start = self.at;
        let value = {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let kept = self.at;
            let value = self.plain_value(0);
            let end = self.text[..self.at].trim_end().len().max(kept);
            self.at = end;
            value
        };
        let rest = self.rest();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let ends = line.trim().is_empty() || line.trim_start().starts_with('#');
        self.at += line.len();
        if ends { value } else { Value::Unknown(self.line_of(start)) }
    }
}

/// The name that a line declares, and where its value begins.
fn constant<'a>(text: &'a str, start: usize, line: &'a str) -> Option<(&'a str, usize)> {
    let rest = line.trim_start();
    let rest = rest.strip_prefix("export ").unwrap_or(rest).trim_start();
    let rest = rest.strip_prefix("const")?;
    let name = rest.trim_start();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let length = name.find(|c| !is_part(c)).unwrap_or(name.len());
    if name.len() == rest.len() || length == 0 {
        return None;
    }
    let after = start + line.len() - name.len() + length;
    let near = text.as_bytes()[after..].iter().take(MAX_TYPE);
    let equals = after + near.take_while(|byte| !matches!(byte, b'=' | b';' | b'{')).count();
    let typed = text.get(after..equals)?.trim();
    let is_whole = typed.is_empty() || typed.starts_with(':');
    let value = text[equals..].strip_prefix('=').filter(|value| !value.starts_with('='))?;
    is_whole.then(|| (&name[..length], text.len() - value.len()))
}

/// The last place at which a statement begins with these words; what stands in comments and strings
/// seldom begins a line.
fn last_statement(text: &str, words: &str) -> Option<usize> {
    let mut found = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let begins = line.len() - line.trim_start().len();
        if line[begins..].starts_with(words) {
            found = Some(start + begins);
        }
        // Or a statement ends before it on the line.
        if let Some(end) = line.find(';')
            && let Some(at) = line[end..].rfind(words)
        {
            found = Some(start + end + at);
        }
        start += line.len();
    }
    found
}

/// Whether a function gives back what it is given, as those do that only add types.
fn is_wrapper(name: &str) -> bool {
    name.starts_with("define") || name.starts_with("with") || matches!(name, "starlight" | "nextra")
}
