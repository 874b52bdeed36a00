//! Typed stubs for tools: JSON Schema in, identifiers and TypeScript declarations out.
//!
//! The crate is pure: no I/O, no engine, no async. Data flows one way, `tools/list` entry → [`Tool`] → shape →
//! TypeScript, and each step is total: a schema that cannot be read or expressed becomes `unknown` and leaves a
//! [`Note`], without affecting its neighbours.
//!
//! ```
//! use callbox_bindings::{Server, Tool, declarations};
//!
//! let entry = serde_json::json!({
//!     "name": "current",
//!     "inputSchema": { "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] },
//! });
//! let tool = Tool::from_json(&entry).map_err(|defect| defect.reason)?;
//! let (text, notes) = declarations(&[Server::new("weather", vec![tool])]);
//! assert!(text.contains("current(args: { city: string }): Promise<unknown>;"));
//! assert!(notes.is_empty());
//! # Ok::<(), String>(())
//! ```

#![cfg_attr(not(test), warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

mod hash;
mod level;
mod names;
mod nearest;
mod nominal;
mod note;
mod render;
mod report;
mod rust;
mod schema;
mod shape;
mod stub;
#[cfg(feature = "tokens")]
mod tokens;
mod tool;
mod typescript;
mod unseen;
mod wit;
mod words;

pub use hash::definition_hash;
pub use level::{Cut, Level, SENTENCE_CHARS_MAX};
pub use names::identifiers;
pub use nearest::{NearestNames, nearest};
pub use note::Note;
pub use render::{Rendering, Selection, Shown, SomeTools, Stubs, declaration, declarations};
pub use report::{Degraded, LeftOut, Report, ToolEntry};
pub use rust::{RustServer, RustTool, RustTypes, rust, rust_calls};
#[cfg(feature = "tokens")]
pub use tokens::{count_tokens, count_tokens_within};
pub use tool::{LearnedOutput, Server, Tool, ToolDefect};
pub use unseen::{is_hidden, is_line_end};
pub use wit::{
    JsonKind, Wit, WitBody, WitCalls, WitEnumCase, WitField, WitFunction, WitInterface, WitKindCase, WitNamed, WitRest,
    WitTagCase, WitType, wit, wit_functions, wit_interface, wit_interfaces, wit_of,
};

/// What `callbox-gateway` shares with this crate. Nothing here is stable.
#[doc(hidden)]
pub mod internal {
    pub use crate::tool::json_type;
    pub use crate::words::{first_sentence, letters};
}
