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

mod calls;
mod capacity;
mod catalog;
mod clock;
#[cfg(feature = "typescript")]
mod compiler;
#[cfg(not(feature = "typescript"))]
#[path = "uncompiled.rs"]
mod compiler;
#[cfg(feature = "component")]
mod component;
mod console;
mod diagnostic;
mod engine;
mod engines;
mod files;
mod folder;
pub mod foreign;
mod function;
mod guest;
mod host;
mod host_function;
mod imports;
mod instance;
mod json_shape;
mod ledger;
mod limits;
mod machine;
mod memory_budget;
mod meter;
mod outcome;
mod payload;
mod places;
mod pool;
mod preview;
mod private_folder;
mod program;
mod reply;
mod report;
mod request;
mod run;
mod sandbox;
mod schema;
mod script;
mod thrown;
mod ticker;
mod timers;
mod transcript;
mod watch;
mod writes;

pub use callbox_bindings::{LearnedOutput, Note, Server, Tool, ToolDefect};
pub use capacity::Capacity;
pub use catalog::{Catalog, CatalogBuilder, CatalogServer, ResultObserver};
pub use clock::ClockHold;
#[cfg(feature = "component")]
pub use component::{Anatomy, CompileProcess, Export, Import, ImportGrant};
pub use diagnostic::{Diagnostic, DiagnosticCode, Place};
pub use engine::{Engine, UnknownEngine};
pub use folder::Folder;
pub use foreign::text as printable;
pub use host::{Caller, ToolError, ToolErrorCode, ToolHost, ToolReply, ToolRequest};
pub use json_shape::json_values;
pub use limits::{Limit, Limits};
pub use outcome::{
    CallRecord, CallState, End, Frame, Log, LogLevel, Outcome, Preview, Returned, Stopped, Thrown, Usage,
};
pub use private_folder::{PrivateFolder, Reach};
pub use program::{ComponentSource, Program};
pub use reply::text_of_content;
pub use report::SCHEMA_VERSION;
pub use request::{Event, Observer, RunRequest, Wait};
pub use sandbox::{Error, Sandbox, SandboxBuilder};
pub use script::{Script, ToolNames, ToolUse};
pub use tokio_util::sync::CancellationToken;
