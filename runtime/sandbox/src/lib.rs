//! Runs a model-written script against tools, in a sandbox, under limits, and returns only what the script returned.
//!
//! A [`Sandbox`] is loaded once. Each [`RunRequest`] runs in a fresh instance of the engine, which can reach nothing
//! but the tools of the [`Catalog`]. The result is an [`Outcome`].
//!
//! ```
//! use callbox::{Catalog, End, RunRequest, Sandbox, ToolError};
//! use serde_json::json;
//!
//! #[derive(serde::Deserialize, schemars::JsonSchema)]
//! struct City { name: String }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), callbox::Error> {
//! let catalog = Catalog::builder()
//!     .function("weather", "temperature", "Degrees Celsius now.", |city: City| async move {
//!         Ok::<_, ToolError>(city.name.len() as i64)
//!     })
//!     .build();
//! let script = r#"
//!     const cities = ["Oslo", "Lagos"];
//!     const degrees = await Promise.all(cities.map(name => tools.weather.temperature({ name })));
//!     return Math.max(...degrees);
//! "#;
//! let outcome = Sandbox::new()?.run(&catalog, RunRequest::new(script)).await?;
//! let End::Returned(returned) = outcome.end else { panic!("{}", outcome.transcript()) };
//! assert_eq!(returned.value, json!(5));
//! # Ok(())
//! # }
//! ```

#![cfg_attr(not(test), warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]
#![cfg_attr(
    not(feature = "component"),
    allow(dead_code, reason = "much code is shared with components and otherwise unused")
)]
#![cfg_attr(test, allow(clippy::needless_pass_by_value, reason = "tables of cases read best with inline values"))]

mod capacity;
mod catalog;
#[cfg(feature = "component")]
mod compile_error;
#[cfg(feature = "typescript")]
mod compiler;
#[cfg(not(feature = "typescript"))]
#[path = "uncompiled.rs"]
mod compiler;
#[cfg(feature = "component")]
pub mod component;
mod diagnostic;
mod engine;
mod error;
mod event;
mod files;
mod folder;
mod foreign;
mod function;
mod gate;
mod host;
mod host_function;
mod javascript;
mod json_shape;
mod limits;
mod log;
mod machine;
pub mod outcome;
mod pool;
mod preview;
mod private_folder;
mod program;
mod reply;
mod report;
mod request;
mod run;
mod run_slots;
mod sandbox;
mod schema;
mod script;
pub mod stepping;
mod stopped;
mod tool_error;
mod transcript;

pub use callbox_bindings::{Server, Tool};
pub use capacity::Capacity;
pub use catalog::{Catalog, CatalogBuilder};
pub use engine::Engine;
pub use error::{Error, ErrorKind};
pub use event::{Event, RunObserver};
pub use folder::Folder;
pub use futures::future::BoxFuture;
pub use gate::{CallGate, GatedCall};
pub use host::{Caller, ToolHost, ToolReply, ToolRequest};
pub use limits::{Limit, Limits};
pub use outcome::{End, Outcome, Returned, Stopped};
pub use program::{ComponentSource, Program};
pub use request::RunRequest;
pub use run::clock::ClockHold;
pub use sandbox::{Sandbox, SandboxBuilder};
pub use script::Script;
pub use tokio_util::sync::CancellationToken;
pub use tool_error::{ToolError, ToolErrorCode};

/// What the other crates of callbox share with this one. Nothing here is stable.
#[doc(hidden)]
pub mod internal {
    /// Shows text of scripts, servers and tools safely.
    pub mod foreign {
        pub use crate::foreign::*;
    }

    pub use callbox_bindings::{LearnedOutput, Note, ToolDefect};

    pub use crate::catalog::{CatalogServer, ResultObserver};
    pub use crate::engine::UnknownEngine;
    pub use crate::foreign::text as printable;
    pub use crate::json_shape::json_values;
    pub use crate::limits::InvalidLimit;
    pub use crate::private_folder::{PrivateFolder, Reach};
    pub use crate::reply::text_of_content;
    pub use crate::report::SCHEMA_VERSION;
    pub use crate::script::{ToolNames, ToolUse};
}
