//! The C compiler for guests that contain C: zig, pinned to one version on every machine. Building callbox itself does
//! not need it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, io};

use crate::workspace::write_if_new;
use crate::{Result, sources};

/// Version of zig and of the Python package `ziglang`.
const VERSION: &str = "0.17.1";

/// Environment variable with the path of an installed zig of that version.
const VARIABLE: &str = "CALLBOX_ZIG";

/// Arguments that follow those of a crate's build script and so override them: zig has its own name for the target;
/// without `EMSCRIPTEN`, QuickJS dispatches instructions directly rather than in a loop; with the sanitizer off,
/// undefined behaviour does not trap in `unreachable`.
const ARGUMENTS: &str = "-target wasm32-wasi -UEMSCRIPTEN -fno-sanitize=undefined";

/// zig, ready to compile for WebAssembly.
pub(crate) struct CCompiler {
    zig: PathBuf,
    scratch: PathBuf,
}

impl CCompiler {
    /// Returns the zig that [`VARIABLE`] names, or the one in the scratch folder, installing it there if necessary.
    ///
    /// # Errors
    ///
    /// If zig is missing and cannot be installed, or has another version.
    pub(crate) fn find() -> Result<Self> {
        let scratch = sources::scratch()?;
        let zig = match env::var_os(VARIABLE) {
            Some(named) => PathBuf::from(named),
            None => installed(&scratch.join(format!("zig-{VERSION}")))?,
        };
        let version = version(&zig)?;
        if version != VERSION {
            return Err(format!("zig {VERSION} is required, but {} is {version}", zig.display()).into());
        }
        Ok(Self { zig, scratch })
    }

    /// Returns the version as provenance records it.
    pub(crate) fn version() -> String {
        format!("zig {VERSION}")
    }

    /// Returns the environment that makes build scripts compile with this zig. Paths below `folder` and `registry` are
    /// remapped, so that the output does not depend on where these folders are.
    pub(crate) fn variables(&self, folder: &Path, registry: &Path) -> Result<Vec<(&'static str, OsString)>> {
        let names = [(folder, "/callbox"), (registry, "/crates")];
        let maps: Vec<String> = names.iter().map(|(from, to)| prefix_map(from, to)).collect();
        let compile = format!("cc \"$@\" {ARGUMENTS} {}", maps.join(" "));
        Ok(vec![
            ("CC_wasm32_wasip1", self.script(folder, "cc", &compile)?.into()),
            ("AR_wasm32_wasip1", self.script(folder, "ar", "ar \"$@\"")?.into()),
            ("RQUICKJS_SYS_NO_WASI_SDK", "1".into()),
            ("ZIG_GLOBAL_CACHE_DIR", self.scratch.join("zig-cache").into()),
            ("ZIG_LOCAL_CACHE_DIR", folder.join("zig-cache").into()),
        ])
    }

    /// Writes a script to `folder` that calls zig, because build scripts expect the path of a compiler and pass
    /// arguments of their own. Its path depends on its contents, so that cargo recompiles when they change.
    fn script(&self, folder: &Path, name: &str, arguments: &str) -> Result<PathBuf> {
        let text = format!("#!/bin/sh\nexec {} {arguments}\n", quoted(&self.zig.display().to_string()));
        let path = folder.join(format!("{name}-{}", &sources::sha256(text.as_bytes())[..8]));
        write_if_new(&path, text.as_bytes())?;
        make_executable(&path)?;
        Ok(path)
    }
}

/// Returns the path of zig in `folder`, installing it with pip if it is missing.
fn installed(folder: &Path) -> Result<PathBuf> {
    let zig = folder.join("ziglang/zig");
    if !zig.exists() {
        install(folder)?;
    }
    Ok(zig)
}

/// Installs into a sibling folder and renames it, so that an interrupted installation is not mistaken for a complete
/// one.
fn install(folder: &Path) -> Result<()> {
    let unfinished = folder.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let package = format!("ziglang=={VERSION}");
    let mut python = Command::new("python3");
    python.args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"]).arg(&unfinished).arg(&package);
    match python.output() {
        Ok(output) if output.status.success() => Ok(fs::rename(unfinished, folder)?),
        done => Err(missing(&package, done).into()),
    }
}

fn missing(package: &str, done: io::Result<Output>) -> String {
    let said = done.map_or_else(
        |error| format!("python3: {error}"),
        |output| String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    );
    format!(
        "this guest contains C, but zig is missing; run `pip install {package}` and try again with {VARIABLE} set to \
         the file `ziglang/zig` in that package\n{said}"
    )
}

fn version(zig: &Path) -> Result<String> {
    let output = Command::new(zig).arg("version").output();
    let output = output.map_err(|error| format!("{} does not run: {error}", zig.display()))?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn prefix_map(from: &Path, to: &str) -> String {
    quoted(&format!("-ffile-prefix-map={}={to}", from.display()))
}

/// Quotes `text` as one shell word.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "a guest that contains C can only be rebuilt on Linux or macOS"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted("/a b/c'd"), r"'/a b/c'\''d'");
    }
}
