//! The guest's workspace with a patched boa: cargo has no patches of its own, so the published crate is
//! copied, changed by `guest/boa_engine.patch`, and put in its place.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use diffy::patch_set::{ParseOptions, PatchSet};
use serde_json::Value;

use crate::Result;

/// The published crate that is changed.
const PATCHED: &str = "boa_engine";

/// Makes the workspace in `folder`, and gives its manifest; `metadata` is what cargo says of the guest.
pub(crate) fn workspace(folder: &Path, metadata: &[u8]) -> Result<PathBuf> {
    let copy = folder.join(PATCHED);
    copy_whole(&published(metadata)?, &copy)?;
    write_lock(folder)?;
    write_manifest(folder)
}

/// Where cargo unpacked the crate.
fn published(metadata: &[u8]) -> Result<PathBuf> {
    let metadata: Value = serde_json::from_slice(metadata)?;
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let package = packages.iter().find(|package| package["name"] == PATCHED).ok_or("the guest does not use boa")?;
    let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
    Ok(manifest.parent().unwrap_or(manifest).to_owned())
}

/// What lies there already is left alone, so that cargo does not compile it again.
fn copy_whole(from: &Path, to: &Path) -> Result<()> {
    let patch = fs::read_to_string("guest/boa_engine.patch")?;
    copy_folder(from, to, Path::new(""), &changed_files(from, &patch)?)
}

/// New texts, by path within the crate.
type Changed = HashMap<PathBuf, String>;

fn changed_files(from: &Path, patch: &str) -> Result<Changed> {
    let files = PatchSet::parse(patch, ParseOptions::unidiff());
    let change = |file: std::result::Result<diffy::patch_set::FilePatch<'_, str>, _>| -> Result<(PathBuf, String)> {
        let file = file?;
        let patch = file.patch().as_text().ok_or("the patch is not text")?;
        let name = patch.modified().and_then(|name| name.strip_prefix("b/")).ok_or("the patch names no file")?;
        let old = fs::read_to_string(from.join(name))?;
        let new = diffy::apply(&old, patch).map_err(|error| format!("the patch does not fit {name}: {error}"))?;
        Ok((PathBuf::from(name), new))
    };
    files.map(change).collect()
}

fn copy_folder(from: &Path, to: &Path, inner: &Path, changed: &Changed) -> Result<()> {
    fs::create_dir_all(to.join(inner))?;
    for entry in fs::read_dir(from.join(inner))? {
        let entry = entry?;
        let inner = inner.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(from, to, &inner, changed)?;
            continue;
        }
        match changed.get(&inner) {
            Some(text) => write_if_new(&to.join(&inner), text.as_bytes())?,
            None => write_if_new(&to.join(&inner), &fs::read(entry.path())?)?,
        }
    }
    Ok(())
}

/// A package that is taken from a folder has neither source nor checksum in a lock file.
fn write_lock(folder: &Path) -> Result<()> {
    let lock = fs::read_to_string("guest/Cargo.lock")?;
    let entry = format!("name = \"{PATCHED}\"\n");
    let (before, after) = lock.split_once(&entry).ok_or("guest/Cargo.lock does not name boa_engine")?;
    let (package, rest) = after.split_once("\n\n").unwrap_or((after, ""));
    let ours = |line: &&str| !line.starts_with("source = ") && !line.starts_with("checksum = ");
    let package: Vec<&str> = package.lines().filter(ours).collect();
    write_if_new(&folder.join("Cargo.lock"), format!("{before}{entry}{}\n\n{rest}", package.join("\n")).as_bytes())?;
    Ok(())
}

fn write_manifest(folder: &Path) -> Result<PathBuf> {
    let guest = std::path::absolute("guest")?;
    let manifest = fs::read_to_string("guest/Cargo.toml")?;
    let (package, library) = ("[package]\n", "[lib]\n");
    let placed = manifest
        .replacen(package, &format!("{package}build = {}\n", quoted(&guest.join("build.rs"))), 1)
        .replacen(library, &format!("{library}path = {}\n", quoted(&guest.join("src/lib.rs"))), 1);
    let text = format!("{placed}\n[patch.crates-io]\n{PATCHED} = {{ path = \"{PATCHED}\" }}\n");
    let path = folder.join("Cargo.toml");
    write_if_new(&path, text.as_bytes())?;
    Ok(path)
}

/// A path as a TOML string.
fn quoted(path: &Path) -> String {
    Value::from(path.to_string_lossy()).to_string()
}

fn write_if_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::read(path) {
        Ok(old) if old == bytes => Ok(()),
        _ => fs::write(path, bytes),
    }
}
