//! `validator rules`

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::{Outcome, terminal};
use crate::report::wrapped;
use crate::rules::{self, Activation, Entry, Fixable, Group};

/// List the rules
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator rules
  validator rules headings links       rules with one of these words in id, name, tag or group
  validator rules --fixable --format json")]
pub(super) struct RulesArgs {
    /// Words to search for in ids, names, groups and tags
    #[arg(value_name = "WORD")]
    words: Vec<String>,
    /// Only rules with fixes
    #[arg(long)]
    fixable: bool,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListFormat {
    Text,
    Json,
}

type ListedRule = (&'static Group, &'static Entry);

pub(super) fn run(
    options: &RulesArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let rows: Vec<ListedRule> =
        rules::builtin().all().filter(|row| is_wanted(options, row)).collect();
    if rows.is_empty() {
        anyhow::bail!("no rule matches `{}`", options.words.join(" "));
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    match options.format {
        ListFormat::Json => {
            let rows: Vec<Value> = rows.iter().map(value).collect();
            serde_json::to_writer_pretty(&mut out, &rows)?;
            writeln!(out)?;
        }
        ListFormat::Text => write_table(&rows, terminal, &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Fine)
}

fn is_wanted(options: &RulesArgs, (group, entry): &ListedRule) -> bool {
    if options.fixable && entry.meta.fixable == Fixable::No {
        return false;
    }
    let known = || {
        let tags = entry.meta.tags.iter().copied();
        entry.meta.names().chain(tags).chain([group.name, group.validation.name()])
    };
    let matches = |word: &String| {
        let word = word.to_ascii_lowercase();
        known().any(|known| known.to_ascii_lowercase().contains(&word))
    };
    options.words.is_empty() || options.words.iter().any(matches)
}

fn value((group, entry): &ListedRule) -> Value {
    let meta = entry.meta;
    json!({
        "id": meta.id,
        "name": meta.name,
        "aliases": meta.aliases,
        "tags": meta.tags,
        "type": group.validation.name(),
        "group": group.name,
        "summary": meta.summary,
        "severity": meta.severity.map(|severity| severity.name()),
        "on_request": meta.runs == Activation::OnRequest,
        "fixable": fixable(meta.fixable),
    })
}

/// The word for how a rule can be fixed.
pub(super) fn fixable(fixable: Fixable) -> &'static str {
    match fixable {
        Fixable::No => "no",
        Fixable::Safe => "safe",
        Fixable::Review => "review",
        Fixable::Mixed => "mixed",
    }
}

/// Columns that a summary takes at least beside its rule; where there are fewer, it stands below.
const LEAST: usize = 32;
/// By how much it is indented there.
const FOLDED: usize = 6;

fn write_table(
    rows: &[ListedRule],
    terminal: &terminal::TerminalArgs,
    out: &mut dyn Write,
) -> io::Result<()> {
    let style = terminal.stdout();
    let bold = terminal::bold(&style);
    let ids = rows.iter().map(|(_, entry)| entry.meta.id.len()).max().unwrap_or(0);
    let names = rows.iter().map(|(_, entry)| entry.meta.name.len()).max().unwrap_or(0);
    let mut group_name = "";
    for (group, entry) in rows {
        if group.name != group_name {
            let gap = if group_name.is_empty() { "" } else { "\n" };
            let (kind, name, summary) = (group.validation.name(), group.name, group.summary);
            let title = format!("{kind}/{name}: {summary}");
            let lines = wrapped(&title, style.width).join("\n");
            let rest = lines.strip_prefix(&format!("{kind}/{name}")).unwrap_or(&lines);
            writeln!(out, "{gap}{bold}{kind}/{name}{bold:#}{rest}")?;
            group_name = group.name;
        }
        let meta = entry.meta;
        let severity = meta.severity.filter(|_| meta.runs != Activation::OnRequest);
        let severity = severity.map_or("off", |severity| severity.name());
        let fix = if meta.fixable == Fixable::No { "   " } else { "[*]" };
        let line = format!("  {:<ids$}  {:<names$}  {severity:<7}  {fix}", meta.id, meta.name);
        let column = line.len() + 2;
        match style.width.checked_sub(column).filter(|room| *room >= LEAST) {
            Some(room) => {
                let summary = wrapped(meta.summary, room).join(&format!("\n{:column$}", ""));
                writeln!(out, "{line}  {summary}")?;
            }
            None => {
                writeln!(out, "{}", line.trim_end())?;
                for line in wrapped(meta.summary, style.width - FOLDED) {
                    writeln!(out, "{:FOLDED$}{line}", "")?;
                }
            }
        }
    }
    if !style.quiet {
        let number = crate::report::plural(rows.len(), "rule");
        let told = format!("{number}; [*] can be fixed; more with `validator explain RULE`");
        writeln!(out, "\n{}", wrapped(&told, style.width).join("\n"))?;
    }
    Ok(())
}
