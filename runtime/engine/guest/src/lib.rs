//! Code that all engine guests share: the steps of a run, the tools, the console, errors and JSON output.
//!
//! It is independent of any JavaScript engine. A guest implements [`engine::Engine`], builds its exports on [`abi`],
//! and is frozen after boot, so that every run begins with a finished realm.

pub mod abi;
pub mod catalog;
#[allow(dead_code, missing_docs, reason = "the host uses the other half")]
#[path = "../../src/codec.rs"]
pub mod codec;
pub mod console;
pub mod engine;
pub mod errors;
#[path = "../../src/frames.rs"]
pub mod frames;
pub mod functions;
pub mod inspect;
pub mod json;
pub mod natives;
pub mod number;
#[path = "../../src/panics.rs"]
pub mod panics;
pub mod random;
pub mod run;
pub mod stack;
pub mod steps;
pub mod timers;
pub mod tool_call;
pub mod tool_error;
pub mod tools;
