//! Scripts for callbox in Rust: WebAssembly components whose only access to the outside is a call to a tool.
//!
//! ```no_run
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Deserialize)]
//! struct Input {
//!     numbers: [u32; 2],
//! }
//!
//! #[derive(Deserialize)]
//! struct Issue {
//!     title: String,
//! }
//!
//! #[derive(Serialize)]
//! struct Output {
//!     titles: Vec<String>,
//! }
//!
//! #[callbox::script]
//! async fn run(input: Input) -> callbox::Result<Output> {
//!     let [a, b] = input.numbers.map(|number| callbox::json!({ "number": number }));
//!     let (a, b) = callbox::try_join!(issue(&a), issue(&b))?; // in flight together
//!     callbox::log!("both are there");
//!     Ok(Output { titles: vec![a.title, b.title] })
//! }
//!
//! async fn issue(arguments: &callbox::Value) -> Result<Issue, callbox::ToolError> {
//!     callbox::call("tracker", "get_issue", arguments).await
//! }
//! # fn main() {}
//! ```
//!
//! The crate's library is called `callbox`: a script's manifest only needs `callbox-guest = "0.1.0"` and
//! `crate-type = ["cdylib"]`. Build it with `cargo build --release --target wasm32-wasip2`.
//!
//! Calls are futures: nothing is sent before a future is polled, and all polled calls are in flight together, under
//! `join!`, `join_all`, `select` and anything else that combines futures. There are no threads and no timers; a script
//! that waits for something that no call will provide ends with the code `deadlock`.

#![cfg_attr(
    test,
    allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may fail in any way")
)]

mod bindings;
mod call;
mod console;
mod entry;
mod error;
mod executor;
mod tool_error;

pub use call::{call, call_host};
pub use callbox_guest_macros::script;
#[cfg(feature = "tools")]
pub use callbox_guest_macros::tools;
pub use error::{Error, Result};
pub use futures_util::future::{join_all, try_join_all};
pub use futures_util::{join, try_join};
pub use serde_json::{Value, json};
pub use tool_error::ToolError;

/// Support for the macros; not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::bindings::*;
    pub use crate::console::{Level, write};
    pub use crate::entry::{Failure, enter, enter_async, finish, no_input};
}
