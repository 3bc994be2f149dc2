//! Takes rows in, whatever their order.

use std::io::Read;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::groups::Groups;
use super::sort::Sorter;
use super::{ANCHOR, FIELD, Join, JoinError, LINK, PAGE, key_of};
use crate::facts::Fact;
use crate::pipe::{InputLine, LineReader, MAX_LINE};
use crate::site::is_generators;

/// Collects the rows of all pages.
pub struct Collector {
    paths: Vec<String>,
    rows: Sorter,
    fields: Sorter,
    memory: usize,
    /// The digest of the settings, and a page that has it.
    digest: Option<(String, String)>,
    /// Pages of which there is nothing but an error.
    unread: u64,
    /// The configuration of a generator, if there is one.
    generator: Option<String>,
}

/// A line: a row, or the answer of a worker that has rows.
#[derive(Deserialize)]
struct JoinAnswer<'l> {
    #[serde(borrow, default)]
    facts: Option<Vec<&'l RawValue>>,
    #[serde(default)]
    error: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(borrow, default)]
    kind: Option<&'l RawValue>,
    #[serde(borrow, default)]
    hello: Option<&'l RawValue>,
}

impl Collector {
    /// Keeps about so many bytes of rows in memory.
    pub fn new(memory: usize) -> Self {
        let (rows, fields) = (Sorter::new(memory / 2), Sorter::new(memory / 8));
        Collector {
            paths: Vec::new(),
            rows,
            fields,
            memory,
            digest: None,
            unread: 0,
            generator: None,
        }
    }

    /// Adds all lines of a file; `name` is how errors call it.
    ///
    /// # Errors
    /// If it cannot be read, or a line is no row.
    pub fn read(&mut self, name: &str, input: impl Read) -> Result<(), JoinError> {
        let mut lines = LineReader::new(input, MAX_LINE);
        let mut number = 0;
        let unreadable = |cause| JoinError::Unreadable { name: name.to_owned(), cause };
        while let Some(line) = lines.next().map_err(unreadable)? {
            number += 1;
            let wrong =
                |cause: String| JoinError::Row { name: name.to_owned(), line: number, cause };
            let text = match line {
                InputLine::Text(text) if text.trim_ascii().is_empty() => continue,
                InputLine::Text(text) => {
                    str::from_utf8(text).map_err(|error| wrong(error.to_string()))?
                }
                InputLine::TooLong => return Err(wrong("the line is too long".to_owned())),
            };
            self.line(text, &wrong)?;
        }
        Ok(())
    }

    fn line(&mut self, text: &str, wrong: &dyn Fn(String) -> JoinError) -> Result<(), JoinError> {
        let answer: JoinAnswer =
            serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        match (answer.kind, answer.facts, answer.path) {
            (Some(_), ..) => self.row(text, wrong),
            (None, Some(rows), _) => {
                self.unread += u64::from(answer.error.is_some());
                rows.into_iter().try_for_each(|row| self.row(row.get(), wrong))
            }
            (None, None, _) if answer.hello.is_some() => Ok(()),
            // It is there, and nobody knows what is in it.
            (None, None, Some(path)) if answer.error.is_some() => {
                self.unread += 1;
                self.file(path);
                Ok(())
            }
            _ => Err(wrong(answer.error.unwrap_or_else(|| "expected facts".to_owned()))),
        }
    }

    fn row(&mut self, text: &str, wrong: &dyn Fn(String) -> JoinError) -> Result<(), JoinError> {
        let fact: Fact = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let (page, order, at) = match &fact {
            Fact::File { path } => {
                self.file(path.clone());
                return Ok(());
            }
            Fact::Page(page) => {
                self.compare(&page.digest, &page.path)?;
                self.paths.push(page.path.clone());
                (&page.path, PAGE, 0)
            }
            Fact::Anchor(anchor) => (&anchor.page, ANCHOR, anchor.at),
            Fact::Link(link) => (&link.page, LINK, link.at),
            Fact::Field(field) => {
                // Value first, then the pages in their order: the first one has it.
                let mut key = serde_json::to_vec(&(&field.name, &field.value)).unwrap_or_default();
                key.push(0);
                key.extend(key_of(&field.page));
                key.push(0);
                key.extend(field.at.to_be_bytes());
                let value = serde_json::to_vec(&(&field.page, field.at, field.place.start.0));
                self.fields.push(&key, &value.unwrap_or_default())?;
                (&field.page, FIELD, field.at)
            }
        };
        let mut key = key_of(page);
        key.extend([0, order]);
        key.extend(at.to_be_bytes());
        Ok(self.rows.push(&key, text.as_bytes())?)
    }

    /// Adds a file that is no page.
    pub fn file(&mut self, path: String) {
        if is_generators(&path) && self.generator.is_none() {
            self.generator = Some(path.clone());
        }
        self.paths.push(path);
    }

    fn compare(&mut self, digest: &str, path: &str) -> Result<(), JoinError> {
        match &self.digest {
            None => self.digest = Some((digest.to_owned(), path.to_owned())),
            Some((known, other)) if known != digest => {
                return Err(JoinError::Different { path: path.to_owned(), other: other.clone() });
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// The configuration of a generator among the files: links are not followed as it makes them.
    pub fn generator(&self) -> Option<&str> {
        self.generator.as_deref()
    }

    /// Pages that could not be checked: whatever is linked to in them is taken for there.
    pub fn unread(&self) -> u64 {
        self.unread
    }

    /// Everything is there.
    ///
    /// # Errors
    /// If the rows do not belong together, or temporary files cannot be used.
    pub fn join(self) -> Result<Join, JoinError> {
        let table = crate::site::FileTable::new(self.paths);
        let groups = Groups::write(&table, self.rows.finish()?)?;
        if table.is_empty() {
            return Err(JoinError::Nothing);
        }
        let later = super::fields::later(self.fields.finish()?, self.memory / 8)?;
        Join::new(table, groups, later)
    }
}
