//! The guest's own cargo build: another target, profile and lock file than the workspace around it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::{Result, inputs, patched};

const TARGET: &str = "wasm32-wasip1";

const TARGET_IS_MISSING: &str =
    "the target wasm32-wasip1 is missing; run `rustup target add wasm32-wasip1` and build again";

/// The compiled guest; `folder` is where it and its dependencies are kept between builds.
pub(crate) fn build(folder: &Path) -> Result<Vec<u8>> {
    if !target_is_installed()? {
        return Err(TARGET_IS_MISSING.into());
    }
    let sources = Path::new("guest/Cargo.toml");
    let offline = cargo(folder, sources, &["fetch", "--offline"]).is_ok();
    let offline = if offline { ["--offline"].as_slice() } else { &[] };
    let metadata = cargo(folder, sources, &[&["metadata", "--format-version=1"], offline].concat())?;
    let manifest = patched::workspace(&folder.join("workspace"), &metadata)?;
    cargo(folder, &manifest, &[&["build", "--release", "--target", TARGET], offline].concat())?;
    Ok(fs::read(folder.join(TARGET).join("release/callbox_engine_guest.wasm"))?)
}

fn target_is_installed() -> Result<bool> {
    let sysroot = String::from_utf8(inputs::rustc(&["--print", "sysroot"])?)?;
    Ok(PathBuf::from(sysroot.trim()).join("lib/rustlib").join(TARGET).exists())
}

/// What cargo prints, for the package of that manifest.
fn cargo(target_dir: &Path, manifest: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let mut cargo = Command::new(env::var("CARGO")?);
    for (name, _) in env::vars_os().filter(|(name, _)| leaks(&name.to_string_lossy())) {
        cargo.env_remove(name);
    }
    cargo.args(arguments).args(["--locked", "--manifest-path"]).arg(manifest);
    let done = cargo.env("CARGO_TARGET_DIR", target_dir).output()?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(format!("the engine guest does not build: cargo {}:\n{said}", arguments.join(" ")).into());
    }
    Ok(done.stdout)
}

/// Whether a variable of the build around would change this one. Where crates come from stays.
fn leaks(name: &str) -> bool {
    const STAY: [&str; 6] =
        ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_TERM_"];
    const GO: [&str; 10] =
        ["CARGO", "RUSTC", "RUSTFLAGS", "RUSTDOC", "TARGET", "HOST", "OPT_LEVEL", "PROFILE", "DEBUG", "OUT_DIR"];
    GO.iter().any(|start| name.starts_with(start)) && !STAY.iter().any(|start| name.starts_with(start))
}
