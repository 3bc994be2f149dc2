//! Scores findings and fixes against markdownlint's, and holds them to floors that may only rise.
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

/// What a corpus has to reach: F1 over all findings, the same without MD013, the mean of the
/// rules' F1, the share of files with the same findings, and the share of fixed files with the
/// same bytes.
struct Floor {
    corpus: &'static str,
    f1: f64,
    without_line_length: f64,
    mean: f64,
    exact: f64,
    fixed: f64,
}

const FLOORS: &[Floor] = &[
    Floor {
        corpus: "OpenAPI-Specification",
        f1: 1.0,
        without_line_length: 1.0,
        mean: 1.0,
        exact: 1.0,
        fixed: 1.0,
    },
    Floor { corpus: "book", f1: 1.0, without_line_length: 1.0, mean: 1.0, exact: 1.0, fixed: 1.0 },
    Floor {
        corpus: "cpp-docs",
        f1: 0.9999,
        without_line_length: 0.9999,
        mean: 0.99,
        exact: 0.999,
        fixed: 0.98,
    },
    Floor {
        corpus: "hugoDocs",
        f1: 0.99,
        without_line_length: 0.98,
        mean: 0.95,
        exact: 0.95,
        fixed: 0.95,
    },
    Floor {
        corpus: "vuejs-docs",
        f1: 0.999,
        without_line_length: 0.999,
        mean: 0.99,
        exact: 0.98,
        fixed: 0.94,
    },
];

fn main() -> anyhow::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [parity, corpora] = arguments.as_slice() else {
        anyhow::bail!("usage: parity PARITY CORPORA");
    };
    let mut fell = 0;
    for floor in FLOORS {
        let expected = Path::new(parity).join("expected");
        let corpus = Path::new(corpora).join(floor.corpus);
        println!("{}", floor.corpus);
        let rows = read_rows(&expected.join(format!("{}.jsonl.gz", floor.corpus)))?;
        let score = findings::score(&run::findings(&corpus)?, rows);
        let rows = read_rows(&expected.join(format!("{}.fix.jsonl.gz", floor.corpus)))?;
        let fixed = fixes::score(&corpus, rows)?;
        for (name, reached, wanted) in [
            ("F1", score.f1, floor.f1),
            ("F1 without MD013", score.without_line_length, floor.without_line_length),
            ("mean F1 of the rules", score.mean, floor.mean),
            ("files with the same findings", score.exact, floor.exact),
            ("fixed files with the same bytes", fixed.same, floor.fixed),
        ] {
            let verdict = if reached < wanted { "below the floor of" } else { "at least" };
            println!("  {reached:.4}  {name} ({verdict} {wanted})");
            fell += usize::from(reached < wanted);
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
