//! Where the command line keeps what sign-ins gave: in the keyring of the operating system, where
//! there is one, else in files of the user's own.

#[cfg(feature = "keyring")]
mod keyring;

use std::sync::Arc;

use callbox_mcp::{FolderStore, MemoryStore, TokenStore};

use crate::environment;

/// Where new sign-ins are kept. Old ones stay where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the keyring, if it takes them.
    Keyring,
    /// In a file.
    File,
}

/// The store, if the user has a place for data.
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

/// The store for commands that use sign-ins; one that is empty, if there is no place for data.
pub(crate) fn for_servers() -> Arc<dyn TokenStore> {
    store(Place::File).unwrap_or_else(|| Arc::new(MemoryStore::default()))
}
