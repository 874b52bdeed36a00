//! A cache of compiled components in a folder of the user, shared between processes. Native code is loaded only if this
//! user's callbox certainly wrote it: a keyed MAC covers name and bytes, and folder and key belong to this user alone.

use std::{
    fs::{self, File, OpenOptions},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wasmtime::{Engine, component::Component};

use super::load;

/// Maximum number of artefacts, and of their total bytes; beyond these the oldest are removed.
const ARTEFACTS_MAX: usize = 64;
const ARTEFACTS_BYTES_MAX: u64 = 1 << 30;
/// A temporary file older than this was left by a process that has ended.
const WRITING_MAX: Duration = Duration::from_secs(3600);
/// Largest artefact that is stored, bytes.
pub(super) const ARTEFACT_BYTES_MAX: u64 = 512 << 20;
const KEY_FILE: &str = "key";
pub(super) const KEY_BYTES: usize = 32;
const MAC_BYTES: usize = 32;
const EXTENSION: &str = "component";
/// Extension of a file that is still being written.
const WRITING: &str = "callbox-writing";

/// A folder for compiled components.
#[derive(Debug)]
pub(crate) struct ComponentCache {
    folder: PathBuf,
    key: [u8; KEY_BYTES],
}

/// Bytes that a holder of the key wrote under this name.
pub(super) struct Verified {
    bytes: Vec<u8>,
    from: usize,
}

impl Verified {
    /// Returns the bytes after the MAC, if the MAC matches this key, this name and these bytes.
    pub(super) fn read(key: &[u8; KEY_BYTES], name: &str, bytes: Vec<u8>) -> io::Result<Self> {
        let (tag, behind) = bytes.split_at_checked(MAC_BYTES).ok_or_else(|| io::Error::other("it is too short"))?;
        let verified = mac(key, name, behind)?.verify_slice(tag);
        verified.map_err(|_| io::Error::other("its MAC does not match"))?;
        Ok(Self { bytes, from: MAC_BYTES })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(self.from..).unwrap_or_default()
    }

    /// Drops the first byte.
    pub(super) fn without_first(self) -> Self {
        Self { from: self.from + 1, ..self }
    }
}

/// Computes the MAC of bytes stored under a name. Names contain no NUL, so every pair of name and bytes gives a
/// distinct message.
pub(super) fn mac(key: &[u8; KEY_BYTES], name: &str, bytes: &[u8]) -> io::Result<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(io::Error::other)?;
    mac.update(name.as_bytes());
    mac.update(b"\0");
    mac.update(bytes);
    Ok(mac)
}

impl ComponentCache {
    /// Opens the folder, creating it and its key if needed. Both must belong to this user alone.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        make_folder(folder)?;
        private(&fs::symlink_metadata(folder)?, true)?;
        let key = read_key(folder).or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => make_key(folder),
            _ => Err(error),
        })?;
        Ok(Self { folder: folder.to_owned(), key })
    }

    /// Returns the compiled component for a source with this hash, if it is there and authentic.
    pub(super) fn find(&self, engine: &Engine, source: [u8; 32]) -> Option<Component> {
        let name = name(engine, source);
        let artefact = self.read(&name).inspect_err(|error| tracing::debug!(%error, name, "no compiled component"));
        let loaded = load::component(engine, &artefact.ok()?);
        loaded.inspect_err(|error| tracing::info!(%error, name, "a cached component cannot be loaded")).ok()
    }

    /// Stores a compiled component. A failure only costs time later.
    pub(super) fn keep(&self, engine: &Engine, source: [u8; 32], component: &Component) {
        match component.serialize() {
            Ok(artefact) => self.keep_artefact(engine, source, &artefact),
            Err(error) => tracing::info!(%error, "a compiled component was not cached"),
        }
    }

    /// Stores a compiled component in serialised form.
    pub(super) fn keep_artefact(&self, engine: &Engine, source: [u8; 32], artefact: &[u8]) {
        let name = name(engine, source);
        if let Err(error) = self.write(&name, artefact) {
            tracing::info!(%error, name, "a compiled component was not cached");
        }
    }

    fn read(&self, name: &str) -> io::Result<Verified> {
        let mut file = open_private(&self.folder.join(name))?;
        if file.metadata()?.len() > ARTEFACT_BYTES_MAX {
            return Err(io::Error::other("it is too large"));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Verified::read(&self.key, name, bytes)
    }

    /// Writes to a temporary file and renames it, so that a reader sees all of it or nothing.
    fn write(&self, name: &str, artefact: &[u8]) -> io::Result<()> {
        if (artefact.len() + MAC_BYTES) as u64 > ARTEFACT_BYTES_MAX {
            return Err(io::Error::other("it is too large"));
        }
        let mac = mac(&self.key, name, artefact)?.finalize().into_bytes();
        let written = self.folder.join(being_written(name)?);
        let mut file = create_private(&written)?;
        let done = file.write_all(&mac).and_then(|()| file.write_all(artefact));
        let done = done.and_then(|()| fs::rename(&written, self.folder.join(name)));
        if done.is_err() {
            let _ = fs::remove_file(&written);
        }
        self.make_room();
        done
    }

    fn make_room(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut artefacts = Vec::new();
        for (path, metadata) in entries.filter_map(|entry| Some((entry.path(), entry.metadata().ok()?))) {
            let Ok(modified) = metadata.modified() else { continue };
            let is_a = |extension| path.extension().is_some_and(|found| found == extension);
            // The folder may contain unrelated files.
            if is_a(EXTENSION) {
                artefacts.push((modified, metadata.len(), path));
            } else if is_a(WRITING) && modified.elapsed().is_ok_and(|age| age > WRITING_MAX) {
                let _ = fs::remove_file(path);
            }
        }
        artefacts.sort();
        let (mut kept, mut bytes) = (0, 0);
        for (_, length, path) in artefacts.into_iter().rev() {
            if kept == ARTEFACTS_MAX || bytes + length > ARTEFACTS_BYTES_MAX {
                let _ = fs::remove_file(path);
            } else {
                (kept, bytes) = (kept + 1, bytes + length);
            }
        }
    }
}

/// Builds the file name from the source's hash and from the wasmtime version and settings that the code is for.
fn name(engine: &Engine, source: [u8; 32]) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    let source: String = source.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{source}-{:016x}.{EXTENSION}", hasher.finish())
}

/// Returns the temporary name of a file that is being written.
fn being_written(name: &str) -> io::Result<String> {
    Ok(format!("{name}.{:016x}.{WRITING}", getrandom::u64().map_err(io::Error::other)?))
}

fn read_key(folder: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    open_private(&folder.join(KEY_FILE))?.read_exact(&mut key)?;
    Ok(key)
}

/// Creates the key. If two processes do so at the same time, the first one stays.
fn make_key(folder: &Path) -> io::Result<[u8; KEY_BYTES]> {
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let written = folder.join(being_written(KEY_FILE)?);
    create_private(&written)?.write_all(&key)?;
    let linked = fs::hard_link(&written, folder.join(KEY_FILE));
    fs::remove_file(&written)?;
    match linked {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read_key(folder),
        Err(error) => Err(error),
    }
}

fn not_private() -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, "it does not belong to this user alone")
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Checks that a file or folder is owned by this user and inaccessible to others, is not a link, and is of the expected
/// kind.
#[cfg(unix)]
fn private(metadata: &fs::Metadata, folder: bool) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let kind = if folder { metadata.is_dir() } else { metadata.is_file() };
    let own = metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o077 == 0;
    if kind && own { Ok(()) } else { Err(not_private()) }
}

#[cfg(unix)]
fn open_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    private(&file.metadata()?, false)?;
    Ok(file)
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// On other systems write access to the folder cannot be checked this way, so nothing is stored.
#[cfg(not(unix))]
fn make_folder(_: &Path) -> io::Result<()> {
    Err(not_private())
}

#[cfg(not(unix))]
fn private(_: &fs::Metadata, _: bool) -> io::Result<()> {
    Err(not_private())
}

#[cfg(not(unix))]
fn open_private(_: &Path) -> io::Result<File> {
    Err(not_private())
}

#[cfg(not(unix))]
fn create_private(_: &Path) -> io::Result<File> {
    Err(not_private())
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        collections::BTreeSet,
        os::unix::fs::{PermissionsExt, symlink},
        time::SystemTime,
    };

    use super::*;

    fn engine() -> Engine {
        Engine::default()
    }

    fn compiled(engine: &Engine) -> Component {
        Component::new(engine, b"\0asm\x0d\0\x01\0").expect("it compiles")
    }

    const SOURCE: [u8; 32] = [7; 32];

    fn kept() -> (tempfile::TempDir, Engine, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = ComponentCache::open(&folder.path().join("c")).expect("a cache");
        let engine = engine();
        cache.keep(&engine, SOURCE, &compiled(&engine));
        let artefact = cache.folder.join(name(&engine, SOURCE));
        assert!(artefact.is_file());
        (folder, engine, artefact)
    }

    #[track_caller]
    fn found(folder: &tempfile::TempDir, engine: &Engine) -> bool {
        let cache = ComponentCache::open(&folder.path().join("c")).expect("a cache");
        cache.find(engine, SOURCE).is_some()
    }

    #[test]
    fn what_was_kept_is_found_by_the_next_process() {
        let (folder, engine, _) = kept();
        assert!(found(&folder, &engine));
    }

    #[test]
    fn a_changed_artefact_is_not_loaded() {
        let (folder, engine, artefact) = kept();
        let good = fs::read(&artefact).expect("the artefact");
        for at in [0, MAC_BYTES, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&artefact, bad).expect("it is written");
            assert!(!found(&folder, &engine), "byte {at}");
        }
        fs::write(&artefact, &good[..MAC_BYTES - 1]).expect("it is written");
        assert!(!found(&folder, &engine));
    }

    /// An authentic artefact of another component is not accepted under this name.
    #[test]
    fn a_renamed_artefact_is_not_loaded() {
        let (folder, engine, artefact) = kept();
        let other = artefact.with_file_name(name(&engine, [8; 32]));
        fs::rename(&artefact, other).expect("it is renamed");
        let cache = ComponentCache::open(&folder.path().join("c")).expect("a cache");
        assert!(cache.find(&engine, [8; 32]).is_none());
    }

    #[test]
    fn with_another_key_nothing_is_loaded() {
        let (folder, engine, artefact) = kept();
        fs::remove_file(artefact.with_file_name(KEY_FILE)).expect("it is removed");
        assert!(!found(&folder, &engine));
    }

    #[test]
    fn what_others_could_have_written_is_refused() {
        let (folder, engine, artefact) = kept();
        fs::set_permissions(&artefact, fs::Permissions::from_mode(0o622)).expect("it is changed");
        assert!(!found(&folder, &engine));
        let key = artefact.with_file_name(KEY_FILE);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("it is changed");
        assert!(ComponentCache::open(&folder.path().join("c")).is_err());
        let open = tempfile::tempdir().expect("a folder");
        fs::set_permissions(open.path(), fs::Permissions::from_mode(0o777)).expect("it is changed");
        assert!(ComponentCache::open(open.path()).is_err());
        let link = folder.path().join("link");
        symlink(folder.path().join("c"), &link).expect("a link");
        assert!(ComponentCache::open(&link).is_err());
    }

    #[test]
    fn a_linked_artefact_is_not_followed() {
        let (folder, engine, artefact) = kept();
        let away = folder.path().join("away");
        fs::rename(&artefact, &away).expect("it is moved");
        symlink(&away, &artefact).expect("a link");
        assert!(!found(&folder, &engine));
    }

    /// Writes a file with a modification time this many seconds in the past.
    fn written(cache: &ComponentCache, name: &str, length: u64, seconds: u64) {
        let file = File::create(cache.folder.join(name)).expect("a file");
        file.set_len(length).expect("its length");
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).expect("its time");
    }

    fn names(cache: &ComponentCache) -> BTreeSet<String> {
        let entries = fs::read_dir(&cache.folder).expect("the folder").flatten();
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }

    #[test]
    fn the_oldest_go() {
        let (folder, engine, _) = kept();
        let cache = ComponentCache::open(&folder.path().join("c")).expect("a cache");
        for at in 0..ARTEFACTS_MAX + 3 {
            written(&cache, &format!("{at}.{EXTENSION}"), 1, 1_000 + at as u64);
        }
        cache.keep(&engine, [9; 32], &compiled(&engine));
        let names = names(&cache);
        assert_eq!(names.len(), ARTEFACTS_MAX + 1, "and the key");
        assert!(names.contains(&name(&engine, SOURCE)) && names.contains("0.component"), "{names:?}");
        assert!(!names.contains(&format!("{}.{EXTENSION}", ARTEFACTS_MAX + 2)), "{names:?}");
    }

    #[test]
    fn what_is_large_or_left_over_goes() {
        let (folder, engine, _) = kept();
        let cache = ComponentCache::open(&folder.path().join("c")).expect("a cache");
        for (name, length, seconds) in [
            ("new.component", ARTEFACTS_BYTES_MAX / 2, 10),
            ("old.component", ARTEFACTS_BYTES_MAX / 2, 20),
            ("left.component.0123456789abcdef.callbox-writing", 1, 4_000),
            ("key.0123456789abcdef.callbox-writing", 1, 4_000),
            ("busy.component.0123456789abcdef.callbox-writing", 1, 10),
            ("of-somebody-else", 1, 4_000),
        ] {
            written(&cache, name, length, seconds);
        }
        cache.keep(&engine, [9; 32], &compiled(&engine));
        let (first, second) = (name(&engine, SOURCE), name(&engine, [9; 32]));
        let busy = "busy.component.0123456789abcdef.callbox-writing";
        let stay = [KEY_FILE, "new.component", busy, "of-somebody-else", &first, &second];
        assert_eq!(names(&cache), stay.map(str::to_owned).into());
    }
}
