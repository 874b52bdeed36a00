//! A store in a folder that only the user can enter: a file for each key, replaced whole.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::store::{StoreError, StoreLock, TokenKey, TokenStore};
use crate::config::Secret;

/// Far more than any sign-in takes; a larger file is none of callbox's.
const BYTES_MAX: u64 = 256 * 1024;

/// Keeps tokens in files of mode 0600, in a folder of mode 0700 that is made when it is needed.
#[derive(Debug, Clone)]
pub struct FolderStore {
    folder: PathBuf,
}

impl FolderStore {
    /// A store in that folder.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn file(&self, key: &TokenKey) -> PathBuf {
        self.folder.join(format!("{}.json", key.name()))
    }

    fn prepare(&self) -> Result<(), StoreError> {
        make_private(&self.folder).map_err(|error| access(&self.folder, &error))
    }
}

impl TokenStore for FolderStore {
    fn load(&self, key: &TokenKey) -> Result<Option<Secret>, StoreError> {
        let path = self.file(key);
        let file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(|error| access(&path, &error))?,
        };
        check_private(&path, &file)?;
        let mut text = String::new();
        match file.take(BYTES_MAX + 1).read_to_string(&mut text) {
            Ok(read) if read as u64 <= BYTES_MAX => Ok(Some(Secret::new(text))),
            Ok(_) => Err(StoreError::Malformed { place: shown(&path) }),
            Err(error) if error.kind() == ErrorKind::InvalidData => Err(StoreError::Malformed { place: shown(&path) }),
            Err(error) => Err(access(&path, &error)),
        }
    }

    fn save(&self, key: &TokenKey, text: &Secret) -> Result<(), StoreError> {
        self.prepare()?;
        let path = self.file(key);
        replace(&path, text.reveal()).map_err(|error| access(&path, &error))
    }

    fn remove(&self, key: &TokenKey) -> Result<bool, StoreError> {
        let path = self.file(key);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(access(&path, &error)),
        }
    }

    fn try_lock(&self, key: &TokenKey) -> Result<Option<StoreLock>, StoreError> {
        self.prepare()?;
        let path = self.folder.join(format!("{}.lock", key.name()));
        let opened = private().create(true).truncate(false).open(&path);
        let file = opened.map_err(|error| access(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(StoreLock::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {
                // Some network folders have no locks; two renewals at once are then possible.
                Ok(Some(StoreLock::new(file)))
            }
            Err(TryLockError::Error(error)) => Err(access(&path, &error)),
        }
    }
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    if fs::metadata(folder)?.permissions().mode() & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn check_private(path: &Path, file: &File) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    let found = file.metadata().map_err(|error| access(path, &error))?;
    match found.permissions().mode() & 0o077 {
        0 => Ok(()),
        _ => Err(StoreError::Exposed { place: shown(path) }),
    }
}

#[cfg(not(unix))]
fn check_private(_: &Path, _: &File) -> Result<(), StoreError> {
    Ok(())
}

/// A temporary file is the user's alone, and gone if anything fails.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut new = NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    new.write_all(text.as_bytes())?;
    // Or a machine that loses power may keep the name without the text.
    new.as_file().sync_data()?;
    new.persist(path).map(drop).map_err(|error| error.error)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn access(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Access { place: shown(path), reason: error.to_string() }
}

fn shown(path: &Path) -> String {
    format!("`{}`", path.display())
}
