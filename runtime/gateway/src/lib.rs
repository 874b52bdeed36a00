//! The gateway: an MCP server that stands between an agent host and its MCP servers. It offers a few tools of its own: search
//! for tools, read their types, run a script that calls them.
//!
//! The crate reads neither the environment nor the terminal nor the working folder: the caller hands those in.

#![cfg_attr(not(test), warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

mod answer;
mod call_log;
mod client;
mod detached;
mod elicitation;
mod emitted;
mod gateway;
mod http;
mod latest;
mod learn;
mod learner;
mod metrics;
mod offload;
mod open_requests;
mod options;
mod owner;
mod passthrough;
mod pattern;
mod pending_questions;
mod program;
mod progress;
mod quotas;
mod request_trace;
mod resources;
mod result_store;
mod run_script;
mod scope;
pub mod search;
mod search_tools;
mod state;
mod supervised;
mod supervisor;
mod suspended;
mod tasks;
mod texts;
mod tools_changed;
mod trace;
mod upstream_slot;

pub use client::Client;
pub use gateway::{Gateway, ServeError};
pub use http::{HttpOptions, TokenError, Tokens, router_of, serve_router};
pub use learn::{Learned, Lessons, LessonsDefect, Sample};
pub use learner::Learner;
pub use options::GatewayOptions;
pub use pattern::{MalformedPattern, ToolPattern};
pub use result_store::ResultStoreLimits;
pub use scope::Scope;
pub use trace::{Trace, TraceContext, Traces};
