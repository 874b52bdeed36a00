//! Which guests there are, and the machine code of each.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// A program that runs behind the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guest {
    /// Runs scripts: boa, with built-ins of callbox.
    #[cfg(feature = "boa")]
    Boa,
    /// Runs scripts: QuickJS-ng.
    #[cfg(feature = "quickjs")]
    QuickJs,
    /// Compiles JavaScript and TypeScript: oxc.
    #[cfg(feature = "compiler")]
    Compiler,
    /// Holds values against JSON Schemas: jsonschema.
    Validator,
}

/// Page sizes of the targets go up to this. A page of its own is what can be made executable.
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
    /// By brotli.
    Packed(&'static [u8]),
}

/// Code that can be used where it lies.
pub(crate) struct Ready {
    pub(crate) bytes: &'static [u8],
    taken: &'static AtomicBool,
}

impl Ready {
    /// Whether it may be used where it lies. wasmtime knows code by its address, so only the first engine of a process
    /// can have it in place; further ones take a copy.
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
