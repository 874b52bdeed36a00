//! The cost of a WebAssembly script's typed functions, with the C library's allocator.

#[path = "typed/measured.rs"]
mod measured;

criterion::criterion_main!(measured::benches);
