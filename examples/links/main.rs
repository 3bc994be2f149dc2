//! Dead links, or the ids of headings, of all pages below a directory, one JSON object a line: what the
//! `site` module knows, without any rule. `score.sh` beside it holds that against a truth.
//!
//! ```console
//! cargo run --profile ci --example links -- DIR [--ids]
//! ```

use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use rayon::prelude::*;
use serde_json::{Value, json};
use validator::document::Document;
use validator::site::facts::PageFacts;
use validator::site::flavor::is_markdown;
use validator::site::{FileId, FileTable, Fragment, Resolved, Site};

fn main() -> anyhow::Result<()> {
    let mut directory = None;
    let mut wants_ids = false;
    for argument in std::env::args_os().skip(1) {
        match argument.to_str() {
            Some("--ids") => wants_ids = true,
            _ => directory = Some(PathBuf::from(argument)),
        }
    }
    let directory = directory.context("which directory?")?;
    let site =
        Site::open(&directory, FileTable::walk(&directory, usize::MAX).expect("there is no limit"));
    let is_page = |file: &FileId| is_markdown(site.table().path(*file));
    let pages: Vec<FileId> = site.table().files().filter(is_page).collect();
    for setting in site.unknown_settings() {
        eprintln!("{}:{}: `{}` is no literal", setting.file, setting.line, setting.key);
    }
    let rows: Vec<Vec<Value>> =
        pages.par_iter().map(|&page| rows(&site, page, &directory, wants_ids)).collect();
    let mut out = BufWriter::new(std::io::stdout().lock());
    for row in rows.iter().flatten() {
        writeln!(out, "{row}")?;
    }
    Ok(out.flush()?)
}

fn rows(site: &Site, page: FileId, directory: &std::path::Path, wants_ids: bool) -> Vec<Value> {
    let path = site.table().path(page);
    let Ok(bytes) = std::fs::read(directory.join(path)) else { return Vec::new() };
    let doc = Document::parse(String::from_utf8_lossy(&bytes).into_owned());
    let facts = site.facts(page, &doc);
    if wants_ids {
        return ids(path, &doc, &facts);
    }
    let mut rows = Vec::new();
    let mut suggestions = site.suggestions(page);
    for link in &facts.links {
        let resolved = site.resolve(page, link);
        if !resolved.is_dead() {
            continue;
        }
        let (rule, message) = match &resolved {
            Resolved::Page { fragment: Fragment::Missing(wanted), .. } => {
                ("LINK002", format!("no `#{wanted}`"))
            }
            Resolved::OutsideBase { base } => ("LINK005", format!("misses the base path {base}")),
            Resolved::Missing { looked_for } => ("LINK001", format!("no `{looked_for}`")),
            _ => continue,
        };
        let nearest = suggestions.nearest(link, &resolved);
        // A truth has references at their definitions too.
        let place = link.definition.unwrap_or(link.span);
        rows.push(json!({
            "path": path, "line": doc.line_of(place.start()) + 1, "rule": rule,
            "target": link.target, "message": message, "nearest": nearest.map(|n| format!("{n:?}")),
        }));
    }
    rows
}

/// The ids, at each line of a heading: a truth may have one of several lines at its last.
fn ids(path: &str, doc: &Document, facts: &PageFacts) -> Vec<Value> {
    let lines = |line: usize| {
        let heading = doc.headings.iter().find(|heading| heading.line == line);
        line..=heading.map_or(line, |heading| doc.line_of(heading.content.end()))
    };
    let rows = facts.headings.iter().flat_map(|heading| {
        let row = |line| json!({"path": path, "line": line + 1, "id": heading.id});
        lines(heading.line).map(row)
    });
    rows.collect()
}
