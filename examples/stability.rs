//! Whether findings are known again after an edit elsewhere: checks every page, once as it is and
//! once with something put at its top, and counts the fingerprints that are in both. A comment
//! brings nothing that is wrong, so that a baseline stays silent; a sentence may.
//!
//! ```console
//! cargo run --example stability -- CORPUS...
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rayon::prelude::*;
use validator::config::Request;
use validator::diagnostic::Fingerprint;
use validator::document::Document;
use validator::engine::{
    Base, CheckOptions, File, FileReport, Source, Walk, Workspace, check_file, walk,
};

/// What is put at the top of every page.
const EDITS: [(&str, &str); 2] = [("a line", "A new line.\n"), ("a comment", "<!-- new -->\n\n")];

/// What stays of the findings.
#[derive(Default)]
struct Kept {
    pages: usize,
    findings: usize,
    kept: usize,
    /// Findings that were not there before.
    new: usize,
    /// By rule: how many have another fingerprint, and one of them as an example.
    lost: BTreeMap<&'static str, (usize, String)>,
}

fn main() -> ExitCode {
    let mut corpora: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    if corpora.is_empty() {
        corpora.push(PathBuf::from("examples/site"));
    }
    let mut is_stable = true;
    for corpus in corpora {
        for (name, edit) in EDITS {
            let Some(kept) = measure(&corpus, edit) else {
                eprintln!("error: `{}` cannot be checked", corpus.display());
                return ExitCode::from(2);
            };
            is_stable &= tell(&corpus, name, &kept);
        }
    }
    if is_stable { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints the numbers; returns whether at least 99.5 % stay.
fn tell(corpus: &Path, edit: &str, kept: &Kept) -> bool {
    let share = kept.kept as f64 / kept.findings.max(1) as f64;
    println!(
        "{}, {edit}: {} pages, {} of {} fingerprints stay ({:.3} %), {} new",
        corpus.display(),
        kept.pages,
        kept.kept,
        kept.findings,
        share * 100.0,
        kept.new
    );
    for (rule, (number, example)) in &kept.lost {
        println!("  {rule}: {number}, such as {example}");
    }
    share >= 0.995
}

fn measure(corpus: &Path, edit: &str) -> Option<Kept> {
    let directory = std::fs::canonicalize(corpus).ok()?;
    let request = Request { start: directory.clone(), no_config: true, ..Request::default() };
    let workspace = Workspace::open(request).ok()?;
    let base = Base::new(&directory);
    let found =
        walk(&[directory], &Walk { base: &base, project: workspace.project(), no_ignore: true });
    let pages = found.files.par_iter().filter_map(|file| compare(&workspace, file, edit));
    let all = pages.reduce(Kept::default, Kept::and);
    (all.pages > 0).then_some(all)
}

/// One page before and after.
fn compare(workspace: &Workspace, file: &File, edit: &str) -> Option<Kept> {
    if validator::data::Format::from_path(&file.path).is_some() {
        return None;
    }
    let text = std::fs::read_to_string(&file.path).ok()?;
    let edited = at_the_top(&text, edit);
    let check = |text: String| -> FileReport {
        let source = Source::Bytes(text.into_bytes());
        let file = File { path: file.path.clone(), shown: file.shown.clone(), source };
        check_file(workspace, &file, &CheckOptions::default()).report
    };
    let (before, after) = (check(text), check(edited));
    let prints = |report: &FileReport| -> BTreeSet<Fingerprint> {
        report.findings.iter().map(|finding| finding.fingerprint).collect()
    };
    let (old, new) = (prints(&before), prints(&after));
    let mut kept = Kept { pages: 1, findings: before.findings.len(), ..Kept::default() };
    kept.new = new.difference(&old).count();
    for finding in &before.findings {
        if new.contains(&finding.fingerprint) {
            kept.kept += 1;
        } else {
            let place = format!("{}:{}: {}", file.shown, finding.start.line, finding.message);
            kept.lost.entry(finding.rule.as_str()).or_insert((0, place)).0 += 1;
        }
    }
    Some(kept)
}

/// The text with a new one before the first line that is neither blank nor front matter, if there
/// is one.
fn at_the_top(text: &str, new: &str) -> String {
    let body = Document::parse(text).body.start();
    let content = text[body..].trim_ascii_start();
    if content.is_empty() {
        return text.to_owned();
    }
    let lines = text[..text.len() - content.len()].rfind('\n').map_or(body, |at| at + 1);
    let (front, rest) = text.split_at(lines.max(body));
    let new = if text.contains("\r\n") { new.replace('\n', "\r\n") } else { new.to_owned() };
    format!("{front}{new}{rest}")
}

impl Kept {
    fn and(mut self, other: Kept) -> Kept {
        self.pages += other.pages;
        self.findings += other.findings;
        self.kept += other.kept;
        self.new += other.new;
        for (rule, (number, example)) in other.lost {
            self.lost.entry(rule).or_insert((0, example)).0 += number;
        }
        self
    }
}
