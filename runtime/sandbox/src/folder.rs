//! A folder of the machine that a run may use. Nothing outside it can be reached: paths are resolved inside it,
//! whatever `..` and symbolic links say.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use cap_std::{ambient_authority, fs::Dir};

/// A granted folder; cheap to clone.
///
/// ```
/// use callbox::{Folder, RunRequest};
///
/// # fn main() -> std::io::Result<()> {
/// let folder = Folder::read_only(std::env::temp_dir(), "/data")?;
/// let request = RunRequest::new("return await files.list('/data')").folder(folder);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Folder(Arc<Granted>);

struct Granted {
    #[cfg(not(target_os = "linux"))]
    host: PathBuf,
    guest: String,
    is_writable: bool,
    dir: Dir,
}

impl Folder {
    /// Grants reading `host`, which scripts see as `guest`.
    ///
    /// # Errors
    ///
    /// Fails if `host` is not a folder that can be opened.
    pub fn read_only(host: impl AsRef<Path>, guest: &str) -> io::Result<Self> {
        Self::open(host.as_ref(), guest, false)
    }

    /// Grants reading and writing.
    ///
    /// # Errors
    ///
    /// The same as for [`Folder::read_only`].
    pub fn writable(host: impl AsRef<Path>, guest: &str) -> io::Result<Self> {
        Self::open(host.as_ref(), guest, true)
    }

    fn open(host: &Path, guest: &str, is_writable: bool) -> io::Result<Self> {
        let host = host.canonicalize()?;
        let dir = Dir::open_ambient_dir(&host, ambient_authority())?;
        let guest = if guest.len() > 1 { guest.trim_end_matches('/') } else { guest };
        Ok(Self(Arc::new(Granted {
            #[cfg(not(target_os = "linux"))]
            host,
            guest: guest.to_owned(),
            is_writable,
            dir,
        })))
    }

    /// Returns a path to the open folder. On Linux, through `/proc`, it leads there even after renames; elsewhere it is
    /// the path at which the folder was opened.
    pub(crate) fn open_path(&self) -> PathBuf {
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd;
            format!("/proc/self/fd/{}", self.0.dir.as_raw_fd()).into()
        }
        #[cfg(not(target_os = "linux"))]
        self.0.host.clone()
    }

    pub(crate) fn guest(&self) -> &str {
        &self.0.guest
    }

    pub(crate) fn is_writable(&self) -> bool {
        self.0.is_writable
    }

    pub(crate) fn dir(&self) -> &Dir {
        &self.0.dir
    }

    /// Returns the rest of a script's path under this folder, `.` for the folder itself.
    pub(crate) fn inside<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.guest())?;
        if !(rest.is_empty() || rest.starts_with('/') || self.guest().ends_with('/')) {
            return None;
        }
        let rest = rest.trim_start_matches('/');
        Some(if rest.is_empty() { "." } else { rest })
    }
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Folder")
            .field("guest", &self.guest())
            .field("is_writable", &self.is_writable())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Folder;

    #[test]
    fn a_path_is_the_folders_only_below_its_name() {
        let folder = Folder::read_only(std::env::temp_dir(), "/data/").expect("the folder for temporary files");
        let cases = [
            ("/data", Some(".")),
            ("/data/", Some(".")),
            ("/data//a/b", Some("a/b")),
            ("/data/../x", Some("../x")),
            ("/database", None),
            ("data", None),
            ("/", None),
        ];
        for (path, inside) in cases {
            assert_eq!(folder.inside(path), inside, "{path}");
        }
    }
}
