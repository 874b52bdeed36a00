//! Search over tools: what it finds on real catalogues, and what it does with hostile words.

#![allow(missing_docs, reason = "a test")]

mod behaviour;
#[path = "../catalogue_files/mod.rs"]
mod catalogue_files;
mod laws;
mod measure;
mod quality;
mod queries;
mod table;
