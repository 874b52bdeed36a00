//! Search over tools: what it finds in real catalogues, and how it handles hostile queries.

#![allow(clippy::print_stderr, reason = "reports that a test is skipped")]

mod behaviour;
#[path = "../catalogue_files/mod.rs"]
mod catalogue_files;
mod laws;
mod measure;
mod quality;
mod queries;
mod table;
