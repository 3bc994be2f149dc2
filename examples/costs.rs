//! Where the time goes: reads the pages below directories into memory and times, on one thread, the bare
//! parser, the document, each rule, and what comes after the rules. The fastest of some rounds counts.
//!
//! ```console
//! cargo run --release --example costs -- DIR...
//! ```

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context;
use pulldown_cmark::{Options, Parser};
use validator::config::Request;
use validator::data::Format;
use validator::document::Document;
use validator::engine::{self, Base, File, Walk, Workspace};
use validator::report::{self, Style};
use validator::rules::RuleSet;

const ROUNDS: usize = 5;

fn main() -> anyhow::Result<()> {
    let directories: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let base = Base::new(&std::env::current_dir()?);
    let workspace = Workspace::open(Request { no_config: true, ..Request::default() })?;
    let walk = Walk { base: &base, project: workspace.project(), no_ignore: false };
    let mut files = engine::walk(&directories, &walk).files;
    files.retain(|file| Format::from_path(&file.path).is_none());
    let read = |file: &File| std::fs::read_to_string(&file.path).ok();
    let (files, texts): (Vec<File>, Vec<String>) =
        files.into_iter().filter_map(|file| read(&file).map(|text| (file, text))).unzip();

    let mut costs = vec![
        ("bare parser".to_owned(), fastest(|| texts.iter().for_each(|text| parse_bare(text)))),
        ("copies of the texts".to_owned(), fastest(|| drop(black_box(texts.clone())))),
        ("document, with a copy".to_owned(), fastest(|| texts.iter().for_each(|text| parse(text)))),
    ];
    costs.extend(rules(&texts));
    costs.extend(whole(&workspace, &files, &texts)?);
    let floor = costs[0].1.as_secs_f64();
    for (what, time) in costs {
        let seconds = time.as_secs_f64();
        println!("{what:24} {:8.1} ms {:6.3} of the bare parser", seconds * 1e3, seconds / floor);
    }
    Ok(())
}

fn fastest(mut work: impl FnMut()) -> Duration {
    let rounds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    rounds.min().expect("there are rounds")
}

fn parse_bare(text: &str) {
    let extensions = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    black_box(Parser::new_ext(text, extensions).into_offset_iter().count());
}

fn parse(text: &str) {
    black_box(Document::parse(text));
}

/// Each rule of the default profile by itself, the dearest first, then their sum.
fn rules(texts: &[String]) -> Vec<(String, Duration)> {
    let sets = RuleSet::defaults().rules.into_iter().map(|rule| RuleSet { rules: vec![rule] });
    let mut costs: Vec<_> = sets.map(|set| (set, Duration::MAX)).collect();
    for _ in 0..ROUNDS {
        let mut round = vec![Duration::ZERO; costs.len()];
        for text in texts {
            let doc = Document::parse(text.clone());
            for ((set, _), time) in costs.iter().zip(&mut round) {
                let start = Instant::now();
                black_box(set.check(&doc));
                *time += start.elapsed();
            }
        }
        for ((_, best), time) in costs.iter_mut().zip(round) {
            *best = time.min(*best);
        }
    }
    costs.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    let sum = costs.iter().map(|(_, time)| *time).sum();
    let named = costs.into_iter().map(|(set, time)| (set.rules[0].meta.id.to_owned(), time));
    named.chain([("all rules".to_owned(), sum)]).collect()
}

/// Parsing, rules and placing as the engine does them, and then the report.
fn whole(
    workspace: &Workspace,
    files: &[File],
    texts: &[String],
) -> anyhow::Result<Vec<(String, Duration)>> {
    let format = report::find("jsonl").context("there is a format for programs")?;
    let pages = || files.iter().zip(texts);
    let check = |(file, text): (&File, &String)| {
        engine::check_text(workspace, file, text.clone(), &engine::CheckOptions::default())
            .expect("there is no configuration")
    };
    let checked = fastest(|| pages().for_each(|page| drop(black_box(check(page)))));
    let style = Style { color: false, width: 100, quiet: false, suppressed: false };
    let mut part = Vec::new();
    let reported = fastest(|| {
        for page in pages() {
            let checked = check(page);
            part.clear();
            (format.render)(&style, &checked.report, checked.doc.as_deref(), &mut part);
            black_box(&part);
        }
    });
    Ok(vec![("checked and placed".to_owned(), checked), ("and reported".to_owned(), reported)])
}
