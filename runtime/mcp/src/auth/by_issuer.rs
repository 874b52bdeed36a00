//! What a store keeps for one entry: the grants of each authorization server, and which server is current. So the
//! current one is known at start without a request, and no grant is used for another server.

use serde::{Deserialize, Serialize};

use super::store::{StoreError, TokenKey, TokenStore};
use crate::config::Secret;

/// The format of the list; others are not read.
const VERSION: u32 = 2;

/// Maximum authorization servers remembered; upstream servers rarely change theirs.
const ISSUERS_MAX: usize = 4;

/// The authorization servers of one entry, the current one first.
#[derive(Serialize, Deserialize)]
struct Issuers {
    version: u32,
    /// Their names for themselves; empty for one without a name.
    issuers: Vec<String>,
}

/// Returns the grant of the current authorization server.
pub(super) fn load(store: &dyn TokenStore, entry: &TokenKey) -> Result<Option<Secret>, StoreError> {
    match Issuers::load(store, entry)?.issuers.first() {
        Some(issuer) => store.load(&entry.of_issuer(issuer)),
        None => Ok(None),
    }
}

/// Checks whether other authorization servers issued a grant but `issuer` did not.
pub(super) fn is_stranger(store: &dyn TokenStore, entry: &TokenKey, issuer: &str) -> Result<bool, StoreError> {
    let is_first = Issuers::load(store, entry)?.issuers.is_empty();
    Ok(!is_first && store.load(&entry.of_issuer(issuer))?.is_none())
}

/// Stores the grant of `issuer`, which becomes the current one.
pub(super) fn save(store: &dyn TokenStore, entry: &TokenKey, issuer: &str, text: &Secret) -> Result<(), StoreError> {
    store.save(&entry.of_issuer(issuer), text)?;
    turn(store, entry, issuer)
}

/// Makes `issuer` the current one.
pub(super) fn turn(store: &dyn TokenStore, entry: &TokenKey, issuer: &str) -> Result<(), StoreError> {
    let mut known = Issuers::load_or_none(store, entry)?;
    if known.issuers.first().is_some_and(|first| first == issuer) {
        return Ok(());
    }
    known.issuers.retain(|other| other != issuer);
    known.issuers.insert(0, issuer.to_owned());
    for forgotten in known.issuers.drain(ISSUERS_MAX.min(known.issuers.len())..) {
        store.remove(&entry.of_issuer(&forgotten))?;
    }
    store.save(entry, &known.text()?)
}

/// Removes all grants; returns whether there were any.
pub(super) fn remove(store: &dyn TokenStore, entry: &TokenKey) -> Result<bool, StoreError> {
    for issuer in &Issuers::load_or_none(store, entry)?.issuers {
        store.remove(&entry.of_issuer(issuer))?;
    }
    store.remove(entry)
}

impl Issuers {
    fn none() -> Self {
        Self { version: VERSION, issuers: Vec::new() }
    }

    fn load(store: &dyn TokenStore, entry: &TokenKey) -> Result<Self, StoreError> {
        let Some(text) = store.load(entry)? else { return Ok(Self::none()) };
        let read: Option<Self> = serde_json::from_str(text.reveal()).ok();
        read.filter(|read| read.version == VERSION).ok_or_else(malformed)
    }

    /// Treats a list that cannot be understood as empty, so that it is replaced or removed.
    fn load_or_none(store: &dyn TokenStore, entry: &TokenKey) -> Result<Self, StoreError> {
        match Self::load(store, entry) {
            Err(StoreError::Malformed { .. }) => Ok(Self::none()),
            loaded => loaded,
        }
    }

    fn text(&self) -> Result<Secret, StoreError> {
        serde_json::to_string(self).map(Secret::new).map_err(|_| malformed())
    }
}

fn malformed() -> StoreError {
    StoreError::Malformed { place: "the token store".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{ISSUERS_MAX, is_stranger, load, remove, save, turn};
    use crate::auth::{MemoryStore, TokenKey, TokenStore as _};
    use crate::config::Secret;

    fn loaded(store: &MemoryStore, entry: &TokenKey) -> Option<String> {
        load(store, entry).expect("a store").map(|text| text.reveal().to_owned())
    }

    #[test]
    fn what_one_gave_is_not_found_under_another() {
        let (store, entry) = (MemoryStore::default(), TokenKey::new("s", "https://h/mcp"));
        save(&store, &entry, "https://a", &Secret::new("of a")).expect("kept");
        turn(&store, &entry, "https://b").expect("turned");
        assert_eq!(loaded(&store, &entry), None);
        assert_eq!(is_stranger(&store, &entry, "https://b"), Ok(true));
        assert_eq!(is_stranger(&store, &entry, "https://a"), Ok(false));
        turn(&store, &entry, "https://a").expect("turned back");
        assert_eq!(loaded(&store, &entry).as_deref(), Some("of a"));
        let other = TokenKey::new("s", "https://h/other");
        turn(&store, &other, "https://a").expect("turned");
        assert_eq!(loaded(&store, &other), None, "the same issuer, another address");
        assert_eq!(is_stranger(&store, &TokenKey::new("s", "https://h/new"), "https://a"), Ok(false));
    }

    #[test]
    fn nothing_is_left_of_those_that_are_forgotten() {
        let (store, entry) = (MemoryStore::default(), TokenKey::new("s", "https://h/mcp"));
        let issuers: Vec<String> = (0..=ISSUERS_MAX).map(|number| format!("https://{number}")).collect();
        for issuer in &issuers {
            save(&store, &entry, issuer, &Secret::new("x")).expect("kept");
        }
        assert_eq!(store.load(&entry.of_issuer(&issuers[0])), Ok(None));
        assert!(store.load(&entry.of_issuer(&issuers[1])).expect("a store").is_some());
        assert_eq!(remove(&store, &entry), Ok(true));
        assert!(issuers.iter().all(|issuer| store.load(&entry.of_issuer(issuer)) == Ok(None)));
        assert_eq!(remove(&store, &entry), Ok(false));
    }

    #[test]
    fn what_cannot_be_understood_is_replaced() {
        let (store, entry) = (MemoryStore::default(), TokenKey::new("s", "https://h/mcp"));
        store.save(&entry, &Secret::new("{\"version\":1}")).expect("kept");
        assert_eq!(load(&store, &entry).expect_err("another form").code(), "store_malformed");
        save(&store, &entry, "https://a", &Secret::new("of a")).expect("kept");
        assert_eq!(loaded(&store, &entry).as_deref(), Some("of a"));
    }
}
