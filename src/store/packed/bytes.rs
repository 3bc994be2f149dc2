//! Numbers as LEB128 (<https://dwarfstd.org>, 7.6), and texts with their length in front: written,
//! and read from bytes that may be damaged.

use integer_encoding::VarInt;

use crate::store::error::StoreError;

/// Appends a number.
#[inline]
pub(super) fn number(out: &mut Vec<u8>, value: u64) {
    if value < 0x80 {
        return out.push(value as u8);
    }
    let mut bytes = [0; 10];
    let length = value.encode_var(&mut bytes);
    out.extend_from_slice(&bytes[..length]);
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
        let (value, length) = u64::decode_var(self.0).ok_or_else(damaged)?;
        self.0 = &self.0[length..];
        Ok(value)
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
        let mut bytes = Vec::new();
        [128, 300].iter().for_each(|&value| number(&mut bytes, value));
        assert_eq!(bytes[..], [0x80, 0x01, 0xac, 0x02]);
    }

    #[test]
    fn a_number_that_is_too_long_or_too_large_is_an_error() {
        assert!(Input(&[0xff; 11]).number().is_err());
        assert!(Input(&[0xff, 0xff, 0xff, 0xff, 0x10]).small().is_err());
        assert!(Input(&[2, b'a']).text().is_err());
        assert!(Input(&[1, 0xff]).text().is_err());
    }
}
