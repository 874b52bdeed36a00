//! Link arguments of the guest: how large its stack is and where it lies; nothing is generated.

/// The parser and the interpreter recurse on the guest's stack; 1 MiB, the default, is less than
/// forty nested function expressions need.
const STACK_BYTES: u32 = 8 << 20;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").as_deref() == Ok("wasm32") {
        println!("cargo::rustc-link-arg-cdylib=-zstack-size={STACK_BYTES}");
        // An overflow runs below address 0 and traps, instead of into the data.
        println!("cargo::rustc-link-arg-cdylib=--stack-first");
    }
}
