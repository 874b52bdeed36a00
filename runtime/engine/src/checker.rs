//! Validates a value against a JSON Schema and describes the errors in one short message. Both the host and the
//! sandboxed validator compile this file. It does not limit the cost of a check.

use std::fmt::{self, Write as _};

pub use jsonschema::Validator;
use jsonschema::{Draft, PatternOptions, ValidationError};
use serde_json::{Map, Value};

/// Number of errors shown; further ones are only counted.
const ERRORS_SHOWN_MAX: usize = 3;
/// Number of further errors that are counted.
const ERRORS_COUNTED_MAX: usize = 100;
/// Longest error description, characters: it quotes the value, which may be a megabyte.
const ERROR_CHARS_MAX: usize = 300;
/// Backtracking steps of a pattern on one string; the library's default is ten times as many.
const PATTERN_BACKTRACK_MAX: usize = 100_000;
/// Size of a compiled linear-time pattern, bytes. It bounds the cost of matching one character.
const LINEAR_PATTERN_BYTES_MAX: usize = 16 << 10;

/// Which patterns a schema may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patterns {
    /// Small patterns that match in linear time; a schema with any other has a defect.
    Linear,
    /// Also patterns with look-around and backreferences.
    Any,
}

/// Compiles a schema, or says why it cannot be enforced.
///
/// # Errors
///
/// If the schema violates its draft, refers to something outside itself, or contains patterns that are not allowed.
pub fn compile(schema: &Value, patterns: Patterns) -> Result<Validator, String> {
    let options = jsonschema::options().with_draft(draft_of(schema));
    let options = match patterns {
        Patterns::Linear => {
            let linear = PatternOptions::regex().size_limit(LINEAR_PATTERN_BYTES_MAX);
            options.with_pattern_options(linear.dfa_size_limit(LINEAR_PATTERN_BYTES_MAX))
        }
        Patterns::Any => {
            options.with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(PATTERN_BACKTRACK_MAX))
        }
    };
    options.build(schema).map_err(|error| bounded_display(&error))
}

/// MCP's default is 2020-12; most real tools declare draft-07.
fn draft_of(schema: &Value) -> Draft {
    let declared = schema.get("$schema").and_then(Value::as_str).unwrap_or_default();
    if declared.contains("draft-07") {
        Draft::Draft7
    } else if declared.contains("draft-06") {
        Draft::Draft6
    } else if declared.contains("draft-04") {
        Draft::Draft4
    } else if declared.contains("2019-09") {
        Draft::Draft201909
    } else {
        Draft::Draft202012
    }
}

/// Describes the first error in a value, if there is one.
#[must_use]
pub fn first(validator: &Validator, value: &Value) -> Option<String> {
    validator.validate(value).err().map(|error| describe(&error))
}

/// Describes the first few errors in a value and counts the rest; `None` if the value is valid. The library collects
/// all errors before it returns the first.
#[must_use]
pub fn all(validator: &Validator, value: &Value) -> Option<String> {
    let mut errors = validator.iter_errors(value);
    let shown: Vec<_> = errors.by_ref().take(ERRORS_SHOWN_MAX).map(|error| describe(&error)).collect();
    let rest = errors.take(ERRORS_COUNTED_MAX).count();
    let more = if rest == 0 { String::new() } else { format!("; and {rest} more") };
    (!shown.is_empty()).then(|| shown.join("; ") + &more)
}

fn describe(error: &ValidationError<'_>) -> String {
    let place = dotted(error.instance_path().as_str());
    bounded_display(&format_args!("`{place}`: {error}"))
}

/// `/items/3/when` → `$.items[3].when`.
fn dotted(pointer: &str) -> String {
    pointer.split('/').skip(1).fold("$".to_owned(), |mut path, token| {
        let token = token.replace("~1", "/").replace("~0", "~");
        match token.parse::<usize>() {
            Ok(index) => path += &format!("[{index}]"),
            Err(_) => path = path + "." + &token,
        }
        path
    })
}

/// Truncates a text to the length of an error description.
#[must_use]
pub fn bounded(text: &str) -> String {
    bounded_display(&text)
}

/// Formats `shown`, stopping as soon as the limit is reached.
fn bounded_display(shown: &dyn fmt::Display) -> String {
    let mut short = Short { text: String::new(), chars_left: ERROR_CHARS_MAX };
    match write!(short, "{shown}") {
        Ok(()) => short.text,
        Err(fmt::Error) => short.text + "…",
    }
}

/// A writer that accepts a limited number of characters.
struct Short {
    text: String,
    chars_left: usize,
}

impl fmt::Write for Short {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let fits = more.char_indices().nth(self.chars_left).map_or(more.len(), |(end, _)| end);
        let taken = more.get(..fits).unwrap_or_default();
        self.text.push_str(taken);
        self.chars_left -= taken.chars().count();
        if fits == more.len() { Ok(()) } else { Err(fmt::Error) }
    }
}

/// Returns an equivalent schema whose alternatives (`anyOf`, `oneOf`) report only that they do not match, not why.
///
/// The library collects the errors of every alternative, recursively, although none of them is shown: with a recursive
/// schema, one for each path through it. Returns `None` if the rewrite would change what the schema means: a double
/// negation forgets which parts of a value an alternative has evaluated.
#[must_use]
pub fn with_mute_alternatives(schema: &Value) -> Option<Value> {
    (!looks_at_unseen_parts(schema)).then(|| muted(schema))
}

fn looks_at_unseen_parts(schema: &Value) -> bool {
    match schema {
        Value::Object(object) => object.iter().any(|(key, value)| {
            matches!(key.as_str(), "unevaluatedProperties" | "unevaluatedItems") || looks_at_unseen_parts(value)
        }),
        Value::Array(items) => items.iter().any(looks_at_unseen_parts),
        _ => false,
    }
}

fn muted(schema: &Value) -> Value {
    match schema {
        Value::Object(object) => Value::Object(object.iter().map(|(key, value)| muted_keyword(key, value)).collect()),
        Value::Array(items) => items.iter().map(muted).collect(),
        other => other.clone(),
    }
}

/// Treats every object in a schema as a schema, because a `$ref` may point anywhere; only data and maps of names are
/// not.
fn muted_keyword(key: &str, value: &Value) -> (String, Value) {
    let value = match (key, value) {
        ("anyOf" | "oneOf", Value::Array(branches)) => branches.iter().map(|branch| mute(muted(branch))).collect(),
        ("enum" | "const" | "default" | "example" | "examples", data) => data.clone(),
        ("properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas", Value::Object(named)) => {
            Value::Object(named.iter().map(|(name, schema)| (name.clone(), muted(schema))).collect())
        }
        (_, value) => muted(value),
    };
    (key.to_owned(), value)
}

/// Returns a schema that accepts exactly what `schema` accepts, and gives a single error for anything else.
fn mute(schema: Value) -> Value {
    let not = |schema| Value::Object(Map::from_iter([("not".to_owned(), schema)]));
    not(not(schema))
}
