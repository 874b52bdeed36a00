//! A JavaScript string under construction: one byte per unit until a wider unit is appended. Write-only.

use boa_engine::JsString;
use boa_engine::string::{JsStr, JsStrVariant};

/// A growing string.
pub(crate) enum Text {
    /// All units so far fit a byte.
    Narrow(Vec<u8>),
    /// At least one unit does not fit a byte.
    Wide(Vec<u16>),
}

impl Text {
    /// Creates an empty text with capacity for `units`.
    pub(crate) fn with_capacity(units: usize) -> Self {
        Self::Narrow(Vec::with_capacity(units))
    }

    /// Appends Latin-1 bytes.
    pub(crate) fn push_bytes(&mut self, bytes: &[u8]) {
        match self {
            Self::Narrow(text) => text.extend_from_slice(bytes),
            Self::Wide(text) => text.extend(bytes.iter().map(|&byte| u16::from(byte))),
        }
    }

    /// Appends UTF-16 units.
    pub(crate) fn push_units(&mut self, units: &[u16]) {
        match self {
            Self::Wide(text) => text.extend_from_slice(units),
            Self::Narrow(text) => {
                let mut wide = Vec::with_capacity(text.len() + units.len());
                wide.extend(text.iter().map(|&byte| u16::from(byte)));
                wide.extend_from_slice(units);
                *self = Self::Wide(wide);
            }
        }
    }

    /// Appends one UTF-16 unit.
    pub(crate) fn push_unit(&mut self, unit: u16) {
        match (u8::try_from(unit), &mut *self) {
            (Ok(byte), Self::Narrow(text)) => text.push(byte),
            _ => self.push_units(&[unit]),
        }
    }

    /// Appends a string.
    pub(crate) fn push(&mut self, piece: JsStr<'_>) {
        match piece.variant() {
            JsStrVariant::Latin1(bytes) => self.push_bytes(bytes),
            JsStrVariant::Utf16(units) => self.push_units(units),
        }
    }

    /// Returns the finished string.
    pub(crate) fn finish(&self) -> JsString {
        match self {
            Self::Narrow(text) => JsString::from(JsStr::latin1(text)),
            Self::Wide(text) => JsString::from(JsStr::utf16(text)),
        }
    }
}
