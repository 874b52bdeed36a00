//! Takes compiled code as its own; whether it is, was found out before.
#![allow(unsafe_code, reason = "wasmtime cannot check that compiled code is its own")]

use wasmtime::{Engine, component::Component};

use super::cache::Verified;

/// The component that callbox compiled for an engine such as this one.
pub(super) fn component(engine: &Engine, artefact: &Verified) -> wasmtime::Result<Component> {
    // SAFETY: a `Verified` artefact carries the MAC of a key that only this user can read, or that only the process was
    // told which the embedder named for compiling. So `Component::serialize` or `Engine::precompile_component` wrote
    // it in a process of this user; wasmtime itself checks that the engine's settings and version are the same.
    unsafe { Component::deserialize(engine, artefact.bytes()) }
}
