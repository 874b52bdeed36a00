//! JSON that the host sends, as values.

use boa_engine::{Context, JsNativeError, JsResult, JsValue};
use callbox_boa_builtins::json;

#[cfg(test)]
mod tests;

/// Parses JSON that the host sends.
///
/// # Errors
///
/// A `SyntaxError` that names the place, as `JSON.parse` throws it.
pub(crate) fn parse(text: &[u8], context: &mut Context) -> JsResult<JsValue> {
    let text = std::str::from_utf8(text).map_err(|error| {
        let at = error.valid_up_to();
        JsNativeError::syntax().with_message(format!("the JSON text is not UTF-8 at byte {at}"))
    })?;
    json::parse(text, context)
}
