//! Reads one entry of a list of tools, within limits on its size: texts and search are built from it for every client.

use callbox_bindings::{Tool, ToolDefect};
use serde_json::Value;

use crate::upstream::json_size::Size;

/// Maximum bytes of a tool's name.
const NAME_BYTES_MAX: usize = 256;

/// Maximum bytes of a name within its schemas, such as a property's.
const PROPERTY_BYTES_MAX: usize = 512;

/// Maximum bytes of its schemas and annotations together, as JSON.
const SCHEMAS_BYTES_MAX: usize = 256 << 10;

/// Maximum bytes of its description, and of its title; longer ones are cut.
pub(super) const DESCRIPTION_BYTES_MAX: usize = 16 << 10;

/// Marks where a description is cut.
const CUT: &str = " …";

/// A tool, and whether its description was cut.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) tool: Tool,
    pub(super) is_cut: bool,
}

/// Reads an entry.
pub(super) fn read(entry: &Value) -> Result<Entry, ToolDefect> {
    within_bounds(entry)?;
    let mut tool = Tool::from_json(entry)?;
    let cuts = [&mut tool.description, &mut tool.title].map(|text| text.as_mut().is_some_and(cut));
    Ok(Entry { tool, is_cut: cuts.contains(&true) })
}

/// Checks the sizes before anything is copied.
fn within_bounds(entry: &Value) -> Result<(), ToolDefect> {
    let name = entry.get("name").and_then(Value::as_str);
    let named = |reason: String| ToolDefect { name: name.map(str::to_owned), reason };
    if name.is_some_and(|name| name.len() > NAME_BYTES_MAX) {
        return Err(named(format!("its name has more than {NAME_BYTES_MAX} bytes")));
    }
    let parts = ["inputSchema", "outputSchema", "annotations"].into_iter().filter_map(|part| entry.get(part));
    let size = parts.map(Size::of).fold(Size::default(), Size::and);
    if size.name_bytes > PROPERTY_BYTES_MAX {
        return Err(named(format!("a name in its schemas has more than {PROPERTY_BYTES_MAX} bytes")));
    }
    if size.bytes > SCHEMAS_BYTES_MAX {
        return Err(named(format!("its schemas have more than {SCHEMAS_BYTES_MAX} bytes")));
    }
    Ok(())
}

fn cut(text: &mut String) -> bool {
    if text.len() <= DESCRIPTION_BYTES_MAX {
        return false;
    }
    text.truncate(text.floor_char_boundary(DESCRIPTION_BYTES_MAX));
    text.push_str(CUT);
    text.shrink_to_fit();
    true
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{CUT, DESCRIPTION_BYTES_MAX, read};

    fn tool(name: &str, schema: &Value) -> Value {
        json!({ "name": name, "inputSchema": schema })
    }

    #[track_caller]
    fn left_out(entry: &Value, reason: &str) {
        let defect = read(entry).expect_err("it is left out");
        assert!(defect.reason.contains(reason), "{defect}");
    }

    #[test]
    fn a_tool_past_its_bounds_is_left_out() {
        let plain = json!({ "type": "object" });
        left_out(&tool(&"n".repeat(257), &plain), "name has more than 256");
        let property = |name: String| json!({ "type": "object", "properties": { name: {} } });
        left_out(&tool("t", &property("p".repeat(513))), "more than 512");
        left_out(&tool("t", &json!({ "default": "x".repeat(300_000) })), "more than 262144");
        let output = json!({ "name": "t", "inputSchema": plain, "outputSchema": { "enum": vec![0; 200_000] } });
        left_out(&output, "more than 262144");
        left_out(&json!({ "title": "t" }), "name");
    }

    #[test]
    fn a_tool_within_its_bounds_is_as_its_server_says() {
        let schema = json!({ "type": "object", "properties": { "p".repeat(512): { "const": "x".repeat(250_000) } } });
        let entry = read(&tool(&"n".repeat(256), &schema)).expect("a tool");
        assert_eq!((entry.tool.input_schema, entry.is_cut), (schema, false));
    }

    #[test]
    fn a_long_description_is_cut_between_characters() {
        let mut entry = tool("t", &json!({ "type": "object" }));
        entry["description"] = "é".repeat(DESCRIPTION_BYTES_MAX).into();
        entry["title"] = format!("x{}", "é".repeat(DESCRIPTION_BYTES_MAX)).into();
        let entry = read(&entry).expect("a tool");
        assert!(entry.is_cut);
        let description = entry.tool.description.expect("one");
        let title = entry.tool.title.expect("one");
        assert_eq!(description.len(), DESCRIPTION_BYTES_MAX + CUT.len());
        assert_eq!(title.len(), DESCRIPTION_BYTES_MAX - 1 + CUT.len());
    }
}
