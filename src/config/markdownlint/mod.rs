//! The configuration of markdownlint and markdownlint-cli2, read where there is no
//! `validator.yaml`. The files belong to another tool: what means nothing here is a note, not an
//! error.

mod load;
mod table;

use super::globs::Globs;

pub(super) use load::{CONFIG_NAMES, OPTIONS_NAMES, is_config_name, load_file, load_folder};
pub(super) use table::{Ignored, Table, is_of_markdownlint};

/// What counts for the files of a folder.
#[derive(Clone, Debug, Default)]
pub(super) struct Markdownlint {
    /// The nearest `.markdownlint.*`.
    pub config: Option<Table>,
    /// `config` of the `.markdownlint-cli2.*` here and above, merged.
    pub options_config: Option<Table>,
    /// Of the nearest `.markdownlint-cli2.*` that has them.
    pub overrides: Vec<Override>,
    pub globs: Option<Globs>,
    pub ignores: Globs,
}

/// Other settings for some files; the first that matches counts.
#[derive(Clone, Debug)]
pub(super) struct Override {
    pub filter: Globs,
    pub config: Table,
    /// Whether the rest of the configuration counts too.
    pub is_merged: bool,
}

impl Markdownlint {
    /// The table for files of which this override, if any, matches.
    pub fn table(&self, matching: Option<usize>) -> Table {
        let table = || {
            let table = self.config.as_ref().or(self.options_config.as_ref());
            table.cloned().unwrap_or_default()
        };
        match matching.and_then(|index| self.overrides.get(index)) {
            Some(found) if found.is_merged => table().then(&found.config),
            Some(found) => found.config.clone(),
            None => table(),
        }
    }
}
