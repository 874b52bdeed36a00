//! Parses JSON from the host.

use boa_engine::{Context, JsNativeError, JsResult, JsValue};
use callbox_boa_builtins::json;

#[cfg(test)]
mod tests;

/// Parses JSON from the host.
///
/// # Errors
///
/// A `SyntaxError` that names the place, as from `JSON.parse`.
pub(crate) fn parse(text: &[u8], context: &mut Context) -> JsResult<JsValue> {
    let text = std::str::from_utf8(text).map_err(|error| {
        let at = error.valid_up_to();
        JsNativeError::syntax().with_message(format!("the JSON text is not UTF-8 at byte {at}"))
    })?;
    json::parse(text, context)
}
