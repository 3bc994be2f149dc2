//! Numbers as LEB128 (<https://dwarfstd.org>, 7.6), and texts with their length in front.

/// The bytes of one finding: at most eight numbers, and a fingerprint.
pub(super) struct Bytes {
    bytes: [u8; 8 * LONGEST + 8],
    length: usize,
}

/// The most bytes that a number takes.
const LONGEST: usize = 10;

impl Default for Bytes {
    fn default() -> Self {
        Bytes { bytes: [0; 8 * LONGEST + 8], length: 0 }
    }
}

impl Bytes {
    #[inline]
    pub(super) fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.byte(value as u8 | 0x80);
            value >>= 7;
        }
        self.byte(value as u8);
    }

    #[inline]
    fn byte(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    pub(super) fn clear(&mut self) {
        self.length = 0;
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.bytes[self.length..][..bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
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
