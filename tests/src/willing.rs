//! A user who says yes to every question and leaves each field at its default.

use callbox_mcp::{Answer, Person, Question, Wanted};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};

/// The user. It must not be zero-sized, so that two of them have different addresses.
#[derive(Debug, Default)]
pub struct Willing(#[expect(dead_code, reason = "gives it its own address")] u8);

impl Person for Willing {
    fn answer(&self, question: Question) -> BoxFuture<'static, Answer> {
        let fields = match question.wanted {
            Wanted::Fields(schema) => Some(filled_in(&schema)),
            Wanted::Address(_) => None,
        };
        async { Answer::Accepted(fields) }.boxed()
    }
}

/// Returns the default of every field, and some value for required fields without one.
fn filled_in(schema: &Map<String, Value>) -> Map<String, Value> {
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let fields = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let filled = fields.filter_map(|(name, field)| {
        let default = field.get("default").cloned();
        let value = default.or_else(|| required.contains(&name.as_str()).then(|| something(field)))?;
        Some((name.clone(), value))
    });
    filled.collect()
}

fn something(field: &Value) -> Value {
    match (field["enum"].get(0), field["type"].as_str()) {
        (Some(first), _) => first.clone(),
        (None, Some("number" | "integer")) => json!(1),
        (None, Some("boolean")) => json!(true),
        (None, Some("array")) => json!([]),
        _ => json!("something"),
    }
}
