//! `validator learn DIR`: proposes a structure file from existing pages.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::ValueEnum;
use rayon::prelude::*;

use super::{Outcome, terminal};
use crate::config::{Project, Request};
use crate::document::Document;
use crate::engine::{self, Base, File, Walk};
use crate::structure::learn::{self, MIN_PAGES, Proposal, Sample};

/// Most messages that are told of one page.
const MAX_MESSAGES: usize = 3;

/// Propose a structure file from the pages in a directory
#[derive(clap::Args)]
#[command(after_help = "Examples:
  validator learn docs/howto
  validator learn docs/howto --output docs/howto/howto.structure.yaml
  validator learn docs/howto --support 0.8 --format json

The file belongs beside the pages or above them; the pages that differ are listed in it and on
standard error.")]
pub(super) struct LearnArgs {
    /// Directory of pages of one kind
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Write the structure file to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Share of pages, from 0 to 1, that makes a part required
    #[arg(long, value_name = "SHARE", default_value_t = 0.9, value_parser = share)]
    support: f64,
    /// Output format
    #[arg(long, short, value_name = "FORMAT", default_value = "yaml")]
    format: LearnFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LearnFormat {
    /// With what was counted as comments
    Yaml,
    Json,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if share > 0.0 && share <= 1.0 => Ok(share),
        _ => Err("expected a share such as 0.9".to_owned()),
    }
}

pub(super) fn run(
    options: &LearnArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<Outcome> {
    if let Some(output) = &options.output
        && output.symlink_metadata().is_ok()
    {
        anyhow::bail!(
            "`{}` exists already\nhelp: name another file, or remove it first",
            output.display()
        );
    }
    let (samples, left_out) = samples(options, terminal)?;
    let request = learn::Request {
        support: options.support,
        name: name(&options.dir),
        files: globs(options, &left_out),
        dir: place(options),
    };
    let proposal = learn::learn(&samples, &request);
    if proposal.is_empty() {
        anyhow::bail!(
            "the {} pages have nothing in common that {:.0}% of them share\n\
             help: name a directory with pages of one kind, or lower `--support`",
            samples.len(),
            options.support * 100.0
        );
    }
    let text = match options.format {
        LearnFormat::Yaml => proposal.to_yaml(),
        LearnFormat::Json => serde_json::to_string_pretty(&proposal.to_json())? + "\n",
    };
    match &options.output {
        Some(path) => crate::files::create_new(path)
            .and_then(|mut file| Ok(file.write_all(text.as_bytes())?))
            .with_context(|| format!("`{}` cannot be written", path.display()))?,
        None => io::stdout().write_all(text.as_bytes())?,
    }
    if !terminal.quiet {
        tell(&proposal);
    }
    Ok(Outcome::Fine)
}

/// The pages, and the names of index pages that were left out.
fn samples(
    options: &LearnArgs,
    terminal: &terminal::TerminalArgs,
) -> anyhow::Result<(Vec<Sample>, Vec<String>)> {
    let dir = &options.dir;
    if !dir.is_dir() {
        anyhow::bail!("`{}` is not a directory", dir.display());
    }
    let working_dir = std::env::current_dir().context("the current directory cannot be read")?;
    let base = Base::new(&working_dir);
    let request = Request { start: dir.clone(), ..Request::default() };
    let project = Arc::new(Project::load(request)?);
    let walk = Walk { base: &base, project: &project, no_ignore: false };
    let mut walked = engine::walk(std::slice::from_ref(dir), &walk);
    walked.files.retain(|file| engine::is_page(&file.path));
    let (index, pages): (Vec<File>, Vec<File>) =
        walked.files.into_iter().partition(|file| is_index(&file.path));
    // Where most pages are those of directories, they are what there is to learn from.
    let (files, left_out) = if index.len() > pages.len() { (index, pages) } else { (pages, index) };
    let mut names: Vec<String> = left_out
        .iter()
        .filter(|file| is_index(&file.path))
        .filter_map(|file| file.path.file_name()?.to_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    let samples: Vec<Sample> = files.into_par_iter().filter_map(sample).collect();
    if samples.len() < MIN_PAGES {
        anyhow::bail!(
            "found {} in `{}`, expected at least {MIN_PAGES} to see what they have in common",
            crate::report::plural(samples.len(), "page"),
            dir.display()
        );
    }
    if !left_out.is_empty() {
        let kind = if names.is_empty() { "other page" } else { "index page" };
        let number = crate::report::plural(left_out.len(), kind);
        terminal.note(&[format!("left out {number}")]);
    }
    Ok((samples, names))
}

fn sample(file: File) -> Option<Sample> {
    // A page that cannot be read teaches nothing; `batch` tells of it.
    let text = crate::files::read_text(&file.path, engine::MAX_BYTES).ok()?;
    Some(Sample { path: file.path, shown: file.shown, doc: Document::parse(text) })
}

/// Whether the page stands for its directory.
fn is_index(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    ["index", "_index", "readme"].iter().any(|name| stem.eq_ignore_ascii_case(name))
}

/// The kind of page, named for the directory.
fn name(dir: &Path) -> String {
    absolute(dir).file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

/// The directory where the structure file is going to stand.
fn place(options: &LearnArgs) -> PathBuf {
    let output = options.output.as_deref().map(absolute);
    let dir = output.as_deref().and_then(Path::parent).map(Path::to_owned);
    dir.unwrap_or_else(|| absolute(&options.dir))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The globs from where the structure file is going to stand.
fn globs(options: &LearnArgs, left_out: &[String]) -> Vec<String> {
    let dir = absolute(&options.dir);
    let below = dir.strip_prefix(place(options)).map(engine::shown).unwrap_or_default();
    let mut globs = match below.as_str() {
        "" if left_out.is_empty() => return Vec::new(),
        "" => vec!["*.md".to_owned()],
        below => vec![format!("{below}/**")],
    };
    globs.extend(left_out.iter().map(|name| format!("!{name}")));
    globs
}

fn tell(proposal: &Proposal) {
    let mut err = io::stderr().lock();
    let number = crate::report::plural(proposal.pages, "page");
    let fit = proposal.pages - proposal.outliers.len();
    // Who closed standard error does not want to know.
    let _ = writeln!(err, "{number}, {fit} of them fit the template");
    for outlier in &proposal.outliers {
        let mut messages: Vec<String> =
            outlier.messages.iter().take(MAX_MESSAGES).cloned().collect();
        if outlier.messages.len() > MAX_MESSAGES {
            messages.push(format!("and {} more", outlier.messages.len() - MAX_MESSAGES));
        }
        let line = format!("{}: {}", outlier.shown, messages.join("; "));
        let _ = writeln!(err, "differs: {}", crate::report::printable(&line));
    }
}
