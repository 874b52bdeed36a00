//! JSON as editors let users write it, with comments and trailing commas.

use std::path::Path;

use jsonc_parser::{ParseOptions, parse_to_serde_value};
use serde_json::Value;

use crate::error::ConfigError;

/// What may differ from JSON: comments and trailing commas, as in the settings of VS Code.
const OPTIONS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
};

/// Parses JSON in which comments and trailing commas are allowed; `source` names it in errors.
///
/// # Errors
///
/// [`ConfigError::Malformed`], with the position.
pub fn parse(text: &str, source: &Path) -> Result<Value, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let value: Option<Value> = parse_to_serde_value(text, &OPTIONS)
        .map_err(|error| malformed(source, (error.line_display(), error.column_display()), error.kind().to_string()))?;
    value.ok_or_else(|| malformed(source, (1, 1), "Expected a value".to_owned()))
}

fn malformed(source: &Path, (line, column): (usize, usize), reason: String) -> ConfigError {
    ConfigError::Malformed { file: source.to_path_buf(), line, column, reason }
}
