//! Bindings for the world `script`, generated from `wit/`: the imports, and the macro that exports a script.
#![allow(
    missing_docs,
    unreachable_pub,
    unsafe_code,
    clippy::allow_attributes_without_reason,
    reason = "generated bindings for the component's imports and exports"
)]

wit_bindgen::generate!({
    path: "wit",
    world: "script",
    pub_export_macro: true,
    export_macro_name: "export",
    runtime_path: "::wit_bindgen::rt",
});
