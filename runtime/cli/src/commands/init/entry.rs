//! Reads one entry of a host's list as callbox would: its fields, or why it is left out.

use std::path::{Path, PathBuf};

use callbox_mcp::Config;
use serde_json::{Map, Value, json};

use super::{codex, placeholder, placeholder::Meaning};
use crate::args::Host;

/// Fields that callbox knows, in the order in which they are written.
const KNOWN: [&str; 11] =
    ["type", "command", "args", "env", "cwd", "url", "headers", "disabled", "timeout", "callTimeoutMs", "description"];

/// Fields that callbox knows but that may hold a client secret; the user has to copy them by hand.
const SIGN_IN: [&str; 2] = ["auth", "oauth"];

/// Where a server was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Origin {
    pub(super) host: Host,
    pub(super) file: PathBuf,
    /// The server's name in that file.
    pub(super) name: String,
}

/// A server that can be imported.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) origin: Origin,
    pub(super) fields: Map<String, Value>,
    /// What was lost in translation, one sentence each.
    pub(super) notes: Vec<String>,
}

/// A server that is not imported.
#[derive(Debug)]
pub(super) struct LeftOut {
    pub(super) origin: Origin,
    pub(super) code: &'static str,
    pub(super) reason: String,
    pub(super) hint: Option<String>,
}

/// Reads one entry.
pub(super) fn read(origin: Origin, entry: Value, meaning: Meaning<'_>) -> Result<Listed, Box<LeftOut>> {
    let entry = if origin.host == Host::Codex { codex::translated(entry) } else { entry };
    let mut listed = Listed { origin, fields: Map::new(), notes: Vec::new() };
    if let Value::Object(given) = &entry {
        listed.take(given, meaning);
    }
    let judged = if entry.is_object() { Value::Object(listed.fields.clone()) } else { entry };
    if is_gateway(&listed.origin.name, &judged) {
        let reason = "it is callbox itself".to_owned();
        return Err(Box::new(LeftOut { origin: listed.origin, code: "gateway", reason, hint: None }));
    }
    match trouble(&judged) {
        None => Ok(listed),
        Some((code, reason, hint)) => Err(Box::new(LeftOut { origin: listed.origin, code, reason, hint: Some(hint) })),
    }
}

impl Listed {
    fn take(&mut self, given: &Map<String, Value>, meaning: Meaning<'_>) {
        for field in KNOWN {
            if let Some(value) = given.get(field).filter(|value| !value.is_null()) {
                let value = self.translated(field, value, meaning);
                self.fields.insert(field.to_owned(), value);
            }
        }
        self.name_transport(given);
        self.settle_cwd(meaning);
        // `"disabled": false` is the default.
        if self.fields.get("disabled") == Some(&Value::Bool(false)) {
            self.fields.remove("disabled");
        }
        let sign_in = SIGN_IN.iter().filter(|key| given.contains_key(**key));
        self.notes.extend(sign_in.map(|key| format!("`{key}` dropped: it may hold a secret; add it by hand")));
        let is_known = |key: &str| KNOWN.contains(&key) || SIGN_IN.contains(&key) || key == "transport";
        let dropped: Vec<_> = given.keys().filter(|key| !is_known(key)).collect();
        if !dropped.is_empty() {
            let dropped: Vec<_> = dropped.into_iter().map(|key| format!("`{key}`")).collect();
            self.notes.push(format!("{} dropped: unknown to callbox", dropped.join(", ")));
        }
    }

    /// Translates the placeholders in strings to callbox's; entries of tables without a value are left out.
    fn translated(&mut self, field: &str, value: &Value, meaning: Meaning<'_>) -> Value {
        match value {
            Value::String(text) => {
                let text = meaning.translated(text);
                let unknown = placeholder::unknown(&text);
                let notes =
                    unknown.iter().map(|inside| format!("`${{{inside}}}` at `{field}` is not known to callbox"));
                self.notes.extend(notes.collect::<Vec<_>>());
                Value::String(text)
            }
            Value::Array(items) => items.iter().map(|item| self.translated(field, item, meaning)).collect(),
            Value::Object(table) => {
                let kept = table.iter().filter(|(_, value)| !value.is_null());
                Value::Object(kept.map(|(key, value)| (key.clone(), self.translated(field, value, meaning))).collect())
            }
            other => other.clone(),
        }
    }

    /// Sets `type`: Claude Code requires it with a `url`. Some hosts call the field `transport`.
    fn name_transport(&mut self, given: &Map<String, Value>) {
        let named = self.fields.get("type").or(given.get("transport")).cloned();
        let named = named.or_else(|| {
            (self.fields.contains_key("url") && !self.fields.contains_key("command")).then(|| json!("http"))
        });
        match named.as_ref().and_then(Value::as_str) {
            Some("stdio") => drop(self.fields.shift_remove("type")),
            Some("streamable-http" | "streamableHttp" | "streamable_http") => {
                drop(self.fields.shift_insert(0, "type".to_owned(), json!("http")))
            }
            _ => drop(named.map(|named| self.fields.shift_insert(0, "type".to_owned(), named))),
        }
    }

    /// Makes a relative `cwd` absolute: callbox resolves it against its list's folder, hosts against the open folder.
    fn settle_cwd(&mut self, meaning: Meaning<'_>) {
        let cwd = self.fields.get("cwd").and_then(Value::as_str);
        let moved = cwd.filter(|cwd| !meaning.written_there && !cwd.starts_with("${") && Path::new(cwd).is_relative());
        if let Some(moved) = moved.map(|cwd| meaning.working.join(cwd).display().to_string()) {
            self.fields.insert("cwd".to_owned(), Value::String(moved));
        }
    }
}

/// Whether an entry starts callbox as a gateway, which would then call itself without end.
fn is_gateway(name: &str, entry: &Value) -> bool {
    let program = |word: &str| {
        let file = word.rsplit(['/', '\\']).next().unwrap_or_default();
        file.strip_suffix(".exe").unwrap_or(file) == "callbox"
    };
    let command = entry.get("command").and_then(Value::as_str).unwrap_or_default().split_whitespace();
    let args = entry.get("args").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let after: Vec<_> = command.chain(args).skip_while(|word| !program(word)).collect();
    let loopback = |url: &str| ["127.0.0.1", "localhost", "[::1]"].iter().any(|host| url.contains(host));
    after.contains(&"serve") || name == "callbox" && entry.get("url").and_then(Value::as_str).is_some_and(loopback)
}

/// Returns why callbox could not use the entry, whatever the variables hold.
fn trouble(entry: &Value) -> Option<(&'static str, String, String)> {
    let list = json!({ "mcpServers": { "it": entry } }).to_string();
    // A URL, since a variable may be the start of one.
    let config = Config::parse(&list, Path::new(".mcp.json"), &|_| Some("http://x".to_owned())).ok()?;
    let error = config.servers.into_iter().next()?.launch.err()?;
    let reason = error.to_string();
    let reason = reason.trim_start_matches("server `it`").trim_start_matches([':', ' ']).to_owned();
    let reason = reason.strip_prefix("has ").map_or_else(|| reason.clone(), |rest| format!("it has {rest}"));
    Some((error.code().as_str(), reason, error.hint()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, entry: Value) -> Result<Listed, Box<LeftOut>> {
        let origin = Origin { host: Host::VsCode, file: "/h/mcp.json".into(), name: name.to_owned() };
        read(origin, entry, Meaning { working: Path::new("/w"), written_there: false })
    }

    #[track_caller]
    fn taken(given: Value, expected: &Value) -> Vec<String> {
        let listed = entry("s", given).expect("a server");
        assert_eq!(Value::Object(listed.fields), *expected);
        listed.notes
    }

    #[test]
    fn known_fields_are_kept_and_others_named() {
        let given = json!({"type": "stdio", "command": "c", "args": ["${input:a}"], "cwd": "sub", "envFile": ".env",
            "gallery": true, "disabled": false, "env": {"A": null, "B": 1}});
        let notes = taken(given, &json!({"command": "c", "args": ["${A}"], "cwd": "/w/sub", "env": {"B": 1}}));
        assert_eq!(notes, ["`envFile`, `gallery` dropped: unknown to callbox"]);
    }

    #[test]
    fn a_way_to_sign_in_is_left_to_a_person() {
        let given = json!({"type": "http", "url": "https://h", "auth": {"clientSecret": "canary"}});
        let notes = taken(given, &json!({"type": "http", "url": "https://h"}));
        assert_eq!(notes, ["`auth` dropped: it may hold a secret; add it by hand"]);
    }

    #[test]
    fn an_address_names_its_transport() {
        for given in [json!({"url": "https://h"}), json!({"url": "https://h", "type": "streamable-http"})] {
            assert!(taken(given, &json!({"type": "http", "url": "https://h"})).is_empty());
        }
        taken(json!({"url": "${BASE}/mcp"}), &json!({"type": "http", "url": "${BASE}/mcp"}));
    }

    #[test]
    fn what_callbox_cannot_use_is_left_out() {
        for (given, code) in [
            (json!({"url": "https://h/sse", "type": "sse"}), "unsupported_transport"),
            (json!({"url": "https://h/sse", "transport": "sse"}), "unsupported_transport"),
            (json!({"url": "ws://h", "type": "ws"}), "unsupported_transport"),
            (json!({}), "misconfigured"),
            (json!(3), "misconfigured"),
            (json!({"command": ["c"]}), "misconfigured"),
            (json!({"command": "/usr/bin/callbox", "args": ["--config", "x", "serve"]}), "gateway"),
            (json!({"command": "npx", "args": ["-y", "callbox", "serve"]}), "gateway"),
        ] {
            assert_eq!(entry("s", given.clone()).expect_err("left out").code, code, "{given}");
        }
        assert_eq!(
            entry("callbox", json!({"url": "http://127.0.0.1:8723/mcp"})).expect_err("left out").code,
            "gateway"
        );
        assert!(entry("callbox", json!({"command": "callbox-other", "args": ["serve"]})).is_ok());
    }

    #[test]
    fn reasons_name_no_values() {
        let left = entry("s", json!({"command": "c", "args": "canary"})).expect_err("left out");
        assert!(!left.reason.contains("canary") && left.reason.contains("`args`"), "{}", left.reason);
        let left = entry("s", json!({})).expect_err("left out");
        assert_eq!(left.reason, "it has neither `command` nor `url`");
    }
}
