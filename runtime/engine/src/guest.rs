//! The guests and their machine code.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// A program that runs inside the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guest {
    /// Runs scripts: boa, with some built-ins from callbox.
    #[cfg(feature = "boa")]
    Boa,
    /// Runs scripts: QuickJS-ng.
    #[cfg(feature = "quickjs")]
    QuickJs,
    /// Compiles JavaScript and TypeScript: oxc.
    #[cfg(feature = "compiler")]
    Compiler,
    /// Validates values against JSON Schemas: jsonschema.
    Validator,
}

/// Page-aligned data, for the largest page size of the targets: only whole pages can be made executable.
#[allow(dead_code, reason = "which guests are packed depends on features and on the target")]
#[repr(C, align(65536))]
struct Pages<T: ?Sized>(T);

macro_rules! machine_code {
    ($name:literal) => {{
        #[cfg(packed = $name)]
        {
            MachineCode::Packed(include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".cwasm.br")))
        }
        #[cfg(not(packed = $name))]
        {
            static COMPILED: &Pages<[u8]> = &Pages(*include_bytes!(concat!(env!("OUT_DIR"), "/", $name, ".cwasm")));
            static TAKEN: AtomicBool = AtomicBool::new(false);
            MachineCode::Ready(Ready { bytes: &COMPILED.0, taken: &TAKEN })
        }
    }};
}

/// Code in this program's read-only data.
#[allow(dead_code, reason = "which guests are packed depends on features and on the target")]
pub(crate) enum MachineCode {
    Ready(Ready),
    /// Compressed with brotli.
    Packed(&'static [u8]),
}

/// Code that can be used in place.
pub(crate) struct Ready {
    pub(crate) bytes: &'static [u8],
    taken: &'static AtomicBool,
}

impl Ready {
    /// Claims the code for use in place, and returns whether that succeeded. wasmtime identifies code by its address,
    /// so only the first engine of a process can use it in place; later ones take a copy.
    pub(crate) fn take(&self) -> bool {
        !self.taken.swap(true, Relaxed)
    }
}

impl Guest {
    pub(crate) fn machine_code(self) -> MachineCode {
        match self {
            #[cfg(feature = "boa")]
            Self::Boa => machine_code!("boa"),
            #[cfg(feature = "quickjs")]
            Self::QuickJs => machine_code!("quickjs"),
            #[cfg(feature = "compiler")]
            Self::Compiler => machine_code!("compiler"),
            Self::Validator => machine_code!("validator"),
        }
    }
}
