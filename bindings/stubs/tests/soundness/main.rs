//! Checks types with the TypeScript compiler (`typescript` of `tests/setup`): they never reject a value that the schema
//! allows, and reject what it rejects if a type can express the reason.

#![allow(clippy::print_stderr, reason = "reports that a test is skipped")]

mod arguments;
#[path = "../catalogue_files/mod.rs"]
mod catalogue_files;
mod catalogues;
mod compiler;
mod random;
mod suite;
