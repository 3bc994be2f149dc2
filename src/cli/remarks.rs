//! What a run says about itself: what it reads, why there is nothing to check, how to see more.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::PathBuf;

use crate::config::Project;
use crate::data::Format;
use crate::engine::{PAGE_EXTENSIONS, Walked, Workspace};
use crate::report;
use crate::site::flavor::UnknownSetting;

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
    notes.extend(report::skipped(&walked.skipped).map(|skipped| format!("skipped: {skipped}")));
    notes.extend(configs.iter().map(|path| format!("reading `{}`", path.display())));
    notes
}

/// What of the configurations of generators only running them would tell.
pub(super) fn computed_settings(workspace: &Workspace) -> Vec<String> {
    let unknown = workspace.unknown_settings().into_iter();
    let notes = unknown.map(|UnknownSetting { key, file, line }| {
        let place = if line > 0 { format!("{file}:{line}") } else { file };
        format!("{place}: `{key}` is computed, and no configuration is run: its default is assumed")
    });
    notes.collect()
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
    if !walked.no_pages.is_empty() && walked.no_pages.len() == paths.len() {
        return not_pages(&walked.no_pages);
    }
    // It helps where there is something that it would bring.
    let is_ignored = walked.skipped.ignored > 0 || walked.skipped.hidden > 0;
    let advice = match is_ignored {
        true => ", or include hidden and ignored files with --no-ignore",
        false => "",
    };
    format!(
        "there is no file to check in {}{skipped}\n\
         help: pages end in .{}; name another directory{advice}",
        places.join(", "),
        PAGE_EXTENSIONS.join(", ."),
    )
}

/// That files which were named are neither pages nor data, and what to do.
pub(super) fn not_pages(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let what = if names.len() == 1 { "not a page" } else { "not pages" };
    let name = names.first().map_or("", String::as_str);
    let name = name.rsplit('/').next().unwrap_or(name);
    let glob = match name.rsplit_once('.') {
        Some((start, extension)) if !start.is_empty() => format!("*.{extension}"),
        _ => name.to_owned(),
    };
    format!(
        "{what}: {}\nhelp: pages end in .{}; to check others, say what they are in \
         `validator.yaml`: `files: {{\"{glob}\": markdown}}`",
        quoted.join(", "),
        PAGE_EXTENSIONS.join(", ."),
    )
}

/// The files that are checked, each with what it is read as and the configuration that counts.
pub(super) fn list_files(project: &Project, walked: &Walked) -> String {
    let mut text = String::new();
    for file in &walked.files {
        let kind = project.format(&file.path).map_or("Markdown", Format::name);
        let config = project.config_file(&file.path).ok().flatten();
        let config = config.map_or("no configuration".to_owned(), |it| it.display().to_string());
        // Writing to a text does not fail.
        let _ = writeln!(text, "{}: {kind}, {config}", report::printable(&file.shown));
    }
    text
}
