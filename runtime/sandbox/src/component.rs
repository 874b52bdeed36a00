//! A WebAssembly component as a script: the same sandbox, limits, calls and outcome as on the JavaScript side, whose
//! file names these mirror. The contract is `guest-sdk/wit/script.wit`.
//!
//! ```text
//! compile (bytes → Component) ─▶ link (imports → host) ─▶ run (instance, calls, drain) ─▶ Outcome
//! ```
//!
//! `typed` links what a component imports from the package `callbox:tools`, for each pair of component and catalogue,
//! on a copy of the linker that already has everything else; `convert` turns JSON into component values and back.

mod anatomy;
mod cache;
pub(crate) mod calls;
mod compile;
mod convert;
mod engine;
mod files;
mod function;
mod guest;
mod imports;
mod link;
mod load;
mod nesting;
pub(crate) mod run;
mod size;
mod thrown;
mod typed;
mod wasi;
mod worker;
mod world;

pub use crate::compile_error::CompileError;
pub use anatomy::{Anatomy, Export, Import, ImportGrant};
pub(crate) use engine::LazyComponents;
pub use worker::CompileProcess;
