//! Passes JSON through generated types and back, in a program built by cargo.

use std::error::Error;

use callbox_bindings::RustTypes;
use serde_json::{Value, json};

use crate::package::Package;

/// Dependencies of the generated types.
pub(crate) const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }\nserde_json = \"1\"\n";

const CHECK: &str = r#"
mod generated;
use generated::MODULE::*;

fn back<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str) -> Result<String, String> {
    let value: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_string(&value).map_err(|error| error.to_string())
}

fn main() {
    let cases: Vec<(String, String)> = serde_json::from_str(include_str!("cases.json")).unwrap();
    let results: Vec<Result<String, String>> = cases.iter().map(|(tool, text)| match tool.as_str() {
        ARMS
        _ => panic!("no tool {tool}"),
    }).collect();
    println!("{}", serde_json::to_string(&results).unwrap());
}
"#;

/// Passes JSON through the tools' result types.
pub(crate) fn through(
    package: &str,
    types: &RustTypes,
    sent: &[(&str, String, bool)],
) -> Result<Vec<Result<String, String>>, Box<dyn Error>> {
    let package = Package::new(package, SERDE)?;
    let server = types.servers.first().ok_or("no server")?;
    let arm = |tool: &callbox_bindings::RustTool| format!("{:?} => back::<{}>(text),\n", tool.wire, tool.result);
    let arms: String = server.tools.iter().map(arm).collect();
    package.write("src/main.rs", &CHECK.replace("ARMS", &arms).replace("MODULE", &server.module))?;
    package.write("src/generated.rs", &types.text)?;
    let cases: Vec<(&str, &str)> = sent.iter().map(|(name, text, _)| (*name, text.as_str())).collect();
    package.write("src/cases.json", &serde_json::to_string(&cases)?)?;
    Ok(serde_json::from_str(&package.cargo(&["run"])?)?)
}

/// Returns the value with all numbers as `f64`: JSON does not distinguish `1` from `1.0`.
pub(crate) fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
        other => other.clone(),
    }
}
