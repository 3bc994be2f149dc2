//! `--format NAME[=FILE]`: which reports are written, and where they go.

use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::builder::{OsStringValueParser, PossibleValue, TypedValueParser};

use crate::config::nearest;
use crate::report::{self, FORMATS, ReportFormat};

/// What somebody asked for: a format, and the file that the report goes to.
#[derive(Clone)]
pub(super) struct FormatRequest {
    pub format: &'static ReportFormat,
    pub file: Option<PathBuf>,
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Stdout,
    /// Where standard output has something else to tell.
    Stderr,
    File(PathBuf),
}

/// A report to write.
#[derive(Clone)]
pub(super) struct FormatTarget {
    pub format: &'static ReportFormat,
    pub to: Destination,
}

/// Reads the value of `--format`.
#[derive(Clone)]
pub(super) struct Parser;

impl TypedValueParser for Parser {
    type Value = FormatRequest;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<FormatRequest, clap::Error> {
        let parser = OsStringValueParser::new().try_map(|value| read(&value));
        parser.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let value =
            |format: &'static ReportFormat| PossibleValue::new(format.name).help(format.summary);
        Some(Box::new(FORMATS.iter().map(value)))
    }
}

fn read(value: &OsStr) -> Result<FormatRequest, String> {
    let (name, file) = match split(value) {
        Some((name, file)) => (name, Some(file)),
        None => (value.to_string_lossy().into_owned(), None),
    };
    if file.as_ref().is_some_and(|file| file.as_os_str().is_empty()) {
        return Err(format!("`{name}=` names no file"));
    }
    let format = report::find(&name).ok_or_else(|| unknown(&name))?;
    Ok(FormatRequest { format, file })
}

/// The name before the first `=` and the file behind it, which need not be Unicode.
#[cfg(unix)]
fn split(value: &OsStr) -> Option<(String, PathBuf)> {
    use std::os::unix::ffi::OsStrExt as _;
    let bytes = value.as_bytes();
    let at = bytes.iter().position(|byte| *byte == b'=')?;
    let name = String::from_utf8_lossy(&bytes[..at]).into_owned();
    Some((name, OsStr::from_bytes(&bytes[at + 1..]).into()))
}

/// The name before the first `=` and the file behind it.
#[cfg(not(unix))]
fn split(value: &OsStr) -> Option<(String, PathBuf)> {
    let value = value.to_string_lossy();
    value.split_once('=').map(|(name, file)| (name.to_owned(), file.into()))
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
    let near = nearest(name, names.iter().copied())
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    format!("there is no format `{name}`{near}\n  [possible values: {}]", names.join(", "))
}

/// What the long help says of the option before it lists the formats.
pub(super) const HELP: &str = "Output format; with =FILE, the report goes to that file

Can be repeated: at most one report goes to standard output. By default `text`, or `github` in GitHub \
Actions and `azure` in Azure Pipelines if standard output is no terminal.";

/// The format that is used where nobody names one, and the variable that makes it so.
pub(super) fn default() -> (&'static ReportFormat, Option<&'static str>) {
    let is_set =
        |name: &str| env::var_os(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let of = |name: &str| report::find(name).unwrap_or(&FORMATS[0]);
    if io::stdout().is_terminal() {
        return (&FORMATS[0], None);
    }
    let known = [("GITHUB_ACTIONS", "github"), ("TF_BUILD", "azure")];
    let found = known.into_iter().find(|(variable, _)| is_set(variable));
    found.map_or((&FORMATS[0], None), |(variable, name)| (of(name), Some(variable)))
}

/// The reports to write. `output` is the file for the one report that names none.
///
/// # Errors
/// If two reports would go to one place.
pub(super) fn targets(
    asked: &[FormatRequest],
    output: Option<&Path>,
    is_stats: bool,
) -> anyhow::Result<Vec<FormatTarget>> {
    let mut rest = asked.iter().filter(|asked| asked.file.is_none());
    let (first, second) = (rest.next(), rest.next());
    if let (Some(first), Some(second)) = (first, second) {
        anyhow::bail!(
            "only one report can go to standard output, not `{}` and `{}`\n\
             help: write the other to a file: `--format {}=FILE`",
            first.format.name,
            second.format.name,
            second.format.name
        );
    }
    if let Some(first) = first.filter(|_| is_stats && output.is_none()) {
        let name = first.format.name;
        anyhow::bail!(
            "the table of `--stats` and the report `{name}` cannot both go to standard output\n\
             help: write the report to a file: `--format {name}=FILE`"
        );
    }
    if let Some(output) = output.filter(|_| first.is_none() && !asked.is_empty()) {
        anyhow::bail!(
            "no report is left for `--output {}`: each `--format` names its own file",
            output.display()
        );
    }
    let to = output.map_or(Destination::Stdout, |path| Destination::File(path.to_owned()));
    let targets: Vec<FormatTarget> = asked
        .iter()
        .map(|asked| FormatTarget {
            format: asked.format,
            to: asked.file.clone().map_or_else(|| to.clone(), Destination::File),
        })
        .collect();
    for (index, target) in targets.iter().enumerate() {
        if let Destination::File(path) = &target.to
            && targets[..index].iter().any(|before| before.to == target.to)
        {
            anyhow::bail!("two reports would go to the file `{}`", path.display());
        }
    }
    Ok(targets)
}

/// What to say of reports that cannot show what is suppressed, although that is asked for.
///
/// # Errors
/// If there is no other report.
pub(super) fn check_suppressed<'n>(
    is_shown: bool,
    other: impl Iterator<Item = &'n str>,
) -> anyhow::Result<Option<String>> {
    let other: Vec<String> = other.map(|name| format!("`{name}`")).collect();
    if other.is_empty() {
        return Ok(None);
    }
    let other = other.join(" and ");
    if is_shown {
        return Ok(Some(format!("suppressed findings are not shown by {other}")));
    }
    let able = FORMATS.iter().filter(|format| format.shows_suppressed);
    let able: Vec<&str> = able.map(|format| format.name).collect();
    anyhow::bail!(
        "`--show-suppressed` has no effect: suppressed findings are not shown by {other}\n\
         help: choose a format that shows them: {}",
        able.join(", ")
    )
}
