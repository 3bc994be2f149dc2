//! `.markdownlintrc`: JSON with comments, or else INI; YAML is taken, too.

use std::collections::HashMap;

/// Whether the text is INI: its first line that says something is a section or an assignment.
pub(super) fn is_ini(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with([';', '#']));
    first.is_some_and(|line| {
        let is_section = line.starts_with('[') && line.ends_with(']');
        is_section || line.split_once('=').is_some_and(|(key, _)| !key.contains([':', '{']))
    })
}

/// INI as JSON whose values stand on the same lines.
pub(super) fn to_json(text: &str) -> String {
    let mut lists: HashMap<(String, &str), Vec<&str>> = HashMap::new();
    each(text, |section, key, value| {
        if let Some(name) = key.strip_suffix("[]") {
            lists.entry((section.to_owned(), name)).or_default().push(value.unwrap_or("true"));
        }
    });
    let mut json = "{".to_owned();
    write(text, &lists, &mut json);
    json
}

fn write(text: &str, lists: &HashMap<(String, &str), Vec<&str>>, json: &mut String) {
    let (mut section, mut written) = (String::new(), Vec::new());
    for line in text.lines().map(str::trim) {
        match read(line) {
            RcLine::Section(name) => {
                json.push_str(if section.is_empty() { "" } else { "}," });
                json.push_str(&format!("{}:{{", quoted(name)));
                name.clone_into(&mut section);
            }
            RcLine::Pair(key, value) => match key.strip_suffix("[]") {
                Some(name) => {
                    let list = (section.clone(), name);
                    if !written.contains(&list) {
                        let values = lists.get(&list).into_iter().flatten();
                        let values: Vec<String> = values.map(|value| scalar(value)).collect();
                        json.push_str(&format!("{}:[{}],", quoted(name), values.join(",")));
                        written.push(list);
                    }
                }
                None => {
                    let value = value.map_or_else(|| "true".to_owned(), scalar);
                    json.push_str(&format!("{}:{value},", quoted(key)));
                }
            },
            RcLine::Nothing => {}
        }
        json.push('\n');
    }
    json.push_str(if section.is_empty() { "}" } else { "}}" });
}

enum RcLine<'t> {
    Section(&'t str),
    Pair(&'t str, Option<&'t str>),
    Nothing,
}

fn read(line: &str) -> RcLine<'_> {
    if line.is_empty() || line.starts_with([';', '#']) {
        return RcLine::Nothing;
    }
    if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
        return RcLine::Section(section.trim());
    }
    match line.split_once('=') {
        Some((key, value)) => RcLine::Pair(key.trim(), Some(value.trim())),
        None => RcLine::Pair(line, None),
    }
}

fn each<'t>(text: &'t str, mut tell: impl FnMut(&str, &'t str, Option<&'t str>)) {
    let mut section = "";
    for line in text.lines().map(str::trim) {
        match read(line) {
            RcLine::Section(name) => section = name,
            RcLine::Pair(key, value) => tell(section, key, value),
            RcLine::Nothing => {}
        }
    }
}

/// `true`, `false` and `null` are themselves, all else is a string.
fn scalar(value: &str) -> String {
    let bare = value.trim_matches(['"', '\'']);
    match value {
        "true" | "false" | "null" => value.to_owned(),
        _ => quoted(bare),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ini_is_read_line_by_line() {
        let text = "; mine\ndefault = true\nMD033=false\n\n[MD013]\nline_length = 100\n[MD044]\n\
                    names[] = A\nnames[] = \"B\"\n";
        assert!(is_ini(text));
        let json = to_json(text);
        assert_eq!(json[..json.find("line_length").unwrap()].matches('\n').count(), 5);
        let json: serde_json::Value =
            serde_json::from_str(&json.replace('\n', "").replace(",}", "}")).unwrap();
        let expected = serde_json::json!({
            "default": true, "MD033": false,
            "MD013": { "line_length": "100" }, "MD044": { "names": ["A", "B"] },
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn other_forms_are_not_ini() {
        for text in ["{ \"a\": 1 }", "MD013: false\n", "MD013:\n  line_length: 1\n", ""] {
            assert!(!is_ini(text), "{text}");
        }
    }
}
