//! A guest's own cargo build: another target, profile and lock file than the workspace around it, and no path of this
//! machine in what comes out.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::guests::Guest;
use crate::{Result, patched, sources, workspace};

const TARGET: &str = "wasm32-wasip1";

const TARGET_IS_MISSING: &str =
    "the target wasm32-wasip1 is missing; run `rustup target add wasm32-wasip1` and try again";

/// The guest as WebAssembly that has not booted.
pub(crate) fn build(guest: &Guest) -> Result<Vec<u8>> {
    if !target_is_installed()? {
        return Err(TARGET_IS_MISSING.into());
    }
    let folder = sources::scratch()?.join(guest.name);
    let workspace = workspace::lay_out(guest, &folder.join("sources"))?;
    let manifest = workspace.join("Cargo.toml");
    let target = folder.join("target");
    let cargo = |arguments: &[&str], flags: &str| cargo(&target, &manifest, arguments, flags);
    let offline = cargo(&["fetch", "--offline"], "").is_ok();
    let offline = if offline { ["--offline"].as_slice() } else { &[] };
    let metadata = cargo(&[&["metadata", "--format-version=1"], offline].concat(), "")?;
    let metadata: Value = serde_json::from_slice(&metadata)?;
    if let Some(patched) = guest.patched {
        patched::put_in_place(&workspace, patched, &metadata)?;
    }
    let flags = remaps(&folder, &metadata)?;
    cargo(&[&["build", "--release", "--target", TARGET], offline].concat(), &flags)?;
    Ok(fs::read(target.join(TARGET).join("release").join(guest.wasm))?)
}

/// The compiler's version, as it says it in one line.
pub(crate) fn rustc_version() -> Result<String> {
    Ok(String::from_utf8(rustc(&["--version"])?)?.trim().to_owned())
}

fn target_is_installed() -> Result<bool> {
    let sysroot = String::from_utf8(rustc(&["--print", "sysroot"])?)?;
    Ok(PathBuf::from(sysroot.trim()).join("lib/rustlib").join(TARGET).exists())
}

/// What cargo prints, for the package of that manifest; `flags` are rustc's, as cargo encodes them.
fn cargo(target_dir: &Path, manifest: &Path, arguments: &[&str], flags: &str) -> Result<Vec<u8>> {
    let mut cargo = Command::new(tool("CARGO", "cargo"));
    for (name, _) in env::vars_os().filter(|(name, _)| leaks(&name.to_string_lossy())) {
        cargo.env_remove(name);
    }
    cargo.args(arguments).args(["--locked", "--manifest-path"]).arg(manifest).current_dir(sources::engine());
    let done = cargo.env("CARGO_TARGET_DIR", target_dir).env("CARGO_ENCODED_RUSTFLAGS", flags).output()?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(format!("the guest does not build: cargo {}:\n{said}", arguments.join(" ")).into());
    }
    Ok(done.stdout)
}

/// Flags by which sources have the same names wherever they lie.
fn remaps(folder: &Path, metadata: &Value) -> Result<String> {
    let registry = registry(metadata).ok_or("the guest uses no published crate")?;
    let flag = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    Ok(format!("{}\u{1f}{}", flag(folder, "/callbox"), flag(&registry, "/crates")))
}

/// Where cargo unpacked the published crates.
fn registry(metadata: &Value) -> Option<PathBuf> {
    let packages = metadata["packages"].as_array()?;
    let published = packages.iter().find(|package| package["source"].is_string())?;
    Path::new(published["manifest_path"].as_str()?).ancestors().nth(2).map(Path::to_owned)
}

fn rustc(arguments: &[&str]) -> Result<Vec<u8>> {
    Ok(Command::new(tool("RUSTC", "rustc")).args(arguments).output()?.stdout)
}

/// The tool that a build around this program uses, or the one on the path.
fn tool(variable: &str, name: &str) -> std::ffi::OsString {
    env::var_os(variable).unwrap_or_else(|| name.into())
}

/// Whether a variable of the build around would change this one. Where crates come from stays.
fn leaks(name: &str) -> bool {
    const STAY: [&str; 6] =
        ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_TERM_"];
    const GO: [&str; 10] =
        ["CARGO", "RUSTC", "RUSTFLAGS", "RUSTDOC", "TARGET", "HOST", "OPT_LEVEL", "PROFILE", "DEBUG", "OUT_DIR"];
    GO.iter().any(|start| name.starts_with(start)) && !STAY.iter().any(|start| name.starts_with(start))
}
