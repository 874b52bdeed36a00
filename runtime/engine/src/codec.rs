//! The byte encoding of the messages in `frames`. Writing never fails and reading never panics; contents are not
//! checked.

use super::frames::{
    Call, Failure, Frame, Goal, Name, NotJson, Resume, ServerNames, Settled, Sleep, Start, State, Step, Thrown,
};

/// Why bytes are not a valid message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// The bytes end in the middle of an item.
    Short,
    /// Bytes are left over after the last item.
    Long,
    /// A text is not UTF-8.
    NotText,
    /// A tag has no meaning.
    UnknownTag(u8),
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Short => f.write_str("the message ends too early"),
            Self::Long => f.write_str("the message has bytes left over"),
            Self::NotText => f.write_str("a text in the message is not UTF-8"),
            Self::UnknownTag(tag) => write!(f, "the message has an unknown tag `{tag}`"),
        }
    }
}

impl std::error::Error for Malformed {}

/// Encodes one message.
pub fn encode<M: Message>(message: &M) -> Vec<u8> {
    let mut out = Vec::new();
    message.write(&mut out);
    out
}

/// Decodes one message.
///
/// # Errors
/// If the bytes are not exactly one such message.
pub fn decode<M: Message>(bytes: &[u8]) -> Result<M, Malformed> {
    let mut rest = Reader(bytes);
    let message = M::read(&mut rest)?;
    if rest.0.is_empty() { Ok(message) } else { Err(Malformed::Long) }
}

/// The bytes that [`decode`] has not read yet.
#[derive(Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let (head, tail) = self.0.split_at_checked(len).ok_or(Malformed::Short)?;
        self.0 = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, tail) = self.0.split_first_chunk::<N>().ok_or(Malformed::Short)?;
        self.0 = tail;
        Ok(*head)
    }

    fn tag(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[tag]| tag)
    }

    fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let len = u32::read(self)?;
        self.take(usize::try_from(len).map_err(|_| Malformed::Short)?)
    }
}

/// A type with a byte encoding.
pub trait Message: Sized {
    /// Appends the encoding.
    fn write(&self, out: &mut Vec<u8>);
    /// Reads it back.
    ///
    /// # Errors
    /// If the bytes are not such a message.
    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed>;
}

/// Converts a length to its encoded form. No message comes near 4 GiB, the size of guest memory.
fn length(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    length(bytes.len()).write(out);
    out.extend_from_slice(bytes);
}

macro_rules! number {
    ($($number:ty),*) => {$(
        impl Message for $number {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
                from.array().map(Self::from_le_bytes)
            }
        }
    )*};
}
number!(u32, u64, f64);

impl Message for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        match from.tag()? {
            0 => Ok(false),
            1 => Ok(true),
            tag => Err(Malformed::UnknownTag(tag)),
        }
    }
}

impl Message for String {
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(from.bytes()?).map_err(|_| Malformed::NotText)?;
        Ok(text.to_owned())
    }
}

/// JSON, copied as it is.
impl Message for Vec<u8> {
    fn write(&self, out: &mut Vec<u8>) {
        write_bytes(self, out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        from.bytes().map(<[u8]>::to_vec)
    }
}

impl<M: Message> Message for Option<M> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        if let Some(item) = self {
            item.write(out);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        if bool::read(from)? { M::read(from).map(Some) } else { Ok(None) }
    }
}

impl<T: Message, E: Message> Message for Result<T, E> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_ok().write(out);
        match self {
            Ok(item) => item.write(out),
            Err(item) => item.write(out),
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        if bool::read(from)? { T::read(from).map(Ok) } else { E::read(from).map(Err) }
    }
}

fn write_list<M: Message>(items: &[M], out: &mut Vec<u8>) {
    length(items.len()).write(out);
    for item in items {
        item.write(out);
    }
}

/// Grows with the items actually present: a false count cannot reserve memory.
fn read_list<M: Message>(from: &mut Reader<'_>) -> Result<Vec<M>, Malformed> {
    let count = u32::read(from)?;
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(M::read(from)?);
    }
    Ok(items)
}

macro_rules! lists {
    ($($item:ty),*) => {$(
        impl Message for Vec<$item> {
            fn write(&self, out: &mut Vec<u8>) {
                write_list(self, out);
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
                read_list(from)
            }
        }
    )*};
}
lists!(ServerNames, Name, Settled, Call, Sleep, String, u32, Thrown, Frame);

/// Encodes a struct as its fields, in the order given here.
macro_rules! fields {
    ($message:ident { $($field:ident),* }) => {
        impl Message for $message {
            fn write(&self, out: &mut Vec<u8>) {
                $(self.$field.write(out);)*
            }

            fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
                Ok(Self { $($field: Message::read(from)?),* })
            }
        }
    };
}
fields!(Start { source, goal, input, servers, functions, seed, now_ms, json_depth_max });
fields!(ServerNames { name, tools });
fields!(Name { wire, identifier });
fields!(Resume { now_ms, settled });
fields!(Settled { id, result });
fields!(Failure { code, tool, message, retryable, data });
// The state comes last because it may hold a large value: appending more after it could double the buffer.
fields!(Step { calls, sleeps, cleared, unhandled, state });
fields!(Call { id, server, tool, arguments });
fields!(Sleep { id, ms });
fields!(Thrown { name, message, frames, code, value, compile });
fields!(Frame { function, line, column, author });
fields!(NotJson { path, found, hint, too_deep });

impl Message for Goal {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Function => 0,
            Self::Script => 1,
            Self::Module => 2,
        });
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        match from.tag()? {
            0 => Ok(Self::Function),
            1 => Ok(Self::Script),
            2 => Ok(Self::Module),
            tag => Err(Malformed::UnknownTag(tag)),
        }
    }
}

impl Message for State {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Waiting => out.push(0),
            Self::Returned { value, undefined } => {
                out.push(1);
                undefined.write(out);
                value.write(out);
            }
            Self::Threw(thrown) => {
                out.push(2);
                thrown.write(out);
            }
            Self::NotJson(refusal) => {
                out.push(3);
                refusal.write(out);
            }
            Self::StackExceeded => out.push(4),
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        match from.tag()? {
            0 => Ok(Self::Waiting),
            1 => Ok(Self::Returned { undefined: bool::read(from)?, value: Message::read(from)? }),
            2 => Thrown::read(from).map(Self::Threw),
            3 => NotJson::read(from).map(Self::NotJson),
            4 => Ok(Self::StackExceeded),
            tag => Err(Malformed::UnknownTag(tag)),
        }
    }
}
