//! Where the command line stores tokens: in the operating system's keyring if there is one, else in files of the user's
//! own.

#[cfg(feature = "keyring")]
mod keyring;

use std::sync::Arc;

use callbox_mcp::{FolderStore, MemoryStore, TokenStore};

use crate::environment;

/// Where new tokens are stored. Existing ones stay where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the keyring, if it accepts them.
    Keyring,
    /// In a file.
    File,
}

/// Returns the token store, if the user has a data folder.
pub(crate) fn store(place: Place) -> Option<Arc<dyn TokenStore>> {
    let folder = FolderStore::new(environment::data_folder()?.join("tokens"));
    #[cfg(feature = "keyring")]
    return Some(Arc::new(keyring::KeyringStore::new(folder, place)));
    #[cfg(not(feature = "keyring"))]
    {
        let _ = place;
        Some(Arc::new(folder))
    }
}

/// Returns the store for commands that only use tokens; an empty one if there is no data folder.
pub(crate) fn for_servers() -> Arc<dyn TokenStore> {
    store(Place::File).unwrap_or_else(|| Arc::new(MemoryStore::default()))
}
