//! The messages between the host and the schema checker, and their byte encoding. Independent of any checker.
//!
//! Both sides compile this file. The host asks for a verdict first and for the errors afterwards, because finding the
//! errors can cost far more; if that fails, the verdict is not lost.

/// The guest's export that takes a [`Question`] and returns a [`Verdict`].
pub const CHECK: &str = "check";
/// The guest's export that describes the first error after a verdict.
pub const FIRST: &str = "first";
/// The guest's export that describes the first few errors after a verdict and counts the rest.
pub const ALL: &str = "all";

/// A value to validate against a schema, both JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'a> {
    /// The schema.
    pub schema: &'a [u8],
    /// The value.
    pub value: &'a [u8],
}

impl<'a> Question<'a> {
    /// Returns the beginning of a message; the caller appends the value's text.
    #[must_use]
    pub fn begun(schema: &[u8]) -> Vec<u8> {
        let len = u32::try_from(schema.len()).unwrap_or(u32::MAX);
        [&len.to_le_bytes(), schema].concat()
    }

    /// Decodes a question, if `message` is one.
    #[must_use]
    pub fn read(message: &'a [u8]) -> Option<Self> {
        let (len, rest) = message.split_first_chunk::<4>()?;
        let (schema, value) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*len)).ok()?)?;
        Some(Self { schema, value })
    }
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The value is valid.
    Fits,
    /// The value is not valid.
    Differs,
    /// Why the schema cannot be enforced.
    Defect(String),
    /// Why the value cannot be read.
    Unreadable(String),
}

impl Verdict {
    /// Encodes the verdict.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Fits => vec![0],
            Self::Differs => vec![1],
            Self::Defect(why) => [&[2], why.as_bytes()].concat(),
            Self::Unreadable(why) => [&[3], why.as_bytes()].concat(),
        }
    }

    /// Decodes a verdict, if `message` is one.
    #[must_use]
    pub fn read(message: &[u8]) -> Option<Self> {
        match message.split_first()? {
            (0, []) => Some(Self::Fits),
            (1, []) => Some(Self::Differs),
            (2, why) => String::from_utf8(why.to_vec()).ok().map(Self::Defect),
            (3, why) => String::from_utf8(why.to_vec()).ok().map(Self::Unreadable),
            _ => None,
        }
    }
}
