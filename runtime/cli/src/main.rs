//! The `callbox` program.

/// Tool values are many small allocations, for which the C library's allocator takes up to three times as long
/// (`benches/README.md`). A program that embeds callbox chooses its own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    callbox_cli::main()
}
