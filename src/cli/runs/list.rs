//! `validator runs`

use std::io::Write;

use clap::builder::PossibleValuesParser;

use super::{ControlAnswer, number};
use crate::cli::opened::{self, explained};
use crate::cli::table::{Column, ColumnKind, TableFormat, TextTable, duration, moment, write_json};
use crate::store::query::{ListPage, WorkflowFilter};
use crate::store::{Store, Workflow, WorkflowState};

#[derive(clap::Args)]
#[group(skip)]
pub(super) struct RunListArgs {
    /// Only this state
    #[arg(long, ignore_case = true)]
    #[arg(value_parser = PossibleValuesParser::new(WorkflowState::ALL.iter().map(|state| state.name())))]
    state: Option<String>,
    /// Only this kind, such as `batch`
    #[arg(long)]
    kind: Option<String>,
    /// Maximum number, up to 1000
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    limit: usize,
    /// Only those before this run, as the end of the list says
    #[arg(long, value_name = "ID")]
    after: Option<String>,
}

pub(super) fn run(
    options: &RunListArgs,
    store: &Store,
    answer: &mut ControlAnswer,
) -> anyhow::Result<()> {
    let filter = WorkflowFilter {
        state: options.state.as_deref().and_then(WorkflowState::named),
        kind: options.kind.clone(),
        since_us: None,
    };
    let after = options.after.as_deref().map(opened::workflow).transpose()?;
    let page = ListPage { after, limit: options.limit };
    let found = store.read(|reader| reader.workflows(&filter, page)).map_err(explained)?;
    if answer.format == TableFormat::Json {
        return Ok(write_json(&found, &mut answer.out)?);
    }
    if found.items.is_empty() {
        writeln!(answer.out, "no such run")?;
        return Ok(());
    }
    let mut table = TextTable::new(&[
        Column::new("RUN", ColumnKind::Word),
        Column::new("STATE", ColumnKind::Word),
        Column::new("KIND", ColumnKind::Word),
        Column::spare("STARTED", ColumnKind::Word),
        Column::spare("FILES", ColumnKind::Number),
        Column::spare("ERRORS", ColumnKind::Number),
        Column::spare("WARNINGS", ColumnKind::Number),
        Column::spare("INFOS", ColumnKind::Number),
        Column::spare("TOOK", ColumnKind::Number),
        Column::spare("WHAT", ColumnKind::Sentence),
    ]);
    for run in &found.items {
        table.row(row(run));
    }
    table.write(&answer.style, &mut answer.out)?;
    if let Some(next) = found.next {
        writeln!(answer.out, "there are more: validator runs --after {next}")?;
    }
    Ok(())
}

fn row(run: &Workflow) -> [String; 10] {
    let is_whole = run.done == run.total;
    let files = if is_whole { number(run.done) } else { format!("{}/{}", run.done, run.total) };
    let took =
        run.ended_us.zip(run.started_us).map(|(end, start)| duration(end.saturating_sub(start)));
    [
        run.id.to_string(),
        run.state.to_string(),
        run.kind.clone(),
        moment(run.created_us),
        files,
        number(run.counts.errors),
        number(run.counts.warnings),
        number(run.counts.infos),
        took.unwrap_or_default(),
        what(run),
    ]
}

/// What it was over.
fn what(run: &Workflow) -> String {
    let paths = run.what["paths"].as_array().map(Vec::as_slice).unwrap_or_default();
    let paths: Vec<&str> = paths.iter().filter_map(|path| path.as_str()).collect();
    paths.join(" ")
}
