//! Writes a file as a whole: whoever reads it meanwhile, and whoever finds it after a run was stopped, sees what it was
//! or what it is to be.

use std::io::{self, Write};

use cap_std::fs::{Dir, OpenOptions, Permissions};

/// What a file is called until it is whole.
const WRITING: &str = "callbox-writing";

/// Puts `bytes` in the place of what `path` names, through a file beside it. A file that was there hands on its
/// permissions.
pub(super) fn replace(dir: &Dir, path: &str, bytes: &[u8], permissions: Option<Permissions>) -> io::Result<()> {
    let beside = beside(path)?;
    let mut file = dir.open_with(&beside, OpenOptions::new().write(true).create_new(true))?;
    let written = permissions.map_or(Ok(()), |permissions| file.set_permissions(permissions));
    let written = written.and_then(|()| file.write_all(bytes)).and_then(|()| dir.rename(&beside, dir, path));
    if written.is_err() {
        let _ = dir.remove_file(&beside);
    }
    written
}

/// A name that nobody has, in the same folder.
fn beside(path: &str) -> io::Result<String> {
    let number = getrandom::u64().map_err(io::Error::other)?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let slash = if folder.is_empty() { "" } else { "/" };
    Ok(format!("{folder}{slash}.{number:016x}.{WRITING}"))
}
