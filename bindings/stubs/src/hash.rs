//! The fingerprint of a tool definition: it changes with the definition, but not with the order of keys.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::tool::Tool;

/// Returns the SHA-256, in hex, of server, name, description, both schemas and annotations.
///
/// The order of keys in any object does not matter; the order of array elements does.
pub fn definition_hash(server: &str, tool: &Tool) -> String {
    let definition = json!({
        "annotations": tool.annotations,
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "name": tool.name,
        "outputSchema": tool.output_schema,
        "server": server,
    });
    let mut text = String::new();
    write_canonical(&definition, &mut text);
    hex(text.as_bytes())
}

/// Returns the SHA-256 in hex, 64 digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(fields) => write_fields(fields.iter().collect(), out),
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn write_fields(mut fields: Vec<(&String, &Value)>, out: &mut String) {
    fields.sort_by_key(|(name, _)| *name);
    out.push('{');
    for (name, value) in fields {
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        write_canonical(value, out);
        out.push(',');
    }
    out.push('}');
}
