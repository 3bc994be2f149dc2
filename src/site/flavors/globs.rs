//! Globs in the settings of generators.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns of which one may match; those that cannot be read match nothing.
pub struct SiteGlobs(GlobSet);

impl SiteGlobs {
    /// Patterns for whole paths; `*` does not cross directories.
    pub fn new(patterns: &[String]) -> SiteGlobs {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let pattern = pattern.trim_start_matches("./");
            if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
                set.add(glob);
            }
        }
        SiteGlobs(set.build().unwrap_or_default())
    }

    pub fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}
