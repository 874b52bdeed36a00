//! The kind of action that a tool performs, judging by the verbs in its name.

use super::{
    split::each_word,
    synonyms::{CHANGE, MAKE, READ, REMOVE},
};

/// A set of actions: reading, creating, changing, removing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Deed(u8);

/// One bit per action.
const VERBS: [(u8, &[&str]); 4] = [(1, READ), (2, MAKE), (4, CHANGE), (REMOVAL, REMOVE)];

const REMOVAL: u8 = 8;

impl Deed {
    /// Returns the action of the first verb in a tool's name.
    pub(super) fn of_name(name: &str) -> Deed {
        let mut deed = Deed::default();
        each_word(name, NAME_CHARS_MAX, &mut |word| {
            if deed == Deed::default() {
                deed = Deed::of_word(word);
            }
        });
        deed
    }

    /// Returns the actions of a word; none if it is not a verb.
    pub(super) fn of_word(word: &str) -> Deed {
        let having = VERBS.into_iter().filter(|(_, verbs)| verbs.contains(&word));
        Deed(having.fold(0, |all, (bit, _)| all | bit))
    }

    /// Returns the union of both.
    pub(super) fn with(self, other: Deed) -> Deed {
        Deed(self.0 | other.0)
    }

    /// Whether the actions match what was asked for; true if either is empty.
    pub(super) fn fits(self, asked: Deed) -> bool {
        asked.0 == 0 || self.0 == 0 || self.0 & asked.0 != 0
    }

    /// Whether the action is removal.
    pub(super) fn removes(self) -> bool {
        self.0 == REMOVAL
    }
}

/// A name starts with its verb.
const NAME_CHARS_MAX: usize = 64;
