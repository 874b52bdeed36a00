//! Locates the sources of guests and hashes everything that a guest is built from.

use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

use crate::Result;
use crate::guests::Guest;

/// Returns the folder of the crate `callbox-engine`.
pub(crate) fn engine() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// Returns the folder in which guests are built. It is a cache and may be deleted.
pub(crate) fn scratch() -> Result<PathBuf> {
    let exe = env::current_exe()?;
    // TARGET/PROFILE/callbox-engine-make, or TARGET/PROFILE/deps/… for a test.
    let profile = exe.ancestors().find(|folder| folder.ends_with("debug") || folder.ends_with("release"));
    let target = profile.and_then(Path::parent).ok_or("this program is not where cargo puts it")?;
    Ok(target.join("callbox-engine"))
}

/// Lists the guest's sources, lock file, patch and shared files, relative to [`engine`], sorted.
pub(crate) fn files(guest: &Guest) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for &shared in guest.shared {
        if engine().join(shared).is_dir() {
            gather(&engine(), shared, &mut files)?;
        } else {
            files.push(shared.to_owned());
        }
    }
    gather(&engine(), guest.folder, &mut files)?;
    files.sort();
    Ok(files)
}

/// Returns the SHA-256 over names and contents of [`files`].
pub(crate) fn hash(guest: &Guest) -> Result<String> {
    let mut digest = Sha256::new();
    for file in files(guest)? {
        for bytes in [file.as_bytes(), &fs::read(engine().join(&file))?] {
            digest.update((bytes.len() as u64).to_le_bytes());
            digest.update(bytes);
        }
    }
    Ok(hex(&digest.finalize()))
}

/// Returns the SHA-256 of `bytes` in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn gather(engine: &Path, inner: &str, files: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(engine.join(inner))? {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|_| "a source's name is not UTF-8")?;
        let inner = format!("{inner}/{name}");
        if !entry.file_type()?.is_dir() {
            files.push(inner);
        } else if name != "target" {
            gather(engine, &inner, files)?;
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
