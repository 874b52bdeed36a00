//! What a tool does to what it is about, as far as the verbs of its name say it.

use super::{
    split::each_word,
    synonyms::{CHANGE, MAKE, READ, REMOVE},
};

/// Reading, making, changing, taking away: any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Deed(u8);

/// A bit for each.
const VERBS: [(u8, &[&str]); 4] = [(1, READ), (2, MAKE), (4, CHANGE), (REMOVAL, REMOVE)];

const REMOVAL: u8 = 8;

impl Deed {
    /// Of the first verb in a tool's name.
    pub(super) fn of_name(name: &str) -> Deed {
        let mut deed = Deed::default();
        each_word(name, NAME_CHARS_MAX, &mut |word| {
            if deed == Deed::default() {
                deed = Deed::of_word(word);
            }
        });
        deed
    }

    /// None for what is no verb.
    pub(super) fn of_word(word: &str) -> Deed {
        let having = VERBS.into_iter().filter(|(_, verbs)| verbs.contains(&word));
        Deed(having.fold(0, |all, (bit, _)| all | bit))
    }

    /// Both.
    pub(super) fn with(self, other: Deed) -> Deed {
        Deed(self.0 | other.0)
    }

    /// Whether nothing was asked for, or this.
    pub(super) fn fits(self, asked: Deed) -> bool {
        asked.0 == 0 || self.0 == 0 || self.0 & asked.0 != 0
    }

    /// Whether it takes away.
    pub(super) fn removes(self) -> bool {
        self.0 == REMOVAL
    }
}

/// A verb stands at the beginning of a name.
const NAME_CHARS_MAX: usize = 64;
