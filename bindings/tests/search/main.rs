//! Search over tools: what it finds on real catalogues, and what it does with hostile words.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod behaviour;
#[path = "../catalogue_files/mod.rs"]
mod catalogue_files;
mod laws;
mod measure;
mod quality;
mod queries;
mod table;
