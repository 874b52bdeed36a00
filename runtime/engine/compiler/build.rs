//! Passes linker arguments for the size and position of the guest's stack. Generates nothing.

/// The compiler recurses on the guest's stack; the default of 1 MiB is not enough for forty nested function
/// expressions.
const STACK_BYTES: u32 = 8 << 20;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size={STACK_BYTES}");
        // An overflow goes below address 0 and traps instead of overwriting data.
        println!("cargo::rustc-link-arg-cdylib=--stack-first");
    }
}
