//! Builds, writes and compares one guest's files in `artefacts/`.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use wasmtime::Engine;

use crate::c_compiler::CCompiler;
use crate::guests::Guest;
use crate::provenance::{self, Provenance};
use crate::{Result, cargo, config, freeze, sources};

/// The platform whose machine code ships with the crate: its name in file names, and its target triple. Builds for
/// other platforms compile the guests themselves.
const PLATFORM: (&str, &str) = ("x86_64-linux", "x86_64-unknown-linux-gnu");

/// Brotli quality, and its window size as a power of two: files are made rarely and read often.
const QUALITY: u32 = 11;
const WINDOW_BITS: u32 = 24;

const BUFFER_BYTES: usize = 64 << 10;

/// A built guest.
pub(crate) struct Artefact {
    /// WebAssembly after boot.
    pub(crate) frozen: Vec<u8>,
    /// `frozen`, compiled for the baseline CPU of [`PLATFORM`].
    pub(crate) compiled: Vec<u8>,
    provenance: Provenance,
}

/// Builds, boots and compiles a guest.
pub(crate) fn make(guest: &Guest) -> Result<Artefact> {
    let sources = sources::hash(guest)?;
    let built = cargo::build(guest)?;
    if sources::hash(guest)? != sources {
        return Err("a source of the guest changed during the build; build again".into());
    }
    let frozen = freeze::freeze(&built, "boot")?;
    let engine = Engine::new(config::config().target(PLATFORM.1)?)?;
    let compiled = engine.precompile_module(&frozen)?;
    let provenance = Provenance {
        sources_sha256: sources,
        rustc: cargo::rustc_version()?,
        c_compiler: guest.has_c.then(CCompiler::version),
        frozen_sha256: sources::sha256(&frozen),
        compiled_sha256: sources::sha256(&compiled),
    };
    Ok(Artefact { frozen, compiled, provenance })
}

impl Artefact {
    /// Writes the files.
    pub(crate) fn write(&self, guest: &Guest) -> Result<()> {
        fs::create_dir_all(folder())?;
        fs::write(frozen_file(guest), packed(&self.frozen)?)?;
        fs::write(compiled_file(guest), packed(&self.compiled)?)?;
        provenance::write(guest.name, &self.provenance)
    }

    /// Compares the files with what was built.
    ///
    /// # Errors
    ///
    /// If a byte differs.
    pub(crate) fn compare(&self, guest: &Guest) -> Result<()> {
        let kept = provenance::read(guest.name)?;
        if kept != self.provenance {
            return Err(format!("{}: recorded {kept:?}, built {:?}", guest.name, self.provenance).into());
        }
        for (file, built) in [(frozen_file(guest), &self.frozen), (compiled_file(guest), &self.compiled)] {
            if &unpacked(&file)? != built {
                return Err(format!("{} differs from what was built", file.display()).into());
            }
        }
        Ok(())
    }
}

fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    brotli::CompressorReader::new(bytes, BUFFER_BYTES, QUALITY, WINDOW_BITS).read_to_end(&mut packed)?;
    Ok(packed)
}

fn unpacked(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    brotli::Decompressor::new(fs::File::open(file)?, BUFFER_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(crate) fn folder() -> PathBuf {
    sources::engine().join("artefacts")
}

/// Returns the folder of a guest's files: a subfolder named after the guest if it exists, which is then a crate.
fn home(guest: &Guest) -> PathBuf {
    let own = folder().join(guest.name);
    if own.is_dir() { own } else { folder() }
}

fn frozen_file(guest: &Guest) -> PathBuf {
    home(guest).join(format!("{}.wasm.br", guest.name))
}

fn compiled_file(guest: &Guest) -> PathBuf {
    home(guest).join(format!("{}.{}.cwasm.br", guest.name, PLATFORM.0))
}
