//! The same with the allocator of callbox's own program: a value of a component is many small allocations.

#[path = "typed/measured.rs"]
mod measured;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

criterion::criterion_main!(measured::benches);
