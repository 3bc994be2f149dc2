//! `validator history FILE`

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::opened::{self, explained};
use super::table::{Column, ColumnKind, TableFormat, TextTable, moment, write_json};
use super::{Outcome, terminal};
use crate::engine::{Base, shown};
use crate::report::printable;
use crate::store::query::{ListPage, Version, VersionOrder};

/// Show the history of a file
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator history docs/guide.md
  validator history docs/guide.md --format json")]
pub(super) struct HistoryArgs {
    /// File, which need not exist any more
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Number of entries, newest first
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: usize,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: TableFormat,
}

pub(super) fn run(
    options: &HistoryArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let store = opened::store()?;
    let path = recorded_path(store.root(), &options.file)?;
    let newest = (VersionOrder::Newest, false);
    let page = ListPage::first(options.limit);
    let versions = store.snapshot(|reader| reader.history(&path, newest, page));
    let versions = versions.map_err(explained)?.items;
    if versions.is_empty() {
        anyhow::bail!(
            "no recorded run has checked `{}`\nhelp: check it where there is a record: \
             validator check {}",
            printable(&path),
            printable(&options.file.display().to_string())
        );
    }
    let mut out = BufWriter::new(io::stdout().lock());
    match options.format {
        TableFormat::Json => write_json(&versions, &mut out)?,
        TableFormat::Text => table(&versions).write(&terminal.stdout(), &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

/// The path under which a file that a person names is recorded.
pub(super) fn recorded_path(root: &Path, path: &Path) -> anyhow::Result<String> {
    let dir = std::env::current_dir().context("the current directory cannot be read")?;
    let path = Base::new(&dir).absolute(path);
    Ok(shown(&Base::new(root).relative(&path)))
}

fn table(versions: &[Version]) -> TextTable {
    let mut table = TextTable::new(&[
        Column::new("WHEN", ColumnKind::Word),
        Column::new("STATUS", ColumnKind::Word),
        Column::new("NEW", ColumnKind::Number),
        Column::new("RESOLVED", ColumnKind::Number),
        Column::spare("UNCHANGED", ColumnKind::Number),
        Column::spare("FILE", ColumnKind::Word),
        Column::spare("RUN", ColumnKind::Word),
        Column::spare("REVIEW", ColumnKind::Sentence),
    ]);
    for version in versions {
        let checked = &version.validation;
        let review = checked.review.map(|review| review.to_string());
        table.row([
            moment(checked.ts_us),
            checked.status.to_string(),
            version.new.to_string(),
            version.resolved.to_string(),
            version.unchanged.to_string(),
            if version.edited { "edited" } else { "" }.to_owned(),
            checked.workflow.to_string(),
            review.or_else(|| checked.error.clone()).unwrap_or_default(),
        ]);
    }
    table
}
