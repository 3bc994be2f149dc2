//! `extends` in files of markdownlint: files of the repository, packages, and the four styles that
//! come with markdownlint.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::files::normalize;

/// What an `extends` stands for.
pub(super) enum Base {
    /// The text of a style that markdownlint brings along, as JSON.
    Style(&'static str),
    File(PathBuf),
}

/// Largest `package.json` that is read, in bytes.
const MAX_PACKAGE_BYTES: u64 = 1 << 20;

const STYLES: [(&str, &str); 4] = [
    ("all", r#"{ "default": true }"#),
    (
        "cirosantilli",
        r#"{ "default": true, "MD003": { "style": "atx" }, "MD004": { "style": "dash" },
            "MD007": { "indent": 4 }, "MD030": { "ul_multi": 3, "ol_multi": 2 }, "MD033": false,
            "MD035": { "style": "---" } }"#,
    ),
    (
        "prettier",
        r#"{ "blanks-around-fences": false, "blanks-around-headings": false,
            "blanks-around-lists": false, "code-fence-style": false, "emphasis-style": false,
            "heading-start-left": false, "heading-style": false, "hr-style": false,
            "line-length": false, "list-indent": false, "list-marker-space": false,
            "no-blanks-blockquote": false, "no-hard-tabs": false, "no-missing-space-atx": false,
            "no-missing-space-closed-atx": false, "no-multiple-blanks": false,
            "no-multiple-space-atx": false, "no-multiple-space-blockquote": false,
            "no-multiple-space-closed-atx": false, "no-trailing-spaces": false,
            "ol-prefix": false, "strong-style": false, "ul-indent": false }"#,
    ),
    (
        "relaxed",
        r#"{ "default": true, "whitespace": false, "line_length": false, "ul-indent": false,
            "no-inline-html": false, "no-bare-urls": false, "fenced-code-language": false,
            "first-line-h1": false }"#,
    ),
];

/// Finds what `reference` in a file of `dir` stands for, within `boundary`.
///
/// # Errors
/// Why there is nothing to read, and what to do.
pub(super) fn find(reference: &str, dir: &Path, boundary: &Path) -> Result<Base, (String, String)> {
    let path = normalize(&dir.join(reference));
    if reference.starts_with('~') || (path.exists() && !path.starts_with(boundary)) {
        let message = format!("`{reference}` is ignored: it leads out of the repository");
        return Err((message, "copy the file into the repository".to_owned()));
    }
    for path in [path.clone(), ended(&path, "json")] {
        if path.is_file() {
            return Ok(Base::File(path));
        }
    }
    let is_path = reference.starts_with('.') || Path::new(reference).is_absolute();
    if is_path || reference.is_empty() {
        let help = "paths in `extends` are relative to the directory of this file".to_owned();
        return Err((format!("`{reference}` cannot be read: there is no such file"), help));
    }
    if let Some(style) = style(reference) {
        return Ok(Base::Style(style));
    }
    package(reference, dir, boundary)
}

fn style(reference: &str) -> Option<&'static str> {
    let name = reference.strip_prefix("markdownlint/style/")?;
    let name = name.strip_suffix(".json").unwrap_or(name);
    STYLES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The path with an ending after the one it has.
fn ended(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    path.into()
}

fn package(reference: &str, dir: &Path, boundary: &Path) -> Result<Base, (String, String)> {
    let parts = if reference.starts_with('@') { 2 } else { 1 };
    let end = reference.match_indices('/').nth(parts - 1).map_or(reference.len(), |(at, _)| at);
    let (name, inner) = (&reference[..end], reference[end..].trim_start_matches('/'));
    let dirs = dir.ancestors().take_while(|dir| dir.starts_with(boundary));
    let mut installed = dirs.map(|dir| dir.join("node_modules").join(name));
    let Some(home) = installed.find(|home| home.is_dir()) else {
        let message = format!(
            "`{reference}` is neither a file beside this one nor a package in `node_modules`"
        );
        let help = format!("install `{name}` first, or correct the name");
        return Err((message, help));
    };
    let found = candidates(&home, inner).into_iter().find(|path| path.is_file());
    let found = found.filter(|path| path.starts_with(&home));
    match found {
        Some(path) if !is_code(&path) => Ok(Base::File(path)),
        Some(_) => {
            let message = format!("`{reference}` is a module of JavaScript, which is not run");
            Err((message, "copy its settings into this file".to_owned()))
        }
        None => {
            let message = format!("`{reference}` cannot be read: the package has no such file");
            Err((message, format!("see what `{}` holds", shown(&home, boundary))))
        }
    }
}

fn is_code(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["js", "cjs", "mjs"].iter().any(|code| ending == *code))
}

fn shown(path: &Path, boundary: &Path) -> String {
    path.strip_prefix(boundary).unwrap_or(path).display().to_string()
}

/// Where the part of a package may stand, the likeliest first, as Node.js looks for it.
fn candidates(home: &Path, inner: &str) -> Vec<PathBuf> {
    let package = manifest(home);
    let exports = package.as_ref().and_then(|package| package.get("exports"));
    let mut targets = Vec::new();
    if let Some(exports) = exports {
        let key = if inner.is_empty() { ".".to_owned() } else { format!("./{inner}") };
        let entry = match exports {
            Value::Object(table) if table.keys().any(|key| key.starts_with('.')) => table.get(&key),
            whole => inner.is_empty().then_some(whole),
        };
        targets.extend(entry.and_then(condition).map(str::to_owned));
    }
    if inner.is_empty() {
        let main = package.as_ref().and_then(|package| package.get("main")).and_then(Value::as_str);
        targets.extend(main.map(str::to_owned));
        targets.push("index".to_owned());
    } else {
        targets.push(inner.to_owned());
    }
    let paths = targets.iter().map(|target| normalize(&home.join(target)));
    paths
        .flat_map(|path| {
            [path.clone(), ended(&path, "json"), ended(&path, "js"), path.join("index.json")]
        })
        .collect()
}

/// The path that an entry of `exports` gives without and with conditions.
fn condition(entry: &Value) -> Option<&str> {
    match entry {
        Value::String(path) => Some(path),
        Value::Array(all) => all.iter().find_map(condition),
        Value::Object(conditions) => conditions
            .iter()
            .filter(|(name, _)| ["node", "require", "default"].contains(&name.as_str()))
            .find_map(|(_, entry)| condition(entry)),
        _ => None,
    }
}

fn manifest(home: &Path) -> Option<Value> {
    let path = home.join("package.json");
    let data = std::fs::metadata(&path).ok()?;
    if !data.is_file() || data.len() > MAX_PACKAGE_BYTES {
        return None;
    }
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}
