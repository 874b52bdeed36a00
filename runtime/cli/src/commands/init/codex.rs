//! Translates a Codex server entry to the fields that other hosts use. Codex names variables where others write
//! `${NAME}`, and gives times in seconds.
//!
//! Source: `RawMcpServerConfig` in `codex-rs/config/src/mcp_types.rs` of openai/codex.

use serde_json::{Map, Value, json};

/// Replaces Codex's own fields; those without a counterpart stay as they are.
pub(super) fn translated(entry: Value) -> Value {
    let Value::Object(mut fields) = entry else {
        return entry;
    };
    rename(&mut fields, "http_headers", "headers");
    env_vars(&mut fields);
    headers(&mut fields);
    if fields.get("enabled").is_some_and(Value::is_boolean) {
        let enabled = fields.remove("enabled") == Some(Value::Bool(true));
        fields.insert("disabled".to_owned(), json!(!enabled));
    }
    if let Some(seconds) = fields.get("tool_timeout_sec").and_then(Value::as_f64) {
        fields.remove("tool_timeout_sec");
        fields.insert("callTimeoutMs".to_owned(), json!(milliseconds(seconds)));
    }
    Value::Object(fields)
}

fn rename(fields: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = fields.remove(from) {
        fields.insert(to.to_owned(), value);
    }
}

/// Translates `env_vars = ["NAME", { name = "NAME" }]`, which passes on variables of Codex's own environment.
fn env_vars(fields: &mut Map<String, Value>) {
    let Some(Value::Array(names)) = fields.remove("env_vars") else {
        return;
    };
    let name = |entry: &Value| Some(entry.as_str().or_else(|| entry.get("name")?.as_str())?.to_owned());
    for name in names.iter().filter_map(name) {
        put(fields, "env", &name, &reference(&name));
    }
}

/// Translates `env_http_headers` and the bearer token fields.
fn headers(fields: &mut Map<String, Value>) {
    if let Some(Value::Object(named)) = fields.remove("env_http_headers") {
        for (header, variable) in &named {
            variable.as_str().into_iter().for_each(|variable| put(fields, "headers", header, &reference(variable)));
        }
    }
    if let Some(Value::String(variable)) = fields.remove("bearer_token_env_var") {
        put(fields, "headers", "Authorization", &format!("Bearer {}", reference(&variable)));
    }
    if let Some(Value::String(token)) = fields.remove("bearer_token") {
        put(fields, "headers", "Authorization", &format!("Bearer {token}"));
    }
}

fn reference(variable: &str) -> String {
    format!("${{{variable}}}")
}

/// Inserts a value unless the table already has one: literal values take precedence over the environment's.
fn put(fields: &mut Map<String, Value>, table: &str, key: &str, value: &str) {
    let table = fields.entry(table).or_insert_with(|| json!({}));
    if let Value::Object(table) = table {
        table.entry(key).or_insert_with(|| json!(value));
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range of u32 first")]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0).ceil().clamp(1.0, f64::from(u32::MAX)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(entry: &Value, expected: &Value) {
        assert_eq!(translated(entry.clone()), *expected);
    }

    #[test]
    fn variables_are_named() {
        check(
            &json!({"command": "c", "env": {"A": "1"}, "env_vars": ["A", "B", {"name": "C", "source": "local"}]}),
            &json!({"command": "c", "env": {"A": "1", "B": "${B}", "C": "${C}"}}),
        );
        check(
            &json!({"url": "u", "bearer_token_env_var": "T", "http_headers": {"X": "1"}, "env_http_headers": {"Y": "V"}}),
            &json!({"url": "u", "headers": {"X": "1", "Y": "${V}", "Authorization": "Bearer ${T}"}}),
        );
    }

    #[test]
    fn seconds_and_enabled_are_turned_round() {
        check(
            &json!({"command": "c", "enabled": false, "tool_timeout_sec": 1.5}),
            &json!({"command": "c", "disabled": true, "callTimeoutMs": 1500}),
        );
        check(&json!({"enabled": true, "tool_timeout_sec": -1}), &json!({"disabled": false, "callTimeoutMs": 1}));
        check(&json!("text"), &json!("text"));
    }
}
