//! The rows of each page in one piece, in a temporary file.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use super::JoinError;
use super::sort::Sorted;
use crate::facts::{Fact, PageRow};
use crate::site::facts::PageFacts;
use crate::site::ids::HeadingId;
use crate::site::{FileId, FileTable, Library};

/// Where the rows of pages stand.
pub(super) struct Groups {
    file: Mutex<File>,
    /// By file: start and length; no length for what is no page.
    places: Vec<(u64, u32)>,
    /// The pages in the order of their paths in a walk.
    order: Vec<FileId>,
}

impl Groups {
    /// Writes rows that are sorted by page.
    pub fn write(table: &FileTable, mut rows: Sorted) -> Result<Groups, JoinError> {
        let mut file = BufWriter::with_capacity(1 << 17, tempfile::tempfile()?);
        let mut places = vec![(0, 0); table.len()];
        let mut order = Vec::new();
        let (mut at, mut current): (u64, Option<(FileId, Vec<u8>)>) = (0, None);
        while let Some((key, row)) = rows.next()? {
            let end = key.len() - (2 + size_of::<u32>());
            let (page, is_page) = (&key[..end], key[end + 1] == 0);
            if is_page {
                let path = page_of(&row)?;
                if current.as_ref().is_some_and(|(_, known)| known == page) {
                    return Err(JoinError::Twice(path));
                }
                let id = table.get(&path).ok_or(JoinError::NoPage(path))?;
                places[id.index()].0 = at;
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
            place.1 = u32::try_from(u64::from(place.1) + length)
                .map_err(|_| io::Error::other("the facts of a page are too large"))?;
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
        let (start, length) = self.places[page.index()];
        let mut text = vec![0; length as usize];
        if length > 0 {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(start))?;
            BufReader::new(&mut *file).read_exact(&mut text)?;
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
