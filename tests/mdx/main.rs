//! MDX pages in the manner of react.dev and Docusaurus, as they are and damaged at random: what
//! `@mdx-js/mdx` compiles before `--fix`, it compiles after, and the page shows the same.
//!
//! `MDX_PAGES` (600) says how many are damaged, `MDX_SEED` (1) how.

#[path = "../shared/random.rs"]
mod random;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

use random::{Random, number};

/// What is inserted into pages, between lines.
const LINES: &[&str] = &[
    "",
    "\n",
    "* a",
    "+ b",
    "  - c",
    "\t- tab",
    "1. one",
    "3. three",
    "## Heading",
    "#### Deep {/*deep*/}",
    "Setext\n===",
    "text  ",
    "a\tb",
    "https://a.b/c",
    "see https://a.b/{c} now",
    "> quote",
    ">  wide",
    "```",
    "```js\nconst a = { b: '<c>' };\n```",
    "~~~",
    "---",
    "* * *",
    "{a}",
    "{/* a\n\n* b */}",
    "{`a\n\n  b  \n`}",
    "<A>",
    "</A>",
    "<A b={c} />",
    "<A b={{\n  c: '* d',\n\n}} />",
    "<A>\n\n* b\n\n</A>",
    "<A>\n* b\n</A>",
    "import { d } from 'e'",
    "export const f = [\n  '* g',\n\n\n  1,\n]",
    "| a | b |\n|---|---|\n| {c} | `d` |",
    "__strong__ and *em*",
    "** padded ** and ` code `",
    "[ a ](b) ![](c)",
    "$ ls",
    ":::note\ntext\n:::",
    "a\\\nb",
    "a {b} c  ",
    "<b>c</b>  ",
];

/// The compiler, fetched once from the npm registry: the tests run at the same time.
fn compiler() -> &'static Path {
    static COMPILER: LazyLock<PathBuf> = LazyLock::new(fetched);
    &COMPILER
}

fn fetched() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mdx");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("mdx");
    let lock = fs::read(source.join("package-lock.json")).expect("the versions");
    let installed = folder.join("installed");
    fs::create_dir_all(&folder).expect("a folder");
    fs::copy(source.join("compile.mjs"), folder.join("compile.mjs")).expect("a copy");
    if fs::read(&installed).ok().as_ref() != Some(&lock) {
        for name in ["package.json", "package-lock.json"] {
            fs::copy(source.join(name), folder.join(name)).expect("a copy");
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(&folder);
        let fetched = npm.output().expect("npm is there; on Debian: apt-get install npm");
        assert!(fetched.status.success(), "npm could not fetch the compiler: {fetched:?}");
        fs::write(&installed, &lock).expect("it can be written");
    }
    folder.join("compile.mjs")
}

/// What the pages of a folder show, by name; or why a page does not compile.
fn compiled(folder: &Path) -> BTreeMap<String, Result<Value, String>> {
    let output = Command::new("node").arg(compiler()).arg(folder).output().expect("node is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let pages: BTreeMap<PathBuf, Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let result = pages.into_iter().map(|(path, mut page)| {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        let shown = match page.get("error") {
            Some(error) => Err(error.to_string()),
            None => Ok(page["page"].take()),
        };
        (name, shown)
    });
    result.collect()
}

fn fix(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_validator"));
    command.args(["batch", "--fix", "--quiet"]).current_dir(folder).env("NO_COLOR", "1");
    command.output().expect("the binary runs")
}

fn pages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mdx/pages");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the pages")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("text")).collect()
}

/// Fixes pages and holds them against what they were: how many compile, and how many were fixed.
fn hold(pages: &[String]) -> (usize, usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |at: usize| folder.path().join(format!("{at:05}.mdx"));
    for (at, page) in pages.iter().enumerate() {
        fs::write(path(at), page).expect("it can be written");
    }
    let before = compiled(folder.path());
    let output = fix(folder.path());
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let after = compiled(folder.path());
    let (mut valid, mut changed, mut wrong) = (0, 0, Vec::new());
    for (at, page) in pages.iter().enumerate() {
        let fixed = fs::read_to_string(path(at)).expect("it can be read");
        let name = format!("{at:05}.mdx");
        let Ok(shown) = &before[&name] else { continue };
        valid += 1;
        changed += usize::from(fixed != *page);
        match &after[&name] {
            Ok(other) if other == shown => {}
            Ok(_) => wrong.push(format!("shows something else: {page:?}\n  becomes {fixed:?}")),
            Err(error) => {
                wrong.push(format!("does not compile ({error}): {page:?}\n  becomes {fixed:?}"));
            }
        }
    }
    let first = wrong[..wrong.len().min(8)].join("\n");
    assert!(wrong.is_empty(), "{} of {valid} pages:\n{first}", wrong.len());
    (valid, changed)
}

#[test]
fn pages_of_sites_compile_to_the_same() {
    let pages = pages();
    let (valid, changed) = hold(&pages);
    assert_eq!((valid, changed), (pages.len(), pages.len()), "all compile and have faults");
}

#[test]
fn damaged_pages_that_compile_still_do() {
    let mut random = Random(number("MDX_SEED", 1) * 2 + 0x9e37_79b9_7f4a_7c15);
    let pages = pages();
    let damaged: Vec<String> =
        (0..number("MDX_PAGES", 600)).map(|_| damaged(&pages, &mut random)).collect();
    let (valid, changed) = hold(&damaged);
    eprintln!("{} pages, {valid} compile, {changed} of them were fixed", damaged.len());
    assert!(changed > 0, "no page that compiles was fixed");
}

/// Some lines of a page with a few more among them.
fn damaged(pages: &[String], random: &mut Random) -> String {
    let page: Vec<&str> = pages[random.below(pages.len())].lines().collect();
    let first = random.below(page.len());
    let count = 1 + random.below(30);
    let mut lines: Vec<String> =
        page[first..].iter().take(count).map(|line| (*line).to_owned()).collect();
    for _ in 0..=random.below(5) {
        let at = random.below(lines.len() + 1);
        let piece = LINES[random.below(LINES.len())];
        let indent = ["", "", "", "  ", "> "][random.below(5)];
        let piece = piece.split('\n').map(|line| format!("{indent}{line}")).collect::<Vec<_>>();
        lines.insert(at, piece.join("\n"));
    }
    let page = lines.join("\n") + "\n";
    // The compiler takes lists for text in all of a page that begins like front matter.
    match page.starts_with("---") && !page[3..].contains("\n---\n") {
        true => format!("# Start\n\n{page}"),
        false => page,
    }
}
