//! The errors of a script, bounded at construction: short messages for the first few, and a count of the rest.

use crate::compile::{Code, Diagnostic, Place};

/// Maximum number of errors listed for a script; later ones are usually consequences of the first few.
const LISTED_MAX: usize = 20;
/// Longest message or hint, characters; it may contain a name as long as the script.
const TEXT_CHARS_MAX: usize = 400;

/// Errors in source order.
#[derive(Default)]
pub(crate) struct Diagnostics {
    listed: Vec<Diagnostic>,
    left_out: u32,
}

impl Diagnostics {
    /// Makes diagnostics of the first errors and counts the others.
    pub(crate) fn of<T>(mistakes: impl Iterator<Item = T>, make: impl Fn(T) -> Diagnostic) -> Self {
        let mut found = Self::default();
        for mistake in mistakes {
            if found.listed.len() < LISTED_MAX {
                found.listed.push(make(mistake));
            } else {
                found.left_out = found.left_out.saturating_add(1);
            }
        }
        found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// Merges two lists of diagnostics.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.listed.extend(others.listed);
        self.listed.sort_by_key(|diagnostic| diagnostic.place);
        let over = self.listed.len().saturating_sub(LISTED_MAX);
        self.listed.truncate(LISTED_MAX);
        let over = u32::try_from(over).unwrap_or(u32::MAX);
        self.left_out = self.left_out.saturating_add(others.left_out).saturating_add(over);
        self
    }

    /// Returns the listed diagnostics and the number of the others.
    pub(crate) fn into_parts(self) -> (Vec<Diagnostic>, u32) {
        (self.listed, self.left_out)
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(only: Diagnostic) -> Self {
        Self { listed: vec![only], left_out: 0 }
    }
}

impl Diagnostic {
    /// Creates a diagnostic without a place or hint.
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: shortened(message.into()), place: None, hint: None }
    }

    /// Sets the place.
    pub(crate) fn at(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }

    /// Sets the hint.
    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(shortened(hint.into())), ..self }
    }
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(TEXT_CHARS_MAX) {
        text.truncate(end);
        text.push('…');
    }
    text
}
