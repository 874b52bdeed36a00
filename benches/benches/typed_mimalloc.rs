//! The same with the allocator of callbox's own program: component values are many small allocations.

#[path = "typed/measured.rs"]
mod measured;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

criterion::criterion_main!(measured::benches);
