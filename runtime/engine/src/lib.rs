//! The JavaScript engine of callbox: boa, compiled to WebAssembly, started up, frozen and compiled
//! ahead of time by this crate's build script.
//!
//! The crate holds the compiled engine, the settings it was compiled for and the messages it speaks.
//! It runs nothing: instances, limits and tools are the embedder's.

pub mod codec;
pub mod compile;
mod config;
pub mod frames;
mod load;
pub mod source_map;

pub use load::{config, load};

/// Which engine runs, and its version.
pub const ENGINE: &str = concat!("boa ", env!("CALLBOX_BOA_VERSION"));

#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "random numbers are cut to size")]
mod tests;
