//! The list of guests: where the sources of each are and what it is called.

use crate::Result;

/// A program that runs frozen.
pub(crate) struct Guest {
    /// Its name in `artefacts/`; its variant in `callbox_engine::Guest` has the same name.
    pub(crate) name: &'static str,
    /// The folder of its workspace, in the crate `callbox-engine`.
    pub(crate) folder: &'static str,
    /// The file that cargo builds.
    pub(crate) wasm: &'static str,
    /// A published crate that `PATCHED.patch` in the guest's folder changes.
    pub(crate) patched: Option<&'static str>,
    /// Whether its build compiles C.
    pub(crate) has_c: bool,
    /// Files and folders of `callbox-engine` that it compiles as well.
    pub(crate) shared: &'static [&'static str],
}

/// The engine-independent library and the messages.
const SHARED_BY_ENGINES: &[&str] = &["guest/Cargo.toml", "guest/src", "src/codec.rs", "src/frames.rs", "src/panics.rs"];

/// All guests.
pub(crate) const GUESTS: &[Guest] = &[
    Guest {
        name: "boa",
        folder: "guest/boa",
        wasm: "callbox_engine_boa.wasm",
        patched: Some("boa_engine"),
        has_c: false,
        shared: SHARED_BY_ENGINES,
    },
    Guest {
        name: "quickjs",
        folder: "guest/quickjs",
        wasm: "callbox_engine_quickjs.wasm",
        patched: Some("rquickjs-sys"),
        has_c: true,
        shared: SHARED_BY_ENGINES,
    },
    Guest {
        name: "compiler",
        folder: "compiler",
        wasm: "callbox_engine_compiler.wasm",
        patched: None,
        has_c: false,
        shared: &["src/codec.rs", "src/compile.rs", "src/panics.rs", "src/source_map.rs"],
    },
    Guest {
        name: "validator",
        folder: "validator",
        wasm: "callbox_engine_validator.wasm",
        patched: None,
        has_c: false,
        shared: &["src/checker.rs", "src/panics.rs", "src/validate.rs"],
    },
];

/// Returns the guest of that name.
pub(crate) fn named(name: &str) -> Result<&'static Guest> {
    let known = || GUESTS.iter().map(|guest| guest.name).collect::<Vec<_>>().join(", ");
    let found = GUESTS.iter().find(|guest| guest.name == name);
    found.ok_or_else(|| format!("unknown guest `{name}`; the guests are {}", known()).into())
}
