//! The directives by which pages of Sphinx list others: `toctree`, in MyST and in reStructuredText.

use super::SiteGlobs;

/// What a toctree lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TocEntry<'t> {
    /// A document, as it is written.
    Document(&'t str),
    /// A pattern for documents.
    Pattern(&'t str),
}

/// The entries of all toctrees of a page.
pub fn entries(text: &str) -> Vec<TocEntry<'_>> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let start = line.trim_start();
        let indent = line.len() - start.len();
        let fence = start.len() - start.trim_start_matches(['`', ':']).len();
        if fence >= 3 && start[fence..].trim_start().starts_with("{toctree}") {
            let is_end = |line: &str| line.trim_start().starts_with(&start[..fence]);
            read(lines.by_ref().take_while(|line| !is_end(line)), &mut found);
        } else if start.starts_with(".. toctree::") {
            let is_in = |line: &&str| {
                line.trim().is_empty() || line.len() - line.trim_start().len() > indent
            };
            let rest = lines.clone().take_while(is_in).count();
            read(lines.by_ref().take(rest), &mut found);
        }
    }
    found
}

fn read<'t>(lines: impl Iterator<Item = &'t str>, found: &mut Vec<TocEntry<'t>>) {
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
        match is_glob && target.contains(['*', '?', '[']) {
            _ if is_elsewhere => {}
            true => found.push(TocEntry::Pattern(target)),
            false => found.push(TocEntry::Document(target)),
        }
    }
}

/// A pattern of a toctree for paths without extension; as in Python, `*` crosses no folder.
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
        let (b, c) = (TocEntry::Document("b"), TocEntry::Document("sub/c"));
        assert_eq!(entries(myst), [b.clone(), c.clone(), TocEntry::Pattern("d/*")]);
        assert_eq!(entries(rst), [b, c]);
        let yaml = ":::{toctree}\n---\nmaxdepth: 2\n---\nb\n:::\n";
        assert_eq!(entries(yaml), [TocEntry::Document("b")]);
    }
}
