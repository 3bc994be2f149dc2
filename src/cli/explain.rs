//! `validator explain RULE`: the rule's page, from the rule's own source.

use std::io::{self, Write};

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr;

use super::{Outcome, rules::fixable, terminal};
use crate::config::nearest;
use crate::engine::{PROBLEMS, Problem};
use crate::report::{Style, wrapped};
use crate::rules::{self, Activation, Entry, Fixable, Group, ValidationType};

/// Explain a rule: what it wants, why, and its options
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator explain MD013
  validator explain line-length")]
pub(super) struct ExplainArgs {
    /// Id or name of the rule
    #[arg(required = true, value_name = "RULE")]
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
        if let Some((group, entry)) = rules::find(name) {
            write_rule(&style, group, entry, &mut page)?;
        } else if let Some(problem) = PROBLEMS.iter().find(|problem| problem.id == name) {
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
    let names: Vec<&str> = rules::all()
        .flat_map(|(_, entry)| entry.meta.names())
        .chain(PROBLEMS.iter().map(|problem| problem.id))
        .collect();
    let help = nearest(name, names)
        .map_or("`validator rules` lists all rules".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
    format!("there is no rule `{name}`\nhelp: {help}")
}

fn write_problem(style: &Style, problem: &Problem, out: &mut dyn Write) -> io::Result<()> {
    let bold = terminal::bold(style);
    writeln!(out, "{bold}{}{bold:#}: {}\n", problem.id, problem.summary)?;
    writeln!(
        out,
        "This is no rule and cannot be switched off: it says why a file was not checked."
    )?;
    writeln!(out, "What to do: {}.", problem.help)
}

fn write_rule(
    style: &Style,
    group: &Group,
    entry: &'static Entry,
    out: &mut dyn Write,
) -> io::Result<()> {
    let bold = terminal::bold(style);
    let meta = entry.meta;
    let schema = schema(entry);
    let title = format!("{} {}", meta.id, meta.name);
    let lines = wrapped(&format!("{title}: {}", meta.summary), style.width).join("\n");
    let rest = lines.strip_prefix(&title).unwrap_or(&lines);
    writeln!(out, "{bold}{title}{bold:#}{rest}\n")?;
    let page = schema.get("description").and_then(Value::as_str).unwrap_or_default();
    write_page(style, page, out)?;
    write_options(style, &schema, out)?;
    let severity = meta.severity.map_or("off by default", |severity| severity.name());
    let is_default = ValidationType::DEFAULT.contains(&group.validation);
    let request = match meta.runs {
        Activation::ByType if is_default => "",
        Activation::ByType | Activation::OnRequest => ", once it or its type is asked for",
        Activation::ByTemplate => ", where a structure file is for the page",
    };
    writeln!(out, "{bold}Severity{bold:#}  {severity}{request}")?;
    let fix = wrapped(&fix_sentence(meta.fixable), style.width - 10).join("\n          ");
    writeln!(out, "{bold}Fix{bold:#}       {fix}")?;
    writeln!(out, "{bold}Type{bold:#}      {}/{}", group.validation.name(), group.name)?;
    if !meta.tags.is_empty() {
        writeln!(out, "{bold}Tags{bold:#}      {}", meta.tags.join(", "))?;
    }
    if !meta.aliases.is_empty() {
        writeln!(out, "{bold}Aliases{bold:#}   {}", meta.aliases.join(", "))?;
    }
    if group.validation == ValidationType::Markdown {
        writeln!(out, "{bold}Same as{bold:#}   markdownlint {} ({})", meta.id, meta.name)?;
    }
    Ok(())
}

fn fix_sentence(value: Fixable) -> String {
    let sentence = match value {
        Fixable::No => return "none: a person has to decide".to_owned(),
        Fixable::Safe => "the rendered page stays the same but for what the rule says",
        Fixable::Review => "what the page says may change, so a person looks at it first",
        Fixable::Mixed => "safe where the rendered page stays the same, else for review",
    };
    format!("{}: {sentence}", fixable(value))
}

/// The options' schema with nothing referred to.
fn schema(entry: &Entry) -> Map<String, Value> {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
    });
    match (entry.schema)(&mut settings.into_generator()).to_value() {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// The rule's page: paragraphs broken anew where they are too wide, examples as they are under their
/// verdict.
fn write_page(style: &Style, page: &str, out: &mut dyn Write) -> io::Result<()> {
    let bold = terminal::bold(style);
    let mut in_example = false;
    let mut paragraph = Vec::new();
    for line in page.lines() {
        let is_text = !in_example && !line.is_empty() && !line.starts_with("```");
        if is_text && !starts_item(line) {
            paragraph.push(line);
            continue;
        }
        write_paragraph(style, &paragraph, 0, out)?;
        paragraph.clear();
        if is_text {
            paragraph.push(line);
        } else if let Some(info) = line.strip_prefix("```") {
            in_example = !in_example;
            match info.split_whitespace().nth(1) {
                Some("bad") => writeln!(out, "{bold}Bad{bold:#}\n")?,
                Some("good") => writeln!(out, "{bold}Good{bold:#}\n")?,
                _ => {}
            }
        } else if in_example && !line.is_empty() {
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

fn write_options(
    style: &Style,
    schema: &Map<String, Value>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(Value::Object(options)) = schema.get("properties") else { return Ok(()) };
    if options.is_empty() {
        return Ok(());
    }
    let bold = terminal::bold(style);
    writeln!(out, "{bold}Options{bold:#}\n")?;
    for (name, option) in options {
        let default =
            option.get("default").map_or(String::new(), |value| format!(", default {value}"));
        writeln!(out, "  {bold}{name}{bold:#} ({}{default})", kind(option))?;
        let description = option.get("description").and_then(Value::as_str).unwrap_or_default();
        let mut paragraph = Vec::new();
        for line in description.lines() {
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

/// Which values an option takes, in words.
fn kind(option: &Value) -> String {
    let alternatives = option.get("oneOf").or_else(|| option.get("anyOf"));
    if let Some(alternatives) = alternatives.and_then(Value::as_array) {
        let kinds: Vec<String> = alternatives.iter().map(kind).collect();
        return kinds.join(" or ");
    }
    if let Some(values) = option.get("enum").and_then(Value::as_array) {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return values.join(" or ");
    }
    if let Some(value) = option.get("const") {
        return value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    }
    match option.get("type") {
        Some(Value::String(kind)) if kind == "array" => {
            format!("list of {}", option.get("items").map_or("values".to_owned(), kind_of_item))
        }
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.join(" or ")
        }
        _ => "value".to_owned(),
    }
}

fn kind_of_item(item: &Value) -> String {
    format!("{}s", kind(item))
}
