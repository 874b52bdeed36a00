//! `files.read`, `files.write` and `files.list` for JavaScript scripts with granted folders; a component reaches the
//! same folders through WASI.

mod replace;

use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use cap_std::fs::{File, FileType, OpenOptions};
use serde_json::{Value, json};

use crate::{
    folder::Folder,
    host_function::HostFunction,
    limits::Limits,
    run::writes::{ENTRY_BYTES, Writes},
    tool_error::ToolError,
};

/// Maximum number of entries listed for one folder.
const ENTRIES_MAX: usize = 10_000;

/// Returns the functions, if any folder was granted.
pub(crate) fn functions(folders: &[Folder], limits: &Limits) -> Vec<HostFunction> {
    if folders.is_empty() {
        return Vec::new();
    }
    let (bytes_max, writes) = (limits.result_bytes_max, Writes::new(limits.file_bytes_max));
    let folders: Arc<[Folder]> = folders.into();
    vec![
        function("files.read", &folders, move |folder, path, _| read(folder, path, bytes_max)),
        function("files.list", &folders, |folder, path, _| list(folder, path)),
        function("files.write", &folders, move |folder, path, arguments| write(folder, path, arguments, &writes)),
    ]
}

/// Makes a function whose first argument is a path; its blocking work runs on a worker thread.
fn function(
    name: &'static str,
    folders: &Arc<[Folder]>,
    act: impl Fn(&Folder, &str, &[Value]) -> io::Result<Value> + Clone + Send + Sync + 'static,
) -> HostFunction {
    let folders = Arc::clone(folders);
    HostFunction::new(name.to_owned(), move |arguments: Vec<Value>| {
        let (folders, act) = (Arc::clone(&folders), act.clone());
        async move {
            let done = tokio::task::spawn_blocking(move || {
                let path = arguments.first().and_then(Value::as_str);
                let path = path.ok_or_else(|| ToolError::failed(format!("`{name}` takes a path as a string")))?;
                let (folder, inside) = find(&folders, path)?;
                act(folder, inside, arguments.get(1..).unwrap_or_default())
                    .map_err(|error| ToolError::failed(format!("`{name}` of `{path}`: {error}")))
            });
            done.await.unwrap_or_else(|_| Err(ToolError::failed(format!("`{name}` ended without a result"))))
        }
    })
}

/// Returns the folder that contains a path; of several, the one with the longest name.
fn find<'a>(folders: &'a [Folder], path: &'a str) -> Result<(&'a Folder, &'a str), ToolError> {
    let inside = folders.iter().filter_map(|folder| Some((folder, folder.inside(path)?)));
    inside.max_by_key(|(folder, _)| folder.guest().len()).ok_or_else(|| {
        let granted: Vec<_> = folders.iter().map(|folder| format!("`{}`", folder.guest())).collect();
        ToolError::failed(format!("`{path}` is not in a granted folder; granted: {}", granted.join(", ")))
    })
}

fn read(folder: &Folder, path: &str, bytes_max: u64) -> io::Result<Value> {
    let file = plain_file(folder, path, OpenOptions::new().read(true))?;
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(io::Error::other(format!("it has more than {bytes_max} bytes")));
    }
    String::from_utf8(bytes).map(Value::from).map_err(|_| io::Error::other("it is not UTF-8 text"))
}

fn write(folder: &Folder, path: &str, arguments: &[Value], writes: &Writes) -> io::Result<Value> {
    let text = arguments.first().and_then(Value::as_str);
    let text = text.ok_or_else(|| io::Error::other("the text to write must be a string"))?;
    if !folder.is_writable() {
        return Err(io::Error::other("the folder was granted read-only"));
    }
    writes.book(ENTRY_BYTES + text.len() as u64).map_err(io::Error::other)?;
    write_whole(folder, path, text.as_bytes())?;
    Ok(json!(text.len()))
}

/// Replaces the file atomically if possible. The target of a link, and a file in a folder where no new file can be
/// created, are written in place.
fn write_whole(folder: &Folder, path: &str, bytes: &[u8]) -> io::Result<()> {
    if folder.dir().symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return write_in_place(plain_file(folder, path, OpenOptions::new().write(true).create(true))?, bytes);
    }
    let there = match plain_file(folder, path, OpenOptions::new().write(true)) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let permissions = there.as_ref().map(|file| Ok::<_, io::Error>(file.metadata()?.permissions())).transpose()?;
    match (replace::replace(folder.dir(), path, bytes, permissions), there) {
        (Err(error), Some(file)) if error.kind() == io::ErrorKind::PermissionDenied => write_in_place(file, bytes),
        (replaced, _) => replaced,
    }
}

fn write_in_place(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.set_len(0)?;
    file.write_all(bytes)
}

fn list(folder: &Folder, path: &str) -> io::Result<Value> {
    let mut entries = Vec::new();
    for entry in folder.dir().read_dir(path)? {
        let entry = entry?;
        if entries.len() == ENTRIES_MAX {
            return Err(io::Error::other(format!("it has more than {ENTRIES_MAX} entries")));
        }
        let bytes = entry.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        entries.push((entry.file_name().to_string_lossy().into_owned(), kind(entry.file_type()?), bytes));
    }
    entries.sort();
    let entries = entries.into_iter().map(|(name, kind, bytes)| json!({ "name": name, "kind": kind, "bytes": bytes }));
    Ok(entries.collect())
}

fn kind(kind: FileType) -> &'static str {
    if kind.is_file() {
        "file"
    } else if kind.is_dir() {
        "folder"
    } else if kind.is_symlink() {
        "link"
    } else {
        "other"
    }
}

/// Opens a regular file; does not block on a pipe whose other end is not open.
fn plain_file(folder: &Folder, path: &str, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    let file = folder.dir().open_with(path, options)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("it is not a file")) }
}
