//! Types before the real TypeScript compiler (`typescript` of `tests/setup`): they never refuse a value
//! that the schema allows, and refuse what it refuses where a type can tell.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod arguments;
#[path = "../catalogue_files/mod.rs"]
mod catalogue_files;
mod catalogues;
mod compiler;
mod random;
mod suite;
