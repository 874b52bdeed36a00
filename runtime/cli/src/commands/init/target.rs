//! The file that is written: whole or not at all, and never over another one unasked.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use crate::error::CliError;

/// Where the list goes.
#[derive(Debug)]
pub(super) struct Target {
    /// Absolute; a link is followed.
    pub(super) file: PathBuf,
    /// The same as text, for what others have to find it by.
    pub(super) shown: String,
    /// Whether something is there already.
    pub(super) exists: bool,
}

impl Target {
    /// The file of that name in the working folder.
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

    /// Refuses what would be overwritten unasked.
    pub(super) fn taken(&self) -> CliError {
        CliError::file_exists(format!("`{}` already exists", self.shown))
            .hint("Use `--force` to replace it, `--output FILE` to write another file, or `--dry-run` to look first.")
    }

    /// The folder it is in.
    pub(super) fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }

    /// Writes it. The file that was there, if it may be replaced, is kept under the name that is returned.
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
        // As any file that a person makes: there is no secret in it, and it may be shared.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut new = builder.prefix(".callbox-init-").tempfile_in(self.folder())?;
        new.write_all(text.as_bytes())?;
        new.as_file().sync_all()?;
        Ok(new)
    }

    /// A copy with the same rights, under a name that was free.
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
                // What is left is empty.
                let _ = fs::remove_file(&kept);
                Err(error)
            }
        }
    }
}

/// Without links and `..`. Windows would give such a path a form that other programs do not expect.
fn settled(file: PathBuf) -> PathBuf {
    let in_folder = || Some(file.parent()?.canonicalize().ok()?.join(file.file_name()?));
    let settled = if cfg!(windows) { None } else { file.canonicalize().ok().or_else(in_folder) };
    settled.unwrap_or(file)
}

fn unwritable(file: &Path, error: &io::Error) -> CliError {
    CliError::file(format!("cannot write `{}`: {error}", file.display()))
        .hint("Use `--output FILE` to name a file in an existing folder that you can write to.")
}
