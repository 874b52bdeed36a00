//! Reads the lists of servers from one host's file. `entry` interprets the entries.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use callbox_mcp::{ConfigError, parse_jsonc};
use serde_json::{Map, Value};

use super::place::{Layout, Place};
use crate::text_file;

/// Claude Code keeps the history of every project in the same file, which grows to several megabytes.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// A server's name and its entry in the host's file.
pub(super) type RawServer = (String, Value);

/// Why a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum HostFileError {
    /// The file exists but cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// The file is not JSON, or a value in it has the wrong type.
    #[error(transparent)]
    Json(#[from] ConfigError),
    /// The file is not TOML.
    #[error("{}:{line}:{column}: malformed TOML: {expected}", file.display())]
    Toml { file: PathBuf, line: usize, column: usize, expected: String },
}

impl HostFileError {
    /// Returns the stable error code.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "config_unreadable",
            Self::Json(error) => error.code(),
            Self::Toml { .. } => "config_malformed",
        }
    }
}

/// Reads the servers listed in a place; `None` if the file does not exist.
pub(super) fn read(place: &Place) -> Result<Option<Vec<RawServer>>, HostFileError> {
    let file = &place.file;
    match fs::metadata(file) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        // Reading from a pipe would never end.
        Ok(found) if !found.is_file() => {
            return Err(HostFileError::Unreadable(format!("`{}` is not a file", file.display())));
        }
        _ => {}
    }
    let text = text_file::read(file, FILE_BYTES_MAX).map_err(|error| HostFileError::Unreadable(error.message))?;
    if text.len() as u64 > FILE_BYTES_MAX {
        let max = FILE_BYTES_MAX;
        return Err(HostFileError::Unreadable(format!("`{}` has more than {max} bytes", file.display())));
    }
    servers(&text, place).map(Some)
}

fn servers(text: &str, place: &Place) -> Result<Vec<RawServer>, HostFileError> {
    // Some hosts create an empty file.
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let root = match place.layout {
        Layout::Codex => from_toml(text, &place.file)?,
        _ => parse_jsonc(text, &place.file)?,
    };
    let file = &place.file;
    let top = object(&root, "", file)?;
    Ok(match &place.layout {
        Layout::Json(key) => table(top, key, "", file)?,
        Layout::Codex => table(top, "mcp_servers", "", file)?,
        Layout::ClaudeUser { folder } => {
            let mut servers = of_project(top, folder, file)?;
            servers.extend(table(top, "mcpServers", "", file)?);
            servers
        }
    })
}

fn of_project(top: &Map<String, Value>, folder: &Path, file: &Path) -> Result<Vec<RawServer>, HostFileError> {
    // Claude Code writes Windows paths with forward slashes.
    let plain = |path: &str| path.replace('\\', "/");
    let folder = plain(&folder.display().to_string());
    let projects = top.get("projects").and_then(Value::as_object).into_iter().flatten();
    let mut servers = Vec::new();
    for (name, project) in projects.filter(|(name, _)| plain(name) == folder) {
        let pointer = format!("/projects/{}", name.replace('~', "~0").replace('/', "~1"));
        servers.extend(table(object(project, &pointer, file)?, "mcpServers", &pointer, file)?);
    }
    Ok(servers)
}

fn table(top: &Map<String, Value>, key: &str, pointer: &str, file: &Path) -> Result<Vec<RawServer>, HostFileError> {
    let Some(value) = top.get(key).filter(|value| !value.is_null()) else {
        return Ok(Vec::new());
    };
    let servers = object(value, &format!("{pointer}/{key}"), file)?;
    Ok(servers.iter().map(|(name, entry)| (name.clone(), entry.clone())).collect())
}

fn object<'a>(value: &'a Value, pointer: &str, file: &Path) -> Result<&'a Map<String, Value>, HostFileError> {
    Ok(value.as_object().ok_or_else(|| ConfigError::shape(file, pointer, "an object", value))?)
}

fn from_toml(text: &str, file: &Path) -> Result<Value, HostFileError> {
    let malformed = |error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        HostFileError::Toml {
            file: file.to_path_buf(),
            line: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            // Further lines may quote the text, including secrets.
            expected: error.message().lines().next().unwrap_or_default().to_owned(),
        }
    };
    toml::from_str::<Value>(text.trim_start_matches('\u{feff}')).map_err(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Host;

    fn names(text: &str, layout: Layout) -> Result<Vec<String>, String> {
        let place = Place { host: Host::Codex, file: "/h/f".into(), layout, of_user: true };
        let servers = servers(text, &place).map_err(|error| error.to_string())?;
        Ok(servers.into_iter().map(|(name, _)| name).collect())
    }

    #[test]
    fn claude_code_lists_those_of_the_folder_first() {
        let text = r#"{"projects": {"/w": {"mcpServers": {"a": {}}}, "/w/x": {"mcpServers": {"b": {}}}, "/v": {}},
            "mcpServers": {"c": {}}}"#;
        let of = |folder: &str| names(text, Layout::ClaudeUser { folder: folder.into() }).expect("servers");
        assert_eq!(of("/w"), ["a", "c"]);
        assert_eq!(of("/v"), ["c"]);
        let windows = r#"{"projects": {"C:/w": {"mcpServers": {"a": {}}}}}"#;
        assert_eq!(names(windows, Layout::ClaudeUser { folder: r"C:\w".into() }).expect("servers"), ["a"]);
    }

    #[test]
    fn what_is_not_there_lists_nothing() {
        for (text, layout) in [
            ("{}", Layout::Json("servers")),
            ("", Layout::Json("servers")),
            (r#"{"mcpServers": null}"#, Layout::Json("mcpServers")),
            ("model = 'x'", Layout::Codex),
        ] {
            assert_eq!(names(text, layout).expect("no servers"), Vec::<String>::new());
        }
    }

    #[test]
    fn errors_have_their_place_and_no_content() {
        for text in ["a = 1\nb = canary", "a = 1\nb = \"canary", "[x]\n  canary", "a = 1\na = \"canary\"\nb = \"é"] {
            let error = names(text, Layout::Codex).expect_err("malformed");
            assert!(error.starts_with("/h/f:2:") || error.starts_with("/h/f:3:"), "{error}");
            assert!(error.contains("malformed TOML") && !error.contains("canary"), "{error}");
        }
        let error = names("{\n  \"mcpServers\": [}", Layout::Json("mcpServers")).expect_err("malformed");
        assert!(error.starts_with("/h/f:2:"), "{error}");
        let error = names(r#"{"servers": []}"#, Layout::Json("servers")).expect_err("a wrong type");
        assert!(error.contains("`/servers`"), "{error}");
    }
}
