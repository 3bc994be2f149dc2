//! Any data file: no panic, places in the text, conversion within its budget.

#![no_main]

use libfuzzer_sys::fuzz_target;
use validator::data::{self, Format};
use validator::text::Span;

fuzz_target!(|text: &str| {
    for format in [Format::Yaml, Format::Toml, Format::Json, Format::Jsonc] {
        let parsed = data::parse(format, text, Span::new(0, text.len()));
        for problem in &parsed.problems {
            assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
        }
    }
});
