//! Globs, written as in `.gitignore`: a name without `/` matches at any depth, a folder stands for
//! all that is in it, `!` takes back, and the last glob that matches decides.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Globs that count from one or more folders.
#[derive(Clone, Debug, Default)]
pub(super) struct Globs {
    /// One for each folder; later ones are asked first.
    matchers: Vec<Gitignore>,
}

/// Globs of one folder in the making.
pub(super) struct GlobsBuilder(GitignoreBuilder);

impl GlobsBuilder {
    pub fn new(folder: &Path) -> Self {
        let mut builder = GitignoreBuilder::new(folder);
        builder.allow_unclosed_class(false);
        GlobsBuilder(builder)
    }

    /// Adds a glob; an error says what is wrong with it.
    pub fn add(&mut self, glob: &str) -> Result<(), String> {
        let (not, path) = match glob.strip_prefix('!') {
            Some(path) => ("!", path),
            None => ("", glob),
        };
        // `./x` is how shells and people anchor a path.
        let path = match path.strip_prefix("./") {
            Some(path) => format!("/{path}"),
            None => path.to_owned(),
        };
        if path.trim().is_empty() {
            return Err("empty glob".to_owned());
        }
        if path.split('/').any(|part| part == "..") {
            return Err(format!("glob `{glob}` leaves the folder it counts from"));
        }
        // In a `.gitignore` this would be a comment.
        let escape = if path.starts_with('#') { "\\" } else { "" };
        match self.0.add_line(None, &format!("{not}{escape}{path}")) {
            Ok(_) => Ok(()),
            Err(ignore::Error::Glob { err, .. }) => Err(format!("not a glob: {err}")),
            Err(error) => Err(format!("not a glob: {error}")),
        }
    }

    pub fn build(self) -> Result<Globs, String> {
        let matcher = self.0.build().map_err(|error| error.to_string())?;
        Ok(Globs { matchers: vec![matcher] })
    }
}

impl Globs {
    /// Adds globs that are asked before those already there.
    pub fn extend(&mut self, other: &Globs) {
        self.matchers.extend(other.matchers.iter().cloned());
    }

    /// Whether the file or folder, or a folder that it is in, matches.
    pub fn matches(&self, path: &Path, is_folder: bool) -> bool {
        self.matchers
            .iter()
            .rev()
            .find_map(|matcher| {
                // The matcher takes paths below its folder only.
                let path = path.strip_prefix(matcher.path()).ok()?;
                match matcher.matched_path_or_any_parents(path, is_folder) {
                    Match::None => None,
                    Match::Ignore(_) => Some(true),
                    Match::Whitelist(_) => Some(false),
                }
            })
            .unwrap_or(false)
    }
}
