//! The floor for speed: walks the same files, reads them and parses them with bare
//! pulldown-cmark on as many threads, and does nothing with the result.
//!
//! ```console
//! cargo run --release --example bare_parse -- DIR...
//! ```

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use pulldown_cmark::{Options, Parser};
use rayon::prelude::*;
use validator::config::{Project, Request};
use validator::data::Format;
use validator::engine::{Base, Walk, walk};

fn main() -> ExitCode {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let start = Instant::now();
    let base = Base::new(&std::env::current_dir().unwrap_or_default());
    let request = Request { no_config: true, ..Request::default() };
    let project = match Project::load(request) {
        Ok(project) => Arc::new(project),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let options = Walk { base: &base, project: &project, no_ignore: false };
    let mut files = walk(&folders, &options).files;
    files.retain(|file| Format::from_path(&file.path).is_none());
    let extensions = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let (bytes, events) = files
        .par_iter()
        .filter_map(|file| std::fs::read_to_string(&file.path).ok())
        .map(|text| (text.len(), Parser::new_ext(&text, extensions).into_offset_iter().count()))
        .reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let seconds = start.elapsed().as_secs_f64();
    println!("{} files, {bytes} bytes, {events} events in {seconds:.3} s", files.len());
    ExitCode::SUCCESS
}
