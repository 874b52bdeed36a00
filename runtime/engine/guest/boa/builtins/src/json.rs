//! Single-pass JSON parsing, and the `JSON` functions for scripts.

use boa_engine::string::JsStrVariant;
use boa_engine::{Context, JsArgs, JsResult, JsValue};

mod number;
mod parse;
mod quote;
mod revive;
mod source;
mod stringify;

pub(crate) use stringify::stringify_method;
pub use stringify::{raw_json, unboxed};

use parse::Parsed;
use source::{Latin1, Utf8, Utf16};

/// Parses a JSON text from the host.
///
/// # Errors
///
/// A `SyntaxError` that names the place, as from `JSON.parse`.
pub fn parse(text: &str, context: &mut Context) -> JsResult<JsValue> {
    parse::parse(&Utf8(text), false, context).map(|parsed| parsed.value)
}

/// `JSON.parse`
pub(crate) fn parse_method(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?;
    let reviver = args.get_or_undefined(1).as_callable();
    let parsed: Parsed = match text.variant() {
        JsStrVariant::Latin1(bytes) => parse::parse(&Latin1(bytes), reviver.is_some(), context)?,
        JsStrVariant::Utf16(units) => parse::parse(&Utf16(units), reviver.is_some(), context)?,
    };
    match reviver {
        Some(reviver) => revive::revive(parsed, &text, &reviver, context),
        None => Ok(parsed.value),
    }
}
