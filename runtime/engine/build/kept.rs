//! The folder where engines are kept, by key: every profile of a workspace shares it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::{env, io};

use crate::inputs::Inputs;
use crate::{Result, freeze, guest};

/// Where the engine for `inputs` lies; it is made first if it is not there.
pub(crate) fn compiled_engine(inputs: &Inputs) -> Result<PathBuf> {
    let folder = folder()?;
    let kept = folder.join(&inputs.key);
    fs::create_dir_all(&kept)?;
    // Two cargo runs may come at once; the second finds the work done.
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    let compiled = kept.join("engine.cwasm");
    if !compiled.exists() {
        let frozen = frozen_engine(&folder, &kept, inputs)?;
        write_whole(&compiled, &inputs.compiler.precompile_module(&frozen)?)?;
    }
    Ok(compiled)
}

fn frozen_engine(folder: &Path, kept: &Path, inputs: &Inputs) -> Result<Vec<u8>> {
    let frozen = kept.join("engine.wasm");
    if let Ok(bytes) = fs::read(&frozen) {
        return Ok(bytes);
    }
    let guest = guest::build(&folder.join("guest"))?;
    if inputs.changed()? {
        return Err("a source of the engine guest changed while it was built; build again".into());
    }
    let bytes = freeze::freeze(&guest, inputs.boot)?;
    write_whole(&frozen, &bytes)?;
    Ok(bytes)
}

/// Beside the profile folders, so that `dev`, `release` and `bench` share it.
fn folder() -> Result<PathBuf> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    // OUT_DIR is TARGET/PROFILE/build/PACKAGE/out.
    let target = out.ancestors().nth(4).ok_or("OUT_DIR is not where cargo puts it")?;
    Ok(target.join("callbox-engine"))
}

/// A build that is interrupted leaves no half file.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = path.with_extension("partial");
    fs::write(&partial, bytes)?;
    fs::rename(partial, path)
}
