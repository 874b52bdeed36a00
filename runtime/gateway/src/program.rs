//! The program that a client wants to run: code as text or, where the operator allows it, a WebAssembly component.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use callbox::{ComponentSource, Program};
use serde_json::Value;

use crate::owner::Owner;
use crate::resources;
use crate::search_tools::NAME_CHARS_MAX;
use crate::state::GatewayState;
use callbox::internal::foreign;

/// Returns the program, or the error in how it was given.
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

/// Decodes the base64 given directly, or that of an earlier text result named by its identifier or address.
fn bytes(gateway: &GatewayState, owner: &Owner, component: &str) -> Result<Vec<u8>, String> {
    let result_store = gateway.result_store.get(owner, resources::run(component).unwrap_or(component));
    let result_store = result_store.map(|result_store| result_store.value());
    let text = match &result_store {
        Some(Some(Value::String(text))) => text,
        Some(_) => {
            let id = foreign::line(component, NAME_CHARS_MAX);
            return Err(format!("the result `{id}` is not base64 text"));
        }
        None => component,
    };
    STANDARD.decode(text.trim()).map_err(|error| format!("`component` is neither base64 nor a stored result: {error}"))
}
