//! A WebAssembly component as a script: under the wall, limits, calls and outcome of the JavaScript side, whose
//! file names it mirrors. The contract is `guest-sdk/wit/script.wit`.
//!
//! ```text
//! compile (bytes → Component) ─▶ link (imports → host) ─▶ run (instance, calls, drain) ─▶ Outcome
//! ```
//!
//! # The seam of typed functions
//!
//! `typed::link(&mut Linker<State>, &Component, &Catalog) -> Result<(), Vec<Diagnostic>>` defines every import
//! whose interface stands in package `callbox:tools` ([`link::is_typed`] says which); `link::link` calls it for
//! each pair of component and catalogue, on a copy of the linker that has everything else. Its functions call a
//! tool with
//!
//! ```text
//! let pending: PendingCall = calls::begin(state, "server", "tool", arguments)?;   // state: &mut State
//! let result: Result<Value, Failure> = pending.value().await;
//! ```
//!
//! `begin` books the call in the run's `Ledger`; its error is a limit and must be returned from the host function
//! as it is, which ends the run. `PendingCall` borrows nothing, so an async function (`func_new_concurrent`) takes
//! the state from `accessor.with(|mut access| calls::begin(access.data_mut(), …))`, and a plain one
//! (`func_new_async`) from its `StoreContextMut`. `Failure` has the fields of the contract's `tool-error`.

mod anatomy;
mod cache;
pub(crate) mod calls;
mod compile;
mod engine;
mod guest;
mod imports;
mod link;
mod load;
pub(crate) mod run;
mod size;
mod thrown;
mod typed;
mod wasi;
mod world;

pub use anatomy::{Anatomy, Export, Import, ImportGrant};
pub(crate) use engine::Components;
