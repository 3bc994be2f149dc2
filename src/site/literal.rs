//! Static reading of configuration that is a program: the literals of JavaScript, TypeScript and
//! Python. Nothing is run; what is no literal becomes [`Value::Unknown`].

use super::value::{Map, Value};

/// Deepest nesting that is read; what is deeper is not known.
const MAX_DEPTH: usize = 48;
/// Most values that are read of one file.
const MAX_VALUES: usize = 20_000;
/// Most names that are followed from one value to the next.
const MAX_NAMES: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    JavaScript,
    Python,
}

/// The object that a JavaScript or TypeScript module exports by default.
pub fn javascript(text: &str) -> Value {
    let mut reader = Reader::new(text, Language::JavaScript);
    let Some(at) = reader.exported() else { return Value::Unknown(0) };
    reader.at = at;
    reader.value(0)
}

/// The names that a Python module sets at its top level.
pub fn python(text: &str) -> Value {
    let mut map = Map::default();
    let mut offset = 0;
    let mut reader = Reader::new(text, Language::Python);
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        if start < reader.at {
            continue;
        }
        let name_len = line.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count();
        let rest = line[name_len..].trim_start_matches([' ', '\t']);
        let name = &line[..name_len];
        if name_len == 0 {
            // Deeper lines set names in some cases only, and strings go over lines.
            let inner = line.trim_start();
            let set = inner.split('=').next().unwrap_or("").trim();
            if inner.len() < line.len() && inner.contains('=') && map.get(set).is_some() {
                map.entries.push((set.to_owned(), Value::Unknown(reader.line_of(start))));
            }
            continue;
        }
        // `name: type = value` too.
        let rest =
            match rest.strip_prefix(':').and_then(|rest| rest.find('=').map(|at| &rest[at..])) {
                Some(rest) => rest,
                None => rest,
            };
        let known =
            if let Some(after) = rest.strip_prefix('=').filter(|rest| !rest.starts_with('=')) {
                reader.at = start + (line.len() - after.len());
                reader.value_to_end_of_line()
            } else if rest.starts_with("+=") || (rest.starts_with('.') && map.get(name).is_some()) {
                Value::Unknown(reader.line_of(start))
            } else {
                continue;
            };
        map.entries.push((name.to_owned(), known));
    }
    Value::Map(map)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    language: Language,
    values: usize,
    names: usize,
    /// How many brackets are open around what is read: only there values go over lines in Python.
    nested: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, language: Language) -> Self {
        Reader { text, at: 0, language, values: 0, names: 0, nested: 0 }
    }

    fn line_of(&self, at: usize) -> usize {
        1 + self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|&&b| b == b'\n').count()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Skips white space and comments.
    fn space(&mut self) {
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
    fn name(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }

    /// Where the value begins that the module exports.
    fn exported(&mut self) -> Option<usize> {
        for mark in ["export default", "module.exports"] {
            let Some(found) = self.find_code(mark) else { continue };
            self.at = found + mark.len();
            self.space();
            if mark == "module.exports" && !self.eat("=") {
                continue;
            }
            return Some(self.at);
        }
        None
    }

    /// The last place of a word outside strings and comments.
    fn find_code(&mut self, word: &str) -> Option<usize> {
        let (mut at, mut found) = (0, None);
        while at < self.text.len() {
            let Some(next) = self.text[at..].find(word) else { break };
            let start = at + next;
            let line = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
            // At the start of a line it stands in no comment that is worth a thought.
            if self.text[line..start].trim().is_empty() || self.text[line..start].contains(';') {
                found = Some(start);
            }
            at = start + word.len();
        }
        found
    }

    /// One value; what follows it decides whether it is a literal.
    fn value(&mut self, depth: usize) -> Value {
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
            Some(b'/') if self.language == Language::JavaScript => self.pattern(),
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

    /// A regular expression, in which brackets and quotes are text.
    fn pattern(&mut self) -> Value {
        let unknown = Value::Unknown(self.line_of(self.at));
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
        unknown
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

    /// The string that starts here; `None` if something is put into it, or it has no end.
    fn string(&mut self, quote: u8) -> Option<String> {
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
            && let Some(end) = rest.find(">(")
        {
            let is_type = !rest[..end].contains(['{', ';', '"', '\'']);
            self.at += if is_type { end + 1 } else { 0 };
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
        let value = self.declared(name).map(|at| {
            self.at = at;
            self.value(depth + 1)
        });
        self.at = back;
        self.names -= 1;
        value.unwrap_or(Value::Unknown(line))
    }

    /// Where the value of `const name = …` begins.
    fn declared(&self, name: &str) -> Option<usize> {
        let text = self.text;
        text.match_indices(name).find_map(|(at, _)| {
            let line = &text[text[..at].rfind('\n').map_or(0, |at| at + 1)..at];
            let line = line.trim_start();
            let line = line.strip_prefix("export ").unwrap_or(line).trim();
            if line != "const" {
                return None;
            }
            let after = &text[at + name.len()..];
            let (typed, value) = after.split_once('=')?;
            let typed = typed.trim();
            let is_whole =
                typed.is_empty() || (typed.starts_with(':') && !typed.contains([';', '{']));
            (is_whole && !value.starts_with('=')).then(|| text.len() - value.len())
        })
    }

    /// Skips to the `,` or the closing bracket that ends a value.
    fn skip(&mut self) {
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

    fn skip_to_close(&mut self) {
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

    /// A Python value that ends with its line.
    fn value_to_end_of_line(&mut self) -> Value {
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

/// Whether a function gives back what it is given, as those do that only add types.
fn is_wrapper(name: &str) -> bool {
    name.starts_with("define") || name.starts_with("with") || matches!(name, "starlight" | "nextra")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"
// export default { base: '/commented/' }
import { defineConfig } from 'vitepress'
const base = '/x/' // trailing
const nav: Item[] = [{ text: "a // b", link: '/a' }]
/* module.exports = {} */
export default withMermaid(defineConfig({
  base,
  title: `plain`, lang: `with ${base}`,
  'quoted-key': [1, 'two', true, , null],
  cleanUrls: process.env.CI === 'true',
  sidebar: makeSidebar(["}", ')']),
  nested: { deep: { er: "it's" } as const, fn() { return { a: 1 } }, ...more },
  arrow: (x: string, y) => ({ y: x }), none: () => 1, after: 'seen',
  regex: /[}"]/, last: 'x' + 'y',
}, other))
"#;

    #[test]
    fn literals_of_javascript() {
        let value = javascript(CONFIG);
        assert_eq!(value.text(&["base"]), Some("/x/"));
        assert_eq!(value.text(&["title"]), Some("plain"));
        assert_eq!(value.text(&["nested", "deep", "er"]), Some("it's"));
        assert_eq!(value.text(&["after"]), Some("seen"));
        for key in ["lang", "cleanUrls", "sidebar", "arrow", "last"] {
            assert!(matches!(value.at(&[key]), super::super::value::Known::NotLiteral(_)), "{key}");
        }
        assert!(value.at(&["nested", "missing"]).is().is_none());
        assert!(!value.at(&["nested"]).is().expect("a map").is_complete());
        assert_eq!(value.at(&["nowhere"]), super::super::value::Known::Absent);
    }

    #[test]
    fn forms_of_export() {
        let of = |text: &str| javascript(text).text(&["a"]).map(str::to_owned);
        assert_eq!(of("module.exports = {a: 'b'};").as_deref(), Some("b"));
        assert_eq!(
            of("/** @type {x} */\nconst c: Config = {a: 'b'}\nexport default c;").as_deref(),
            Some("b")
        );
        assert_eq!(
            of("const c = {a: 'b'} satisfies Config\nmodule.exports = c").as_deref(),
            Some("b")
        );
        assert_eq!(of("export default async () => ({a: 'b'})"), None);
        assert_eq!(of("export default {a: 'b' + c}"), None);
        assert_eq!(
            of("export default defineConfigWithTheme<Theme>({a: 'b'})").as_deref(),
            Some("b")
        );
    }

    #[test]
    fn literals_of_python() {
        let text = "'''doc\na = 1\n'''\nimport os\nproject = 'x'  # why\nexts = [\n  'a',  # b\n  \"c\",\n]\nn: int = 4\nflag = True\nmade = os.path.join('a')\nname = f'{x}'\nsum = 'a' + 'b'\nd = {'k': ('v', 1), **more}\nlong = ('a'\n  'b')\nif flag:\n    project = 'y'\nexts += ['z']\n";
        let value = python(text);
        assert_eq!(value.text(&["n"]), Some("4"));
        assert_eq!(value.flag(&["flag"]), Some(true));
        assert_eq!(value.text(&["long"]), Some("ab"));
        for key in ["made", "name", "sum", "project", "exts"] {
            assert!(matches!(value.at(&[key]), super::super::value::Known::NotLiteral(_)), "{key}");
        }
        assert!(value.at(&["d", "k"]).is().is_some());
    }

    #[test]
    fn hostile_texts_end() {
        for text in [
            "export default ".to_owned() + &"[".repeat(100_000),
            "export default ".to_owned() + &"{a:".repeat(100_000),
            "export default {a:'".to_owned(),
            "export default {`".to_owned() + &"${".repeat(1000),
            "const a = b\nconst b = a\nexport default a".to_owned(),
            "const a = [a, a, a, a]\nexport default a".to_owned(),
            "export default {é: 'ü', [x]: 1, 'a".to_owned(),
            "export default )".to_owned(),
            "module.exports = {/* ".to_owned(),
        ] {
            javascript(&text);
            python(&text);
        }
        python(&("a = ".to_owned() + &"(".repeat(100_000)));
        python("a = '''never\nends");
    }
}
