//! TEXT001

use schemars::JsonSchema;
use serde::Deserialize;

use super::inner_spaces::stray_runs;
use crate::diagnostic::message;
use crate::document::Document;
use crate::rules::{Meta, Page, Rule, Sink};
use crate::text::Span;

/// Chinese, Japanese and Korean are written without spaces, and CommonMark takes asterisks for marks
/// only where spaces or punctuation show which side of a word they are on: between a letter and a
/// bracket they stay visible.
///
/// Put the punctuation outside of the marks, or a space beside them.
///
/// ```markdown bad
/// 这是**「重要」**的事。
/// ```
///
/// ```markdown good
/// 这是「**重要**」的事。
/// ```
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct VisibleMarks {}

impl Rule for VisibleMarks {
    const META: Meta = Meta {
        id: "TEXT001",
        name: "visible-emphasis-marks",
        tags: &["emphasis", "cjk"],
        summary: "no emphasis markers left visible beside CJK text",
        ..Meta::DEFAULT
    };

    fn check(&self, page: &Page, out: &mut Sink) {
        if page.text.is_ascii() {
            return;
        }
        let mut runs = stray_runs(page);
        runs.retain(|run| run.mark == b'*');
        runs.sort_by_key(|run| (run.group(), run.span.start));
        for group in runs.chunk_by(|a, b| a.group() == b.group()) {
            for pair in group.chunks_exact(2) {
                let (open, close) = (pair[0].span, pair[1].span);
                if is_meant(page, open, close) {
                    let place = Span::new(open.start(), close.end());
                    let marks = page.slice(open);
                    out.report(
                        place,
                        message!("`{}` stays visible beside a letter and punctuation", marks),
                    );
                }
            }
        }
    }
}

/// Whether both runs stand at text, and one of them between a letter of East Asia and punctuation.
fn is_meant(doc: &Document, open: Span, close: Span) -> bool {
    let before = |at: usize| doc.text[..at].chars().next_back();
    let after = |at: usize| doc.text[at..].chars().next();
    let is_text = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && c != '*');
    let inner = doc.text.get(open.end()..close.start()).unwrap_or("");
    let is_stuck = |outer: Option<char>, inner: Option<char>| {
        outer.is_some_and(is_east_asian) && inner.is_some_and(|c| !c.is_alphanumeric())
    };
    is_text(after(open.end()))
        && is_text(before(close.start()))
        && !inner.contains('\n')
        && (is_stuck(before(open.start()), after(open.end()))
            || is_stuck(after(close.end()), before(close.start())))
}

/// Whether it is a letter of a script that is written without spaces.
fn is_east_asian(c: char) -> bool {
    c.is_alphabetic()
        && matches!(u32::from(c), 0x1100..=0x11ff | 0x2e80..=0xa4cf | 0xac00..=0xd7ff
            | 0xf900..=0xfaff | 0xff66..=0xffdc | 0x20000..=0x3ffff)
}
