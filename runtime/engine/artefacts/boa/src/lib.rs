//! The files of boa's guest, for the build of `callbox-engine`. They are a crate of their own because a crate of
//! crates.io may hold 10 MiB, and all guests together are more.

/// Their names and what stands in them, packed by brotli: WebAssembly, and machine code for the platform that the name
/// says.
pub const FILES: &[(&str, &[u8])] = &[
    ("boa.wasm.br", include_bytes!("../boa.wasm.br")),
    ("boa.x86_64-linux.cwasm.br", include_bytes!("../boa.x86_64-linux.cwasm.br")),
];
