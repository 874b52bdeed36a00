//! The flags of `callbox new`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The project to create.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The folder to create; its last component is the project's name.
    #[arg(value_name = "NAME")]
    pub(crate) folder: PathBuf,
    /// The language of the script.
    #[arg(long, value_enum)]
    pub(crate) lang: Language,
    /// Folder of the crate `callbox-guest`, for Rust. Default: the one in the checkout that this program was built
    /// from, if it still exists, else the published crate.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) sdk: Option<PathBuf>,
    /// Print one JSON object and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A language for scripts built as components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Rust, with callbox-guest.
    Rust,
    /// JavaScript, with componentize-js.
    Js,
    /// TypeScript, with componentize-js.
    Ts,
    /// Python, with componentize-py.
    Python,
    /// C, with wit-bindgen and the Zig compiler.
    C,
}
