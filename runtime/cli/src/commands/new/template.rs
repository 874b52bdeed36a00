//! The project templates: their files and build commands.

use crate::args::Language;

/// A project in one language.
pub(super) struct Template {
    /// The language's display name.
    pub(super) title: &'static str,
    /// Names and contents.
    pub(super) files: &'static [(&'static str, &'static [u8])],
    /// Whether the demo's catalogue is included.
    pub(super) catalog: bool,
    /// The command that builds it, run in its folder.
    pub(super) build: &'static str,
    /// Where the build puts the component.
    pub(super) component: &'static str,
}

/// A file of `templates/`, under its own name or another.
macro_rules! file {
    ($folder:literal, $name:literal) => {
        file!($folder, $name, $name)
    };
    ($folder:literal, $there:literal, $name:literal) => {
        ($name, include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $folder, "/", $there)).as_slice())
    };
}

/// The guest's WIT contract.
const WIT: (&str, &[u8]) = ("wit/script.wit", include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/wit/script.wit")));

impl Template {
    pub(super) fn of(language: Language) -> Self {
        match language {
            Language::Rust => RUST,
            Language::Js => JS,
            Language::Ts => TS,
            Language::Python => PYTHON,
            Language::C => C,
        }
    }
}

const RUST: Template = Template {
    title: "Rust",
    files: &[
        file!("rust", "Cargo.toml.in", "Cargo.toml"),
        file!("rust", "src/lib.rs"),
        file!("rust", "gitignore", ".gitignore"),
    ],
    catalog: true,
    build: "cargo build --release --target wasm32-wasip2",
    component: "target/wasm32-wasip2/release/{{name}}.wasm",
};

const JS: Template = Template {
    title: "JavaScript",
    files: &[
        file!("js", "package.json"),
        file!("js", "build.mjs"),
        file!("js", "src/script.js"),
        file!("js", "src/callbox.js"),
        file!("js", "gitignore", ".gitignore"),
        WIT,
    ],
    catalog: false,
    build: "npm install && npm run build",
    component: "script.wasm",
};

const TS: Template = Template {
    title: "TypeScript",
    files: &[
        file!("ts", "package.json"),
        file!("ts", "tsconfig.json"),
        file!("js", "build.mjs"),
        file!("ts", "src/script.ts"),
        file!("ts", "src/callbox.ts"),
        file!("ts", "src/world.d.ts"),
        file!("js", "gitignore", ".gitignore"),
        WIT,
    ],
    catalog: false,
    build: "npm install && npm run build",
    component: "script.wasm",
};

const PYTHON: Template = Template {
    title: "Python",
    files: &[
        file!("python", "requirements.txt"),
        file!("python", "build.sh"),
        file!("python", "app.py"),
        file!("python", "callbox.py"),
        file!("python", "entry.py"),
        file!("python", "interpreter.py"),
        file!("python", "gitignore", ".gitignore"),
        WIT,
    ],
    catalog: false,
    build: "sh build.sh",
    component: "script.wasm",
};

const C: Template = Template {
    title: "C",
    files: &[
        file!("c", "requirements.txt"),
        file!("c", "build.sh"),
        file!("c", "main.c"),
        file!("c", "bindings/script.h"),
        file!("c", "bindings/script.c"),
        file!("c", "bindings/script_component_type.o"),
        file!("c", "gitignore", ".gitignore"),
        WIT,
    ],
    catalog: false,
    build: "sh build.sh",
    component: "script.wasm",
};
