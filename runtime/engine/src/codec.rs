//! The byte encoding of the messages in `frames` and `compile`: [postcard](https://postcard.jamesmunns.com/wire-format).
//! Reading never panics. A list reserves at most a megabyte ahead of the items that are there, as serde sees to.

use serde::{Serialize, de::DeserializeOwned};

/// Messages to the guest of at most this size, bytes, are all written to the same buffer, because asking for a buffer
/// costs a call into the guest.
pub const INBOX_BYTES_KEPT: usize = 4096;

/// Why bytes are not a valid message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// Bytes are left over after the last item.
    Long,
    /// The bytes end too early, or an item is none of its type.
    Item(postcard::Error),
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Long => f.write_str("the message has bytes left over"),
            Self::Item(error) => write!(f, "the message is malformed: {error}"),
        }
    }
}

impl std::error::Error for Malformed {}

/// Encodes one message.
pub fn encode<M: Serialize>(message: &M) -> Vec<u8> {
    // Only a list that does not know its length cannot be written; no message has one.
    postcard::to_extend(message, Vec::new()).unwrap_or_default()
}

/// Decodes one message.
///
/// # Errors
/// If the bytes are not exactly one such message.
pub fn decode<M: DeserializeOwned>(bytes: &[u8]) -> Result<M, Malformed> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        Ok(_) => Err(Malformed::Long),
        Err(error) => Err(Malformed::Item(error)),
    }
}
