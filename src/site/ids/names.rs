//! What becomes of ids that occur twice, and of empty ones.

use foldhash::{HashMap, HashSet};

use super::naming::{Empty, Naming, Twice};
use crate::site::slug::Scheme;

/// The ids that are given.
#[derive(Default)]
pub(super) struct Names {
    pub taken: HashSet<String>,
    counts: HashMap<String, usize>,
    /// How many `id1` there are.
    numbered: usize,
}

impl Names {
    pub fn name(&mut self, naming: &Naming, slug: String, is_blank: bool) -> Option<String> {
        let slug = match naming.empty {
            Empty::Word(_) if slug.is_empty() && is_blank => return None,
            Empty::Word(word) if slug.is_empty() => word.to_owned(),
            _ => slug,
        };
        let is_empty = slug.is_empty();
        let id = match naming.twice {
            Twice::Counted | Twice::WithOwn => self.counted(slug),
            Twice::Blind => {
                let count =
                    self.counts.entry(slug.clone()).and_modify(|count| *count += 1).or_insert(0);
                if *count > 0 { format!("{slug}-{count}") } else { slug }
            }
            Twice::Underscore => self.underscored(slug),
            Twice::Docutils => self.numbered(slug),
        };
        // Astro takes a hyphen off the end, of names that are told apart already.
        let id = match id.strip_suffix('-') {
            Some(bare) if naming.scheme == Scheme::Astro => bare.to_owned(),
            _ => id,
        };
        let is_id = !id.is_empty() || (is_empty && naming.empty == Empty::CountsAndIs);
        is_id.then_some(id)
    }

    fn counted(&mut self, slug: String) -> String {
        let mut id = slug.clone();
        while self.taken.contains(&id) {
            let count = self.counts.entry(slug.clone()).or_insert(0);
            *count += 1;
            id = format!("{slug}-{count}");
        }
        self.taken.insert(id.clone());
        id
    }

    fn underscored(&mut self, slug: String) -> String {
        let (stem, mut count) = match slug.rsplit_once('_') {
            Some((stem, digits)) if is_digits(digits) => {
                (stem.to_owned(), digits.parse().unwrap_or(0))
            }
            _ => (slug.clone(), 0_u64),
        };
        let mut id = slug;
        if id.is_empty() || self.taken.contains(&id) {
            // Where many are equal, their count goes on where it was.
            let from = self.counts.get(&stem).map_or(0, |&count| count as u64);
            count = count.max(from);
            loop {
                count += 1;
                id = format!("{stem}_{count}");
                if !self.taken.contains(&id) {
                    break;
                }
            }
            self.counts.insert(stem, count as usize);
        }
        self.taken.insert(id.clone());
        id
    }

    /// Something else takes the next numbers.
    pub fn skip_numbers(&mut self, count: usize) {
        for _ in 0..count {
            self.numbered(String::new());
        }
    }

    pub fn numbered(&mut self, slug: String) -> String {
        let mut id = slug;
        while id.is_empty() || self.taken.contains(&id) {
            self.numbered += 1;
            id = format!("id{}", self.numbered);
        }
        self.taken.insert(id.clone());
        id
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.len() < 18 && text.bytes().all(|byte| byte.is_ascii_digit())
}
