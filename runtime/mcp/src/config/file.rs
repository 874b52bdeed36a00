//! A configuration file as a whole: its text, and the table of servers in it. Single entries are read elsewhere.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::{Map, Value};

use crate::error::ConfigError;

/// Larger than any list written by hand; guards against a device or a data file given by mistake.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Reads the text of the file, at most 4 MiB.
pub(super) fn read(file: &Path) -> Result<String, ConfigError> {
    let unreadable = |reason: String| ConfigError::Unreadable { file: file.to_path_buf(), reason };
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|open| open.take(BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(error.to_string()))?;
    let size = bytes.len() as u64;
    if size > BYTES_MAX {
        let file = file.to_path_buf();
        return Err(ConfigError::TooLarge { file, bytes: size, bytes_max: BYTES_MAX });
    }
    String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8 text".to_owned()))
}

/// Returns the entries under `mcpServers` and `servers`; if a name is in both, `mcpServers` wins.
pub(super) fn entries<'a>(root: &'a Value, source: &Path) -> Result<Vec<(&'a str, &'a Value)>, ConfigError> {
    let top = object(root, "", source)?;
    let tables: Vec<_> = ["servers", "mcpServers"].iter().filter_map(|key| top.get_key_value(*key)).collect();
    if tables.is_empty() {
        return Err(ConfigError::NoServers { file: source.to_path_buf() });
    }
    let mut entries = Vec::new();
    for (key, table) in tables {
        let table = object(table, &format!("/{key}"), source)?;
        entries.extend(table.iter().map(|(name, entry)| (name.as_str(), entry)));
    }
    Ok(entries)
}

fn object<'a>(value: &'a Value, pointer: &str, source: &Path) -> Result<&'a Map<String, Value>, ConfigError> {
    value.as_object().ok_or_else(|| ConfigError::shape(source, pointer, "an object", value))
}
