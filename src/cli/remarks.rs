//! What a run says about itself: what it reads, why there is nothing to check, how to see more.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::config::Project;
use crate::engine::{PAGE_EXTENSIONS, Walked};
use crate::report;

/// What a run reads, for those who want to know more.
pub(super) fn what_is_read(project: &Project, walked: &Walked) -> Vec<String> {
    let mut notes = vec![
        format!("the project's root is `{}`", project.root().display()),
        format!("{} to check", report::plural(walked.files.len(), "file")),
    ];
    let configs = walked.files.iter().filter_map(|file| project.config_file(&file.path).ok()?);
    let configs: std::collections::BTreeSet<PathBuf> = configs.collect();
    notes.extend(walked.left_out.iter().map(|name| {
        format!("`{name}` is excluded by the configuration; --no-force-exclude checks it")
    }));
    notes.extend(configs.iter().map(|path| format!("reading `{}`", path.display())));
    notes
}

/// The command that was given, but for what it selects.
pub(super) fn command_line() -> String {
    let mut line = "validator".to_owned();
    let mut words = std::env::args_os().skip(1);
    while let Some(word) = words.next() {
        let word = word.to_string_lossy();
        if word == "--select" {
            words.next();
        } else if !word.starts_with("--select=") {
            line.push(' ');
            line.push_str(&quoted(&word));
        }
    }
    line
}

/// A word as a shell takes it.
fn quoted(word: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=,:@+%".contains(c);
    match !word.is_empty() && word.chars().all(is_plain) {
        true => Cow::Borrowed(word),
        false => format!("'{}'", report::printable(word).replace('\'', r"'\''")).into(),
    }
}

/// Why there is nothing to check, and what to do.
pub(super) fn nothing_to_check(paths: &[PathBuf], walked: &Walked) -> String {
    let places: Vec<_> = paths.iter().map(|path| format!("`{}`", path.display())).collect();
    let skipped = report::skipped(&walked.skipped)
        .map(|skipped| format!("; skipped: {skipped}"))
        .unwrap_or_default();
    format!(
        "there is no file to check in {}{skipped}\n\
         help: pages end in .{}; name another folder, or look at hidden and ignored files, too, with --no-ignore",
        places.join(", "),
        PAGE_EXTENSIONS.join(", ."),
    )
}
