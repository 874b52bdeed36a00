//! The sandboxed schema checker: takes a JSON Schema and a value, and returns a verdict and a short reason.
//!
//! An instance answers one question and is dropped; the host bounds its resources. The imports are the log function and
//! the parts of `wasi_snapshot_preview1` that the standard library links, none of which does anything here.

mod abi;
#[allow(dead_code, reason = "the host uses the other half")]
#[path = "../../src/checker.rs"]
mod checker;
#[path = "../../src/panics.rs"]
mod panics;
mod question;
#[allow(dead_code, reason = "the host uses the other half")]
#[path = "../../src/validate.rs"]
mod validate;
