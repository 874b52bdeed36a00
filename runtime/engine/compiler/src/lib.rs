//! The script compiler: from what a model or a person wrote to one JavaScript function, what it names, and every
//! complaint at its place in the author's own text. It runs nothing and knows no tool.
//!
//! The host freezes an instance after `boot` and compiles each script in a fresh one, so that a text that makes a parser
//! slow, large or deep meets the limits of its run. What is imported from outside is the log function, for the text of a
//! panic, and what of `wasi_snapshot_preview1` the standard library links; none does anything for a script.

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
#[allow(dead_code, reason = "they are for another guest")]
#[path = "../../src/frames.rs"]
mod frames;
mod lines;
mod parse;
mod script;
#[allow(dead_code, reason = "the host uses the other half")]
#[path = "../../src/source_map.rs"]
mod source_map;
mod survey;

#[cfg(test)]
mod tests;
