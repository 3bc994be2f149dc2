//! `validator explain RULE`: the rule's page, from the rule's own source.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::{Outcome, rules::fixable, terminal};
use crate::cli::candidates;
use crate::config::nearest;
use crate::report::{Style, wrapped};
use crate::rules::{
    self, Activation, Entry, FileProblem, Group, OptionDocs, RuleDocs, ValidationType,
};

/// Explain a rule
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator explain MD013
  validator explain line-length")]
pub(super) struct ExplainArgs {
    /// Id or name of the rule
    #[arg(required = true, value_name = "RULE", add = candidates::rules())]
    rules: Vec<String>,
}

pub(super) fn run(
    options: &ExplainArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let style = terminal.stdout();
    let mut page = Vec::new();
    for (index, name) in options.rules.iter().enumerate() {
        if index > 0 {
            writeln!(page)?;
        }
        if let Some((group, entry)) = rules::builtin().find(name) {
            write_rule(&style, group, entry, &mut page)?;
        } else if let Some(problem) = FileProblem::find(name) {
            write_problem(&style, problem, &mut page)?;
        } else {
            anyhow::bail!(unknown(name));
        }
    }
    io::stdout().lock().write_all(&page)?;
    Ok(Outcome::Fine)
}

/// What to say about a name that no rule has.
fn unknown(name: &str) -> String {
    let names: Vec<&str> = rules::builtin()
        .all()
        .flat_map(|(_, entry)| entry.meta.names())
        .chain(FileProblem::ALL.iter().map(|problem| problem.id()))
        .collect();
    let help = nearest(name, names)
        .map_or("`validator rules` lists all rules".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
    format!("there is no rule `{name}`\nhelp: {help}")
}

fn write_problem(style: &Style, problem: FileProblem, out: &mut dyn Write) -> io::Result<()> {
    let bold = terminal::bold(style);
    writeln!(out, "{bold}{}{bold:#}: {}\n", problem.id(), problem.summary())?;
    writeln!(
        out,
        "This is not a rule and cannot be switched off: it says why a file was not checked."
    )?;
    writeln!(out, "What to do: {}.", problem.help())
}

fn write_rule(
    style: &Style,
    group: &Group,
    entry: &'static Entry,
    out: &mut dyn Write,
) -> io::Result<()> {
    let bold = terminal::bold(style);
    let meta = entry.meta;
    let title = format!("{} {}", meta.id, meta.name);
    let lines = wrapped(&format!("{title}: {}", meta.summary), style.width).join("\n");
    let rest = lines.strip_prefix(&title).unwrap_or(&lines);
    writeln!(out, "{bold}{title}{bold:#}{rest}\n")?;
    let docs = RuleDocs::of(group, entry);
    for (title, text) in docs.sections() {
        writeln!(out, "{bold}{title}{bold:#}\n")?;
        if title == "Options" && !docs.options.is_empty() {
            write_options(style, &docs.options, out)?;
        } else {
            write_page(style, &text, out)?;
        }
    }
    let severity = meta.severity.map_or("off by default", |severity| severity.name());
    let is_default = ValidationType::DEFAULT.contains(&group.validation);
    let request = match meta.runs {
        Activation::ByType if is_default => "",
        Activation::ByType | Activation::OnRequest => ", once it or its type is asked for",
        Activation::ByTemplate => ", on pages with a template",
    };
    writeln!(out, "{bold}Severity{bold:#}  {severity}{request}")?;
    writeln!(out, "{bold}Fix{bold:#}       {}", fixable(meta.fixable))?;
    writeln!(out, "{bold}Type{bold:#}      {}/{}", group.validation.name(), group.name)?;
    if !meta.tags.is_empty() {
        writeln!(out, "{bold}Tags{bold:#}      {}", meta.tags.join(", "))?;
    }
    if !meta.aliases.is_empty() {
        writeln!(out, "{bold}Aliases{bold:#}   {}", meta.aliases.join(", "))?;
    }
    Ok(())
}

/// The rule's page: paragraphs broken anew where they are too wide, examples as they are under their
/// verdict.
fn write_page(style: &Style, page: &str, out: &mut dyn Write) -> io::Result<()> {
    let bold = terminal::bold(style);
    // The back-quotes that end an example, while in one.
    let mut fence = None;
    let mut paragraph = Vec::new();
    for line in page.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        let is_fence =
            ticks >= 3 && fence.is_none_or(|fence| line.len() == ticks && ticks >= fence);
        let is_text = fence.is_none() && !is_fence && !line.is_empty();
        if is_text && !starts_item(line) {
            paragraph.push(line);
            continue;
        }
        write_paragraph(style, &paragraph, 0, out)?;
        paragraph.clear();
        if is_text {
            paragraph.push(line);
        } else if is_fence {
            fence = if fence.is_none() { Some(ticks) } else { None };
            match line.split_whitespace().nth(1) {
                Some("bad") => writeln!(out, "{bold}Bad{bold:#}\n")?,
                Some("good") => writeln!(out, "{bold}Good{bold:#}\n")?,
                _ => {}
            }
        } else if fence.is_some() && !line.is_empty() {
            writeln!(out, "    {line}")?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    write_paragraph(style, &paragraph, 0, out)?;
    writeln!(out)
}

/// Whether a list's item starts here, or a row of a table, which stay on lines of their own.
fn starts_item(line: &str) -> bool {
    let text = line.trim_start();
    let marks = ["- ", "* ", "+ ", "|", ">"];
    marks.iter().any(|mark| text.starts_with(mark))
        || text.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(". ")
}

/// Lines as they are if they fit, or else broken anew between words.
fn write_paragraph(
    style: &Style,
    lines: &[&str],
    indent: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let room = style.width.saturating_sub(indent);
    let is_row = |line: &&str| line.trim_start().starts_with('|');
    if lines.iter().all(|line| line.width() <= room) || lines.iter().any(is_row) {
        return lines.iter().try_for_each(|line| writeln!(out, "{:indent$}{line}", ""));
    }
    let first = lines[0];
    let own = first.len() - first.trim_start().len();
    let hanging = own + if starts_item(first) { 2 } else { 0 };
    for (index, line) in wrapped(&lines.join(" "), room - hanging).iter().enumerate() {
        let indent = indent + if index == 0 { own } else { hanging };
        writeln!(out, "{:indent$}{line}", "")?;
    }
    Ok(())
}

fn write_options(style: &Style, options: &[OptionDocs], out: &mut dyn Write) -> io::Result<()> {
    let bold = terminal::bold(style);
    for option in options {
        writeln!(out, "  {bold}{}{bold:#} ({})", option.name, option.values())?;
        let mut paragraph = Vec::new();
        for line in option.about.lines() {
            if line.is_empty() || starts_item(line) {
                write_paragraph(style, &paragraph, 6, out)?;
                paragraph.clear();
            }
            match line {
                "" => writeln!(out)?,
                line => paragraph.push(line),
            }
        }
        write_paragraph(style, &paragraph, 6, out)?;
    }
    writeln!(out)
}
