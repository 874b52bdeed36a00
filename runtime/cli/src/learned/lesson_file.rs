//! One file of learned types. It is always read and replaced as a whole, possibly by several processes at once.

use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use callbox::internal::{PrivateFolder, Reach};
use callbox_gateway::Lessons;

/// Twice the most that callbox writes; a larger file is not its own.
const BYTES_MAX: u64 = 8 << 20;

const FILE: &str = "learned.json";
const LOCK: &str = "learned.lock";

/// Why a file cannot be used.
#[derive(Debug)]
pub(super) enum FileFailure {
    /// The content is malformed or of a later version, or the path leads elsewhere.
    Content(String),
    /// The file cannot be read or written.
    Access(io::Error),
}

impl From<io::Error> for FileFailure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::FileTooLarge => Self::Content(error.to_string()),
            // Not an error from the system: the file is not a regular file, is a link, or belongs to somebody else.
            ErrorKind::PermissionDenied if error.raw_os_error().is_none() => Self::Content(error.to_string()),
            _ => Self::Access(error),
        }
    }
}

/// The file in one folder, and what this process has added to it.
#[derive(Debug)]
pub(super) struct LessonFile {
    folder: PathBuf,
    added: Mutex<Added>,
}

/// What this process added, kept apart from what was there before. Files omit the strings of fields that may turn out
/// to be enumerations; without this copy, each addition would forget them.
#[derive(Debug, Default)]
struct Added {
    before: Lessons,
    since: Lessons,
    /// The text last written; a different text in the file comes from another process.
    written: Option<String>,
}

impl LessonFile {
    /// Names the file in that folder, whether or not it exists.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, added: Mutex::default() }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    /// Reads the file; returns no lessons if it does not exist.
    pub(super) fn read(&self) -> Result<Lessons, FileFailure> {
        match self.opened()? {
            Some(folder) => lessons(text(&folder)?.as_deref()),
            None => Ok(Lessons::new()),
        }
    }

    /// Merges `fresh` into the file, which may not exist yet. The file is replaced atomically.
    pub(super) fn add(&self, fresh: Lessons) -> Result<(), FileFailure> {
        let folder = match self.opened()? {
            Some(folder) => folder,
            None => self.made()?,
        };
        let lock = folder.lock_file(LOCK)?;
        if let Err(error) = lock.lock() {
            // Some network folders have no locks: concurrent writes may then lose lessons, but never corrupt the file.
            tracing::debug!(%error, "the file of learned types cannot be locked");
        }
        let mut added = self.added.lock().unwrap_or_else(PoisonError::into_inner);
        let found = text(&folder)?;
        if found.is_none() || found != added.written {
            *added = Added { before: lessons(found.as_deref())?, ..Added::default() };
        }
        added.since.merge(fresh);
        let mut all = added.before.clone();
        all.merge(added.since.clone());
        let text = all.to_text();
        folder.replace(FILE, text.as_bytes())?;
        added.written = Some(text);
        Ok(())
    }

    fn opened(&self) -> Result<Option<PrivateFolder>, FileFailure> {
        match PrivateFolder::open(&self.folder, Reach::Readers) {
            Ok(folder) => Ok(Some(folder)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(_) if is_link(&self.folder) => Err(FileFailure::Content("its folder is a link".to_owned())),
            Err(error) => Err(error.into()),
        }
    }

    /// Creates the folder, readable by others but ignored by Git.
    fn made(&self) -> Result<PrivateFolder, FileFailure> {
        let folder = PrivateFolder::make(&self.folder, Reach::Readers)?;
        match folder.write_new(".gitignore", b"*\n") {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
            _ => Ok(folder),
        }
    }
}

fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

fn text(folder: &PrivateFolder) -> Result<Option<String>, FileFailure> {
    let bytes = folder.read(FILE, BYTES_MAX)?;
    let text = bytes.map(String::from_utf8).transpose();
    text.map_err(|_| FileFailure::Content("it is not UTF-8".to_owned()))
}

fn lessons(text: Option<&str>) -> Result<Lessons, FileFailure> {
    let Some(text) = text else { return Ok(Lessons::new()) };
    Lessons::from_text(text).map_err(|defect| FileFailure::Content(defect.to_string()))
}
