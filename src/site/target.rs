//! The written form of a link: scheme, path, query and fragment.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The parts of a link's destination as written, nothing decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target<'a> {
    /// `https`, `mailto`…; `//` for an address without scheme, but with a host.
    pub scheme: Option<&'a str>,
    /// What stands before `?` and `#`, without the scheme.
    pub path: &'a str,
    pub query: Option<&'a str>,
    /// What stands after the first `#`.
    pub fragment: Option<&'a str>,
}

impl<'a> Target<'a> {
    pub fn parse(text: &'a str) -> Target<'a> {
        let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
        let (scheme, rest) = match scheme(text) {
            Some(scheme) => (Some(scheme), &text[scheme.len() + 1..]),
            None if text.starts_with("//") => (Some("//"), &text[2..]),
            None => (None, text),
        };
        let (rest, fragment) = split(rest, '#');
        let (path, query) = split(rest, '?');
        Target { scheme, path, query, fragment }
    }

    /// The fragment as it is compared with ids: decoded, without `:~:` and what follows. `None`
    /// where there is none, or an empty one.
    pub fn anchor(&self) -> Option<Cow<'a, str>> {
        let fragment = self.fragment?;
        let fragment = fragment.find(":~:").map_or(fragment, |at| &fragment[..at]);
        (!fragment.is_empty()).then(|| decode(fragment))
    }

    /// Whether it is an address of the web with a host.
    pub fn is_web(&self) -> bool {
        let is_web = |scheme: &str| {
            scheme == "//" || ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web))
        };
        self.scheme.is_some_and(is_web)
    }

    /// The path from the root of the host on.
    pub fn is_absolute(&self) -> bool {
        self.path.starts_with('/')
    }
}

fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn scheme(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-')))?;
    let is_scheme =
        end > 1 && text[end..].starts_with(':') && text.as_bytes()[0].is_ascii_alphabetic();
    is_scheme.then(|| &text[..end])
}

/// Percent-encoding taken off; what is not UTF-8 then, or is not encoded well, stays as written.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') || !is_well_encoded(text) {
        return text.into();
    }
    percent_decode_str(text).decode_utf8().unwrap_or(text.into())
}

fn is_well_encoded(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit))
}

/// A path joined to a directory, both with `/`; `.`, `..` and empty parts are resolved. Says also how
/// often `..` would have led above the top.
pub fn join(directory: &str, path: &str) -> (String, usize) {
    let mut parts: Vec<&str> = Vec::new();
    let mut above = 0;
    for part in directory.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => above += 1,
            ".." => {}
            part => parts.push(part),
        }
    }
    let mut joined = parts.join("/");
    let last = path.rsplit('/').next().unwrap_or("");
    if matches!(last, "" | "." | "..") && !path.is_empty() && !joined.is_empty() {
        joined.push('/');
    }
    (joined, above)
}

/// The directory of a path, without a slash at its end; empty for the top.
pub fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last part of a path.
pub fn name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// A directory and a path below it.
pub fn under(directory: &str, path: &str) -> String {
    if directory.is_empty() { path.to_owned() } else { format!("{directory}/{path}") }
}

/// What follows a directory in a path that lies beneath it.
pub fn below<'a>(directory: &str, path: &'a str) -> Option<&'a str> {
    if directory.is_empty() {
        return Some(path);
    }
    path.strip_prefix(directory)?.strip_prefix('/')
}

/// The path of an address, such as `/base/` of `https://example.org/base/`.
pub fn path_of_url(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/".to_owned(), |at| rest[at..].to_owned())
}

/// The host of an address, such as `example.org` of `https://example.org/base/`.
pub fn host_of_url(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = &rest[..rest.find('/').unwrap_or(rest.len())];
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_target() {
        let target = Target::parse("a/b.md?x=1#y%20z:~:text=q");
        assert_eq!((target.path, target.query, target.scheme), ("a/b.md", Some("x=1"), None));
        assert_eq!(target.anchor().as_deref(), Some("y z"));
        assert_eq!(Target::parse("mailto:a@b").scheme, Some("mailto"));
        assert_eq!(Target::parse("//host/x").scheme, Some("//"));
        assert_eq!(Target::parse("std::vec").scheme, Some("std"));
        assert_eq!(Target::parse("c:/x").scheme, None);
        assert_eq!(Target::parse("x#").anchor(), None);
        assert_eq!(decode("%E0%A4%A"), "%E0%A4%A");
        assert_eq!(decode("%FF"), "%FF");
        assert_eq!(decode("%C3%A4"), "ä");
    }

    #[test]
    fn hosts_and_paths_of_addresses() {
        assert_eq!(path_of_url("https://e.org/a/"), "/a/");
        assert_eq!(path_of_url("https://e.org"), "/");
        assert_eq!(host_of_url("https://e.org/a/").as_deref(), Some("e.org"));
        assert_eq!(host_of_url("/a/"), None);
    }

    #[test]
    fn joining() {
        assert_eq!(join("a/b", "../c.md"), ("a/c.md".to_owned(), 0));
        assert_eq!(join("a", "../../c"), ("c".to_owned(), 1));
        assert_eq!(join("a/b", "./c//d/"), ("a/b/c/d/".to_owned(), 0));
        assert_eq!(join("a/b", ".."), ("a/".to_owned(), 0));
        assert_eq!(join("a", ".."), (String::new(), 0));
        assert_eq!(join("a", ""), ("a".to_owned(), 0));
    }
}
