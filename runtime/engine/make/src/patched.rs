//! Replaces a published crate by a patched copy, since cargo cannot apply patch files.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use diffy::patch_set::{FilePatch, ParseOptions, PatchSet};
use serde_json::Value;

use crate::Result;
use crate::workspace::{remove_others, write_if_new};

/// Folder of the copy in the guest's workspace. Outside the workspace, its path would end up in the compiled code.
const FOLDER: &str = "patched";

/// Applies `NAME.patch` to a copy of the crate `name` in `workspace` and points the workspace's manifest and lock file
/// to it; `metadata` is the output of `cargo metadata` for the workspace.
pub(crate) fn put_in_place(workspace: &Path, name: &str, metadata: &Value) -> Result<()> {
    let patch = fs::read_to_string(workspace.join(format!("{name}.patch")))?;
    let published = published(name, metadata)?;
    let changed = changed_files(&published, &patch)?;
    let copy = workspace.join(FOLDER).join(name);
    let mut copied = HashSet::new();
    copy_folder(&published, &copy, Path::new(""), &changed, &mut copied)?;
    // An earlier release may have had more files.
    remove_others(&copy, &copied)?;
    change_lock(workspace, name)?;
    change_manifest(workspace, name)
}

/// Returns the folder into which cargo unpacked the crate.
fn published(name: &str, metadata: &Value) -> Result<PathBuf> {
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let package = packages.iter().find(|package| package["name"] == name && package["source"].is_string());
    let package = package.ok_or_else(|| format!("the guest does not use {name}"))?;
    let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
    Ok(manifest.parent().unwrap_or(manifest).to_owned())
}

/// New file contents, by path within the crate.
type Changed = HashMap<PathBuf, String>;

fn changed_files(from: &Path, patch: &str) -> Result<Changed> {
    let files = PatchSet::parse(patch, ParseOptions::unidiff());
    let change = |file: std::result::Result<FilePatch<'_, str>, _>| -> Result<(PathBuf, String)> {
        let file = file?;
        let patch = file.patch().as_text().ok_or("the patch is not text")?;
        let name = patch.modified().and_then(|name| name.strip_prefix("b/")).ok_or("the patch names no file")?;
        let old = fs::read_to_string(from.join(name))?;
        let new = diffy::apply(&old, patch).map_err(|error| format!("the patch does not apply to {name}: {error}"))?;
        Ok((PathBuf::from(name), new))
    };
    files.map(change).collect()
}

fn copy_folder(from: &Path, to: &Path, inner: &Path, changed: &Changed, copied: &mut HashSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(from.join(inner))? {
        let entry = entry?;
        let inner = inner.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(from, to, &inner, changed, copied)?;
            continue;
        }
        copied.insert(to.join(&inner));
        match changed.get(&inner) {
            Some(text) => write_if_new(&to.join(&inner), text.as_bytes())?,
            None => write_if_new(&to.join(&inner), &fs::read(entry.path())?)?,
        }
    }
    Ok(())
}

/// Removes the source and checksum of a package from the lock file: a package from a folder has neither.
fn change_lock(workspace: &Path, name: &str) -> Result<()> {
    let file = workspace.join("Cargo.lock");
    let lock = fs::read_to_string(&file)?;
    let entry = format!("name = \"{name}\"\n");
    let (before, after) = lock.split_once(&entry).ok_or_else(|| format!("the lock file does not name {name}"))?;
    let (package, rest) = after.split_once("\n\n").unwrap_or((after, ""));
    let ours = |line: &&str| !line.starts_with("source = ") && !line.starts_with("checksum = ");
    let package: Vec<&str> = package.lines().filter(ours).collect();
    Ok(fs::write(file, format!("{before}{entry}{}\n\n{rest}", package.join("\n")))?)
}

fn change_manifest(workspace: &Path, name: &str) -> Result<()> {
    let file = workspace.join("Cargo.toml");
    let manifest = fs::read_to_string(&file)?;
    Ok(fs::write(file, format!("{manifest}\n[patch.crates-io]\n{name} = {{ path = \"{FOLDER}/{name}\" }}\n"))?)
}
