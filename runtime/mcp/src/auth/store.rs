//! Where what a sign-in gave is kept, as the caller provides it. What stands in the text is no
//! concern of a store.

use std::fmt;

use reqwest::Url;
use sha2::{Digest, Sha256};

use crate::config::Secret;

/// Characters of a server's name that are shown in a key's name.
const NAME_CHARS_MAX: usize = 40;

/// What is meant: one entry at one address, or what an authorization server gave for it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    name: String,
}

impl TokenKey {
    /// The key of the entry `server` with the address `url`, which may hold a secret.
    #[must_use]
    pub fn new(server: &str, url: &str) -> Self {
        let url = Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.to_string());
        let digest = digest(&format!("{server}\0{url}"));
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
        let server: String = server.chars().take(NAME_CHARS_MAX).map(plain).collect();
        Self { name: format!("{server}-{digest}") }
    }

    /// The key of what the authorization server `issuer` gave for this entry.
    #[must_use]
    pub fn of_issuer(&self, issuer: &str) -> Self {
        let server = self.name.rsplit_once('-').map_or("", |(server, _)| server);
        Self { name: format!("{server}-{}", digest(&format!("{}\0{issuer}", self.name))) }
    }

    /// A name for it of ASCII letters, digits, `-` and `_`, fit for a file or a keyring.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps one text for each key. Its methods may block, for a moment.
pub trait TokenStore: fmt::Debug + Send + Sync {
    /// What is kept under the key.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or others can read it as well.
    fn load(&self, key: &TokenKey) -> Result<Option<Secret>, StoreError>;

    /// Keeps `text` in the place of what was there, wholly or not at all.
    ///
    /// # Errors
    ///
    /// If it cannot be kept.
    fn save(&self, key: &TokenKey, text: &Secret) -> Result<(), StoreError>;

    /// Forgets what is kept; says whether there was anything.
    ///
    /// # Errors
    ///
    /// If it cannot be forgotten.
    fn remove(&self, key: &TokenKey) -> Result<bool, StoreError>;

    /// Takes the right to replace what is kept, until the lock is dropped; `None` while another has it.
    ///
    /// # Errors
    ///
    /// If there is no way to tell.
    fn try_lock(&self, key: &TokenKey) -> Result<Option<StoreLock>, StoreError>;
}

/// The right to replace what is kept under a key.
pub struct StoreLock {
    _held: Box<dyn Send>,
}

impl StoreLock {
    /// A lock that lasts as long as `held`.
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

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It cannot be read or written.
    #[error("{place}: {reason}")]
    Access {
        /// Which place: a file, a keyring.
        place: String,
        /// What the operating system said.
        reason: String,
    },
    /// Others can read what is kept.
    #[error("{place} can be read by other users, so it is not used")]
    Exposed {
        /// Which place.
        place: String,
    },
    /// What is kept is not what was put there.
    #[error("what is kept in {place} cannot be understood")]
    Malformed {
        /// Which place.
        place: String,
    },
}

impl StoreError {
    /// The stable code, for tests and for programs.
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
