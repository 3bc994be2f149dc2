//! `validator review list` and `validator review rejected`

use std::io::{self, BufWriter, Write};

use clap::builder::PossibleValuesParser;
use serde::Serialize;

use super::filter;
use super::heading::heading;
use crate::cli::opened::explained;
use crate::cli::table::{Column, ColumnKind, TableFormat, TextTable, write_json};
use crate::cli::{Outcome, terminal};
use crate::report::wrapped;
use crate::store::query::{ListPage, RecommendationFilter};
use crate::store::{Decision, Recommendation, RecommendationState, Store};

/// List recommendations
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review list --rule MD009 --safety safe
  validator review list --state approved --path docs/api
  validator review list --all --format json")]
pub(super) struct ReviewListArgs {
    #[command(flatten)]
    filter: filter::SelectArgs,
    /// Only this state
    #[arg(long, ignore_case = true, default_value = "proposed")]
    #[arg(value_parser = PossibleValuesParser::new(RecommendationState::ALL.iter().map(|state| state.name())))]
    state: String,
    /// All states
    #[arg(long, conflicts_with = "state")]
    all: bool,
    /// Maximum number, up to 1000
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: usize,
    /// Only those after this one, as the end of the list says
    #[arg(long, value_name = "ID")]
    after: Option<i64>,
}

/// List rejected findings with their reasons
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator review rejected
  validator review rejected --format json")]
pub(super) struct RejectedRow {}

pub(super) fn run(
    options: &ReviewListArgs,
    store: &Store,
    format: TableFormat,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let state = RecommendationState::named(&options.state).filter(|_| !options.all);
    let filter = RecommendationFilter { state, ..options.filter.filter(store)? };
    let page = ListPage { after: options.after, limit: options.limit };
    write(None, &filter, page, store, format, terminal)
}

/// What is proposed, where nobody is there to be asked.
pub(super) fn proposed(
    filter: &filter::SelectArgs,
    store: &Store,
    format: TableFormat,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let state = Some(RecommendationState::Proposed);
    let filter = RecommendationFilter { state, ..filter.filter(store)? };
    let heading = heading(store, &filter)?;
    write(Some(heading), &filter, ListPage::first(50), store, format, terminal)
}

fn write(
    heading: Option<String>,
    filter: &RecommendationFilter,
    page: ListPage<i64>,
    store: &Store,
    format: TableFormat,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let found = store.read(|reader| reader.recommendations(filter, page)).map_err(explained)?;
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        TableFormat::Json => write_json(&found, &mut out)?,
        TableFormat::Text if found.items.is_empty() => {
            let state = filter.state.map_or("there", RecommendationState::name);
            writeln!(out, "no {state} recommendations")?;
        }
        TableFormat::Text => {
            if let Some(heading) = heading {
                let lines = wrapped(&heading, terminal.stdout().width);
                writeln!(out, "{}", lines.join("\n"))?;
            }
            table(&found.items).write(&terminal.stdout(), &mut out)?;
            if let Some(next) = found.next {
                writeln!(out, "\nthere are more: add --after {next}")?;
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

fn table(items: &[Recommendation]) -> TextTable {
    let mut table = TextTable::new(&[
        Column::new("ID", ColumnKind::Number),
        Column::new("STATE", ColumnKind::Word),
        Column::new("SAFETY", ColumnKind::Word),
        Column::new("RULE", ColumnKind::Word),
        Column::spare("CHANGES", ColumnKind::Number),
        Column::new("FILE", ColumnKind::Path),
        Column::spare("WHAT", ColumnKind::Sentence),
    ]);
    for item in items {
        let what = item.reason.clone().unwrap_or_else(|| places(item));
        table.row([
            item.id.to_string(),
            item.state.to_string(),
            super::card::safety(item.safety).to_owned(),
            item.rule.clone(),
            item.changes.iter().filter(|change| !change.excluded).count().to_string(),
            item.path.clone(),
            what,
        ]);
    }
    table
}

/// The rule's name and the lines where it applies, such as `no-trailing-spaces at 3, 8`.
fn places(item: &Recommendation) -> String {
    let name = crate::rules::builtin().find(&item.rule).map_or("", |(_, entry)| entry.meta.name);
    let changes = item.changes.iter().filter(|change| !change.excluded);
    let mut lines: Vec<String> = changes.map(|change| change.line.to_string()).collect();
    lines.dedup();
    format!("{name} at {}", lines.join(", "))
}

#[derive(Serialize)]
struct ReviewRow {
    fingerprint: String,
    #[serde(flatten)]
    decision: Decision,
}

pub(super) fn rejected(
    _: &RejectedRow,
    store: &Store,
    format: TableFormat,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let found = store.read(crate::store::Reader::rejected).map_err(explained)?;
    let mut rows: Vec<ReviewRow> = found
        .into_iter()
        .map(|(print, decision)| ReviewRow { fingerprint: print.to_string(), decision })
        .collect();
    rows.sort_by(|a, b| {
        let key = |row: &ReviewRow| (row.decision.path.clone(), row.decision.rule.clone());
        (key(a), &a.fingerprint).cmp(&(key(b), &b.fingerprint))
    });
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        TableFormat::Json => write_json(&rows, &mut out)?,
        TableFormat::Text if rows.is_empty() => writeln!(out, "no rejected findings")?,
        TableFormat::Text => decisions(&rows).write(&terminal.stdout(), &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

fn decisions(rows: &[ReviewRow]) -> TextTable {
    let mut table = TextTable::new(&[
        Column::new("FINDING", ColumnKind::Word),
        Column::new("RULE", ColumnKind::Word),
        Column::new("FILE", ColumnKind::Path),
        Column::spare("UNTIL", ColumnKind::Word),
        Column::spare("REASON", ColumnKind::Sentence),
    ]);
    for ReviewRow { fingerprint, decision } in rows {
        table.row([
            fingerprint.clone(),
            decision.rule.clone(),
            decision.path.clone(),
            decision.until.clone().unwrap_or_default(),
            decision.reason.clone().unwrap_or_default(),
        ]);
    }
    table
}
