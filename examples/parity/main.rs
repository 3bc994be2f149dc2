//! Scores findings and fixes against markdownlint's, and holds them to a floor that may only rise.
//!
//! ```console
//! cargo run --release --example parity -- PARITY CORPORA
//! ```
//!
//! `PARITY/expected/NAME.jsonl.gz` says what markdownlint reports for `CORPORA/NAME`, a row
//! `{"file", "line", "rule"}` each; `NAME.fix.jsonl.gz` what it makes of each file when it fixes,
//! a row `{"file", "sha256", "changed", "stable"}` each. Safe fixes are also rendered by an
//! independent renderer, before and after.

mod findings;
mod fixes;
mod html;
mod run;

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use serde::de::DeserializeOwned;

const CORPORA: [&str; 5] = ["OpenAPI-Specification", "book", "cpp-docs", "hugoDocs", "vuejs-docs"];

/// What each score of each corpus has to reach; it has been reached, and may not fall again.
const FLOOR: f64 = 1.0;

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [parity, corpora] = arguments.as_slice() else {
        anyhow::bail!("usage: parity PARITY CORPORA");
    };
    let mut fell = 0;
    for corpus in CORPORA {
        let expected = Path::new(parity).join("expected");
        let directory = Path::new(corpora).join(corpus);
        println!("{corpus}");
        let rows = read_rows(&expected.join(format!("{corpus}.jsonl.gz")))?;
        let score = findings::score(&run::findings(&directory)?, rows);
        let rows = read_rows(&expected.join(format!("{corpus}.fix.jsonl.gz")))?;
        let fixed = fixes::score(&directory, rows)?;
        for (name, reached) in [
            ("F1", score.f1),
            ("F1 without MD013", score.without_line_length),
            ("mean F1 of the rules", score.mean),
            ("files with the same findings", score.exact),
            ("fixed files with the same bytes", fixed.same),
        ] {
            let verdict = if reached < FLOOR { "below the floor of" } else { "at least" };
            println!("  {reached:.6}  {name} ({verdict} {FLOOR})");
            fell += usize::from(reached < FLOOR);
        }
        for (rule, f1) in score.imperfect {
            println!("  {f1:.4}  F1 of {rule}");
        }
        println!("  {fixed}");
        fell += fixed.faults();
    }
    Ok(if fell == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads gzipped JSON Lines.
fn read_rows<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path)?).read_to_string(&mut text)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}
