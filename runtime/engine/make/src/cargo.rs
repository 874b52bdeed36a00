//! A guest's own cargo build: its target, profile and lock file differ from the enclosing workspace's, and its output
//! contains no path of this machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::c_compiler::CCompiler;
use crate::guests::Guest;
use crate::{Result, patched, sources, workspace};

const TARGET: &str = "wasm32-wasip1";

const TARGET_IS_MISSING: &str =
    "the target wasm32-wasip1 is missing; run `rustup target add wasm32-wasip1` and try again";

/// Checks that the compilers for these guests are installed.
///
/// # Errors
///
/// If one is missing; the message says how to install it.
pub(crate) fn can_build(guests: &[&Guest]) -> Result<()> {
    if !target_is_installed()? {
        return Err(TARGET_IS_MISSING.into());
    }
    if guests.iter().any(|guest| guest.has_c) {
        CCompiler::find()?;
    }
    Ok(())
}

/// Builds the guest and returns its WebAssembly before boot.
pub(crate) fn build(guest: &Guest) -> Result<Vec<u8>> {
    let ready = Ready::lay_out(guest)?;
    ready.cargo(&["build", "--release", "--target", TARGET], &[])?;
    Ok(fs::read(ready.target.join(TARGET).join("release").join(guest.wasm))?)
}

/// Lints the guest's sources with the settings of its build.
///
/// # Errors
///
/// If there is a warning.
pub(crate) fn lint(guest: &Guest) -> Result<()> {
    Ready::lay_out(guest)?.cargo(&["clippy", "--release", "--target", TARGET], &["--", "-D", "warnings"]).map(drop)
}

/// A guest's workspace, copied and patched, with the environment of its build.
struct Ready {
    target: PathBuf,
    manifest: PathBuf,
    offline: bool,
    variables: Variables,
}

impl Ready {
    fn lay_out(guest: &Guest) -> Result<Self> {
        can_build(&[guest])?;
        let folder = sources::scratch()?.join(guest.name);
        let workspace = workspace::lay_out(guest, &folder.join("sources"))?;
        let (target, manifest) = (folder.join("target"), workspace.join("Cargo.toml"));
        let mut ready = Self { target, manifest, offline: false, variables: Variables::new() };
        ready.offline = ready.cargo(&["fetch", "--offline"], &[]).is_ok();
        let metadata: Value = serde_json::from_slice(&ready.cargo(&["metadata", "--format-version=1"], &[])?)?;
        if let Some(patched) = guest.patched {
            patched::put_in_place(&workspace, patched, &metadata)?;
        }
        let registry = registry(&metadata).ok_or("the guest uses no published crate")?;
        ready.variables.push(("CARGO_ENCODED_RUSTFLAGS", remaps(&folder, &registry).into()));
        if guest.has_c {
            ready.variables.extend(CCompiler::find()?.variables(&folder, &registry)?);
        }
        Ok(ready)
    }

    /// Runs cargo and returns its standard output; `rest` follows cargo's own arguments.
    fn cargo(&self, arguments: &[&str], rest: &[&str]) -> Result<Vec<u8>> {
        let mut cargo = Command::new(tool("CARGO", "cargo"));
        for (name, _) in env::vars_os().filter(|(name, _)| leaks(&name.to_string_lossy())) {
            cargo.env_remove(name);
        }
        cargo.args(arguments).args(["--locked", "--manifest-path"]).arg(&self.manifest);
        cargo.args(self.offline.then_some("--offline")).args(rest).current_dir(sources::engine());
        let done = cargo.env("CARGO_TARGET_DIR", &self.target).envs(self.variables.iter().cloned()).output()?;
        if !done.status.success() {
            let said = String::from_utf8_lossy(&done.stderr);
            return Err(format!("the guest does not build: cargo {}:\n{said}", arguments.join(" ")).into());
        }
        Ok(done.stdout)
    }
}

/// Returns the version line of rustc.
pub(crate) fn rustc_version() -> Result<String> {
    Ok(String::from_utf8(rustc(&["--version"])?)?.trim().to_owned())
}

fn target_is_installed() -> Result<bool> {
    let sysroot = String::from_utf8(rustc(&["--print", "sysroot"])?)?;
    Ok(PathBuf::from(sysroot.trim()).join("lib/rustlib").join(TARGET).exists())
}

/// Environment variables of a build.
type Variables = Vec<(&'static str, OsString)>;

/// Returns rustc flags, in cargo's encoding, that make source paths independent of where the sources are.
fn remaps(folder: &Path, registry: &Path) -> String {
    let flag = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    format!("{}\u{1f}{}", flag(folder, "/callbox"), flag(registry, "/crates"))
}

/// Returns the folder into which cargo unpacked the published crates.
fn registry(metadata: &Value) -> Option<PathBuf> {
    let packages = metadata["packages"].as_array()?;
    let published = packages.iter().find(|package| package["source"].is_string())?;
    Path::new(published["manifest_path"].as_str()?).ancestors().nth(2).map(Path::to_owned)
}

fn rustc(arguments: &[&str]) -> Result<Vec<u8>> {
    Ok(Command::new(tool("RUSTC", "rustc")).args(arguments).output()?.stdout)
}

/// Returns the tool that the build around this program uses, or the one on the path.
fn tool(variable: &str, name: &str) -> OsString {
    env::var_os(variable).unwrap_or_else(|| name.into())
}

/// Checks whether a variable of the surrounding build would change this build. Variables that say where crates come
/// from are kept.
fn leaks(name: &str) -> bool {
    const STAY: [&str; 6] =
        ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_TERM_"];
    const GO: [&str; 10] =
        ["CARGO", "RUSTC", "RUSTFLAGS", "RUSTDOC", "TARGET", "HOST", "OPT_LEVEL", "PROFILE", "DEBUG", "OUT_DIR"];
    // Read by zig and by build scripts that compile C.
    const OF_C: [&str; 10] =
        ["AR_", "ARFLAGS", "CC_", "CCC_", "CFLAGS", "CPATH", "CRATE_CC", "C_INCLUDE_PATH", "RANLIB", "ZIG_"];
    let goes = GO.iter().chain(&OF_C).any(|start| name.starts_with(start)) || ["AR", "CC"].contains(&name);
    goes && !STAY.iter().any(|start| name.starts_with(start))
}
