//! The schema checker behind the wall: a JSON Schema and a value come in, a verdict and a short reason go out.
//!
//! An instance answers for one question and is dropped; the host bounds what it uses. What is imported from outside
//! is the log function and whatever of `wasi_snapshot_preview1` the standard library links, none of which does
//! anything here.

mod abi;
#[allow(dead_code, reason = "the host uses the other half")]
#[path = "../../src/checker.rs"]
mod checker;
mod question;
#[allow(dead_code, reason = "the host uses the other half")]
#[path = "../../src/validate.rs"]
mod validate;
