//! Passes linker arguments for the size and position of the guest's stack. Generates nothing.

/// Size of the guest's stack, on which compiling a schema and checking a value recurse.
const STACK_BYTES: u32 = 8 << 20;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size={STACK_BYTES}");
        // An overflow goes below address 0 and traps instead of overwriting data.
        println!("cargo::rustc-link-arg-cdylib=--stack-first");
    }
}
