//! The interface of a store for grants, provided by the caller. The text is opaque to a store.

use std::fmt;

use reqwest::Url;
use sha2::{Digest, Sha256};

use crate::config::Secret;

/// Maximum characters of a server's name in a key's name.
const NAME_CHARS_MAX: usize = 40;

/// Names one entry at one address, or what an authorization server gave for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    name: String,
}

impl TokenKey {
    /// Returns the key of the entry `server` with the address `url`, which may hold a secret.
    #[must_use]
    pub fn new(server: &str, url: &str) -> Self {
        let url = Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.to_string());
        let digest = digest(&format!("{server}\0{url}"));
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        let server: String = server.chars().take(NAME_CHARS_MAX).map(plain).collect();
        Self { name: format!("{server}-{digest}") }
    }

    /// Returns the key of what the authorization server `issuer` gave for this entry.
    #[must_use]
    pub fn of_issuer(&self, issuer: &str) -> Self {
        let server = self.name.rsplit_once('-').map_or("", |(server, _)| server);
        Self { name: format!("{server}-{}", digest(&format!("{}\0{issuer}", self.name))) }
    }

    /// Returns a name of ASCII letters, digits, `-` and `_`, suitable for a file or a keyring.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Stores one text per key. Its methods may block briefly.
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// Returns what is stored under the key.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or if others can read it too.
    fn load(&self, key: &TokenKey) -> Result<Option<Secret>, StoreError>;

    /// Stores `text`, replacing what was there, wholly or not at all.
    ///
    /// # Errors
    ///
    /// If it cannot be stored.
    fn save(&self, key: &TokenKey, text: &Secret) -> Result<(), StoreError>;

    /// Removes what is stored; returns whether there was anything.
    ///
    /// # Errors
    ///
    /// If it cannot be removed.
    fn remove(&self, key: &TokenKey) -> Result<bool, StoreError>;

    /// Takes the right to replace what is stored, until the lock is dropped; `None` while another holder has it.
    ///
    /// # Errors
    ///
    /// If the state of the lock cannot be determined.
    fn try_lock(&self, key: &TokenKey) -> Result<Option<StoreLock>, StoreError>;
}

/// The right to replace what is stored under a key.
pub struct StoreLock {
    _held: Box<dyn Send>,
}

impl StoreLock {
    /// Returns a lock that lasts as long as `held`.
    #[must_use]
    pub fn new(held: impl Send + 'static) -> Self {
        Self { _held: Box::new(held) }
    }
}

impl fmt::Debug for StoreLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreLock")
    }
}

/// The failure of a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It cannot be read or written.
    #[error("{place}: {reason}")]
    Access {
        /// The place: a file, a keyring.
        place: String,
        /// The message of the operating system.
        reason: String,
    },
    /// Others can read what is stored.
    #[error("{place} can be read by other users, so it is not used")]
    Exposed {
        /// The place.
        place: String,
    },
    /// The stored text is not one that was put there.
    #[error("the contents of {place} cannot be understood")]
    Malformed {
        /// The place.
        place: String,
    },
}

impl StoreError {
    /// Returns the stable code, for tests and for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Access { .. } => "store_access",
            Self::Exposed { .. } => "store_exposed",
            Self::Malformed { .. } => "store_malformed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TokenKey;

    #[test]
    fn a_key_tells_entries_and_addresses_apart_and_shows_no_secret() {
        let key = |server, url| TokenKey::new(server, url).name().to_owned();
        let one = key("a b/../c", "https://h/mcp?key=canary");
        assert!(one.starts_with("a-b----c-"), "{one}");
        assert!(!one.contains("canary"), "{one}");
        assert_ne!(one, key("a b/../d", "https://h/mcp?key=canary"));
        assert_ne!(one, key("a b/../c", "https://h/mcp?key=other"));
        assert_eq!(key("a", "https://H"), key("a", "https://h/"));
        let of = |server, issuer| TokenKey::new(server, "https://h").of_issuer(issuer).name().to_owned();
        assert!(of("a", "https://i").starts_with("a-"));
        assert_ne!(of("a", "https://i"), of("a", "https://j"));
        assert_ne!(of("a", "https://i"), of("b", "https://i"));
        assert_ne!(of("a", ""), key("a", "https://h"));
    }
}
