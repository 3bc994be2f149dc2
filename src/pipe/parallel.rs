//! Several records at a time: read in one place, checked in many, written in order.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;

use super::lines::{InputLine, LineReader};
use super::{MAX_LINE, Totals, Worker};
use crate::engine::Scratch;

/// Records that may be on their way at once.
const WINDOW: usize = 1_024;
/// The same in bytes, of their lines and of their answers; one alone may be larger.
const WINDOW_BYTES: usize = 2 * MAX_LINE;
/// Records that a worker takes at a time, as far as they are there.
const BATCH: usize = 16;

/// Records that are checked together.
struct Batch {
    index: u64,
    /// The number of the first line, from 1.
    number: u64,
    /// `None` for a line that is too long.
    lines: Vec<Option<Vec<u8>>>,
}

struct Answered {
    index: u64,
    answers: Vec<u8>,
    records: usize,
    /// Bytes of the lines.
    read: usize,
    totals: Totals,
}

/// What is on its way.
#[derive(Default)]
struct Window {
    state: Mutex<(usize, usize)>,
    has_room: Condvar,
}

impl Window {
    /// Waits until there is room for so much.
    fn enter(&self, records: usize, bytes: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.0 > 0 && (state.0 + records > WINDOW || state.1 + bytes > WINDOW_BYTES) {
            state = self.has_room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.0 += records;
        state.1 += bytes;
    }

    /// An answer takes room until it is written.
    fn grow(&self, bytes: usize) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).1 += bytes;
    }

    fn release(&self, records: usize, bytes: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 -= records;
        state.1 -= bytes;
        self.has_room.notify_one();
    }
}

/// Answers all records in their order, `jobs` at a time. What is answered is written as soon as all
/// before it is.
///
/// Where the output cannot be written this returns at once, though the input may still be waited for
/// on a thread of its own: the process is to end then.
///
/// # Errors
/// If the input cannot be read or the output cannot be written.
///
/// # Panics
/// If the operating system cannot start a thread.
pub fn run_parallel(
    worker: &Arc<Worker>,
    jobs: usize,
    input: impl Read + Send + 'static,
    output: impl Write,
) -> io::Result<Totals> {
    let window = Arc::<Window>::default();
    let (to_workers, batches) = mpsc::channel();
    let (to_writer, answered) = mpsc::channel();
    let batches = Arc::new(Mutex::new(batches));
    for job in 0..jobs {
        let (worker, window) = (worker.clone(), window.clone());
        let (batches, to_writer) = (batches.clone(), to_writer.clone());
        let work = move || work(&worker, &window, &batches, &to_writer);
        spawn(format!("check-{job}"), work);
    }
    drop(to_writer);
    let (to_main, read) = mpsc::channel();
    let entrance = window.clone();
    spawn("read".to_owned(), move || {
        // Whoever waits for this is gone if it cannot be sent.
        let _ = to_main.send(read_all(input, &entrance, &to_workers));
    });
    let totals = write_all(&window, &answered, output)?;
    read.recv().unwrap_or_else(|_| Err(io::Error::other("reading ended early")))?;
    Ok(totals)
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().name(name).spawn(work).expect("the system starts threads");
}

fn read_all(input: impl Read, window: &Window, to_workers: &Sender<Batch>) -> io::Result<()> {
    let mut lines = LineReader::new(input, MAX_LINE);
    let (mut index, mut number) = (0, 1);
    loop {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while batch.is_empty() || (batch.len() < BATCH && bytes < 1 << 20 && lines.is_ready()) {
            let Some(line) = lines.next()? else { break };
            batch.push(match line {
                InputLine::Text(text) => Some(text.to_vec()),
                InputLine::TooLong => None,
            });
            bytes += batch.last().and_then(|line| line.as_ref()).map_or(0, Vec::len);
        }
        if batch.is_empty() {
            return Ok(());
        }
        let records = batch.len();
        window.enter(records, bytes);
        if to_workers.send(Batch { index, number, lines: batch }).is_err() {
            return Ok(());
        }
        index += 1;
        number += records as u64;
    }
}

fn work(
    worker: &Worker,
    window: &Window,
    batches: &Mutex<Receiver<Batch>>,
    to_writer: &Sender<Answered>,
) {
    let scratch = Scratch::default();
    loop {
        let next = batches.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Batch { index, number, lines }) = next else { return };
        let (mut answers, mut totals) = (Vec::new(), Totals::default());
        for (at, line) in lines.iter().enumerate() {
            totals += worker.line(number + at as u64, line.as_deref(), &scratch, &mut answers);
        }
        window.grow(answers.len());
        let read = lines.iter().flatten().map(Vec::len).sum();
        let records = lines.len();
        if to_writer.send(Answered { index, answers, records, read, totals }).is_err() {
            return;
        }
    }
}

fn write_all(
    window: &Window,
    answered: &Receiver<Answered>,
    mut output: impl Write,
) -> io::Result<Totals> {
    let (mut waiting, mut due) = (BTreeMap::new(), 0);
    let mut totals = Totals::default();
    loop {
        let next = match answered.try_recv() {
            Ok(next) => next,
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) => {
                output.flush()?;
                let Ok(next) = answered.recv() else { break };
                next
            }
        };
        waiting.insert(next.index, next);
        while let Some(next) = waiting.remove(&due) {
            output.write_all(&next.answers)?;
            totals += next.totals;
            window.release(next.records, next.read + next.answers.len());
            due += 1;
        }
    }
    output.flush()?;
    Ok(totals)
}
