//! A folder with this user's private files: folder and files are opened without following links and only if they belong
//! to this user, and files are replaced atomically. Their content is up to the caller.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::Path,
};

/// An open folder of this user. File names have a single component. Replacing the folder with a link after it was
/// opened has no effect.
///
/// On systems other than Unix, links are detected but ownership is not checked.
#[derive(Debug)]
pub struct PrivateFolder(system::Folder);

/// Who else may access a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nobody: a folder that others may enter is closed to them, and a file that others may read is rejected.
    Nobody,
    /// Others may read but not write: a folder within a project.
    Readers,
}

impl PrivateFolder {
    /// Opens an existing folder.
    ///
    /// # Errors
    ///
    /// System errors, [`ErrorKind::NotADirectory`] for a link, and [`ErrorKind::PermissionDenied`] for a folder that
    /// belongs to another user or is open to others.
    pub fn open(path: &Path, reach: Reach) -> io::Result<Self> {
        system::Folder::open(path, reach).map(Self)
    }

    /// Opens a folder, creating it and its parents if necessary.
    ///
    /// # Errors
    ///
    /// The same as for [`PrivateFolder::open`].
    pub fn make(path: &Path, reach: Reach) -> io::Result<Self> {
        system::make(path)?;
        Self::open(path, reach)
    }

    /// Reads a file; `None` if it does not exist.
    ///
    /// # Errors
    ///
    /// System errors; [`ErrorKind::FileTooLarge`] for more than `bytes_max` bytes; [`ErrorKind::PermissionDenied`] for
    /// a link, a device, or a file that belongs to another user or is open to others.
    pub fn read(&self, name: &str, bytes_max: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match self.0.file(name) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let mut bytes = Vec::new();
        file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > bytes_max {
            return Err(io::Error::new(ErrorKind::FileTooLarge, format!("it has more than {bytes_max} bytes")));
        }
        Ok(Some(bytes))
    }

    /// Writes a file atomically.
    ///
    /// # Errors
    ///
    /// System errors.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let written = format!("{name}.{:016x}.new", getrandom::u64().map_err(io::Error::other)?);
        let done = self.write_new(&written, bytes).and_then(|()| self.0.rename(&written, name));
        if done.is_err() {
            let _ = self.0.remove(&written);
        }
        done
    }

    /// Writes a file that must not exist yet.
    ///
    /// # Errors
    ///
    /// System errors.
    pub fn write_new(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.0.new_file(name)?;
        file.write_all(bytes)?;
        // Otherwise a machine that loses power may keep the name without the bytes.
        file.sync_data()
    }

    /// Opens a file to lock, creating it if necessary.
    ///
    /// # Errors
    ///
    /// The same as for [`PrivateFolder::read`].
    pub fn lock_file(&self, name: &str) -> io::Result<File> {
        self.0.lock_file(name)
    }

    /// Removes a file; returns whether it existed.
    ///
    /// # Errors
    ///
    /// System errors.
    pub fn remove(&self, name: &str) -> io::Result<bool> {
        match self.0.remove(name) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[cfg(unix)]
mod system {
    use std::{
        fs::Permissions,
        os::{
            fd::{AsFd, OwnedFd},
            unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
        },
    };

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, openat, renameat, unlinkat};

    use super::{ErrorKind, File, Path, Reach, fs, io};

    /// Permission bits of group and others, and the write bit of others alone; a project's group may contain only the
    /// user.
    const OTHERS: u32 = 0o077;
    const ANY_WRITER: u32 = 0o002;

    #[derive(Debug)]
    pub(super) struct Folder {
        open: File,
        reach: Reach,
    }

    pub(super) fn make(path: &Path) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
    }

    impl Folder {
        pub(super) fn open(path: &Path, reach: Reach) -> io::Result<Self> {
            let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::RDONLY | OFlags::CLOEXEC;
            let open = File::from(openat(CWD, path, flags, Mode::empty())?);
            let found = open.metadata()?;
            if reach == Reach::Nobody && is_ours(&found) && found.mode() & OTHERS != 0 {
                open.set_permissions(Permissions::from_mode(0o700))?;
            }
            allowed(&open.metadata()?, reach)?;
            Ok(Self { open, reach })
        }

        pub(super) fn file(&self, name: &str) -> io::Result<File> {
            self.opened(name, OFlags::RDONLY)
        }

        pub(super) fn lock_file(&self, name: &str) -> io::Result<File> {
            self.opened(name, OFlags::WRONLY | OFlags::CREATE)
        }

        pub(super) fn new_file(&self, name: &str) -> io::Result<File> {
            Ok(File::from(self.at(name, OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL)?))
        }

        pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
            Ok(renameat(&self.open, from, &self.open, to)?)
        }

        pub(super) fn remove(&self, name: &str) -> io::Result<()> {
            Ok(unlinkat(&self.open, name, AtFlags::empty())?)
        }

        fn opened(&self, name: &str, flags: OFlags) -> io::Result<File> {
            let file = File::from(self.at(name, flags)?);
            let found = file.metadata()?;
            if !found.is_file() {
                return Err(refused("it is not a file"));
            }
            allowed(&found, self.reach)?;
            Ok(file)
        }

        /// Opens a file; does not block if the name is a pipe.
        fn at(&self, name: &str, flags: OFlags) -> io::Result<OwnedFd> {
            let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
            openat(self.open.as_fd(), name, flags, Mode::RUSR | Mode::WUSR).map_err(|error| match error {
                rustix::io::Errno::LOOP => refused("it is a link"),
                other => other.into(),
            })
        }
    }

    fn is_ours(found: &fs::Metadata) -> bool {
        found.uid() == rustix::process::geteuid().as_raw()
    }

    fn allowed(found: &fs::Metadata, reach: Reach) -> io::Result<()> {
        let closed = if reach == Reach::Nobody { OTHERS } else { ANY_WRITER };
        match () {
            () if !is_ours(found) => Err(refused("it belongs to another user")),
            () if found.mode() & closed != 0 => Err(refused("it is open to others")),
            () => Ok(()),
        }
    }

    fn refused(why: &str) -> io::Error {
        io::Error::new(ErrorKind::PermissionDenied, why)
    }
}

#[cfg(not(unix))]
mod system {
    use std::{fs::OpenOptions, path::PathBuf};

    use super::{ErrorKind, File, Path, Reach, fs, io};

    #[derive(Debug)]
    pub(super) struct Folder(PathBuf);

    pub(super) fn make(path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    impl Folder {
        pub(super) fn open(path: &Path, _: Reach) -> io::Result<Self> {
            match fs::symlink_metadata(path)?.is_dir() {
                true => Ok(Self(path.to_owned())),
                false => Err(ErrorKind::NotADirectory.into()),
            }
        }

        pub(super) fn file(&self, name: &str) -> io::Result<File> {
            self.opened(name, OpenOptions::new().read(true))
        }

        pub(super) fn lock_file(&self, name: &str) -> io::Result<File> {
            self.opened(name, OpenOptions::new().write(true).create(true).truncate(false))
        }

        pub(super) fn new_file(&self, name: &str) -> io::Result<File> {
            OpenOptions::new().write(true).create_new(true).open(self.0.join(name))
        }

        pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
            fs::rename(self.0.join(from), self.0.join(to))
        }

        pub(super) fn remove(&self, name: &str) -> io::Result<()> {
            fs::remove_file(self.0.join(name))
        }

        fn opened(&self, name: &str, options: &OpenOptions) -> io::Result<File> {
            let path = self.0.join(name);
            match fs::symlink_metadata(&path) {
                Ok(found) if !found.is_file() => Err(io::Error::new(ErrorKind::PermissionDenied, "it is not a file")),
                _ => options.open(path),
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    }

    fn folder() -> (tempfile::TempDir, std::path::PathBuf) {
        let outer = tempfile::tempdir().expect("a folder");
        let inner = outer.path().join("a/b");
        (outer, inner)
    }

    #[test]
    fn what_is_written_is_this_users_alone_and_whole() {
        let (_outer, path) = folder();
        let folder = PrivateFolder::make(&path, Reach::Nobody).expect("a folder");
        assert!(folder.read("x", 9).expect("no error").is_none());
        folder.replace("x", b"one").expect("written");
        folder.replace("x", b"two").expect("replaced");
        assert_eq!(folder.read("x", 3).expect("no error").as_deref(), Some(&b"two"[..]));
        assert_eq!(folder.read("x", 2).expect_err("too large").kind(), ErrorKind::FileTooLarge);
        assert_eq!((mode(&path), mode(&path.join("x"))), (0o700, 0o600));
        assert_eq!(fs::read_dir(&path).expect("a folder").count(), 1, "nothing is left over");
        assert!(folder.remove("x").expect("removed") && !folder.remove("x").expect("gone"));
    }

    #[test]
    fn no_link_is_followed() {
        let (outer, path) = folder();
        fs::create_dir_all(&path).expect("a folder");
        let (secret, link) = (outer.path().join("secret"), outer.path().join("link"));
        fs::write(&secret, "s").expect("a file");
        symlink(&path, &link).expect("a link");
        let error = PrivateFolder::make(&link, Reach::Readers).expect_err("a link");
        assert_eq!(error.kind(), ErrorKind::NotADirectory);
        let folder = PrivateFolder::open(&path, Reach::Readers).expect("a folder");
        symlink(&secret, path.join("x")).expect("a link");
        assert_eq!(folder.read("x", 9).expect_err("a link").kind(), ErrorKind::PermissionDenied);
        assert_eq!(folder.lock_file("x").expect_err("a link").kind(), ErrorKind::PermissionDenied);
        folder.replace("x", b"mine").expect("the link is replaced");
        assert_eq!(fs::read_to_string(&secret).expect("a file"), "s", "and not what it leads to");
        // Writes still go to the folder that was opened.
        fs::rename(&path, outer.path().join("moved")).expect("moved");
        symlink(outer.path(), &path).expect("a link");
        folder.replace("secret", b"mine").expect("written");
        assert_eq!(fs::read_to_string(&secret).expect("a file"), "s");
    }

    #[test]
    fn what_others_may_change_is_refused() {
        let (_outer, path) = folder();
        fs::create_dir_all(&path).expect("a folder");
        let refused = |reach| PrivateFolder::open(&path, reach).map(drop).map_err(|error| error.kind());
        set_mode(&path, 0o777);
        assert_eq!(refused(Reach::Readers), Err(ErrorKind::PermissionDenied));
        set_mode(&path, 0o755);
        assert_eq!(refused(Reach::Readers), Ok(()));
        let folder = PrivateFolder::open(&path, Reach::Nobody).expect("it is closed to others");
        assert_eq!(mode(&path), 0o700);
        folder.replace("x", b"1").expect("written");
        set_mode(&path.join("x"), 0o644);
        assert_eq!(folder.read("x", 9).expect_err("exposed").kind(), ErrorKind::PermissionDenied);
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(path.join("x"), Some(12_345), None).expect("given away");
            let readers = PrivateFolder::open(&path, Reach::Readers).expect("a folder");
            assert!(readers.read("x", 9).expect_err("foreign").to_string().contains("another user"));
        }
    }
}
