//! Search over tools, and types learned from results: what they do with real catalogues and with hostile words.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod behaviour;
#[path = "../../../../bindings/stubs/tests/catalogue_files/mod.rs"]
mod catalogue_files;
mod laws;
mod learned;
mod measure;
mod quality;
mod queries;
mod table;
