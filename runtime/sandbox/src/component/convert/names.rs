//! Finds a case or a property of a named type by its string. A server or a script may give a type thousands of cases
//! and a value thousands of such strings, so a linear search for each would be too slow.

use std::collections::HashMap;

use callbox_bindings::WitNamed;

/// Below this number a linear search is as fast.
const LISTED_MIN: usize = 8;

/// The position of each string, by the type's identifier, which is unique within an interface.
#[derive(Default)]
pub(super) struct Names<'w>(HashMap<&'w str, HashMap<&'w str, usize>>);

impl<'w> Names<'w> {
    /// Returns the position of `text` among the strings of a type. They must be the same on every call for that type.
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
