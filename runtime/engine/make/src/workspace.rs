//! Copies a guest's sources into a folder of their own, so that cargo can reuse an earlier build wherever the
//! repository is.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::guests::Guest;
use crate::{Result, sources};

/// Copies the sources of `guest` into `folder` and returns the folder of its workspace there. Leaves unchanged files
/// alone, so that cargo does not recompile them, and removes files whose source is gone.
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
    let workspace = folder.join(guest.folder);
    take_in_library(guest, &files, &workspace)?;
    Ok(workspace)
}

/// How an engine's manifest names the library that the engines share, before and after the library is copied in.
const OUTSIDE: &str = "path = \"..\"";
const INSIDE: &str = "path = \"shared/guest\"";

/// Copies the library that the engines share into the workspace of one engine. Outside the workspace, its path would
/// end up in the compiled code.
fn take_in_library(guest: &Guest, files: &[String], workspace: &Path) -> Result<()> {
    let manifest = workspace.join("Cargo.toml");
    let text = fs::read_to_string(&manifest)?;
    if !text.contains(OUTSIDE) {
        return Ok(());
    }
    let folder = workspace.join("shared");
    let mut expected = HashSet::new();
    for file in files.iter().filter(|file| !Path::new(file).starts_with(guest.folder)) {
        let text = fs::read_to_string(sources::engine().join(file))?;
        // A package within a workspace cannot be a workspace root itself.
        let text = if file.ends_with("Cargo.toml") { text.replace("\n[workspace]\n", "\n") } else { text };
        write_if_new(&folder.join(file), text.as_bytes())?;
        expected.insert(folder.join(file));
    }
    remove_others(&folder, &expected)?;
    Ok(fs::write(manifest, text.replace(OUTSIDE, INSIDE))?)
}

pub(crate) fn remove_others(folder: &Path, expected: &HashSet<PathBuf>) -> Result<()> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guests::GUESTS;

    #[test]
    fn no_package_lies_outside_its_workspace() {
        let scratch = std::env::temp_dir().join(format!("callbox-engine-make-{}", std::process::id()));
        for guest in GUESTS {
            let workspace = lay_out(guest, &scratch.join(guest.name)).expect("the sources");
            let manifest = fs::read_to_string(workspace.join("Cargo.toml")).expect("a manifest");
            assert!(!manifest.contains("path = \".."), "{}", guest.name);
            assert_eq!(manifest.contains(INSIDE), workspace.join("shared/guest/Cargo.toml").exists(), "{}", guest.name);
        }
        fs::remove_dir_all(scratch).expect("the folder is ours");
    }
}
