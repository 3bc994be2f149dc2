//! Prints what the rules find in every Markdown file below a folder, as markdownlint's parity
//! scripts read it: one JSON object with `file`, `line` and `rule` a line.
//!
//! ```console
//! cargo run --release --example parity -- docs/ > findings.jsonl
//! ```

use std::path::Path;

use ignore::WalkBuilder;
use validator::document::Document;
use validator::rules::RuleSet;

fn main() -> std::io::Result<()> {
    let root = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let rules = RuleSet::defaults();
    for entry in WalkBuilder::new(&root).standard_filters(false).sort_by_file_name(Ord::cmp).build()
    {
        let Ok(entry) = entry else { continue };
        let path = entry.path();
        let markdown = path.extension().is_some_and(|ext| ext == "md" || ext == "markdown");
        if markdown && entry.file_type().is_some_and(|kind| kind.is_file()) {
            print_findings(&rules, Path::new(&root), path)?;
        }
    }
    Ok(())
}

fn print_findings(rules: &RuleSet, root: &Path, path: &Path) -> std::io::Result<()> {
    let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
    let doc = Document::parse(text);
    let file = path.strip_prefix(root).expect("the walk stays below its root");
    for diagnostic in rules.check(&doc) {
        let line = doc.line_of(diagnostic.span.start()) + 1;
        println!("{}", serde_json::json!({ "file": file, "line": line, "rule": diagnostic.rule }));
    }
    Ok(())
}
