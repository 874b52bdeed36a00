//! Loads compiled code that has already been verified as callbox's own.
#![allow(unsafe_code, reason = "wasmtime cannot check that compiled code is its own")]

use wasmtime::{Engine, component::Component};

use super::cache::Verified;

/// Loads a component that callbox compiled for an engine configured like this one.
pub(super) fn component(engine: &Engine, artefact: &Verified) -> wasmtime::Result<Component> {
    // SAFETY: a `Verified` artefact carries a MAC made with a key that only this user can read, or that was passed only
    // to the compile process named by the embedder. So `Component::serialize` or `Engine::precompile_component` wrote
    // it in a process of this user; wasmtime itself checks that the engine's settings and version are the same.
    unsafe { Component::deserialize(engine, artefact.bytes()) }
}
