//! Unpacks the guests' machine code for the target, or compiles it if the crate does not ship any. The validator, which
//! few programs need, stays packed; with the feature `packed`, all guests do.

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

/// The guest that few programs need. Its machine code stays packed until it is first used.
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
        let packs = cfg!(feature = "packed") || *guest == SELDOM_NEEDED;
        match ready(guest)? {
            Some(ready) if packs => {
                fs::write(out.join(format!("{guest}.cwasm.br")), ready)?;
                println!("cargo::rustc-cfg=packed=\"{guest}\"");
            }
            ready => fs::write(out.join(format!("{guest}.cwasm")), machine_code(guest, ready)?)?,
        }
    }
    Ok(())
}

/// Returns the packed machine code for the target if the crate ships it.
fn ready(guest: &str) -> Result<Option<Vec<u8>>, Box<dyn Error>> {
    let arch = env::var("CARGO_CFG_TARGET_ARCH")?;
    let system = env::var("CARGO_CFG_TARGET_OS")?;
    artefact(&format!("{guest}.{arch}-{system}.cwasm.br"))
}

fn machine_code(guest: &str, ready: Option<Vec<u8>>) -> Result<Vec<u8>, Box<dyn Error>> {
    if let Some(ready) = ready {
        return unpack(&ready);
    }
    let frozen = format!("{guest}.wasm.br");
    compile(&unpack(&artefact(&frozen)?.ok_or(format!("{frozen} is missing"))?)?)
}

/// Reads the artefact `name` from this crate or from the crate with boa's files.
fn artefact(name: &str) -> Result<Option<Vec<u8>>, Box<dyn Error>> {
    #[cfg(feature = "boa")]
    if let Some((_, bytes)) = callbox_artefacts_boa::FILES.iter().find(|file| file.0 == name) {
        return Ok(Some(bytes.to_vec()));
    }
    let file = Path::new("artefacts").join(name);
    Ok(if file.exists() { Some(fs::read(file)?) } else { None })
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut brotli_decompressor::Decompressor::new(packed, 4096), &mut bytes)?;
    Ok(bytes)
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
fn compile(frozen: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let engine = wasmtime::Engine::new(config::config().target(&env::var("TARGET")?)?)?;
    Ok(engine.precompile_module(frozen)?)
}

/// The build script has no compiler on this platform, which spares most builds from compiling one.
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn compile(_: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let target = env::var("TARGET")?;
    Err(format!("callbox has no machine code for {target} and cannot compile it on this platform; build on {target}")
        .into())
}
