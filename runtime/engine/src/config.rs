//! The wasmtime settings that compiled code depends on, shared by the build script and the runtime; not how instances are pooled.

use wasmtime::{Config, WasmFeatures};

/// Native stack that a guest may use. QuickJS recurses for each call of a script: with 8 MiB of stack in its memory and
/// this much beside it, 19,000 plain calls in each other fit. Only what is used is ever taken from the machine.
const WASM_STACK_BYTES_MAX: usize = 16 << 20;

/// What host functions may use on top of it.
const HOST_STACK_BYTES: usize = 512 << 10;

/// The settings for every engine that runs, or compiles, a guest.
#[must_use]
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    // The deadline of a run; fuel would cost more and is not needed beside it.
    config.epoch_interruption(true);
    config.max_wasm_stack(WASM_STACK_BYTES_MAX);
    config.async_stack_size(WASM_STACK_BYTES_MAX + HOST_STACK_BYTES);
    // A frozen heap is mapped, and only the pages that a run writes are copied.
    config.memory_init_cow(true);
    // All that 32 bits can address, so that no access needs a bounds check of its own.
    config.memory_reservation(4 << 30);
    config.memory_guard_size(32 << 20);
    // Traps are told by their kind; nobody reads the guest's own frames.
    config.wasm_backtrace_max_frames(None);
    config.generate_address_map(false);
    // No guest is a component. Left to their defaults these would follow the features that wasmtime is built with, and
    // machine code is only good for the same.
    config.concurrency_support(false);
    config.wasm_features(WasmFeatures::COMPONENT_MODEL, false);
    config.wasm_relaxed_simd(false);
    config.wasm_multi_memory(false);
    config.wasm_memory64(false);
    config
}
