//! A cache of the scripts compiled last, keyed by a hash of their text and bounded in number and bytes.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

use crate::script::Script;

/// Maximum number of cached scripts; few enough for a linear search.
const SCRIPTS_MAX: usize = 128;
/// Maximum memory of all cached scripts, approximate, bytes.
const SCRIPTS_BYTES_MAX: usize = 16 << 20;

/// Differs for texts that compile differently.
type Key = [u8; 32];

/// Returns the key of a text compiled with this nesting limit.
pub(super) fn key(text: &str, nesting_max: u64) -> Key {
    Sha256::new().chain_update(nesting_max.to_le_bytes()).chain_update(text).finalize().into()
}

/// The scripts used last.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Scripts>);

#[derive(Default)]
struct Scripts {
    /// Most recently used last.
    list: VecDeque<(Key, Script)>,
    bytes: usize,
}

impl Kept {
    pub(super) fn get(&self, key: &Key) -> Option<Script> {
        let mut scripts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = scripts.list.iter().rposition(|(other, _)| other == key)?;
        let found = scripts.list.remove(at)?;
        let script = found.1.clone();
        scripts.list.push_back(found);
        Some(script)
    }

    pub(super) fn put(&self, key: Key, script: &Script) {
        let bytes = script.bytes();
        if bytes > SCRIPTS_BYTES_MAX {
            return;
        }
        let mut scripts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if scripts.list.iter().any(|(other, _)| *other == key) {
            return;
        }
        scripts.list.push_back((key, script.clone()));
        scripts.bytes += bytes;
        scripts.shrink();
    }
}

impl Scripts {
    fn shrink(&mut self) {
        while self.list.len() > SCRIPTS_MAX || self.bytes > SCRIPTS_BYTES_MAX {
            let Some((_, oldest)) = self.list.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use callbox_engine::compile::Compiled;

    use super::*;

    fn script(bytes: usize) -> Script {
        Script::new(Compiled { javascript: Some("a".repeat(bytes)), ..Compiled::default() }, 0)
    }

    fn put(kept: &Kept, number: u64, bytes: usize) {
        kept.put(key("", number), &script(bytes));
    }

    fn has(kept: &Kept, number: u64) -> bool {
        kept.get(&key("", number)).is_some()
    }

    #[test]
    fn the_script_used_longest_ago_goes_first() {
        let kept = Kept::default();
        (0..SCRIPTS_MAX as u64).for_each(|number| put(&kept, number, 1));
        assert!(has(&kept, 0));
        put(&kept, 1_000, 1);
        assert!(has(&kept, 0) && !has(&kept, 1) && has(&kept, 2) && has(&kept, 1_000));
    }

    #[test]
    fn bytes_are_bounded() {
        let kept = Kept::default();
        (0..10).for_each(|number| put(&kept, number, SCRIPTS_BYTES_MAX / 4));
        assert_eq!((0..10).filter(|number| has(&kept, *number)).count(), 3);
        put(&kept, 11, SCRIPTS_BYTES_MAX + 1);
        assert!(!has(&kept, 11) && has(&kept, 9));
        put(&kept, 9, SCRIPTS_BYTES_MAX / 4);
        assert_eq!(kept.0.lock().map(|scripts| scripts.list.len()).ok(), Some(3));
    }

    #[test]
    fn a_limit_or_a_letter_makes_another_script() {
        assert_ne!(key("a", 1), key("a", 2));
        assert_ne!(key("a", 1), key("b", 1));
    }
}
