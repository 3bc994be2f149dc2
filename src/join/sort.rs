//! Sorts more than fits into memory: sorted runs in temporary files, merged when they are read.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

/// Collects entries and gives them back in the order of their keys; equal keys in the order in which
/// they came.
pub(super) struct Sorter {
    /// Entries one after the other: key and value.
    bytes: Vec<u8>,
    /// Where each entry stands: start, length of the key, length of the value.
    entries: Vec<(usize, u32, u32)>,
    runs: Vec<File>,
    /// Bytes that are kept in memory.
    limit: usize,
}

/// A key and a value.
pub(super) type SortEntry = (Vec<u8>, Vec<u8>);

/// Most runs that are merged at once: so many files are open.
const MAX_RUNS: usize = 128;

/// Buffer of each run when it is read or written, in bytes.
const BUFFER: usize = 1 << 16;

impl Sorter {
    /// Keeps about so many bytes in memory.
    pub fn new(limit: usize) -> Self {
        Sorter { bytes: Vec::new(), entries: Vec::new(), runs: Vec::new(), limit }
    }

    /// # Errors
    /// If a temporary file cannot be written; likewise below.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> io::Result<()> {
        const ENTRY: usize = size_of::<(usize, u32, u32)>();
        let size = self.bytes.len() + self.entries.len() * ENTRY;
        if size + key.len() + value.len() > self.limit && !self.entries.is_empty() {
            self.spill()?;
        }
        let length = |text: &[u8]| {
            u32::try_from(text.len()).map_err(|_| io::Error::other("an entry is too large"))
        };
        self.entries.push((self.bytes.len(), length(key)?, length(value)?));
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
        Ok(())
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        self.entries.sort_by_key(|&(start, key, _)| &bytes[start..start + key as usize]);
    }

    fn spill(&mut self) -> io::Result<()> {
        self.sort();
        let mut run = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
        for &(start, key, value) in &self.entries {
            let entry = &self.bytes[start..start + key as usize + value as usize];
            write_entry(&mut run, key, value, entry)?;
        }
        self.keep(run)?;
        self.bytes.clear();
        self.entries.clear();
        if self.runs.len() >= MAX_RUNS {
            self.merge_runs()?;
        }
        Ok(())
    }

    fn keep(&mut self, run: BufWriter<File>) -> io::Result<()> {
        let mut file = run.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        self.runs.push(file);
        Ok(())
    }

    /// Makes one run of all, in the order in which they were made.
    fn merge_runs(&mut self) -> io::Result<()> {
        let mut merged = Merged::of(std::mem::take(&mut self.runs))?;
        let mut run = BufWriter::with_capacity(BUFFER, tempfile::tempfile()?);
        while let Some((mut key, value)) = merged.next()? {
            let (key_length, value_length) = (key.len() as u32, value.len() as u32);
            key.extend_from_slice(&value);
            write_entry(&mut run, key_length, value_length, &key)?;
        }
        self.keep(run)
    }

    /// All entries in order.
    pub fn finish(mut self) -> io::Result<Sorted> {
        if self.runs.is_empty() {
            self.sort();
            return Ok(Sorted::Memory { sorter: self, next: 0 });
        }
        if !self.entries.is_empty() {
            self.spill()?;
        }
        Ok(Sorted::Disk(Merged::of(self.runs)?))
    }
}

fn write_entry(run: &mut impl Write, key: u32, value: u32, entry: &[u8]) -> io::Result<()> {
    run.write_all(&key.to_le_bytes())?;
    run.write_all(&value.to_le_bytes())?;
    run.write_all(entry)
}

/// Entries in the order of their keys.
pub(super) enum Sorted {
    Memory { sorter: Sorter, next: usize },
    Disk(Merged),
}

impl Sorted {
    pub fn next(&mut self) -> io::Result<Option<SortEntry>> {
        match self {
            Sorted::Disk(merged) => merged.next(),
            Sorted::Memory { sorter, next } => {
                let Some(&(start, key, value)) = sorter.entries.get(*next) else { return Ok(None) };
                *next += 1;
                let middle = start + key as usize;
                let value = sorter.bytes[middle..middle + value as usize].to_vec();
                Ok(Some((sorter.bytes[start..middle].to_vec(), value)))
            }
        }
    }
}

/// Key, number of the run, and value.
type RunHead = (Vec<u8>, usize, Vec<u8>);

/// Runs being merged.
pub(super) struct Merged {
    runs: Vec<BufReader<File>>,
    /// The next entry of each run; of equal ones, that of the earlier run is first.
    heads: BinaryHeap<Reverse<RunHead>>,
}

impl Merged {
    fn of(runs: Vec<File>) -> io::Result<Self> {
        let runs = runs.into_iter().map(|run| BufReader::with_capacity(BUFFER, run)).collect();
        let mut merged = Merged { runs, heads: BinaryHeap::new() };
        for run in 0..merged.runs.len() {
            merged.fill(run)?;
        }
        Ok(merged)
    }

    fn fill(&mut self, run: usize) -> io::Result<()> {
        let reader = &mut self.runs[run];
        let mut lengths = [0; 8];
        match reader.read_exact(&mut lengths) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            result => result?,
        }
        let length = |at: usize| {
            u32::from_le_bytes([lengths[at], lengths[at + 1], lengths[at + 2], lengths[at + 3]])
        };
        let (mut key, mut value) = (vec![0; length(0) as usize], vec![0; length(4) as usize]);
        reader.read_exact(&mut key)?;
        reader.read_exact(&mut value)?;
        self.heads.push(Reverse((key, run, value)));
        Ok(())
    }

    fn next(&mut self) -> io::Result<Option<SortEntry>> {
        let Some(Reverse((key, run, value))) = self.heads.pop() else { return Ok(None) };
        self.fill(run)?;
        Ok(Some((key, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_the_same_whatever_fits_into_memory() {
        let mut state = 88_172_645_463_325_252_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let entries: Vec<SortEntry> = (0..3_000)
            .map(|at: u32| (format!("k{}", random() % 500).into(), at.to_le_bytes().to_vec()))
            .collect();
        let mut expected = entries.clone();
        expected.sort_by(|a, b| a.0.cmp(&b.0));
        for limit in [0, 300, 5_000, 1 << 20] {
            let mut sorter = Sorter::new(limit);
            for (key, value) in &entries {
                sorter.push(key, value).expect("temporary files can be written");
            }
            let mut sorted = sorter.finish().expect("they can be read");
            for entry in &expected {
                assert_eq!(sorted.next().expect("read").as_ref(), Some(entry), "limit {limit}");
            }
            assert_eq!(sorted.next().expect("read"), None);
        }
    }
}
