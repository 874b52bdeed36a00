//! A WebAssembly component as a script: under the wall, limits, calls and outcome of the JavaScript side, whose
//! file names it mirrors. The contract is `guest-sdk/wit/script.wit`.
//!
//! ```text
//! compile (bytes → Component) ─▶ link (imports → host) ─▶ run (instance, calls, drain) ─▶ Outcome
//! ```
//!
//! `typed` links what a component imports of package `callbox:tools`, for each pair of component and catalogue, on
//! a copy of the linker that has everything else; `convert` makes component values of JSON, and JSON of them.

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

pub use anatomy::{Anatomy, Export, Import, ImportGrant};
pub(crate) use engine::Components;
pub use worker::CompileProcess;
