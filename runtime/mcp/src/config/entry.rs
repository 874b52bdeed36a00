//! Reads one entry of a list of servers, field by field. An error in it affects only this entry.

mod auth;

use std::path::{Path, PathBuf};

use callbox_bindings::internal::json_type;
use serde_json::{Map, Value};

use super::expand::{Gap, expand};
use super::{HttpLaunch, Launch, Lookup, Secret, ServerConfig, StdioLaunch};
use crate::error::EntryError;

/// Known fields; `description` and the like are harmless and common.
const KNOWN: [&str; 13] = [
    "command",
    "args",
    "env",
    "cwd",
    "url",
    "headers",
    "auth",
    "oauth",
    "type",
    "disabled",
    "timeout",
    "callTimeoutMs",
    "description",
];

/// Reads the server, with a note for each ignored field.
pub(super) fn read(name: &str, value: &Value, source: &Path, lookup: Lookup<'_>) -> (ServerConfig, Vec<String>) {
    let empty = Map::new();
    let fields = value.as_object().unwrap_or(&empty);
    let entry = Entry { server: name, fields, source, lookup };
    let launch = match value {
        Value::Object(_) => entry.launch(),
        other => Err(entry.shape("", "an object", json_type(other))),
    };
    let call_ms_max = entry.call_ms_max();
    let server = ServerConfig {
        name: name.to_owned(),
        source: source.to_path_buf(),
        disabled: fields.get("disabled") == Some(&Value::Bool(true)),
        call_ms_max: call_ms_max.as_ref().ok().copied().flatten(),
        launch: call_ms_max.and(launch),
    };
    (server, entry.notes())
}

struct Entry<'a> {
    server: &'a str,
    fields: &'a Map<String, Value>,
    source: &'a Path,
    lookup: Lookup<'a>,
}

impl Entry<'_> {
    fn launch(&self) -> Result<Launch, EntryError> {
        match self.transport()? {
            "stdio" => self.stdio().map(Launch::Stdio),
            "http" => self.http().map(Launch::Http),
            other => Err(EntryError::Transport { server: self.server.to_owned(), transport: other.to_owned() }),
        }
    }

    /// Returns the transport named by `type`, or the one that the other fields imply.
    fn transport(&self) -> Result<&str, EntryError> {
        match self.fields.get("type") {
            Some(Value::String(named)) => Ok(match named.as_str() {
                "streamable-http" | "streamableHttp" | "streamable_http" => "http",
                named => named,
            }),
            Some(other) => Err(self.shape("type", "a string", json_type(other))),
            None => match (self.names("command"), self.names("url")) {
                (true, true) => Err(EntryError::TwoLaunches { server: self.server.to_owned() }),
                (true, false) => Ok("stdio"),
                (false, true) => Ok("http"),
                // The error is reported when the field is read.
                (false, false) if self.fields.contains_key("command") => Ok("stdio"),
                (false, false) if self.fields.contains_key("url") => Ok("http"),
                (false, false) => Err(EntryError::NoLaunch { server: self.server.to_owned() }),
            },
        }
    }

    /// Checks whether the field has a value: some programs write all fields, and leave unused ones empty.
    fn names(&self, field: &str) -> bool {
        let is_empty = |value: &Value| value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        self.fields.get(field).is_some_and(|value| !is_empty(value))
    }

    fn stdio(&self) -> Result<StdioLaunch, EntryError> {
        Ok(StdioLaunch {
            command: self.required("command", "the name of a program")?,
            args: self.args()?,
            env: self.table("env")?,
            cwd: self.cwd()?,
        })
    }

    fn http(&self) -> Result<HttpLaunch, EntryError> {
        let url = self.required("url", "an http or https address")?;
        let scheme = reqwest::Url::parse(&url).ok().map(|url| url.scheme().to_owned());
        if !matches!(scheme.as_deref(), Some("http" | "https")) {
            let found = scheme.map_or("no address".to_owned(), |s| format!("a `{s}` address"));
            return Err(self.shape("url", "an http or https address", found));
        }
        let launch = HttpLaunch { url: Secret::new(url), headers: self.table("headers")?, auth: self.auth()? };
        if launch.auth.is_some() && launch.has_fixed_access() {
            return Err(self.shape("headers", "no `Authorization` together with `auth`", "one"));
        }
        Ok(launch)
    }

    fn required(&self, field: &str, expected: &'static str) -> Result<String, EntryError> {
        let value = self.fields.get(field).unwrap_or(&Value::Null);
        let text = value.as_str().ok_or_else(|| match value {
            Value::Null => self.shape(field, expected, "nothing"),
            other => self.shape(field, expected, json_type(other)),
        })?;
        let text = self.expand(field, text)?;
        if text.trim().is_empty() {
            return Err(self.shape(field, expected, "an empty string"));
        }
        Ok(text)
    }

    fn args(&self) -> Result<Vec<Secret>, EntryError> {
        let args = match self.fields.get("args") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(args)) => args,
            Some(other) => {
                return Err(self.shape("args", "an array of strings", json_type(other)));
            }
        };
        let each = args.iter().enumerate();
        each.map(|(at, arg)| self.scalar(&format!("args[{at}]"), arg)).collect()
    }

    fn table(&self, field: &str) -> Result<Vec<(String, Secret)>, EntryError> {
        let table = match self.fields.get(field) {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Object(table)) => table,
            Some(other) => {
                return Err(self.shape(field, "an object of strings", json_type(other)));
            }
        };
        let each = table.iter();
        each.map(|(key, value)| Ok((key.clone(), self.scalar(&format!("{field}.{key}"), value)?))).collect()
    }

    /// Reads a string; a number or a boolean, which users write for ports and flags, is taken as its text.
    fn scalar(&self, field: &str, value: &Value) -> Result<Secret, EntryError> {
        match value {
            Value::String(text) => self.expand(field, text).map(Secret::new),
            Value::Number(_) | Value::Bool(_) => Ok(Secret::new(value.to_string())),
            other => Err(self.shape(field, "a string", json_type(other))),
        }
    }

    fn cwd(&self) -> Result<Option<PathBuf>, EntryError> {
        if matches!(self.fields.get("cwd"), None | Some(Value::Null)) {
            return Ok(None);
        }
        let cwd = self.required("cwd", "the path of a folder")?;
        Ok(Some(self.folder().join(cwd)))
    }

    fn call_ms_max(&self) -> Result<Option<u64>, EntryError> {
        let fields = ["callTimeoutMs", "timeout"];
        let Some((field, value)) = fields.iter().find_map(|field| Some((*field, self.fields.get(*field)?))) else {
            return Ok(None);
        };
        match value.as_u64() {
            Some(ms) if ms > 0 => Ok(Some(ms)),
            _ => Err(self.shape(field, "a number of milliseconds above 0", json_type(value))),
        }
    }

    fn expand(&self, field: &str, text: &str) -> Result<String, EntryError> {
        let workspace = self.workspace().display().to_string();
        expand(text, &workspace, self.lookup).map_err(|gap| {
            let (server, field) = (self.server.to_owned(), field.to_owned());
            match gap {
                Gap::Unset(variable) => EntryError::UnsetVariable { server, field, variable },
                Gap::Input(input) => EntryError::Input { server, field, input },
            }
        })
    }

    /// Returns the folder of the file.
    fn folder(&self) -> &Path {
        match self.source.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// Returns the folder that an editor would have open: the one above `.vscode`, otherwise the file's own.
    fn workspace(&self) -> &Path {
        match self.folder() {
            folder if folder.ends_with(".vscode") => folder.parent().unwrap_or(folder),
            folder => folder,
        }
    }

    fn notes(&self) -> Vec<String> {
        let unknown = self.fields.keys().filter(|key| !KNOWN.contains(&key.as_str()));
        let unknown = unknown.cloned().chain(self.unknown_of_auth());
        unknown.map(|key| format!("server `{}`: `{key}` is ignored", self.server)).collect()
    }

    fn shape(&self, field: &str, expected: &'static str, found: impl Into<String>) -> EntryError {
        let field = if field.is_empty() { "the entry" } else { field };
        EntryError::Shape { server: self.server.to_owned(), field: field.to_owned(), expected, found: found.into() }
    }
}
