//! Pages of a site before and after `--fix`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::damage::damaged;
use crate::random::{Random, number};
use crate::shown::shown;
use crate::tools::{shared, source};

/// What a page shows, or why it shows nothing.
pub type Rendered = BTreeMap<String, Result<String, String>>;

/// A generator with a site of its own, below `tests/renderers`.
pub struct Generator {
    /// The directory of its `pages`.
    pub name: &'static str,
    /// The directory of the configuration, and in it that of the pages.
    pub site: &'static str,
    pub docs: &'static str,
    /// How the names of pages end.
    pub ending: &'static str,
    /// Lines of the dialect.
    pub lines: &'static [&'static str],
    /// Sites of ../shared whose pages it renders.
    pub sites: &'static [&'static str],
    pub render: fn(&Path) -> Rendered,
}

/// How many pages render, and how many of those a fix changed.
#[derive(Debug)]
pub struct Held {
    pub valid: usize,
    pub fixed: usize,
}

/// What a program wrote of pages by their paths.
pub fn read(output: &str) -> Rendered {
    let pages: BTreeMap<PathBuf, Value> = serde_json::from_str(output).expect("JSON");
    let result = pages.into_iter().map(|(path, page)| {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let page = match (page.get("html"), page.get("page")) {
            (Some(Value::String(html)), _) => Ok(shown(html)),
            (_, Some(tree)) => Ok(tree.to_string()),
            _ => Err(page["error"].to_string()),
        };
        (name, page)
    });
    result.collect()
}

impl Generator {
    /// The pages beside the test.
    pub fn pages(&self) -> Vec<String> {
        texts(&source().join(self.name).join("pages"), self.ending)
    }

    /// Those, and the pages of sites that are there.
    pub fn all_pages(&self) -> Vec<String> {
        let sites = self.sites.iter().filter_map(|site| shared(site));
        let others = sites.flat_map(|directory| texts(&directory, self.ending));
        self.pages().into_iter().chain(others).collect()
    }

    /// Fixes pages and holds them against what they were.
    ///
    /// # Panics
    /// If a page that renders shows something else, or nothing, after it was fixed.
    pub fn hold(&self, pages: &[String]) -> Held {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let site = directory.path().join("site");
        copy(&source().join(self.name).join(self.site), &site);
        let path = |at: usize| site.join(self.docs).join(self.file_name(at));
        fs::create_dir_all(site.join(self.docs)).expect("a directory");
        for (at, page) in pages.iter().enumerate() {
            fs::write(path(at), page).expect("it can be written");
        }
        let before = (self.render)(&site);
        fix(&site);
        let after = (self.render)(&site);
        let (mut held, mut wrong) = (Held { valid: 0, fixed: 0 }, Vec::new());
        for (at, page) in pages.iter().enumerate() {
            let name = self.file_name(at);
            let Some(Ok(was)) = before.get(&name) else { continue };
            let fixed = fs::read_to_string(path(at)).expect("it can be read");
            held.valid += 1;
            held.fixed += usize::from(fixed != *page);
            match after.get(&name) {
                Some(Ok(is)) if is == was => {}
                is => wrong.push(difference(page, &fixed, was, is)),
            }
        }
        wrong.sort_by_key(String::len);
        let first = wrong[..wrong.len().min(5)].join("\n");
        assert!(
            wrong.is_empty(),
            "{} of {} pages of {}: {first}",
            wrong.len(),
            held.valid,
            self.name
        );
        held
    }

    /// Holds pages with damage done to them; `pages` and `seed` name what the environment says.
    pub fn hold_damaged(&self, pages: &str, default: u64, seed: &str) {
        let mut random = Random(number(seed, 1) * 2 + 0x9e37_79b9_7f4a_7c15);
        let own = self.pages();
        let count = number(pages, default);
        let damaged: Vec<String> =
            (0..count).map(|_| damaged(&own, self.lines, &mut random)).collect();
        let held = self.hold(&damaged);
        eprintln!("{} {}: {} pages, {held:?}", self.name, self.site, damaged.len());
        assert!(held.valid * 8 > damaged.len(), "pages render: {held:?}");
        assert!(held.fixed * 10 > held.valid, "safe fixes are left: {held:?}");
    }

    fn file_name(&self, at: usize) -> String {
        format!("p{at:05}{}", self.ending)
    }
}

fn difference(page: &str, fixed: &str, was: &str, is: Option<&Result<String, String>>) -> String {
    let place = match is {
        Some(Ok(is)) => {
            let mut lines = was.lines().zip(is.lines());
            format!("{:?}", lines.find(|(was, is)| was != is))
        }
        other => format!("{other:?}"),
    };
    format!("{page:?}\n  becomes {fixed:?}\n  first difference: {place}\n")
}

fn fix(directory: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_validator"));
    command.args(["batch", ".", "--fix", "--quiet"]).current_dir(directory).env("NO_COLOR", "1");
    let output = command.output().expect("the binary runs");
    let is_done = matches!(output.status.code(), Some(0 | 1));
    assert!(is_done, "{}", String::from_utf8_lossy(&output.stderr));
}

/// All pages below a directory, in the order of their names.
fn texts(directory: &Path, ending: &str) -> Vec<String> {
    let mut paths = files(directory);
    paths.retain(|path| path.to_string_lossy().ends_with(ending));
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{directory:?}: {error}"));
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    paths
        .into_iter()
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a directory");
    if !from.exists() {
        return;
    }
    for path in files(from) {
        let target = to.join(path.strip_prefix(from).expect("a file below it"));
        fs::create_dir_all(target.parent().expect("a directory")).expect("a directory");
        fs::copy(&path, target).expect("a copy");
    }
}
