//! The guest's own cargo build: another target, profile and lock file than the workspace around it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

use crate::{Result, inputs};

const TARGET: &str = "wasm32-wasip1";

const TARGET_IS_MISSING: &str =
    "the target wasm32-wasip1 is missing; run `rustup target add wasm32-wasip1` and build again";

/// The compiled guest; `target_dir` is cargo's.
pub(crate) fn build(target_dir: &Path) -> Result<Vec<u8>> {
    if !target_is_installed()? {
        return Err(TARGET_IS_MISSING.into());
    }
    let offline = cargo(target_dir, &["fetch", "--offline"])?.status.success();
    let mut arguments = vec!["build", "--release", "--target", TARGET];
    arguments.extend(offline.then_some("--offline"));
    let built = cargo(target_dir, &arguments)?;
    if !built.status.success() {
        return Err(format!("the engine guest does not build:\n{}", String::from_utf8_lossy(&built.stderr)).into());
    }
    Ok(fs::read(target_dir.join(TARGET).join("release/callbox_js_guest.wasm"))?)
}

fn target_is_installed() -> Result<bool> {
    let sysroot = String::from_utf8(inputs::rustc(&["--print", "sysroot"])?)?;
    Ok(PathBuf::from(sysroot.trim()).join("lib/rustlib").join(TARGET).exists())
}

fn cargo(target_dir: &Path, arguments: &[&str]) -> Result<Output> {
    let mut cargo = Command::new(env::var("CARGO")?);
    for (name, _) in env::vars_os().filter(|(name, _)| leaks(&name.to_string_lossy())) {
        cargo.env_remove(name);
    }
    cargo.args(arguments).args(["--locked", "--manifest-path", "guest/Cargo.toml"]);
    cargo.env("CARGO_TARGET_DIR", target_dir);
    Ok(cargo.output()?)
}

/// Whether a variable of the build around would change this one. Where crates come from stays.
fn leaks(name: &str) -> bool {
    const STAY: [&str; 6] =
        ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_TERM_"];
    const GO: [&str; 10] =
        ["CARGO", "RUSTC", "RUSTFLAGS", "RUSTDOC", "TARGET", "HOST", "OPT_LEVEL", "PROFILE", "DEBUG", "OUT_DIR"];
    GO.iter().any(|start| name.starts_with(start)) && !STAY.iter().any(|start| name.starts_with(start))
}
