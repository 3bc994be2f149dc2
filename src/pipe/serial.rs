//! One record at a time.

use std::io::{self, Read, Write};

use super::lines::{InputLine, LineReader};
use super::{MAX_LINE, Totals, Worker};
use crate::engine::Scratch;

/// Answers are gathered up to this size, in bytes, as long as there are more records to read.
const GATHERED: usize = 1 << 17;

/// Answers all records. What is answered is written before it waits for more input.
///
/// # Errors
/// If the input cannot be read or the output cannot be written.
pub fn run_serial(worker: &Worker, input: impl Read, mut output: impl Write) -> io::Result<Totals> {
    let mut lines = LineReader::new(input, MAX_LINE);
    let (scratch, mut answers, mut totals) = (Scratch::default(), Vec::new(), Totals::default());
    let mut number = 0;
    loop {
        if !answers.is_empty() && (answers.len() >= GATHERED || !lines.is_ready()) {
            output.write_all(&answers)?;
            output.flush()?;
            answers.clear();
            // What a giant answer needed is given back.
            answers.shrink_to(8 * GATHERED);
        }
        let Some(line) = lines.next()? else { break };
        number += 1;
        let line = match line {
            InputLine::Text(text) => Some(text),
            InputLine::TooLong => None,
        };
        totals += worker.line(number, line, &scratch, &mut answers);
    }
    output.write_all(&answers)?;
    output.flush()?;
    Ok(totals)
}
