//! Any JSON as a catalogue: declarations that parse, and nothing smuggled into them.
//!
//! `cargo +nightly fuzz run catalogue`; the same body runs on generated catalogues, with any compiler,
//! in the test `rendering` of `callbox-bindings`.

#![no_main]

#[path = "../../bindings/tests/rendering/inert.rs"]
mod inert;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(json) = serde_json::from_slice(bytes) {
        inert::check(&inert::servers(&json));
    }
});
