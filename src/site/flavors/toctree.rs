//! The directives by which pages of Sphinx list others: `toctree`, in MyST and in reStructuredText.

use super::SiteGlobs;
use crate::site::flavor::ListedPages;

/// Deepest directives in directives that are told apart.
const MAX_OPEN: usize = 50;

/// The entries of all toctrees of a page.
pub fn entries(text: &str) -> Vec<ListedPages> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    // The fences of the directives around a line.
    let mut open: Vec<&str> = Vec::new();
    while let Some(line) = lines.next() {
        let start = line.trim();
        let fence = &start[..start.len() - start.trim_start_matches(['`', ':']).len()];
        let info = start[fence.len()..].trim_start();
        let is_end = |line: &&str| is_closing(line, fence);
        if start.starts_with(".. toctree::") {
            let indent = line.len() - line.trim_start().len();
            let is_in = |line: &&str| {
                line.trim().is_empty() || line.len() - line.trim_start().len() > indent
            };
            let rest = lines.clone().take_while(is_in).count();
            read(lines.by_ref().take(rest), &mut found);
        } else if fence.len() < 3 {
            // No fence.
        } else if let Some(around) = open.iter().rposition(|open| is_closing(line, open)) {
            open.truncate(around);
        } else if info.starts_with("{toctree}") {
            read(lines.by_ref().take_while(|line| !is_end(line)), &mut found);
        } else if info.starts_with('{') && !is_of_code(info) {
            if open.len() < MAX_OPEN {
                open.push(fence);
            }
        } else if fence.starts_with('`') {
            lines.by_ref().find(is_end);
        }
    }
    found
}

/// Whether a line ends what a fence opened.
fn is_closing(line: &str, fence: &str) -> bool {
    let line = line.trim();
    line.starts_with(fence) && line.trim_start_matches(&fence[..1]).is_empty()
}

/// Whether a directive shows its content as it is written.
fn is_of_code(info: &str) -> bool {
    ["{code", "{literal", "{parsed-literal", "{highlight", "{sourcecode", "{raw", "{myst-example"]
        .iter()
        .any(|name| info.starts_with(name))
}

fn read<'t>(lines: impl Iterator<Item = &'t str>, found: &mut Vec<ListedPages>) {
    let (mut is_glob, mut in_options) = (false, false);
    for line in lines.map(str::trim).filter(|line| !line.is_empty()) {
        if line == "---" {
            in_options = !in_options;
            continue;
        }
        let option = line.strip_prefix(':').or(in_options.then_some(line));
        if let Some(option) = option {
            is_glob |= option.starts_with("glob");
            continue;
        }
        let target = match line.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((_, target)) => target.trim(),
            None => line,
        };
        let is_elsewhere = target == "self" || target.contains("://");
        if !is_elsewhere {
            let is_pattern = is_glob && target.contains(['*', '?', '[']);
            found.push(ListedPages { written: target.to_owned(), is_pattern });
        }
    }
}

/// A pattern of a toctree for paths without extension; as in Python, `*` crosses no directory.
pub fn pattern(written: &str) -> SiteGlobs {
    SiteGlobs::new(&[written.to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toctrees_of_both_languages_are_read() {
        let myst = "# A\n```{toctree}\n:glob:\n:caption: More\n\nb\nThe C <sub/c>\nd/*\nself\nhttps://e.org\n```\nnot\n";
        let rst = ".. toctree::\n   :maxdepth: 1\n\n   b\n   The C <sub/c>\n\nnot\n";
        let entry =
            |written: &str, is_pattern| ListedPages { written: written.to_owned(), is_pattern };
        let (b, c) = (entry("b", false), entry("sub/c", false));
        assert_eq!(entries(myst), [b.clone(), c.clone(), entry("d/*", true)]);
        assert_eq!(entries(rst), [b.clone(), c]);
        let shown = "````md\n```{toctree}\nb\n```\n````\n```{code-block} md\n:::{toctree}\n```\n";
        assert_eq!(entries(shown), []);
        let nested =
            "::::{grid}\n```{image} a.svg\n```\n:::{card}\n:::\n::::\n```{toctree}\nb\n```\n";
        assert_eq!(entries(nested), std::slice::from_ref(&b));
        let yaml = ":::{toctree}\n---\nmaxdepth: 2\n---\nb\n:::\n";
        assert_eq!(entries(yaml), std::slice::from_ref(&b));
    }
}
