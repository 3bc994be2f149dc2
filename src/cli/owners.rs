//! CODEOWNERS: who looks after which files.

use std::path::Path;

use anyhow::Context;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::files;

/// Where GitHub and GitLab look for the file; the first that is there counts.
const PLACES: [&str; 4] =
    [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Larger files are not read; GitHub reads none above 3 MB.
const MAX_BYTES: u64 = 3 << 20;

/// What is said of files that nobody owns.
const NOBODY: &str = "(no owner)";

/// The owners of files. The last pattern that matches counts.
pub(super) struct Owners {
    patterns: Gitignore,
    /// By pattern as the matcher has it.
    owners: std::collections::HashMap<String, String>,
}

impl Owners {
    /// Reads the file of a repository.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let place = PLACES.iter().map(|place| root.join(place)).find(|path| path.is_file());
        let Some(path) = place else {
            anyhow::bail!(
                "there is no CODEOWNERS in `{}`\nhelp: looked for {}",
                root.display(),
                PLACES.join(", ")
            );
        };
        let context = || format!("`{}` cannot be read", path.display());
        let text = files::read(&path, MAX_BYTES).map_err(files::FileError::into_io);
        Owners::parse(&String::from_utf8_lossy(&text.with_context(context)?)).with_context(context)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut builder = GitignoreBuilder::new("");
        let mut owners = std::collections::HashMap::new();
        let mut of_section = String::new();
        for line in text.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(section) = line.strip_prefix('^').unwrap_or(line).strip_prefix('[') {
                let (_, rest) = section.rsplit_once(']').unwrap_or_default();
                of_section = rest.split_whitespace().collect::<Vec<_>>().join(" ");
                continue;
            }
            let (pattern, rest) = split(line);
            let named: Vec<&str> =
                rest.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
            let named = if named.is_empty() { of_section.clone() } else { named.join(" ") };
            for pattern in forms(&pattern) {
                builder.add_line(None, &pattern)?;
                owners.insert(pattern, named.clone());
            }
        }
        Ok(Owners { patterns: builder.build()?, owners })
    }

    /// The owners of a file, by its path from the root.
    pub(super) fn of(&self, path: &str) -> String {
        let found = self.patterns.matched(path, false);
        let owners = found.inner().and_then(|glob| self.owners.get(glob.original()));
        match owners {
            Some(owners) if !owners.is_empty() => owners.clone(),
            _ => NOBODY.to_owned(),
        }
    }
}

/// The pattern before the first space that has no backslash before it, and the rest.
fn split(line: &str) -> (String, &str) {
    let mut is_escaped = false;
    let end = line.char_indices().find(|(_, character)| {
        let ends = character.is_whitespace() && !is_escaped;
        is_escaped = *character == '\\' && !is_escaped;
        ends
    });
    let end = end.map_or(line.len(), |(at, _)| at);
    (line[..end].to_owned(), &line[end..])
}

/// A pattern as matchers of `.gitignore` have it: a folder means all that is below it, and `*` at the
/// end only what is directly there.
fn forms(pattern: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let folder = pattern.trim_end_matches('/');
    if !pattern.ends_with('/') {
        forms.push(pattern.to_owned());
    }
    let is_of_files = folder.ends_with("/*") || folder.ends_with("**") || folder.is_empty();
    if !is_of_files {
        let is_anchored = folder.trim_end_matches('/').contains('/');
        let start = if is_anchored { "" } else { "**/" };
        forms.push(format!("{start}{folder}/**"));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_that_matches_counts() {
        let owners = Owners::parse(
            "# all\n*       @all\n*.md @writers @more # why\n/docs/ @docs\n/docs/*.md @top\n\
             api/ @api\na\\ b.txt @space\n/none/\n[Section] @section\nsec/tion.md\n",
        )
        .expect("it can be read");
        for (path, expected) in [
            ("x.txt", "@all"),
            ("a/b.md", "@writers @more"),
            ("docs/deep/x.md", "@docs"),
            ("docs/x.md", "@top"),
            ("src/api/x.rs", "@api"),
            ("a b.txt", "@space"),
            ("none/x.md", "(no owner)"),
            ("sec/tion.md", "@section"),
        ] {
            assert_eq!(owners.of(path), expected, "{path}");
        }
        let none = Owners::parse("/a @a\n").expect("it can be read");
        assert_eq!(none.of("b.md"), "(no owner)");
        assert_eq!(none.of("a/b.md"), "@a");
    }
}
