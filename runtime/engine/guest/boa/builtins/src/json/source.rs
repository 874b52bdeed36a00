//! The three representations of a JSON text that the parser reads.

use std::ops::Range;

use boa_engine::JsString;
use boa_engine::string::JsStr;

use crate::text::Text;

/// A text of code units, where units below 128 are ASCII.
pub(super) trait Source {
    /// Returns the unit at a position.
    fn unit(&self, at: usize) -> Option<u16>;
    /// Copies a part, bounded by ASCII on both sides, into a string.
    fn string(&self, range: Range<usize>) -> JsString;
    /// Appends such a part.
    fn append(&self, range: Range<usize>, text: &mut Text);
    /// Returns the character at a position, for a message.
    fn shown(&self, at: usize) -> Option<char>;
}

/// An engine string of bytes.
pub(super) struct Latin1<'a>(pub(super) &'a [u8]);

/// An engine string of 16-bit units.
pub(super) struct Utf16<'a>(pub(super) &'a [u16]);

/// A text from the host.
pub(super) struct Utf8<'a>(pub(super) &'a str);

impl Source for Latin1<'_> {
    fn unit(&self, at: usize) -> Option<u16> {
        self.0.get(at).copied().map(u16::from)
    }

    fn string(&self, range: Range<usize>) -> JsString {
        JsString::from(JsStr::latin1(self.0.get(range).unwrap_or_default()))
    }

    fn append(&self, range: Range<usize>, text: &mut Text) {
        text.push_bytes(self.0.get(range).unwrap_or_default());
    }

    fn shown(&self, at: usize) -> Option<char> {
        self.0.get(at).copied().map(char::from)
    }
}

impl Source for Utf16<'_> {
    fn unit(&self, at: usize) -> Option<u16> {
        self.0.get(at).copied()
    }

    fn string(&self, range: Range<usize>) -> JsString {
        let units = self.0.get(range).unwrap_or_default();
        let bytes: Result<Vec<u8>, _> = units.iter().copied().map(u8::try_from).collect();
        match bytes {
            Ok(bytes) => JsString::from(JsStr::latin1(&bytes)),
            Err(_) => JsString::from(JsStr::utf16(units)),
        }
    }

    fn append(&self, range: Range<usize>, text: &mut Text) {
        for &unit in self.0.get(range).unwrap_or_default() {
            text.push_unit(unit);
        }
    }

    fn shown(&self, at: usize) -> Option<char> {
        let rest = self.0.get(at..)?;
        let first = char::decode_utf16(rest.iter().copied()).next()?;
        Some(first.unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}

impl Source for Utf8<'_> {
    fn unit(&self, at: usize) -> Option<u16> {
        self.0.as_bytes().get(at).copied().map(u16::from)
    }

    fn string(&self, range: Range<usize>) -> JsString {
        JsString::from(self.0.get(range).unwrap_or_default())
    }

    fn append(&self, range: Range<usize>, text: &mut Text) {
        for unit in self.0.get(range).unwrap_or_default().encode_utf16() {
            text.push_unit(unit);
        }
    }

    fn shown(&self, at: usize) -> Option<char> {
        self.0.get(at..)?.chars().next()
    }
}
