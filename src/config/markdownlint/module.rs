//! Modules of JavaScript that only say what JSON could say, read without running them.

use std::collections::HashMap;

/// Deepest nesting of objects and lists.
const MAX_DEPTH: usize = 64;

/// Why a module cannot be read: the byte at which there is more than a literal.
#[derive(Debug)]
pub(super) struct ModuleCode {
    pub at: usize,
    pub message: String,
}

/// The object that a module exports, as JSON whose values stand on the lines of the source.
///
/// Understood is `module.exports = {…}`, `export default {…}`, and a constant that is exported by
/// name; in objects and lists, literals only.
///
/// # Errors
/// Where anything else stands.
pub(super) fn to_json(source: &str) -> Result<String, ModuleCode> {
    let mut reader = ModuleReader { source, at: 0, json: String::new() };
    let mut constants: HashMap<&str, String> = HashMap::new();
    reader.take("\u{feff}");
    loop {
        reader.space()?;
        if reader.is_end() {
            return Err(reader.code("exports nothing, expected `module.exports = {…}`"));
        }
        if reader.directive()? {
            continue;
        }
        let start = reader.at;
        match reader.name() {
            Some("const" | "let" | "var") => {
                reader.space()?;
                let Some(name) = reader.name() else { return Err(reader.more()) };
                reader.expect("=")?;
                reader.value(0)?;
                constants.insert(name, std::mem::take(&mut reader.json));
                reader.json = "\n".repeat(source[..reader.at].matches('\n').count());
            }
            Some("module") => {
                reader.expect(".")?;
                reader.expect("exports")?;
                reader.expect("=")?;
                return reader.exported(&constants);
            }
            Some("export") => {
                reader.expect("default")?;
                return reader.exported(&constants);
            }
            _ => {
                reader.at = start;
                return Err(reader.more());
            }
        }
        reader.space()?;
        reader.take(";");
    }
}

struct ModuleReader<'s> {
    source: &'s str,
    at: usize,
    json: String,
}

impl<'s> ModuleReader<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn is_end(&self) -> bool {
        self.at == self.source.len()
    }

    fn code(&self, message: &str) -> ModuleCode {
        ModuleCode { at: self.at, message: message.to_owned() }
    }

    /// What stands here is more than a literal.
    fn more(&self) -> ModuleCode {
        let word: String =
            self.rest().chars().take_while(|c| c.is_alphanumeric() || *c == '_').take(40).collect();
        let word = match word.is_empty() {
            true => self.rest().chars().take(1).collect(),
            false => word,
        };
        match word.is_empty() {
            true => self.code("ends too early"),
            false => self.code(&format!("`{word}` is code, which is not run")),
        }
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        self.at += if found { text.len() } else { 0 };
        found
    }

    fn expect(&mut self, text: &str) -> Result<(), ModuleCode> {
        self.space()?;
        if self.take(text) { Ok(()) } else { Err(self.more()) }
    }

    /// White space and comments; lines are kept.
    fn space(&mut self) -> Result<(), ModuleCode> {
        loop {
            let rest = self.rest();
            let length = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").ok_or_else(|| self.code("comment without end"))? + 2
            } else {
                rest.len() - rest.trim_start().len()
            };
            if length == 0 {
                return Ok(());
            }
            self.json.extend(rest[..length].chars().filter(|c| *c == '\n'));
            self.at += length;
        }
    }

    /// `"use strict"`
    fn directive(&mut self) -> Result<bool, ModuleCode> {
        for text in ["\"use strict\"", "'use strict'"] {
            if self.take(text) {
                self.space()?;
                self.take(";");
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn name(&mut self) -> Option<&'s str> {
        let rest = self.rest();
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        if length == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        self.at += length;
        Some(&rest[..length])
    }

    /// The value that is exported, and nothing after it.
    fn exported(mut self, constants: &HashMap<&str, String>) -> Result<String, ModuleCode> {
        self.space()?;
        let start = self.at;
        let constant = self.name().and_then(|name| constants.get(name));
        match constant {
            Some(json) => self.json.clone_from(json),
            None => {
                self.at = start;
                self.value(0)?;
            }
        }
        let json = self.json.clone();
        self.space()?;
        self.take(";");
        self.space()?;
        if self.is_end() { Ok(json) } else { Err(self.more()) }
    }

    fn value(&mut self, depth: usize) -> Result<(), ModuleCode> {
        if depth > MAX_DEPTH {
            return Err(self.code("nested too deeply"));
        }
        self.space()?;
        match self.rest().bytes().next() {
            Some(b'(') => {
                self.at += 1;
                self.value(depth + 1)?;
                self.expect(")")
            }
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"' | b'\'' | b'`') => self.string(),
            Some(b'/') => self.pattern(),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => self.number(),
            _ => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), ModuleCode> {
        self.at += 1;
        self.json.push('{');
        loop {
            self.space()?;
            if self.take("}") {
                self.json.push('}');
                return Ok(());
            }
            match self.rest().bytes().next() {
                Some(b'"' | b'\'') => self.string()?,
                Some(b'0'..=b'9') => {
                    let start = self.json.len();
                    self.number()?;
                    self.json.insert(start, '"');
                    self.json.push('"');
                }
                _ => {
                    let Some(name) = self.name() else { return Err(self.more()) };
                    self.json.push_str(&quoted(name));
                }
            }
            self.expect(":")?;
            self.json.push(':');
            self.value(depth + 1)?;
            self.separator("}")?;
        }
    }

    fn list(&mut self, depth: usize) -> Result<(), ModuleCode> {
        self.at += 1;
        self.json.push('[');
        loop {
            self.space()?;
            if self.take("]") {
                self.json.push(']');
                return Ok(());
            }
            self.value(depth + 1)?;
            self.separator("]")?;
        }
    }

    /// A comma, or nothing before the end.
    fn separator(&mut self, end: &str) -> Result<(), ModuleCode> {
        self.space()?;
        if self.take(",") {
            self.json.push(',');
            return Ok(());
        }
        if self.rest().starts_with(end) { Ok(()) } else { Err(self.more()) }
    }

    fn string(&mut self) -> Result<(), ModuleCode> {
        let start = self.at;
        let mut chars = self.rest().char_indices();
        let quote = chars.next().map_or('"', |(_, c)| c);
        let mut text = String::new();
        while let Some((at, c)) = chars.next() {
            match c {
                _ if c == quote => {
                    self.at = start + at + 1;
                    self.json.push_str(&quoted(&text));
                    return Ok(());
                }
                '\\' => {
                    let escaped = chars.next().map(|(_, c)| c);
                    let mut digits = |count| {
                        let digits: String = chars.by_ref().take(count).map(|(_, c)| c).collect();
                        u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32)
                    };
                    let c = match escaped {
                        Some('n') => Some('\n'),
                        Some('t') => Some('\t'),
                        Some('r') => Some('\r'),
                        Some('b') => Some('\u{8}'),
                        Some('f') => Some('\u{c}'),
                        Some('v') => Some('\u{b}'),
                        Some('x') => digits(2),
                        Some('u') => digits(4),
                        Some('\n') => continue,
                        other => other.filter(|c| !c.is_ascii_digit()),
                    };
                    let Some(c) = c else {
                        self.at = start + at;
                        return Err(self.code("escape that is not understood"));
                    };
                    text.push(c);
                }
                '$' if quote == '`' && self.source[start + at..].starts_with("${") => {
                    self.at = start + at;
                    return Err(self.more());
                }
                '\n' if quote != '`' => break,
                c => text.push(c),
            }
        }
        Err(self.code("string without end"))
    }

    /// A regular expression, as the string of its source.
    fn pattern(&mut self) -> Result<(), ModuleCode> {
        let rest = self.rest();
        let (mut is_escaped, mut is_class) = (false, false);
        for (at, c) in rest.char_indices().skip(1) {
            match c {
                '\n' => break,
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '[' => is_class = true,
                ']' => is_class = false,
                '/' if !is_class => {
                    self.json.push_str(&quoted(&rest[1..at]));
                    self.at += at + 1;
                    self.name();
                    return Ok(());
                }
                _ => {}
            }
        }
        Err(self.more())
    }

    fn number(&mut self) -> Result<(), ModuleCode> {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || "+-._".contains(c);
        let text = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        let digits = text.replace('_', "");
        let digits = digits.strip_prefix('+').unwrap_or(&digits);
        let number = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            Some(hex) => i64::from_str_radix(hex, 16).ok().map(serde_json::Number::from),
            None => match digits.parse::<i64>() {
                Ok(whole) => Some(whole.into()),
                Err(_) => digits.parse().ok().and_then(serde_json::Number::from_f64),
            },
        };
        let Some(number) = number else { return Err(self.more()) };
        self.json.push_str(&number.to_string());
        self.at += text.len();
        Ok(())
    }

    fn word(&mut self) -> Result<(), ModuleCode> {
        let start = self.at;
        let json = match self.name() {
            Some(word @ ("true" | "false" | "null")) => word,
            Some("undefined") => "null",
            _ => {
                self.at = start;
                return Err(self.more());
            }
        };
        self.json.push_str(json);
        Ok(())
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(source: &str) -> serde_json::Value {
        let json = to_json(source).unwrap_or_else(|code| panic!("{code:?} in {source:?}"));
        let json = json.replace(",}", "}").replace(",]", "]");
        serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error} in {json:?}"))
    }

    #[test]
    fn literals_are_read() {
        for source in [
            "module.exports = { MD013: false, 'a-b': [1, 'x',], };",
            "// @ts-check\n'use strict';\nexport default ({ \"MD013\": false, 'a-b': [1, `x`] })\n",
            "/** @type {any} */\nconst config = { MD013: false, 'a-b': [0x1, \"\\x78\"] };\n\
             module.exports = config;\n",
            "let c = { MD013: false, /* so */ 'a-b': [+1, /x/u] }; export default c",
        ] {
            let expected = serde_json::json!({ "MD013": false, "a-b": [1, "x"] });
            assert_eq!(value(source), expected, "{source}");
        }
    }

    #[test]
    fn lines_stay_where_they_are() {
        let json = to_json("// a\n\nmodule.exports = {\n  a: 1,\n  // b\n  c: 2,\n};\n").unwrap();
        let line = |text: &str| json[..json.find(text).unwrap()].matches('\n').count();
        assert_eq!((line("\"a\""), line("\"c\"")), (3, 5));
    }

    #[test]
    fn code_is_refused_where_it_stands() {
        for (source, at) in [
            ("module.exports = { a: require('x') };", 22),
            ("module.exports = { ...base };", 19),
            ("module.exports = { a };", 21),
            ("module.exports = { [a]: 1 };", 19),
            ("module.exports = () => ({});", 18),
            ("module.exports = { a: `${b}` };", 23),
            ("import x from 'y';\nexport default {};", 0),
            ("module.exports = {}; run();", 21),
            ("module.exports = { a: 1 + 1 };", 24),
            ("", 0),
        ] {
            assert_eq!(to_json(source).unwrap_err().at, at, "{source}");
        }
    }
}
