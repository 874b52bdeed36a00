//! The guests there are: where the sources of each lie and what it is called.

use crate::Result;

/// A program that runs frozen.
pub(crate) struct Guest {
    /// Its name in `artefacts/`, and that of its variant in `callbox_engine::Guest`.
    pub(crate) name: &'static str,
    /// The folder of its workspace, in the crate `callbox-engine`.
    pub(crate) folder: &'static str,
    /// The file that cargo makes of it.
    pub(crate) wasm: &'static str,
    /// A published crate that is changed by `PATCHED.patch` in the guest's folder.
    pub(crate) patched: Option<&'static str>,
    /// Whether C is compiled for it, too.
    pub(crate) has_c: bool,
    /// Files and folders of `callbox-engine` that it compiles, too.
    pub(crate) shared: &'static [&'static str],
}

/// What does not depend on the engine, and the messages.
const SHARED_BY_ENGINES: &[&str] = &["guest/Cargo.toml", "guest/src", "src/codec.rs", "src/frames.rs"];

/// All of them.
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
        shared: &["src/codec.rs", "src/compile.rs", "src/frames.rs", "src/source_map.rs"],
    },
    Guest {
        name: "validator",
        folder: "validator",
        wasm: "callbox_engine_validator.wasm",
        patched: None,
        has_c: false,
        shared: &["src/checker.rs", "src/validate.rs"],
    },
];

/// The guest of that name.
pub(crate) fn named(name: &str) -> Result<&'static Guest> {
    let known = || GUESTS.iter().map(|guest| guest.name).collect::<Vec<_>>().join(", ");
    let found = GUESTS.iter().find(|guest| guest.name == name);
    found.ok_or_else(|| format!("there is no guest `{name}`; there are {}", known()).into())
}
