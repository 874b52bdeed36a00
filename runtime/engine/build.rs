//! Unpacks the guests' machine code for the target, or compiles it where none comes with the crate. What few programs
//! need stays packed, and with the feature `packed` all of it.

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
#[path = "src/config.rs"]
mod config;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The guests, by the names of their files.
const GUESTS: &[&str] = &[
    #[cfg(feature = "boa")]
    "boa",
    #[cfg(feature = "quickjs")]
    "quickjs",
    #[cfg(feature = "compiler")]
    "compiler",
    "validator",
];

/// A guest that few programs need. Its machine code stays packed until it is first used.
const SELDOM_NEEDED: &str = "validator";

fn main() {
    if let Err(error) = build() {
        println!("cargo::error={error}");
        std::process::exit(1);
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=artefacts");
    println!("cargo::rustc-check-cfg=cfg(packed, values(\"boa\", \"quickjs\", \"compiler\", \"validator\"))");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for guest in GUESTS {
        let ready = ready(guest)?;
        let packs = cfg!(feature = "packed") || *guest == SELDOM_NEEDED;
        if packs && ready.exists() {
            fs::copy(ready, out.join(format!("{guest}.cwasm.br")))?;
            println!("cargo::rustc-cfg=packed=\"{guest}\"");
        } else {
            fs::write(out.join(format!("{guest}.cwasm")), machine_code(guest, &ready)?)?;
        }
    }
    Ok(())
}

/// Where machine code for the target lies, if it comes with the crate.
fn ready(guest: &str) -> Result<PathBuf, Box<dyn Error>> {
    let (arch, system) = (env::var("CARGO_CFG_TARGET_ARCH")?, env::var("CARGO_CFG_TARGET_OS")?);
    Ok(Path::new("artefacts").join(format!("{guest}.{arch}-{system}.cwasm.br")))
}

fn machine_code(guest: &str, ready: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    if ready.exists() {
        unpack(ready)
    } else {
        compile(&unpack(&Path::new("artefacts").join(format!("{guest}.wasm.br")))?)
    }
}

fn unpack(file: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    let packed = fs::File::open(file).map_err(|error| format!("cannot open {}: {error}", file.display()))?;
    std::io::Read::read_to_end(&mut brotli_decompressor::Decompressor::new(packed, 4096), &mut bytes)?;
    Ok(bytes)
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn compile(frozen: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let engine = wasmtime::Engine::new(config::config().target(&env::var("TARGET")?)?)?;
    Ok(engine.precompile_module(frozen)?)
}

/// On this platform the build script has no compiler, so that most builds are spared it.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn compile(_: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let target = env::var("TARGET")?;
    Err(format!("callbox has no machine code for {target} and cannot make it on this platform; build it on {target}")
        .into())
}
