//! Names for alternatives in tags about them.

use serde_json::{Map, Value};

use super::super::object::required;
use super::text::bounded_json;

/// Maximum number of properties and values that a label names.
const NAMED_MAX: usize = 3;

/// A longer constant tells a reader less than the kind.
const VALUE_BYTES_MAX: usize = 40;

/// Labels an alternative like the start of its type, or by number if nothing distinguishes it.
pub(super) fn label(index: usize, branch: &Map<String, Value>) -> String {
    if let Some(pointer) = branch.get("$ref").and_then(Value::as_str) {
        return of_pointer(pointer).to_owned();
    }
    let listed = branch.get("enum").and_then(Value::as_array).filter(|values| values.len() <= NAMED_MAX);
    match (listed, branch.get("type")) {
        (Some(values), _) => values.iter().map(bounded_json).collect::<Vec<_>>().join(" | "),
        (None, Some(Value::String(kind))) if kind != "object" => kind.clone(),
        (None, Some(Value::Array(kinds))) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        (None, None) if !branch.contains_key("properties") && !branch.contains_key("required") => {
            format!("alternative {}", index + 1)
        }
        _ => of_object(branch),
    }
}

/// Returns the definition's own name.
pub(in super::super) fn of_pointer(pointer: &str) -> &str {
    pointer.rsplit(['/', '#']).find(|segment| !segment.is_empty()).unwrap_or("the whole")
}

/// Labels an object by a constant, else by its required properties, else by its declared ones.
fn of_object(branch: &Map<String, Value>) -> String {
    let properties = || branch.get("properties").and_then(Value::as_object).into_iter().flatten();
    let mark = |(name, schema): (&String, &Value)| {
        let value = bounded_json(schema.get("const")?);
        (value.len() <= VALUE_BYTES_MAX).then(|| format!("{name}: {value}"))
    };
    if let Some(mark) = properties().find_map(mark) {
        return format!("{{ {mark} }}");
    }
    let mut names = required(branch);
    if names.is_empty() {
        names = properties().map(|(name, _)| name.as_str()).take(NAMED_MAX + 1).collect();
    }
    let more = if names.len() > NAMED_MAX { ", …" } else { "" };
    names.truncate(NAMED_MAX);
    if names.is_empty() { "object".to_owned() } else { format!("{{ {}{more} }}", names.join(", ")) }
}
