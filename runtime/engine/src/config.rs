//! The wasmtime settings that compiled code depends on, shared by the build script and the runtime. Pooling of
//! instances is not part of them.

use wasmtime::{Config, WasmFeatures};

/// Native stack that a guest may use. QuickJS recurses for each call in a script: with 8 MiB of stack in its memory and
/// this much native stack, 19,000 nested plain calls fit. Unused stack takes no memory.
const WASM_STACK_BYTES_MAX: usize = 16 << 20;

/// Additional native stack for host functions.
const HOST_STACK_BYTES: usize = 512 << 10;

/// Returns the settings for every wasmtime engine that runs or compiles a guest.
#[must_use]
pub(crate) fn config() -> Config {
    let mut config = Config::new();
    // Enforces the deadline of a run; fuel would cost more and is not needed as well.
    config.epoch_interruption(true);
    config.max_wasm_stack(WASM_STACK_BYTES_MAX);
    config.async_stack_size(WASM_STACK_BYTES_MAX + HOST_STACK_BYTES);
    // The frozen heap is mapped; only pages that a run writes are copied.
    config.memory_init_cow(true);
    // The whole 32-bit address space, so that no access needs a bounds check.
    config.memory_reservation(4 << 30);
    config.memory_guard_size(32 << 20);
    // Traps are distinguished by kind; nothing reads the guest's frames.
    config.wasm_backtrace_max_frames(None);
    config.generate_address_map(false);
    // No guest is a component. By default these settings depend on the features that wasmtime is built with, and
    // machine code only loads under the settings it was compiled with.
    config.concurrency_support(false);
    config.wasm_features(WasmFeatures::COMPONENT_MODEL, false);
    config.wasm_relaxed_simd(false);
    config.wasm_multi_memory(false);
    config.wasm_memory64(false);
    config
}
