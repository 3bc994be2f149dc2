//! `validator review show ID`

use std::io::{self, Write};

use serde::Serialize;
use similar::TextDiff;

use super::card;
use crate::cli::opened::explained;
use crate::cli::table::{Format, write_json};
use crate::cli::{Outcome, terminal};
use crate::store::{Recommendation, Store};

/// Show one recommendation with its reasons and the difference it would make
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review show 17
  validator review show 17 --format json")]
pub(super) struct Options {
    /// Its number in the list
    #[arg(value_name = "ID")]
    id: i64,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    recommendation: Recommendation,
    /// Unified; null if the file is no longer what the recommendation was made from.
    diff: Option<String>,
}

pub(super) fn run(
    options: &Options,
    store: &Store,
    format: Format,
    terminal: &terminal::Options,
) -> anyhow::Result<Outcome> {
    let item = store.read(|reader| reader.recommendation(options.id)).map_err(explained)?;
    let mut out = io::stdout().lock();
    match format {
        Format::Text => write!(out, "{}", card::draw(&terminal.stdout(), store, &item))?,
        Format::Json => {
            let diff = card::texts(store, &item).map(|(before, after)| {
                let diff = TextDiff::from_lines(&before, &after);
                let (a, b) = (format!("a/{}", item.path), format!("b/{}", item.path));
                diff.unified_diff().header(&a, &b).to_string()
            });
            write_json(&Shown { recommendation: item, diff }, &mut out)?;
        }
    }
    Ok(Outcome::Fine)
}
