//! The files of the boa guest, for the build of `callbox-engine`. They are a separate crate because crates.io limits a
//! crate to 10 MiB, and all guests together are larger.

/// Names and contents, compressed with brotli: WebAssembly, and machine code for the platform in the name.
pub const FILES: &[(&str, &[u8])] = &[
    ("boa.wasm.br", include_bytes!("../boa.wasm.br")),
    ("boa.x86_64-linux.cwasm.br", include_bytes!("../boa.x86_64-linux.cwasm.br")),
];
