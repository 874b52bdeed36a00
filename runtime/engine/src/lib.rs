//! The guests of callbox: compiled to WebAssembly, booted, frozen and compiled ahead of time.
//!
//! The crate contains their machine code, the settings it was compiled with and the messages they exchange with the
//! host. It runs nothing: instances, limits and tools are up to the embedder.

#[cfg(not(any(feature = "boa", feature = "quickjs")))]
compile_error!("no JavaScript engine is built in: turn on the feature `engine-quickjs` or `engine-boa` of callbox");

pub mod checker;
pub mod codec;
pub mod compile;
mod config;
pub mod frames;
mod guest;
mod load;
#[cfg(test)]
#[allow(dead_code, unreachable_pub, reason = "the guests use it")]
mod panics;
pub mod source_map;
pub mod validate;

pub use guest::Guest;
pub use load::{config, load};

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "random numbers are truncated deliberately")]
mod tests;
