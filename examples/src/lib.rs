//! Examples of embedding callbox. Each is a function that returns the text it would print, so that a test can check
//! that text; the programs under `src/bin` only print it.

pub mod embed;
pub mod host;
pub mod many;
pub mod mount;
pub mod servers;
pub mod steps;

/// The example in the README, compiled and run as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
