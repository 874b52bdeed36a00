//! A store in a folder that only the user can enter: one file per key, always replaced as a whole.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use callbox::internal::{PrivateFolder, Reach};

use super::store::{StoreError, StoreLock, TokenKey, TokenStore};
use crate::config::Secret;

/// Far more than any sign-in needs; a larger file is not callbox's.
const BYTES_MAX: u64 = 256 * 1024;

/// Stores tokens in files of mode 0600, in a folder of mode 0700 that is created when needed.
#[derive(Debug, Clone)]
pub struct FolderStore {
    folder: PathBuf,
}

impl FolderStore {
    /// Returns a store in that folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Opens the folder; `None` if it does not exist.
    fn opened(&self) -> Result<Option<PrivateFolder>, StoreError> {
        match PrivateFolder::open(&self.folder, Reach::Nobody) {
            Ok(folder) => Ok(Some(folder)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.error("", &error)),
        }
    }

    fn made(&self) -> Result<PrivateFolder, StoreError> {
        PrivateFolder::make(&self.folder, Reach::Nobody).map_err(|error| self.error("", &error))
    }

    fn error(&self, name: &str, error: &io::Error) -> StoreError {
        let place = format!("`{}`", self.folder.join(name).display());
        match error.kind() {
            // A denial without an OS error code is our own check's. If the OS denies access, others need not have it.
            ErrorKind::PermissionDenied if error.raw_os_error().is_none() => StoreError::Exposed { place },
            ErrorKind::FileTooLarge | ErrorKind::InvalidData => StoreError::Malformed { place },
            _ => StoreError::Access { place, reason: error.to_string() },
        }
    }
}

impl TokenStore for FolderStore {
    fn load(&self, key: &TokenKey) -> Result<Option<Secret>, StoreError> {
        let Some(folder) = self.opened()? else { return Ok(None) };
        let name = file_name(key);
        let read = folder.read(&name, BYTES_MAX).and_then(|bytes| bytes.map(text).transpose());
        Ok(read.map_err(|error| self.error(&name, &error))?.map(Secret::new))
    }

    fn save(&self, key: &TokenKey, text: &Secret) -> Result<(), StoreError> {
        let (folder, name) = (self.made()?, file_name(key));
        folder.replace(&name, text.reveal().as_bytes()).map_err(|error| self.error(&name, &error))
    }

    fn remove(&self, key: &TokenKey) -> Result<bool, StoreError> {
        let Some(folder) = self.opened()? else { return Ok(false) };
        let name = file_name(key);
        folder.remove(&name).map_err(|error| self.error(&name, &error))
    }

    fn try_lock(&self, key: &TokenKey) -> Result<Option<StoreLock>, StoreError> {
        let name = format!("{}.lock", key.name());
        let file = self.made()?.lock_file(&name).map_err(|error| self.error(&name, &error))?;
        locked(file).map_err(|error| self.error(&name, &error))
    }
}

fn locked(file: File) -> io::Result<Option<StoreLock>> {
    match file.try_lock() {
        Ok(()) => Ok(Some(StoreLock::new(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        // Some network folders have no locks; two renewals at once are then possible.
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => Ok(Some(StoreLock::new(file))),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn file_name(key: &TokenKey) -> String {
    format!("{}.json", key.name())
}

fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|_| ErrorKind::InvalidData.into())
}
