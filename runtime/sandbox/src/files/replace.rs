//! Writes a file atomically: a concurrent reader, or anyone who finds the file after a run was stopped, sees either the
//! old or the new content.

use std::io::{self, Write};

use cap_std::fs::{Dir, OpenOptions, Permissions};

/// Suffix of a file that is still being written.
const WRITING: &str = "callbox-writing";

/// Replaces what `path` names with `bytes`, by writing a file beside it and renaming it. The new file gets
/// `permissions`, those of the file that it replaces.
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

/// Returns an unused name in the same folder.
fn beside(path: &str) -> io::Result<String> {
    let number = getrandom::u64().map_err(io::Error::other)?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let slash = if folder.is_empty() { "" } else { "/" };
    Ok(format!("{folder}{slash}.{number:016x}.{WRITING}"))
}
