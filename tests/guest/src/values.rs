//! `values/`: values passed to tools and back, and out of the script.

use callbox::{Result, Value, json};
use serde::Serialize;

use crate::kit;

pub(crate) async fn run(case: &str) -> Result<Value> {
    match case {
        "argument_proto_key" => argument_proto_key().await,
        "result_duplicate_keys" => result_duplicate_keys().await,
        "result_proto_is_data" => result_proto_is_data().await,
        "result_unicode" => result_unicode().await,
        "returned_big_rows_preview" => returned_big_rows_preview(),
        "returned_big_string_preview" => returned_big_string_preview(),
        "returned_deep" => returned_deep(),
        "returned_depth_100_ok" => returned_depth_100_ok(),
        "returned_numbers" => returned_numbers(),
        "returned_proto_key" => returned_proto_key(),
        "returned_strings" => returned_strings(),
        "returned_undefined_in_array" => returned_undefined_in_array(),
        "round_trip" => round_trip().await,
        _ => crate::unknown(case),
    }
}

async fn argument_proto_key() -> Result<Value> {
    let value: Value = serde_json::from_str(r#"{"__proto__":1}"#)?;
    Ok(kit("echo", json!({ "value": value })).await?)
}

async fn result_duplicate_keys() -> Result<Value> {
    Ok(kit("raw_text", json!({ "text": r#"{"a":1,"a":2}"# })).await?)
}

async fn result_proto_is_data() -> Result<Value> {
    let result: Value = callbox::call("t", "p", &json!({})).await?;
    let keys: Vec<_> = result.as_object().into_iter().flatten().map(|(key, _)| key).collect();
    Ok(json!([keys, result["polluted"], json!({})["polluted"], result]))
}

async fn result_unicode() -> Result<Value> {
    Ok(callbox::call("t", "p", &json!({})).await?)
}

#[derive(Serialize)]
struct Table {
    total: usize,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    id: usize,
    name: String,
}

fn returned_big_rows_preview() -> Result<Value> {
    let rows: Vec<_> = (0..2000).map(|id| Row { id, name: format!("row {id}") }).collect();
    Ok(serde_json::to_value(Table { total: rows.len(), rows })?)
}

fn returned_big_string_preview() -> Result<Value> {
    Ok("x".repeat(10 * 1024 * 1024).into())
}

fn returned_deep() -> Result<Value> {
    Ok(nested(1000))
}

fn returned_depth_100_ok() -> Result<Value> {
    Ok(nested(100))
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(1.into(), |inner, _| json!([inner]))
}

fn returned_numbers() -> Result<Value> {
    Ok(json!([0.1 + 0.2, 1e21, 1e-7, 5e-324, f64::MAX, 123456789012345680000.0, 1_u64 << 53, 0xff, 1e300 * 10.0]))
}

fn returned_proto_key() -> Result<Value> {
    Ok(serde_json::from_str(r#"{"__proto__": {"polluted": true}, "a": 1}"#)?)
}

fn returned_strings() -> Result<Value> {
    Ok(json!(["", "\0", "\u{2028}", "\"\\/", "\ttab", "\u{7f}", "日本語", "👩\u{200d}👩\u{200d}👧"]))
}

fn returned_undefined_in_array() -> Result<Value> {
    Ok(json!([Some(1), None::<u32>, Some(3)]))
}

async fn round_trip() -> Result<Value> {
    let value = json!({
        "s": "ü\u{2028}\n\"",
        "n": [0, -1, 1.5, 1e21],
        "b": [true, false, null],
        "o": { "": {}, "a b": [] },
    });
    let back = kit("echo", json!({ "value": value })).await?;
    Ok((serde_json::to_string(&back)? == serde_json::to_string(&value)?).into())
}
