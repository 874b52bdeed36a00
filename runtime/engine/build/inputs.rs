//! Everything the compiled engine depends on, and one key for all of it.

use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sha2::{Digest, Sha256};
use wasmtime::Engine;

use crate::{Result, config};

/// Files and folders, relative to the crate.
const SOURCES: [&str; 10] = [
    "build.rs",
    "build",
    "guest/boa_engine.patch",
    "guest/Cargo.toml",
    "guest/Cargo.lock",
    "guest/build.rs",
    "guest/src",
    "src/codec.rs",
    "src/config.rs",
    "src/frames.rs",
];

/// Set to leave the engine's own built-ins in place, so that conformance can be compared.
const STOCK: &str = "CALLBOX_ENGINE_STOCK";

/// What to build and under which key to keep it.
pub(crate) struct Inputs {
    pub(crate) key: String,
    /// The engine that compiles for the target.
    pub(crate) compiler: Engine,
    /// The export that boots the guest.
    pub(crate) boot: &'static str,
}

/// Reads the inputs and tells cargo to come back when one changes.
pub(crate) fn declare() -> Result<Inputs> {
    println!("cargo::rerun-if-env-changed={STOCK}");
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    let boot = if env::var_os(STOCK).is_some_and(|set| set == "1") { "boot_stock" } else { "boot" };
    let compiler = Engine::new(config::config().target(&env::var("TARGET")?)?)?;
    Ok(Inputs { key: key(&compiler, boot)?, compiler, boot })
}

impl Inputs {
    /// Whether a file was edited since the key was taken.
    pub(crate) fn changed(&self) -> Result<bool> {
        Ok(key(&self.compiler, self.boot)? != self.key)
    }
}

fn key(compiler: &Engine, boot: &str) -> Result<String> {
    let mut digest = Digesting(Sha256::new());
    for file in files()? {
        digest.write(file.to_string_lossy().as_bytes());
        digest.write(&fs::read(&file)?);
    }
    digest.write(&rustc(&["--version", "--verbose"])?);
    digest.write(boot.as_bytes());
    // Version, settings and target of the compiler.
    compiler.precompile_compatibility_hash().hash(&mut digest);
    let bytes = digest.0.finalize();
    Ok(bytes.iter().take(12).map(|byte| format!("{byte:02x}")).collect())
}

/// Lets what implements `Hash` go into the digest.
struct Digesting(Sha256);

impl Hasher for Digesting {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes.len().to_le_bytes());
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

fn files() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for source in SOURCES {
        gather(Path::new(source), &mut files)?;
    }
    files.sort();
    Ok(files)
}

fn gather(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        gather(&entry?.path(), files)?;
    }
    Ok(())
}

/// What `rustc` prints.
pub(crate) fn rustc(arguments: &[&str]) -> Result<Vec<u8>> {
    Ok(Command::new(env::var("RUSTC")?).args(arguments).output()?.stdout)
}

/// The version in the guest's lock file.
pub(crate) fn boa_version() -> Result<String> {
    let lock = fs::read_to_string("guest/Cargo.lock")?;
    let after = lock.split_once("name = \"boa_engine\"\nversion = \"").map(|(_, after)| after);
    let version = after.and_then(|after| after.split_once('"')).map(|(version, _)| version);
    Ok(version.ok_or("guest/Cargo.lock does not name boa_engine")?.to_owned())
}
