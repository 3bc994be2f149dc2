//! What is read of packs of versions 1 and 2. Their messages are whole, and in version 2 one that
//! differs from another in its first number only is that one, with this number.

use super::bytes::Input;
use super::row::{PackedArgument, PackedMessage};
use crate::store::error::StoreError;

/// Among the flags of a finding: its number follows.
const NUMBERED: u64 = 8;

impl Input<'_> {
    /// The message of a finding with these flags.
    pub(super) fn old_message(
        &mut self,
        text: usize,
        flags: u64,
    ) -> Result<PackedMessage, StoreError> {
        let is_numbered = flags & NUMBERED != 0;
        let number = if is_numbered { Some(u64::from(self.small()?)) } else { None };
        let arguments = number.map(PackedArgument::Number).into_iter().collect();
        Ok(PackedMessage { template: text, arguments })
    }
}

/// The text with this first number.
pub(super) fn with_number(text: &str, number: u64) -> Option<String> {
    let start = text.bytes().position(|byte| byte.is_ascii_digit())?;
    let digits = text[start..].bytes().take_while(u8::is_ascii_digit).count();
    Some(format!("{}{number}{}", &text[..start], &text[start + digits..]))
}
