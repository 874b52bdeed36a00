//! A package written by a test and built by cargo, offline and with this workspace's locked versions.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// A package in the folder that cargo provides for tests.
pub(crate) struct Package {
    folder: PathBuf,
}

impl Package {
    /// Writes the manifest: its dependencies and anything after them.
    pub(crate) fn new(name: &str, dependencies: &str) -> Result<Package, Box<dyn Error>> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let package = Package { folder };
        let head = "version = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[profile.dev]\ndebug = false";
        package
            .write("Cargo.toml", &format!("[package]\nname = \"{name}\"\n{head}\n\n[dependencies]\n{dependencies}"))?;
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.lock");
        package.write("Cargo.lock", &fs::read_to_string(lock)?)?;
        Ok(package)
    }

    pub(crate) fn write(&self, file: &str, text: &str) -> Result<(), Box<dyn Error>> {
        let file = self.folder.join(file);
        fs::create_dir_all(file.parent().ok_or("no folder")?)?;
        Ok(fs::write(file, text)?)
    }

    /// Runs cargo on the package and returns its output.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).args(["--offline", "--quiet"]).current_dir(&self.folder);
        command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("built"));
        let Output { status, stdout, stderr } = command.output()?;
        if !status.success() {
            let errors = String::from_utf8_lossy(&stderr);
            return Err(errors.chars().take(6_000).collect::<String>().into());
        }
        Ok(String::from_utf8(stdout)?)
    }
}
