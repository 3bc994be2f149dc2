//! Where VitePress' `rewrites` move pages.

use crate::site::value::Value;

/// The rewrites, if they are literals.
pub(super) fn literal_rewrites(value: &Value) -> Option<Vec<(String, String)>> {
    let map = value.as_map().filter(|_| value.is_complete())?;
    map.entries.iter().map(|(from, to)| Some((from.clone(), to.as_text()?.to_owned()))).collect()
}

/// A path by one rewrite: `:name` stands for a part, `:name*` for any number of them, and `(.*)` for
/// anything.
pub(super) fn rewrite(from: &str, to: &str, path: &str) -> Option<String> {
    if !from.contains([':', '(']) {
        return (from == path).then(|| to.to_owned());
    }
    let mut pattern = "^".to_owned();
    let mut rest = from;
    while let Some(c) = rest.chars().next() {
        if c == ':' {
            let length =
                rest[1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            let name = &rest[1..1 + length];
            rest = &rest[1 + length..];
            let group = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'));
            let inner = match group {
                Some((inner, after)) => {
                    rest = after;
                    inner
                }
                None if rest.starts_with(['*', '+']) => {
                    rest = &rest[1..];
                    ".+"
                }
                None => "[^/]+?",
            };
            pattern.push_str(&format!("(?P<{name}>{inner})"));
        } else {
            pattern.push_str(&regex::escape(&c.to_string()));
            rest = &rest[c.len_utf8()..];
        }
    }
    let found = regex::Regex::new(&(pattern + "$")).ok()?.captures(path)?;
    let mut result = String::new();
    let mut rest = to;
    while let Some(at) = rest.find(':') {
        result.push_str(&rest[..at]);
        let length =
            rest[at + 1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        result.push_str(found.name(&rest[at + 1..at + 1 + length])?.as_str());
        rest = rest[at + 1 + length..].trim_start_matches(['*', '+']);
    }
    Some(result + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewrites() {
        assert_eq!(rewrite("a.md", "b.md", "a.md").as_deref(), Some("b.md"));
        let packages = "packages/:pkg/src/:slug*";
        assert_eq!(
            rewrite(packages, ":pkg/:slug*", "packages/x/src/a/b.md").as_deref(),
            Some("x/a/b.md")
        );
        assert_eq!(rewrite("en/:rest(.*)", ":rest", "en/a/b.md").as_deref(), Some("a/b.md"));
        assert_eq!(rewrite(":a", "x/:b", "y.md"), None);
        assert_eq!(rewrite(":", ":", "y.md"), None);
        assert_eq!(rewrite(":x((", ":x", "y.md"), None);
    }
}
