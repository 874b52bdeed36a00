//! Examples of embedding callbox. Each is a function that gives the text it would print, so that a
//! test can hold it to that text; the programs under `src/bin` only print it.

pub mod embed;
pub mod servers;

/// The example of the README, compiled and run by a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
