//! The C compiler of guests that have C: zig's, of one version, wherever they are built. People who only build callbox
//! need none of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, io};

use crate::workspace::write_if_new;
use crate::{Result, sources};

/// The version of zig, which is that of the Python package `ziglang`, too.
const VERSION: &str = "0.17.1";

/// Names a zig of that version that is here already.
const VARIABLE: &str = "CALLBOX_ZIG";

/// Arguments that follow those of a crate's build script, and so go before them: zig has a name of its own for the
/// target; QuickJS goes from one instruction to the next without a loop, other than with emscripten; nothing is checked
/// that the language leaves undefined, which would end in `unreachable`.
const ARGUMENTS: &str = "-target wasm32-wasi -UEMSCRIPTEN -fno-sanitize=undefined";

/// zig, ready to compile for WebAssembly.
pub(crate) struct CCompiler {
    zig: PathBuf,
    scratch: PathBuf,
}

impl CCompiler {
    /// The zig that [`VARIABLE`] names, or one that is kept in the scratch folder, where it is installed when missing.
    ///
    /// # Errors
    ///
    /// When there is none and it cannot be installed, or when it is of another version.
    pub(crate) fn find() -> Result<Self> {
        let scratch = sources::scratch()?;
        let zig = match env::var_os(VARIABLE) {
            Some(named) => PathBuf::from(named),
            None => installed(&scratch.join(format!("zig-{VERSION}")))?,
        };
        let version = version(&zig)?;
        if version != VERSION {
            return Err(format!("zig {VERSION} is needed, and {} is {version}", zig.display()).into());
        }
        Ok(Self { zig, scratch })
    }

    /// Its version, as provenance says it.
    pub(crate) fn version() -> String {
        format!("zig {VERSION}")
    }

    /// Variables by which build scripts in cargo compile with it; files below `folder` and `registry` have the same
    /// names wherever these lie.
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

    /// A program in `folder` that calls zig: build scripts want the path of a compiler, and give it arguments of their
    /// own. With other arguments it has another path, so that cargo compiles again.
    fn script(&self, folder: &Path, name: &str, arguments: &str) -> Result<PathBuf> {
        let text = format!("#!/bin/sh\nexec {} {arguments}\n", quoted(&self.zig.display().to_string()));
        let path = folder.join(format!("{name}-{}", &sources::sha256(text.as_bytes())[..8]));
        write_if_new(&path, text.as_bytes())?;
        make_executable(&path)?;
        Ok(path)
    }
}

/// zig in `folder`, where Python's installer puts it if it is missing.
fn installed(folder: &Path) -> Result<PathBuf> {
    let zig = folder.join("ziglang/zig");
    if !zig.exists() {
        install(folder)?;
    }
    Ok(zig)
}

/// Goes by a folder beside, so that what was interrupted is not taken for a whole.
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
        "this guest has C, and its compiler is missing; run `pip install {package}` and try again with {VARIABLE} set to \
         the file `ziglang/zig` of that package\n{said}"
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

/// As one word of a shell.
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
    Err(io::Error::new(io::ErrorKind::Unsupported, "a guest that has C is rebuilt on Linux or macOS"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted("/a b/c'd"), r"'/a b/c'\''d'");
    }
}
