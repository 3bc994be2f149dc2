//! `validator runs compare A B`

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::{ControlAnswer, number, pair};
use crate::cli::opened::{self, explained};
use crate::cli::table::{Column, ColumnKind, TableFormat, TextTable, moment, write_json};
use crate::report::printable;
use crate::store::query::{Comparison, Delta, Located};
use crate::store::{Store, Workflow};

/// Compare with an earlier run: new and resolved findings
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator runs compare                                the last two over the same directory
  validator runs compare wf_1m4t2a90b3e                 with the one before it
  validator runs compare wf_1m4t0kq7x2c wf_1m4t2a90b3e
  validator runs compare --limit 1000 --format json

Without A and B, completed runs of the same kind are compared, such as batch with
batch. Findings are matched by their fingerprints, which survive edits elsewhere in the file.")]
pub(super) struct CompareArgs {
    /// Earlier run; if it is the only one given, the later run
    #[arg(value_name = "A")]
    before: Option<String>,
    /// Later run
    #[arg(value_name = "B")]
    after: Option<String>,
    /// Maximum number of new and resolved findings
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    limit: usize,
}

pub(super) fn run(
    options: &CompareArgs,
    store: &Store,
    answer: &mut ControlAnswer,
) -> anyhow::Result<()> {
    let runs = runs(options, store)?;
    let [before, after] = &runs;
    let compared = store.snapshot(|reader| reader.compare(before.id, after.id, options.limit));
    let compared = compared.map_err(explained)?;
    if answer.format == TableFormat::Json {
        return Ok(write_json(&compared, &mut answer.out)?);
    }
    let out = &mut answer.out;
    if options.after.is_none() {
        writeln!(out, "{}", heading(before, after))?;
    }
    writeln!(out, "{}", sentence(&compared))?;
    writeln!(out, "{}", scope(&compared))?;
    let differing = differing(before, after);
    if !differing.is_empty() {
        writeln!(out, "the runs had other settings: {}", differing.join(", "))?;
    }
    if compared.new + compared.resolved > 0 {
        for (name, deltas) in [("RULE", &compared.by_rule), ("DIRECTORY", &compared.by_directory)] {
            writeln!(out)?;
            deltas_table(name, deltas).write(&answer.style, out)?;
        }
    }
    write_list("new", compared.new, &compared.new_findings, out)?;
    write_list("resolved", compared.resolved, &compared.resolved_findings, out)?;
    Ok(())
}

/// The earlier and the later run, as they are named or as they follow from what is named.
fn runs(options: &CompareArgs, store: &Store) -> anyhow::Result<[Workflow; 2]> {
    let id = |text: &Option<String>| text.as_deref().map(opened::workflow).transpose();
    match (id(&options.before)?, id(&options.after)?) {
        (Some(before), Some(after)) => {
            let runs =
                store.snapshot(|reader| Ok([reader.workflow(before)?, reader.workflow(after)?]));
            runs.map_err(explained)
        }
        (Some(after), None) => pair::before(store, after),
        (None, _) => pair::latest(store),
    }
}

/// Which runs these are, where nobody has named both.
fn heading(before: &Workflow, after: &Workflow) -> String {
    let (then, now) = (moment(before.created_us), moment(after.created_us));
    format!("{} {} of {now}, compared with {} of {then}", after.kind, after.id, before.id)
}

/// Such as "214 resolved, 9 new, all in api/".
fn sentence(compared: &Comparison) -> String {
    let new = || where_all(&compared.by_directory, |delta| delta.new);
    let resolved = || where_all(&compared.by_directory, |delta| delta.resolved);
    match (compared.resolved, compared.new) {
        (0, 0) => "nothing new, nothing resolved".to_owned(),
        (gone, 0) => format!("{} resolved{}, nothing new", number(gone), resolved()),
        (0, came) => format!("nothing resolved, {} new{}", number(came), new()),
        (gone, came) => format!("{} resolved, {} new{}", number(gone), number(came), new()),
    }
}

/// Over what was compared.
fn scope(compared: &Comparison) -> String {
    let mut text = format!(
        "{} unchanged, in {} files that both runs checked",
        number(compared.unchanged),
        number(compared.files)
    );
    for (files, which) in [(compared.only_before, "earlier"), (compared.only_after, "later")] {
        if files > 0 {
            text.push_str(&format!("; {} only in the {which} run, not counted", number(files)));
        }
    }
    text
}

/// The settings that differ from run to run, which may be why findings came and went.
fn differing(before: &Workflow, after: &Workflow) -> Vec<String> {
    // Where files differ, the comparison says so.
    let is_setting =
        |name: &&String| !matches!(name.as_str(), "files" | "directory" | "folder" | "paths");
    let names = |run: &Workflow| -> BTreeSet<String> {
        let entries = run.what.as_object().into_iter().flatten().map(|(name, _)| name);
        entries.filter(is_setting).cloned().collect()
    };
    let mut all = names(before);
    all.append(&mut names(after));
    all.retain(|name| before.what.get(name) != after.what.get(name));
    all.into_iter().collect()
}

/// The directory that all lie in, if that says anything.
fn where_all(directories: &BTreeMap<String, Delta>, count: fn(&Delta) -> u64) -> String {
    let mut named =
        directories.iter().filter(|(_, delta)| count(delta) > 0).map(|(name, _)| &**name);
    let Some(first) = named.next() else { return String::new() };
    let common = named.fold(first, |common, name| {
        let is_in =
            |directory: &&str| name == *directory || name.starts_with(&format!("{directory}/"));
        ancestors(common).find(is_in).unwrap_or("")
    });
    if common.is_empty() { String::new() } else { format!(", all in {}/", printable(common)) }
}

/// The directory and those it is in.
fn ancestors(directory: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory), |directory| {
        directory.rsplit_once('/').map(|(above, _)| above)
    })
}

fn deltas_table(name: &'static str, deltas: &BTreeMap<String, Delta>) -> TextTable {
    let mut table = TextTable::new(&[
        Column::new(name, ColumnKind::Path),
        Column::new("RESOLVED", ColumnKind::Number),
        Column::new("NEW", ColumnKind::Number),
    ]);
    let mut deltas: Vec<_> = deltas.iter().collect();
    deltas.sort_by_key(|(name, delta)| (std::cmp::Reverse(delta.new + delta.resolved), *name));
    for (name, delta) in deltas.into_iter().take(20) {
        let name = if name.is_empty() { "." } else { name };
        table.row([name.to_owned(), number(delta.resolved), number(delta.new)]);
    }
    table
}

fn write_list(what: &str, all: u64, findings: &[Located], out: &mut dyn Write) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{what}:")?;
    for Located { path, finding } in findings {
        let (path, message) = (printable(path), printable(&finding.message));
        writeln!(out, "  {path}:{}:{}: {} {message}", finding.line, finding.column, finding.rule)?;
    }
    let rest = all.saturating_sub(findings.len() as u64);
    if rest > 0 {
        writeln!(out, "  … and {} more; --limit shows them", number(rest))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(directories: &[&str]) -> String {
        let delta = Delta { new: 1, resolved: 0 };
        let directories =
            directories.iter().map(|directory| ((*directory).to_owned(), delta)).collect();
        where_all(&directories, |delta| delta.new)
    }

    #[test]
    fn the_directory_that_holds_all_is_named() {
        assert_eq!(place(&["api/v1", "api/v2"]), ", all in api/");
        assert_eq!(place(&["api", "api/v2/x"]), ", all in api/");
        assert_eq!(place(&["api"]), ", all in api/");
        assert_eq!(place(&["api", "apix"]), "");
        assert_eq!(place(&["", "api"]), "");
    }
}
