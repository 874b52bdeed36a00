//! Takes compiled code as its own; whether it is, was found out before.
#![allow(unsafe_code, reason = "wasmtime cannot check that compiled code is its own")]

use wasmtime::{Engine, component::Component};

use super::cache::Verified;

/// The component that this user's callbox compiled for an engine such as this one.
pub(super) fn component(engine: &Engine, artefact: &Verified) -> wasmtime::Result<Component> {
    // SAFETY: a `Verified` artefact carries the MAC of a key that only this user can read, so `Component::serialize`
    // wrote it in a process of this user; it names the component, and the engine's settings and version.
    unsafe { Component::deserialize(engine, artefact.bytes()) }
}
