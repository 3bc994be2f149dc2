//! Lines of a stream, one at a time, in bounded memory.

use std::io::{self, ErrorKind, Read};

/// What stands on a line, without its end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InputLine<'b> {
    Text(&'b [u8]),
    /// It is longer than the limit, and was passed over.
    TooLong,
}

/// Reads lines, and knows whether the next one is there already.
pub(crate) struct LineReader<R> {
    input: R,
    buffer: Vec<u8>,
    /// What has been handed out.
    start: usize,
    /// What has been read.
    end: usize,
    /// Up to where there is no line end after `start`.
    searched: usize,
    limit: usize,
    is_over: bool,
}

/// How much is read at once, in bytes.
const CHUNK: usize = 1 << 17;

impl<R: Read> LineReader<R> {
    /// Lines longer than `limit` bytes are passed over.
    pub fn new(input: R, limit: usize) -> Self {
        let buffer = Vec::new();
        LineReader { input, buffer, start: 0, end: 0, searched: 0, limit, is_over: false }
    }

    /// Whether the next line can be had without waiting for the input.
    pub fn is_ready(&mut self) -> bool {
        self.line_end().is_some() || self.is_over
    }

    /// The next line; `None` at the end of the input.
    ///
    /// # Errors
    /// If the input cannot be read.
    pub fn next(&mut self) -> io::Result<Option<InputLine<'_>>> {
        loop {
            if let Some(end) = self.line_end() {
                return Ok(Some(self.take(end, end + 1)));
            }
            if self.is_over {
                let end = self.end;
                return Ok((self.start < end).then(|| self.take(end, end)));
            }
            if self.end - self.start > self.limit {
                return self.pass_over().map(|()| Some(InputLine::TooLong));
            }
            self.fill()?;
        }
    }

    fn line_end(&mut self) -> Option<usize> {
        let from = self.searched.max(self.start);
        let found = memchr::memchr(b'\n', &self.buffer[from..self.end]).map(|at| from + at);
        self.searched = found.unwrap_or(self.end);
        found
    }

    fn take(&mut self, end: usize, next: usize) -> InputLine<'_> {
        let line = self.start..end;
        self.start = next;
        if line.len() > self.limit {
            InputLine::TooLong
        } else {
            InputLine::Text(&self.buffer[line])
        }
    }

    /// Reads up to the end of the line, and keeps nothing of it.
    fn pass_over(&mut self) -> io::Result<()> {
        loop {
            self.start = self.end;
            self.fill()?;
            if let Some(end) = self.line_end() {
                self.start = end + 1;
                return Ok(());
            }
            if self.is_over {
                self.start = self.end;
                return Ok(());
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.searched = self.searched.saturating_sub(self.start);
            self.end -= self.start;
            self.start = 0;
        }
        // What a giant line needed is given back.
        if self.end == 0 && self.buffer.len() > 16 * CHUNK {
            self.buffer = Vec::new();
        }
        if self.buffer.len() - self.end < CHUNK {
            let length =
                (self.end * 2).clamp(self.end + CHUNK, self.limit.max(self.end) + 2 * CHUNK);
            self.buffer.resize(length, 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.is_over = true,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Drops<'t>(&'t [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn read(text: &[u8], size: usize, limit: usize) -> Vec<Option<Vec<u8>>> {
        let mut lines = LineReader::new(Drops(text, size), limit);
        let mut read = Vec::new();
        while let Some(line) = lines.next().expect("memory can be read") {
            read.push(match line {
                InputLine::Text(text) => Some(text.to_vec()),
                InputLine::TooLong => None,
            });
        }
        read
    }

    #[test]
    fn lines_are_the_same_however_they_arrive() {
        let text = b"one\n\nlonger than ten\nten bytes!\nlast";
        let line = |text: &str| Some(text.as_bytes().to_vec());
        let expected = [line("one"), line(""), None, line("ten bytes!"), line("last")];
        for size in [1, 2, 3, 7, 11, 100] {
            assert_eq!(read(text, size, 10), expected, "{size} bytes at a time");
        }
        assert_eq!(read(b"", 1, 10), []);
        assert_eq!(read(b"\n", 1, 10), [line("")]);
        assert_eq!(read(b"longer than ten", 4, 10), [None]);
    }

    #[test]
    fn a_giant_line_takes_no_more_memory_than_the_limit() {
        let text = [vec![b'x'; 40 * CHUNK], b"\nnext\n".to_vec()].concat();
        let mut lines = LineReader::new(&*text, CHUNK);
        assert_eq!(lines.next().expect("read"), Some(InputLine::TooLong));
        assert!(lines.buffer.len() <= 4 * CHUNK, "{}", lines.buffer.len());
        assert_eq!(lines.next().expect("read"), Some(InputLine::Text(b"next")));
    }
}
