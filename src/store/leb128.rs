//! Numbers as LEB128 (<https://dwarfstd.org>, 7.6), and texts with their length in front: written,
//! and read from bytes that may be damaged.

use arrayvec::ArrayVec;

use super::error::StoreError;

/// A few bytes that grow without asking for memory: at most eight numbers and eight bytes.
#[derive(Default)]
pub(super) struct Bytes(ArrayVec<u8, { 8 * LONGEST + 8 }>);

/// The most bytes that a number takes.
const LONGEST: usize = 10;

impl Bytes {
    #[inline]
    pub(super) fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend(bytes.iter().copied());
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.0
    }
}

/// Appends a number.
pub(super) fn number(out: &mut Vec<u8>, value: u64) {
    let mut bytes = Bytes::default();
    bytes.number(value);
    out.extend_from_slice(bytes.as_slice());
}

/// Appends a text after its length in bytes.
pub(super) fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// What is left to be read.
#[derive(Clone, Copy)]
pub(super) struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    pub(super) fn number(&mut self) -> Result<u64, StoreError> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.bytes(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(damaged())
    }

    /// A number that fits 32 bits, as places and counts do.
    pub(super) fn small(&mut self) -> Result<u32, StoreError> {
        self.number()?.try_into().map_err(|_| damaged())
    }

    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], StoreError> {
        let (bytes, rest) = self.0.split_at_checked(count).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, StoreError> {
        let length = self.small()? as usize;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| damaged())
    }
}

pub(super) fn damaged() -> StoreError {
    StoreError::Corrupt { detail: "packed findings cannot be read".into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let (numbers, words) =
            ([0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX], ["", "two ☂"]);
        let mut out = Vec::new();
        numbers.iter().for_each(|&value| number(&mut out, value));
        words.iter().for_each(|word| text(&mut out, word));
        let mut input = Input(&out);
        numbers.iter().for_each(|&value| assert_eq!(input.number().unwrap(), value));
        words.iter().for_each(|&word| assert_eq!(input.text().unwrap(), word));
        assert!(input.number().is_err());
        // 128 and 300 as the specification has them.
        let mut bytes = Bytes::default();
        [128, 300].iter().for_each(|&value| bytes.number(value));
        assert_eq!(bytes.as_slice(), [0x80, 0x01, 0xac, 0x02]);
    }

    #[test]
    fn a_number_that_is_too_long_or_too_large_is_an_error() {
        assert!(Input(&[0xff; 11]).number().is_err());
        assert!(Input(&[0xff, 0xff, 0xff, 0xff, 0x10]).small().is_err());
        assert!(Input(&[2, b'a']).text().is_err());
        assert!(Input(&[1, 0xff]).text().is_err());
    }
}
