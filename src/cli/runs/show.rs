//! `validator runs show ID`

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::{ControlAnswer, found, number};
use crate::cli::candidates;
use crate::cli::opened::{self, explained};
use crate::cli::table::{Column, ColumnKind, TableFormat, TextTable, duration, moment, write_json};
use crate::report::{facts, printable};
use crate::rules;
use crate::store::query::{FindingFilter, FindingScope, RuleCount};
use crate::store::{Store, Workflow, WorkflowState};

/// Show a run: arguments, progress and findings
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator runs show wf_1m4t0kq7x2c
  validator runs show wf_1m4t0kq7x2c --format json")]
pub(super) struct RunShowArgs {
    /// Run id
    #[arg(value_name = "ID", add = candidates::runs())]
    id: String,
}

#[derive(Serialize)]
struct ShownRun {
    run: Workflow,
    rules: Vec<RuleCount>,
}

pub(super) fn run(
    options: &RunShowArgs,
    store: &Store,
    answer: &mut ControlAnswer,
) -> anyhow::Result<()> {
    let id = opened::workflow(&options.id)?;
    let shown = store.snapshot(|reader| {
        let filter =
            FindingFilter { scope: FindingScope::Workflow(id), ..FindingFilter::default() };
        Ok(ShownRun { run: reader.workflow(id)?, rules: reader.rule_counts(&filter)? })
    });
    let shown = shown.map_err(explained)?;
    if answer.format == TableFormat::Json {
        return Ok(write_json(&shown, &mut answer.out)?);
    }
    write_run(&shown.run, &mut answer.out)?;
    if shown.rules.is_empty() {
        return Ok(());
    }
    writeln!(answer.out)?;
    let mut table = TextTable::new(&[
        Column::new("RULE", ColumnKind::Word),
        Column::new("SEVERITY", ColumnKind::Word),
        Column::new("COUNT", ColumnKind::Number),
        Column::spare("WHAT SHOULD HOLD", ColumnKind::Sentence),
    ]);
    for rule in &shown.rules {
        let summary = rules::builtin().id(&rule.rule).map_or("", |id| facts(id).summary);
        let severity = rule.severity.name().to_owned();
        table.row([rule.rule.clone(), severity, number(rule.count), summary.to_owned()]);
    }
    Ok(table.write(&answer.style, &mut answer.out)?)
}

fn write_run(run: &Workflow, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |name: &str, value: &str| writeln!(out, "{name:<9} {}", printable(value));
    line("run", &run.id.to_string())?;
    let message = run.message.as_ref().map(|message| format!(": {message}")).unwrap_or_default();
    line("state", &format!("{}{message}", run.state))?;
    line("started", &format!("{} by {} ({})", moment(run.created_us), run.actor, run.kind))?;
    if let Some((end, start)) = run.ended_us.zip(run.started_us) {
        line("took", &duration(end.saturating_sub(start)))?;
    }
    line("files", &format!("{} of {}", number(run.done), number(run.total)))?;
    line("found", &found(run.counts))?;
    for (name, value) in
        run.what.as_object().into_iter().flatten().filter(|(name, _)| *name != "files")
    {
        line(name, &words(value))?;
    }
    let has_stopped = matches!(run.state, WorkflowState::Failed | WorkflowState::Cancelled);
    if has_stopped && run.kind == "batch" {
        line("resume", &format!("validator batch --resume {}", run.id))?;
    }
    Ok(())
}

/// A value as people write it.
fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
