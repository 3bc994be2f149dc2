//! The table of modules in ARCHITECTURE.md holds for the source: who may use whom, and what
//! stays in one place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Crates and macros that one module has to itself.
const KEPT: &[(&str, &[&str])] = &[
    ("tokio::", &["server"]),
    ("warp::", &["server"]),
    ("clap::", &["cli"]),
    ("console::", &["cli"]),
    ("println!(", &["cli"]),
    ("print!(", &["cli"]),
    ("std::process::exit(", &["cli"]),
    ("rusqlite::", &["store"]),
];

#[test]
fn modules_use_what_the_table_allows() {
    let allowed = table();
    let mut wrong = Vec::new();
    for (module, path, source) in sources() {
        let Some(may_use) = allowed.get(&module) else {
            wrong.push(format!("{}: module `{module}` is not in the table", path.display()));
            continue;
        };
        for used in uses(&source) {
            if allowed.contains_key(&used) && used != module && !may_use.contains(&used) {
                wrong.push(format!("{}: `{module}` uses `{used}`", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "against the table in ARCHITECTURE.md:\n{}", wrong.join("\n"));
}

#[test]
fn what_belongs_to_one_module_stays_there() {
    let mut wrong = Vec::new();
    for (module, path, source) in sources() {
        for (word, homes) in KEPT {
            let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
            let is_used =
                code.flat_map(|line| line.match_indices(word).map(move |(at, _)| (line, at)));
            let mut is_used = is_used.filter(|(line, at)| !follows_name(line, *at));
            if !homes.contains(&module.as_str()) && is_used.next().is_some() {
                wrong.push(format!("{}: `{word}` belongs to {homes:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether what stands at `at` is the end of a longer name.
fn follows_name(line: &str, at: usize) -> bool {
    line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Each module with those it may use, as ARCHITECTURE.md says.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let map = fs::read_to_string("ARCHITECTURE.md").expect("the map can be read");
    let mut table = BTreeMap::new();
    let mut above = BTreeSet::new();
    let rows = map.lines().filter(|line| line.starts_with("| `"));
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [name, _, uses] = cells[..] else { panic!("three cells are expected: {row}") };
        let name = name.trim_matches('`').to_owned();
        let uses: BTreeSet<String> = match uses {
            "–" => BTreeSet::new(),
            "all above" => above.clone(),
            "anything" => modules(),
            names => names.split(", ").map(str::to_owned).collect(),
        };
        above.insert(name.clone());
        table.insert(name, uses);
    }
    assert!(!table.is_empty(), "ARCHITECTURE.md has a table of modules");
    table
}

fn modules() -> BTreeSet<String> {
    sources().into_iter().map(|(module, _, _)| module).collect()
}

/// Every source file below `src` with its module, but for the crate's roots.
fn sources() -> Vec<(String, PathBuf, String)> {
    let files = ignore::WalkBuilder::new("src").sort_by_file_name(Ord::cmp).build();
    files
        .map(|entry| entry.expect("the source can be read").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter(|path| !["src/lib.rs", "src/main.rs"].contains(&path.to_string_lossy().as_ref()))
        .map(|path| {
            let source = fs::read_to_string(&path).expect("the source can be read");
            (module(&path), path, source)
        })
        .collect()
}

fn module(path: &Path) -> String {
    let first = path.components().nth(1).expect("a path below src");
    Path::new(first.as_os_str()).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// The modules of the crate that a source names after `crate::`.
fn uses(source: &str) -> BTreeSet<String> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = code.collect::<Vec<_>>().join("\n");
    let mut used = BTreeSet::new();
    for (at, name) in code.match_indices("crate::") {
        let rest = &code[at + name.len()..];
        match rest.strip_prefix('{') {
            Some(list) => used.extend(heads(list)),
            None => used.extend(head(rest)),
        }
    }
    used
}

/// The first names in a list in braces that is open.
fn heads(list: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut names = vec![String::new()];
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(String::new()),
            c => names.last_mut().expect("there is one").push(c),
        }
    }
    names.iter().filter_map(|name| head(name.trim())).collect()
}

fn head(path: &str) -> Option<String> {
    let name: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}
