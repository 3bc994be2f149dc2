//! CODEOWNERS: who looks after which files.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use thiserror::Error;

use crate::files;

/// Where GitHub and GitLab look for the file; the first that is there counts.
pub const CODEOWNERS: [&str; 4] =
    [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];

/// Larger files are not read; GitHub reads none above 3 MB.
const MAX_BYTES: u64 = 3 << 20;

/// What is said of files that nobody owns.
pub const NOBODY: &str = "(no owner)";

/// The owners of files. The last pattern that matches counts.
#[derive(Clone, Debug)]
pub struct Owners {
    patterns: Gitignore,
    /// By pattern as the matcher has it.
    owners: HashMap<String, String>,
}

/// Why owners are not known.
#[derive(Debug, Error)]
pub enum OwnersError {
    #[error("there is no CODEOWNERS in `{0}`\nhelp: looked for {places}", places = CODEOWNERS.join(", "))]
    Missing(String),
    #[error("`{path}` cannot be read")]
    Unread { path: String, source: io::Error },
    #[error("`{path}` cannot be read")]
    Pattern { path: String, source: ignore::Error },
}

impl Owners {
    /// Reads the file of a repository.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn read(root: &Path) -> Result<Self, OwnersError> {
        let place = CODEOWNERS.iter().map(|place| root.join(place)).find(|path| path.is_file());
        let path: PathBuf =
            place.ok_or_else(|| OwnersError::Missing(root.display().to_string()))?;
        let shown = path.display().to_string();
        let text = files::read(&path, MAX_BYTES).map_err(|error| OwnersError::Unread {
            path: shown.clone(),
            source: files::FileError::into_io(error),
        })?;
        Owners::parse(&String::from_utf8_lossy(&text))
            .map_err(|source| OwnersError::Pattern { path: shown, source })
    }

    /// The owners that the text of such a file names.
    ///
    /// # Errors
    /// If a pattern is none.
    pub fn parse(text: &str) -> Result<Self, ignore::Error> {
        let mut builder = GitignoreBuilder::new("");
        let mut owners = HashMap::new();
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
    pub fn of(&self, path: &str) -> String {
        self.named(path).unwrap_or(NOBODY).to_owned()
    }

    /// Each owner of a file, by its path from the root; none if nobody owns it.
    pub fn each<'o>(&'o self, path: &str) -> impl Iterator<Item = &'o str> {
        self.named(path).unwrap_or_default().split_whitespace()
    }

    fn named(&self, path: &str) -> Option<&str> {
        let found = self.patterns.matched(path, false);
        let owners = found.inner().and_then(|glob| self.owners.get(glob.original()))?;
        (!owners.is_empty()).then_some(owners.as_str())
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

/// A pattern as matchers of `.gitignore` have it: a directory means all that is below it, and `*`
/// at the end only what is directly there.
fn forms(pattern: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let dir = pattern.trim_end_matches('/');
    if !pattern.ends_with('/') {
        forms.push(pattern.to_owned());
    }
    let is_of_files = dir.ends_with("/*") || dir.ends_with("**") || dir.is_empty();
    if !is_of_files {
        let is_anchored = dir.trim_end_matches('/').contains('/');
        let start = if is_anchored { "" } else { "**/" };
        forms.push(format!("{start}{dir}/**"));
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
