//! What typed functions of a WebAssembly script cost, with the allocator of the C library.

#[path = "typed/measured.rs"]
mod measured;

criterion::criterion_main!(measured::benches);
