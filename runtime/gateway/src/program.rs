//! What a client asks to be run: code as text or, where the operator allows it, a WebAssembly component.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use callbox::{ComponentSource, Program};
use serde_json::Value;

use crate::owner::Owner;
use crate::resources;
use crate::search_tools::NAME_CHARS_MAX;
use crate::state::GatewayState;
use callbox::foreign;

/// The program, or what is wrong with how it was given.
pub(crate) fn of(
    gateway: &GatewayState,
    owner: &Owner,
    code: Option<String>,
    component: Option<&str>,
) -> Result<Program, String> {
    match (code, component) {
        (Some(code), None) => Ok(code.into()),
        (None, Some(component)) if gateway.options.components => {
            Ok(ComponentSource::new(bytes(gateway, owner, component)?).into())
        }
        (_, Some(_)) if !gateway.options.components => {
            Err("`component` is not allowed here; give JavaScript as `code`".to_owned())
        }
        _ => Err("expected either `code` or `component`".to_owned()),
    }
}

/// Base64 as it is given, or that of an earlier result which is a text, by its identifier or its address.
fn bytes(gateway: &GatewayState, owner: &Owner, component: &str) -> Result<Vec<u8>, String> {
    let result_store = gateway.result_store.get(owner, resources::run(component).unwrap_or(component));
    let result_store = result_store.map(|result_store| result_store.value());
    let text = match &result_store {
        Some(Some(Value::String(text))) => text,
        Some(_) => {
            let id = foreign::line(component, NAME_CHARS_MAX);
            return Err(format!("the result `{id}` is no text in base64"));
        }
        None => component,
    };
    STANDARD
        .decode(text.trim())
        .map_err(|error| format!("`component` is no base64, nor a result that is kept: {error}"))
}
