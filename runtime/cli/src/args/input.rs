//! The run's `input`, from `--input` and `--arg`.

use clap::Args;
use serde_json::{Map, Value};

use crate::{error::CliError, text_file};

/// The flags that make up `input`.
#[derive(Debug, Default, Args)]
pub(crate) struct InputArgs {
    /// The script's `input`: JSON, `@FILE` to read JSON from a file, or `@-` for standard input.
    #[arg(long, value_name = "JSON|@FILE")]
    input: Option<String>,
    /// One field of `input`; the value is parsed as JSON if possible, else taken as text. May be repeated.
    #[arg(long = "arg", value_name = "KEY=VALUE")]
    fields: Vec<String>,
}

impl InputArgs {
    /// Whether `input` is read from standard input.
    pub(crate) fn reads_stdin(&self) -> bool {
        self.input.as_deref() == Some("@-")
    }

    /// Builds the value of `input`.
    pub(crate) fn value(&self) -> Result<Value, CliError> {
        let base = self.input.as_deref().map(|given| json("--input", given)).transpose()?;
        if self.fields.is_empty() {
            return Ok(base.unwrap_or_default());
        }
        let mut object = match base {
            None => Map::new(),
            Some(Value::Object(object)) => object,
            Some(_) => return Err(CliError::usage("`--arg` needs an `--input` that is a JSON object")),
        };
        for field in &self.fields {
            let (key, value) = key_value(field)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

fn key_value(field: &str) -> Result<(String, Value), CliError> {
    let Some((key, value)) = field.split_once('=').filter(|(key, _)| !key.is_empty()) else {
        return Err(CliError::usage(format!("`--arg`: expected KEY=VALUE, found `{field}`")));
    };
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
    Ok((key.to_owned(), value))
}

/// Maximum bytes read from a JSON file: far above what any run accepts, so that the limit on input rejects it, yet
/// small enough to be safe to load.
const FILE_BYTES_MAX: u64 = 256 << 20;

/// Parses JSON given inline or as `@FILE`.
pub(crate) fn json(flag: &str, given: &str) -> Result<Value, CliError> {
    let (text, from) = match given.strip_prefix('@') {
        None => (given.to_owned(), format!("`{flag}`")),
        Some(file) => (text_file::read(file.as_ref(), FILE_BYTES_MAX)?, format!("`{flag}` from `{file}`")),
    };
    serde_json::from_str(&text).map_err(|error| {
        let hint = "Quote JSON for the shell, such as '{\"n\": 1}', or give a file as @FILE.";
        CliError::usage(format!("{from}: expected JSON: {error}")).hint(hint)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(input: Option<&str>, fields: &[&str]) -> Result<Value, CliError> {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        InputArgs { input: input.map(str::to_owned), fields }.value()
    }

    #[track_caller]
    fn check(input: Option<&str>, fields: &[&str], expected: &Value) {
        assert_eq!(value(input, fields).expect("an input"), *expected);
    }

    #[test]
    fn fields_are_json_where_they_read_as_json() {
        check(None, &[], &json!(null));
        check(Some("[1]"), &[], &json!([1]));
        check(
            None,
            &["n=1", "s=one", "o={\"a\":[true]}", "e=", "q=\"1\"", "x=a=b"],
            &json!({
                "n": 1, "s": "one", "o": {"a": [true]}, "e": "", "q": "1", "x": "a=b"
            }),
        );
        check(Some(r#"{"a":1,"b":2}"#), &["b=3"], &json!({"a": 1, "b": 3}));
    }

    #[test]
    fn what_is_no_input_is_refused() {
        for (input, field) in
            [(Some("{"), "a=1"), (Some("[1]"), "a=1"), (None, "a"), (None, "=1"), (Some("@/nowhere/x"), "a=1")]
        {
            assert!(value(input, &[field]).is_err(), "{input:?} {field}");
        }
    }
}
