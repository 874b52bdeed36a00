//! `typed` with another allocator than that of the C library: a value of a component is many small allocations.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

include!("typed.rs");
