//! Static reading of configuration that is a program: the literals of JavaScript, TypeScript and
//! Python. Nothing is run; what is no literal becomes [`Value::Unknown`].

mod cursor;
mod reader;

use self::cursor::Language;
use self::reader::LiteralReader;
use super::value::{Map, Value};

/// The object that a JavaScript or TypeScript module exports by default.
pub fn javascript(text: &str) -> Value {
    let mut reader = LiteralReader::new(text, Language::JavaScript);
    let Some(at) = reader.exported() else { return Value::Unknown(0) };
    reader.at = at;
    reader.value(0)
}

/// The names that a Python module sets at its top level.
pub fn python(text: &str) -> Value {
    let mut map = Map::default();
    let mut offset = 0;
    let mut reader = LiteralReader::new(text, Language::Python);
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
            assert!(
                matches!(value.at(&[key]), super::super::value::KnownValue::NotLiteral(_)),
                "{key}"
            );
        }
        assert!(value.at(&["nested", "missing"]).is().is_none());
        assert!(!value.at(&["nested"]).is().expect("a map").is_complete());
        assert_eq!(value.at(&["nowhere"]), super::super::value::KnownValue::Absent);
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
            assert!(
                matches!(value.at(&[key]), super::super::value::KnownValue::NotLiteral(_)),
                "{key}"
            );
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
