//! Catalogues as text: levels, budgets and shared types, and that nothing in a catalogue can be more
//! than text.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod any_catalogue;
#[path = "../catalogue_files/mod.rs"]
mod catalogue_files;
mod inert;
mod levels;
mod real_catalogues;
