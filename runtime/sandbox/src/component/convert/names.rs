//! Finds a case or a property of a named type by its string. A server or a script may give a type thousands of
//! cases and a value thousands of such strings, so looking through all of them each time will not do.

use std::collections::HashMap;

use callbox_bindings::WitNamed;

/// Below this, looking through all is as fast.
const LISTED_MIN: usize = 8;

/// By the type's identifier, which is its own within an interface: where each string stands.
#[derive(Default)]
pub(super) struct Names<'w>(HashMap<&'w str, HashMap<&'w str, usize>>);

impl<'w> Names<'w> {
    /// The place of `text` among the strings of a type, always the same strings for one type.
    pub(super) fn place(
        &mut self,
        named: &'w WitNamed,
        text: &str,
        mut strings: impl ExactSizeIterator<Item = &'w str>,
    ) -> Option<usize> {
        if strings.len() < LISTED_MIN {
            return strings.position(|string| string == text);
        }
        let places = self.0.entry(&named.name).or_insert_with(|| strings.zip(0..).collect());
        places.get(text).copied()
    }
}
