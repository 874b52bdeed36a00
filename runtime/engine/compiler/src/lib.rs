//! The script compiler: turns a script by a model or a user into one JavaScript function, a list of the tools it names,
//! and diagnostics at their places in the author's text. It runs nothing and has no knowledge of actual tools.
//!
//! The host freezes an instance after `boot` and compiles each script in a fresh one, so that a text that makes the
//! parser slow, or use much memory or stack, hits the limits of its run. The imports are the log function, for panic
//! messages, and the parts of `wasi_snapshot_preview1` that the standard library links; none of these does anything for
//! a script.

mod abi;
#[allow(dead_code, reason = "the host uses the other half")]
#[path = "../../src/codec.rs"]
mod codec;
#[allow(dead_code, reason = "the host uses the other half")]
#[path = "../../src/compile.rs"]
mod compile;
mod depth;
mod diagnostics;
mod emit;
mod fence;
mod form;
mod lines;
#[path = "../../src/panics.rs"]
mod panics;
mod parse;
mod script;
#[allow(dead_code, reason = "the host uses the other half")]
#[path = "../../src/source_map.rs"]
mod source_map;
mod survey;

#[cfg(test)]
mod tests;
