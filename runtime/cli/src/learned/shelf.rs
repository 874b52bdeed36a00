//! One file of learned types: read whole, replaced whole. Several processes may do so at once.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Read, Write},
    path::Path,
};

use callbox::Lessons;
use tempfile::NamedTempFile;

/// Twice what callbox writes; a larger file is none of its own.
const BYTES_MAX: u64 = 8 << 20;

/// Why a file cannot be used.
#[derive(Debug)]
pub(super) enum Trouble {
    /// What stands in it is not as it should be, or of a later version.
    Content(String),
    /// It cannot be read or written.
    Access(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Access(error)
    }
}

/// What is in the file; nothing if there is none.
pub(super) fn read(file: &Path) -> Result<Lessons, Trouble> {
    match fs::metadata(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Lessons::new()),
        // A pipe would never end.
        Ok(found) if !found.is_file() => return Err(Trouble::Content("it is no file".to_owned())),
        Ok(_) => {}
        Err(error) => return Err(error.into()),
    }
    let mut bytes = Vec::new();
    File::open(file)?.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(Trouble::Content(format!("it has more than {BYTES_MAX} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| Trouble::Content("it is not UTF-8".to_owned()))?;
    Lessons::from_text(&text).map_err(|defect| Trouble::Content(defect.to_string()))
}

/// Adds to what is in the file, which is there or not, and at no time is there in part.
pub(super) fn add(file: &Path, fresh: Lessons) -> Result<(), Trouble> {
    let folder = file.parent().unwrap_or(Path::new("."));
    make(folder)?;
    let lock = private().create(true).truncate(false).open(file.with_extension("lock"))?;
    if let Err(error) = lock.lock() {
        // Some network folders have no locks: what two write at once may then be lost, never broken.
        tracing::debug!(%error, "the file of learned types cannot be locked");
    }
    let mut lessons = read(file)?;
    lessons.merge(fresh);
    Ok(replace(file, &lessons.to_text())?)
}

/// The folder is of use to nobody else, and what is in it is not for a repository.
fn make(folder: &Path) -> io::Result<()> {
    let mut maker = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
    match maker.create(folder) {
        Ok(()) => fs::write(folder.join(".gitignore"), "*\n"),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// A temporary file is the user's alone, and gone if anything fails.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let mut new = NamedTempFile::new_in(file.parent().unwrap_or(Path::new(".")))?;
    new.write_all(text.as_bytes())?;
    // Or a machine that loses power may keep the name without the text.
    new.as_file().sync_data()?;
    new.persist(file).map(drop).map_err(|error| error.error)
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
