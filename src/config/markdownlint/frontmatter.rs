//! `frontMatter`: a regular expression of JavaScript, as Rust has it.

use regex::Regex;

/// Most bytes of a compiled expression.
const MAX_SIZE: usize = 1 << 20;

/// Compiles the expression.
///
/// # Errors
/// What is wrong, and what to do.
pub(super) fn compile(source: &str) -> Result<Regex, (String, String)> {
    let translated = source.replace("[^]", r"[\s\S]").replace("[]", r"[^\s\S]").replace(r"\/", "/");
    let built = regex::RegexBuilder::new(&translated).size_limit(MAX_SIZE).build();
    built.map_err(|error| {
        let error = error.to_string();
        let cause = error.lines().last().unwrap_or_default();
        let cause = cause.trim_start_matches("error: ").to_owned();
        let message =
            format!("`frontMatter` is a regular expression that is not understood: {cause}");
        (message, "write it without look-around and back references".to_owned())
    })
}
