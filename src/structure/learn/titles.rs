//! What titles have in common: with the front matter, with the file's name, with each other.

use std::path::Path;

use super::{Notes, Sample, digits_pattern, most_frequent};
use crate::structure::front_matter::Data;
use crate::structure::page::Outline;
use crate::structure::template::Title;
use crate::structure::title::fits;

pub(super) fn learn(samples: &[Sample], pages: &[Outline], notes: &mut Notes) -> Option<Title> {
    let h1 = |page: &Outline| {
        let h1 = page.headings.iter().find(|entry| entry.level == 1);
        h1.map(|entry| entry.text.clone())
    };
    let fields: Vec<Option<String>> = samples
        .iter()
        .map(|sample| Data::of(&sample.doc)?.text("title").map(|(text, _)| text))
        .collect();
    let h1s: Vec<Option<String>> = pages.iter().map(h1).collect();
    let mut title = Title::default();
    let with_field = fields.iter().flatten().count();
    let same = h1s.iter().zip(&fields).filter(|(h1, field)| h1.is_some() && h1 == field).count();
    let all = samples.len();
    if notes.is_common(same, all) && with_field > 0 {
        notes.add("/title/field", same, all, "");
        title.field = Some("title".to_owned());
    }
    let titles: Vec<(&Path, &str)> = samples
        .iter()
        .zip(h1s.iter().zip(&fields))
        .filter_map(|(sample, (h1, field))| {
            Some((sample.path.as_path(), h1.as_deref().or(field.as_deref())?))
        })
        .collect();
    let fitting = titles.iter().filter(|(path, title)| fits(path, title)).count();
    if notes.is_common(fitting, all) {
        notes.add("/title/file_name", fitting, all, "");
        title.file_name = true;
    }
    let texts: Vec<&str> = titles.iter().map(|(_, title)| *title).collect();
    if let Some((pattern, count)) = pattern(&texts, all, notes) {
        notes.add("/title/pattern", count, all, "");
        title.pattern = Some(pattern);
    }
    let is_empty = title.field.is_none() && !title.file_name && title.pattern.is_none();
    (!is_empty).then_some(title)
}

/// A pattern for most titles: the same but for digits, or the same first words.
fn pattern(titles: &[&str], all: usize, notes: &Notes) -> Option<(String, usize)> {
    let numbered = most_frequent(titles.iter().map(|title| digits_pattern(title)));
    if let Some((pattern, count)) = numbered.into_iter().next()
        && notes.is_common(count, all)
    {
        return Some((pattern, count));
    }
    let mut found = None;
    for words in 1..=8 {
        let firsts = titles.iter().filter_map(|title| first_words(title, words));
        match most_frequent(firsts).into_iter().next() {
            Some((prefix, count)) if notes.is_common(count, all) => {
                found = Some((format!("^{} ", regex::escape(prefix)), count));
            }
            _ => break,
        }
    }
    found
}

/// The first words of a title that has more.
fn first_words(title: &str, words: usize) -> Option<&str> {
    let (at, _) = title.match_indices(' ').nth(words - 1)?;
    Some(&title[..at])
}
