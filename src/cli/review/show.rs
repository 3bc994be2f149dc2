//! `validator review show ID`

use std::io::{self, Write};

use serde::Serialize;
use similar::TextDiff;

use super::card;
use crate::cli::candidates;
use crate::cli::opened::explained;
use crate::cli::table::{TableFormat, write_json};
use crate::cli::{Outcome, terminal};
use crate::store::{Recommendation, RefusedChange, Store};

/// Show a recommendation and its diff
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review show 17
  validator review show 17 --format json")]
pub(super) struct ReviewShowArgs {
    /// Recommendation id
    #[arg(value_name = "ID", add = candidates::recommendations())]
    id: i64,
}

#[derive(Serialize)]
struct ShownChange {
    #[serde(flatten)]
    recommendation: Recommendation,
    /// Unified; null if the file is no longer what the recommendation was made from.
    diff: Option<String>,
    /// The changes that would not be made, with the reasons.
    refused_changes: Vec<RefusedChange>,
}

pub(super) fn run(
    options: &ReviewShowArgs,
    store: &Store,
    format: TableFormat,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let item = store.read(|reader| reader.recommendation(options.id)).map_err(explained)?;
    let mut out = io::stdout().lock();
    match format {
        TableFormat::Text => write!(out, "{}", card::draw(&terminal.stdout(), store, &item))?,
        TableFormat::Json => {
            let plan = card::plan(store, &item);
            let diff = plan.as_ref().map(|plan| {
                let diff = TextDiff::from_lines(&plan.before, &plan.after);
                let (a, b) = (format!("a/{}", item.path), format!("b/{}", item.path));
                diff.unified_diff().header(&a, &b).to_string()
            });
            let refused_changes = plan.map(|plan| plan.refused).unwrap_or_default();
            write_json(&ShownChange { recommendation: item, diff, refused_changes }, &mut out)?;
        }
    }
    Ok(Outcome::Fine)
}
