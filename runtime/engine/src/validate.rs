//! The messages between the host and the schema checker, and their byte form; it knows no checker.
//!
//! Both sides compile this one file. The host asks for a verdict first; what is wrong it asks for afterwards, because
//! finding that out can cost far more, and may then fail without the verdict being lost.

/// The guest's function that takes a [`Question`] and gives a [`Verdict`].
pub const CHECK: &str = "check";
/// The guest's function that, after a verdict, names the first thing that is wrong.
pub const FIRST: &str = "first";
/// The guest's function that, after a verdict, names the first few things that are wrong and counts the rest.
pub const ALL: &str = "all";

/// A value to hold against a schema, both JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'a> {
    /// The schema.
    pub schema: &'a [u8],
    /// The value.
    pub value: &'a [u8],
}

impl<'a> Question<'a> {
    /// The beginning of a message, to which the value's text is to be appended.
    #[must_use]
    pub fn begun(schema: &[u8]) -> Vec<u8> {
        let len = u32::try_from(schema.len()).unwrap_or(u32::MAX);
        [&len.to_le_bytes(), schema].concat()
    }

    /// The question that `message` holds, if it is one.
    #[must_use]
    pub fn read(message: &'a [u8]) -> Option<Self> {
        let (len, rest) = message.split_first_chunk::<4>()?;
        let (schema, value) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*len)).ok()?)?;
        Some(Self { schema, value })
    }
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The value fits.
    Fits,
    /// It does not.
    Differs,
    /// The schema cannot be enforced, and why.
    Defect(String),
    /// The value cannot be read, and why.
    Unreadable(String),
}

impl Verdict {
    /// The byte form.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Fits => vec![0],
            Self::Differs => vec![1],
            Self::Defect(why) => [&[2], why.as_bytes()].concat(),
            Self::Unreadable(why) => [&[3], why.as_bytes()].concat(),
        }
    }

    /// The verdict that `message` holds, if it is one.
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
