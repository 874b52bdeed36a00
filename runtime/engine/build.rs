//! Builds the engine guest, freezes it after its boot and compiles it for the target; kept until an input changes.

#[path = "src/config.rs"]
mod config;
#[path = "build/freeze.rs"]
mod freeze;
#[path = "build/guest.rs"]
mod guest;
#[path = "build/inputs.rs"]
mod inputs;
#[path = "build/kept.rs"]
mod kept;
#[path = "build/patched.rs"]
mod patched;

use std::path::PathBuf;
use std::{env, fs};

/// What went wrong, for the person who builds.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() {
    if let Err(error) = build() {
        for line in error.to_string().lines() {
            println!("cargo::error={line}");
        }
        std::process::exit(1);
    }
}

fn build() -> Result<()> {
    let inputs = inputs::declare()?;
    println!("cargo::rustc-env=CALLBOX_BOA_VERSION={}", inputs::boa_version()?);
    let compiled = kept::compiled_engine(&inputs)?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::copy(compiled, out.join("engine.cwasm"))?;
    Ok(())
}
