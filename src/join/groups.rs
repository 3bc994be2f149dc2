//! The rows of each page in one piece, in a temporary file.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use super::sort::Sorted;
use super::{ANCHOR, JoinError, PAGE};
use crate::facts::{Fact, PageRow};
use crate::site::facts::PageFacts;
use crate::site::ids::HeadingId;
use crate::site::{FileId, FileTable, Library};

/// Where the rows of pages stand.
pub(super) struct Groups {
    file: Mutex<File>,
    /// By file; empty for what is no page.
    places: Vec<GroupPlace>,
    /// The pages in the order of their paths in a walk.
    order: Vec<FileId>,
}

/// Where the rows of a page stand, in bytes.
#[derive(Clone, Copy, Debug, Default)]
struct GroupPlace {
    start: u64,
    length: u32,
    /// How much of that tells what others may link to. It comes first.
    head: u32,
}

impl Groups {
    /// Writes rows that are sorted by page.
    pub fn write(table: &FileTable, mut rows: Sorted) -> Result<Groups, JoinError> {
        let mut file = BufWriter::with_capacity(1 << 17, tempfile::tempfile()?);
        let mut places = vec![GroupPlace::default(); table.len()];
        let mut order = Vec::new();
        let (mut at, mut current): (u64, Option<(FileId, Vec<u8>)>) = (0, None);
        while let Some((key, row)) = rows.next()? {
            let end = key.len() - (2 + size_of::<u32>());
            let (page, kind) = (&key[..end], key[end + 1]);
            if kind == PAGE {
                let path = page_of(&row)?;
                if current.as_ref().is_some_and(|(_, known)| known == page) {
                    return Err(JoinError::Twice(path));
                }
                let id = table.get(&path).ok_or(JoinError::NoPage(path))?;
                places[id.index()].start = at;
                order.push(id);
                current = Some((id, page.to_vec()));
            }
            let Some((id, _)) = current.as_ref().filter(|(_, known)| known == page) else {
                return Err(JoinError::NoPage(page_of(&row)?));
            };
            file.write_all(&row)?;
            file.write_all(b"\n")?;
            let length = row.len() as u64 + 1;
            at += length;
            let place = &mut places[id.index()];
            place.length = u32::try_from(u64::from(place.length) + length)
                .map_err(|_| io::Error::other("the facts of a page are too large"))?;
            if kind <= ANCHOR {
                place.head = place.length;
            }
        }
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Groups { file: Mutex::new(file), places, order })
    }

    /// The pages in the order in which a run reports them.
    pub fn pages(&self) -> &[FileId] {
        &self.order
    }

    /// All rows of a page; none for what is no page.
    pub fn rows(&self, page: FileId) -> io::Result<Vec<Fact>> {
        let place = self.places[page.index()];
        self.read(place.start, place.length)
    }

    fn read(&self, start: u64, length: u32) -> io::Result<Vec<Fact>> {
        let mut text = vec![0; length as usize];
        if length > 0 {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(start))?;
            file.read_exact(&mut text)?;
        }
        let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).map_err(io::Error::from)).collect()
    }
}

/// The page that a row is of.
fn page_of(row: &[u8]) -> io::Result<String> {
    Ok(match serde_json::from_slice(row)? {
        Fact::Page(PageRow { path, .. }) | Fact::File { path } => path,
        Fact::Anchor(anchor) => anchor.page,
        Fact::Link(link) => link.page,
        Fact::Field(field) => field.page,
    })
}

impl Library for Groups {
    fn facts(&self, page: FileId) -> Option<PageFacts> {
        let rows = self.rows(page).ok()?;
        (!rows.is_empty()).then(|| facts(&rows).1)
    }

    fn target(&self, page: FileId) -> Option<PageFacts> {
        let place = self.places[page.index()];
        let rows = self.read(place.start, place.head).ok()?;
        (!rows.is_empty()).then(|| facts(&rows).1)
    }
}

/// The row of a page, and its facts.
pub(super) fn facts(rows: &[Fact]) -> (Option<&PageRow>, PageFacts) {
    let mut facts = PageFacts::default();
    let mut page = None;
    for row in rows {
        match row {
            Fact::Page(row) => {
                facts.is_open = row.open;
                page = Some(row);
            }
            Fact::Anchor(anchor) => {
                facts.anchors.push(anchor.name.clone());
                facts.headings.extend(anchor.text.as_ref().map(|text| HeadingId {
                    line: 0,
                    level: 1,
                    text: text.clone(),
                    id: Some(anchor.name.clone()),
                    is_own: false,
                    is_made: false,
                }));
            }
            Fact::Link(link) => facts.links.push(link.link()),
            Fact::Field(_) | Fact::File { .. } => {}
        }
    }
    (page, facts)
}
