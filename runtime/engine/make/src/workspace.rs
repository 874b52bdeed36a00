//! Lays a guest's sources out in a folder of their own, so that what cargo kept of an earlier build is good wherever
//! the repository lies.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::guests::Guest;
use crate::{Result, sources};

/// Copies the sources of `guest` into `folder` and gives the folder of its workspace there. A file that is there
/// already is left alone, so that cargo does not compile it again; one that has no source any more goes.
pub(crate) fn lay_out(guest: &Guest, folder: &Path) -> Result<PathBuf> {
    let files = sources::files(guest)?;
    for file in &files {
        write_if_new(&folder.join(file), &fs::read(sources::engine().join(file))?)?;
    }
    let expected: HashSet<PathBuf> = files.iter().map(|file| folder.join(file)).collect();
    let own = folder.join(guest.folder).join("src");
    for folder in guest.shared.iter().map(|shared| folder.join(shared)).chain([own]).filter(|path| path.is_dir()) {
        remove_others(&folder, &expected)?;
    }
    Ok(folder.join(guest.folder))
}

fn remove_others(folder: &Path, expected: &HashSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, expected)?;
        } else if !expected.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

pub(crate) fn write_if_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    match fs::read(path) {
        Ok(old) if old == bytes => Ok(()),
        _ => fs::write(path, bytes),
    }
}
