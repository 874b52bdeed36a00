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
mod component;
mod diagnostic;
mod engine;
mod error;
mod event;
mod files;
mod folder;
pub mod foreign;
mod function;
mod gate;
mod host;
mod host_function;
mod javascript;
mod json_shape;
mod limits;
mod log;
mod machine;
mod outcome;
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
mod stepping;
mod stopped;
mod tool_error;
mod transcript;

pub use callbox_bindings::{LearnedOutput, Note, Server, Tool, ToolDefect};
pub use capacity::Capacity;
pub use catalog::{Catalog, CatalogBuilder, CatalogServer, ResultObserver};
#[cfg(feature = "component")]
pub use compile_error::CompileError;
#[cfg(feature = "component")]
pub use component::{Anatomy, CompileProcess, Export, Import, ImportGrant};
pub use diagnostic::{Diagnostic, DiagnosticCode, Place};
pub use engine::{Engine, UnknownEngine};
pub use error::{Error, ErrorKind};
pub use event::{Event, RunObserver, Wait};
pub use folder::Folder;
pub use foreign::text as printable;
pub use gate::{CallGate, GatedCall};
pub use host::{Caller, ToolHost, ToolReply, ToolRequest};
pub use json_shape::json_values;
pub use limits::{InvalidLimit, Limit, Limits};
pub use log::{Log, LogLevel};
pub use outcome::{CallRecord, CallState, End, Frame, Outcome, Preview, Returned, Thrown, Usage};
pub use private_folder::{PrivateFolder, Reach};
pub use program::{ComponentSource, Program};
pub use reply::text_of_content;
pub use report::SCHEMA_VERSION;
pub use request::RunRequest;
pub use run::clock::ClockHold;
pub use sandbox::{Sandbox, SandboxBuilder};
pub use script::{Script, ToolNames, ToolUse};
pub use stepping::{Progress, WaitingCall, WaitingRun};
pub use stopped::Stopped;
pub use tokio_util::sync::CancellationToken;
pub use tool_error::{ToolError, ToolErrorCode};
