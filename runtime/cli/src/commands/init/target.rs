//! The file to write: written whole or not at all, and never over an existing file unless asked.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use crate::error::CliError;

/// The file to write.
#[derive(Debug)]
pub(super) struct Target {
    /// Absolute, with symbolic links resolved.
    pub(super) file: PathBuf,
    /// The same as text, by which others find it.
    pub(super) shown: String,
    /// Whether the file already exists.
    pub(super) exists: bool,
}

impl Target {
    /// Resolves `output` against the working folder.
    pub(super) fn new(working: &Path, output: &Path) -> Result<Self, CliError> {
        let file = working.join(output);
        let file = std::path::absolute(&file).map_err(|error| unwritable(&file, &error))?;
        let exists = fs::symlink_metadata(&file).is_ok();
        let file = settled(file);
        if file.is_dir() {
            return Err(CliError::file(format!("cannot write `{}`: it is a folder", file.display())));
        }
        let shown = file.to_str().map(str::to_owned);
        let shown = shown.ok_or_else(|| CliError::file(format!("the path `{}` is not UTF-8 text", file.display())))?;
        Ok(Self { file, shown, exists })
    }

    /// Returns the error for a file that already exists.
    pub(super) fn taken(&self) -> CliError {
        CliError::file_exists(format!("`{}` already exists", self.shown))
            .hint("Use `--force` to replace it, `--output FILE` to write another file, or `--dry-run` to look first.")
    }

    /// Returns the folder it is in.
    pub(super) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }

    /// Writes the file. If an existing file is replaced, it is kept under the returned name.
    pub(super) fn write(&self, text: &str, force: bool) -> Result<Option<PathBuf>, CliError> {
        let refused = |error: io::Error| unwritable(&self.file, &error);
        let new = self.new_file(text).map_err(refused)?;
        if !(force && self.exists) {
            return match new.persist_noclobber(&self.file) {
                Ok(_) => Ok(None),
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(self.taken()),
                Err(error) => Err(refused(error.error)),
            };
        }
        let kept = self.keep_old().map_err(refused)?;
        new.persist(&self.file).map_err(|error| refused(error.error))?;
        Ok(Some(kept))
    }

    fn new_file(&self, text: &str) -> io::Result<NamedTempFile> {
        let mut builder = Builder::new();
        // Default permissions: the file has no secrets and may be shared.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut new = builder.prefix(".callbox-init-").tempfile_in(self.folder())?;
        new.write_all(text.as_bytes())?;
        new.as_file().sync_all()?;
        Ok(new)
    }

    /// Copies the existing file, with its permissions, to a free name.
    fn keep_old(&self) -> io::Result<PathBuf> {
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let names = std::iter::once(format!("{name}.bak")).chain((2..).map(|n| format!("{name}.bak{n}")));
        for kept in names.map(|name| self.file.with_file_name(name)) {
            match File::create_new(&kept) {
                Ok(_) => return self.copied_to(kept),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(ErrorKind::AlreadyExists.into())
    }

    fn copied_to(&self, kept: PathBuf) -> io::Result<PathBuf> {
        match fs::copy(&self.file, &kept) {
            Ok(_) => Ok(kept),
            Err(error) => {
                // The copy is incomplete.
                let _ = fs::remove_file(&kept);
                Err(error)
            }
        }
    }
}

/// Resolves links and `..`. Not on Windows, where it would give the path a form that other programs do not expect.
fn settled(file: PathBuf) -> PathBuf {
    let in_folder = || Some(file.parent()?.canonicalize().ok()?.join(file.file_name()?));
    let settled = if cfg!(windows) { None } else { file.canonicalize().ok().or_else(in_folder) };
    settled.unwrap_or(file)
}

fn unwritable(file: &Path, error: &io::Error) -> CliError {
    CliError::file(format!("cannot write `{}`: {error}", file.display()))
        .hint("Use `--output FILE` to name a file in an existing folder that you can write to.")
}
