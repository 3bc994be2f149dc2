//! `validator config [FILE]`: the settings that count, and where each comes from.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use super::{Outcome, settings, terminal};
use crate::config::{self, Effective, EffectiveRule, FailOn, Origin, SourceLocation, Sourced};
use crate::engine::{Workspace, shown};
use crate::report::{Style, printable, wrapped};

/// Show the settings for a file, and where each comes from
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator config docs/guide.md
  validator config --select MD013 README.md
  validator config --schema > validator.schema.json")]
pub(super) struct ConfigArgs {
    /// File, which need not exist (default: a new page in the current directory)
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Print the JSON Schema of validator.yaml
    #[arg(long, conflicts_with = "file")]
    schema: bool,
    #[command(flatten)]
    settings: settings::SettingsArgs,
}

pub(super) fn run(
    options: &ConfigArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    if options.schema {
        serde_json::to_writer_pretty(&mut out, &config::schema())?;
        writeln!(out)?;
        out.flush()?;
        return Ok(Outcome::Fine);
    }
    let file = options.file.clone().unwrap_or_else(|| PathBuf::from("new.md"));
    let project = options.settings.load(&file)?;
    let effective = project.effective(&file)?;
    terminal.note(&project.notes());
    let used = project.config_file(&file)?;
    let used = used.map_or_else(|| "none".to_owned(), |path| shown(&path));
    let fail_on = project.fail_on(&file);
    let workspace = Workspace::new(Arc::new(project));
    let flavor = flavor(&workspace, &effective, &file);
    let site = site(&workspace, &effective, &file);
    let head = ConfigHead { used, flavor, site, fail_on };
    write_page(&terminal.stdout(), head, &effective, &mut out)?;
    out.flush()?;
    Ok(Outcome::Fine)
}

/// What counts besides rules.
struct ConfigHead {
    /// The configuration file.
    used: String,
    flavor: ConfigRule,
    site: Option<ConfigRule>,
    fail_on: Option<(FailOn, SourceLocation)>,
}

/// Which generator makes the page, and why that is believed.
fn flavor(workspace: &Workspace, effective: &Effective, page: &Path) -> ConfigRule {
    let page = std::path::absolute(page).unwrap_or_else(|_| page.to_owned());
    let (flavor, config) = workspace.flavor_of(&page);
    let name = effective.flavor.as_ref().map_or(flavor, |chosen| chosen.value.name());
    let told = config.map(|config| format!("recognised by {config}"));
    let mut row = ConfigRule::of("flavor", name.to_owned(), None);
    row.origin = match (&effective.flavor, told) {
        (Some(chosen), Some(told)) => format!("{}, {told}", chosen.origin),
        (Some(chosen), None) => chosen.origin.to_string(),
        (None, Some(told)) => told,
        (None, None) => "no site is configured here".to_owned(),
    };
    row
}

/// Where the site of a page lies, if anybody says so.
fn site(workspace: &Workspace, effective: &Effective, page: &Path) -> Option<ConfigRule> {
    let page = std::path::absolute(page).unwrap_or_else(|_| page.to_owned());
    let place = workspace.place_of(&page);
    let written = effective.site.as_ref();
    let (host, base) = place.or_else(|| {
        let address = &written?.value;
        Some((address.host.clone(), address.base.clone().unwrap_or_default()))
    })?;
    let address = host.map_or(base.clone(), |host| format!("{host}{base}"));
    let mut row = ConfigRule::of("site", address, written.map(|written| &written.origin));
    if written.is_none() {
        row.origin = workspace.flavor_of(&page).1?;
    }
    Some(row)
}

fn write_page(
    style: &Style,
    head: ConfigHead,
    effective: &Effective,
    out: &mut dyn Write,
) -> io::Result<()> {
    let ConfigHead { used, flavor, site, fail_on } = head;
    let mut rows = vec![ConfigRule::of("configuration", used, None)];
    let profile = &effective.profile;
    rows.push(ConfigRule::of("profile", profile.value.name().to_owned(), Some(&profile.origin)));
    if let Some(family) = &effective.family {
        rows.push(ConfigRule::of("family", family.value.to_string(), Some(&family.origin)));
    }
    let types: Vec<&str> = effective.types.value.iter().map(|kind| kind.name()).collect();
    // Naming the same types would switch on more.
    let without = match effective.types.origin {
        Origin::Defaults => " (without rules on request)",
        _ => "",
    };
    let types = types.join(", ") + without;
    rows.push(ConfigRule::of("types", types, Some(&effective.types.origin)));
    rows.push(flavor);
    rows.extend(site);
    let parity = &effective.parity;
    rows.push(ConfigRule::of("parity", parity.value.name().to_owned(), Some(&parity.origin)));
    let (least, origin) = match fail_on {
        Some((least, place)) => (least, Origin::File(place)),
        None => (FailOn::default(), Origin::Defaults),
    };
    rows.push(ConfigRule::of("fail_on", least.name().to_owned(), Some(&origin)));
    rows.push(ConfigRule { name: String::new(), value: String::new(), origin: String::new() });
    for rule in &effective.rules {
        add_rule(rule, &mut rows);
    }
    write_rows(style, &rows, out)
}

/// A rule's level, and those of its options that are set or that matter because it is on.
fn add_rule(rule: &EffectiveRule, rows: &mut Vec<ConfigRule>) {
    let Sourced { value, origin } = &rule.severity;
    let level = value.map_or("off", |severity| severity.name());
    let name = format!("{} {}", rule.meta.id, rule.meta.name);
    rows.push(ConfigRule::of(&name, level.to_owned(), Some(origin)));
    for (name, option) in &rule.options {
        if value.is_some() || option.origin != Origin::Defaults {
            let value = option.value.to_string();
            rows.push(ConfigRule::of(&format!("  {name}"), value, Some(&option.origin)));
        }
    }
}

/// A line: what is set, to what, and by whom.
struct ConfigRule {
    name: String,
    value: String,
    origin: String,
}

impl ConfigRule {
    fn of(name: &str, value: String, origin: Option<&Origin>) -> Self {
        let origin = origin.map(ToString::to_string).unwrap_or_default();
        ConfigRule { name: name.to_owned(), value: printable(&value).into_owned(), origin }
    }
}

/// Values longer than this do not widen their column.
const WIDEST: usize = 28;
/// Values with less room than this beside their names stand below them.
const LEAST: usize = 24;
/// By how much they are indented there.
const FOLDED: usize = 6;

fn write_rows(style: &Style, rows: &[ConfigRule], out: &mut dyn Write) -> io::Result<()> {
    let bold = terminal::bold(style);
    let names = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let lengths = rows.iter().map(|row| row.value.chars().count());
    let values = lengths.filter(|length| *length <= WIDEST).max().unwrap_or(0);
    for ConfigRule { name, value, origin } in rows {
        // What somebody has set stands out.
        let paint = if origin == "defaults" { anstyle::Style::new() } else { bold };
        let column = names + 2;
        let room = style.width.saturating_sub(column);
        if name.is_empty() {
            writeln!(out)?;
            continue;
        }
        if value.width().max(values) + 2 + origin.width() <= room {
            let space = " ".repeat(values.saturating_sub(value.width()));
            let line = format!("{name:<names$}  {paint}{value}{paint:#}{space}  {origin}");
            writeln!(out, "{}", line.trim_end())?;
            continue;
        }
        // What does not fit beside its name goes on below, and its origin comes last.
        let told = if origin.is_empty() { value.clone() } else { format!("{value}  {origin}") };
        let indent = if room >= LEAST.min(told.width()) { column } else { FOLDED };
        let lines = if told.width() <= style.width - indent {
            vec![told]
        } else {
            let mut lines = wrapped(value, style.width - indent);
            lines.push(origin.clone());
            lines
        };
        let text = lines.join(&format!("\n{:indent$}", ""));
        let start = if indent == column {
            format!("{name:<names$}  ")
        } else {
            format!("{name}\n{:indent$}", "")
        };
        writeln!(out, "{start}{paint}{text}{paint:#}")?;
    }
    Ok(())
}
