//! The floor for speed: walks the pages below a directory with `ignore`, reads them and parses them
//! with bare pulldown-cmark on as many threads as there are cores, and does nothing with the result.
//!
//! ```console
//! cargo run --release --example bare_parse -- DIR
//! ```

use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use ignore::WalkBuilder;
use pulldown_cmark::{Options, Parser};
use rayon::prelude::*;

fn main() -> anyhow::Result<()> {
    let directory = std::env::args_os().nth(1).context("which directory?")?;
    let start = Instant::now();
    let pages: Vec<PathBuf> = WalkBuilder::new(directory)
        .require_git(false)
        .build()
        .filter_map(|entry| Some(entry.ok()?.into_path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    let extensions = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let (bytes, events) = pages
        .par_iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .map(|text| (text.len(), Parser::new_ext(&text, extensions).into_offset_iter().count()))
        .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let seconds = start.elapsed().as_secs_f64();
    println!("{} files, {bytes} bytes, {events} events in {seconds:.3} s", pages.len());
    Ok(())
}
