//! Tools of MCP servers for callbox: reads the server lists that users already have, starts the requested servers, and
//! offers each one's tools as a [`callbox::ToolHost`].
//!
//! Nothing here runs scripts or reads the environment, the terminal or the working folder: the caller passes those in.
//! With `callbox-gateway` this is the only runtime crate that depends on `rmcp`.
//!
//! ```no_run
//! # async fn example() -> Result<(), callbox_mcp::ConfigError> {
//! use callbox_mcp::{Config, ConnectOptions, Upstreams, base_environment};
//!
//! let config = Config::read(".mcp.json".as_ref(), &|name| std::env::var(name).ok())?;
//! let options = ConnectOptions::new(base_environment(std::env::vars_os()));
//! let upstreams = Upstreams::connect(&config, None, &options).await;
//! for upstream in upstreams.iter() {
//!     println!("{}: {} tools", upstream.name(), upstream.tools().len());
//! }
//! upstreams.shutdown().await;
//! # Ok(())
//! # }
//! ```

#![cfg_attr(not(test), warn(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

mod auth;
mod caller;
mod config;
mod error;
mod open_request;
mod person;
pub mod secrecy;
mod tls;
mod trace;
mod upstream;

pub use auth::{
    FolderStore, Login, MemoryStore, SignInCode, SignInError, SignedIn, SignedOut, StoreError, StoreLock, TokenKey,
    TokenStore, Waiting, log_out, shell_word,
};
pub use caller::CallerContext;
pub use config::{
    AuthConfig, Config, GrantKind, HttpLaunch, Launch, Secret, ServerConfig, StdioLaunch, find_upward, parse_jsonc,
};
pub use error::{ConfigError, EntryError, FailureCode, UpstreamError};
pub use person::{Answer, Person, Question, QuestionForms, Wanted};
pub use tls::choose_provider as choose_tls_provider;
pub use trace::{CallTrace, ServerPeer, TraceHeaders};

/// What `callbox-gateway` shares with this crate. Nothing here is stable.
#[doc(hidden)]
pub mod internal {
    pub use crate::open_request::OpenRequest;
    pub use crate::secrecy::name_parts;
    pub use crate::upstream::question_params;
}

pub use upstream::{ConnectOptions, Era, Ready, ReplyShare, ServerHost, Status, Upstream, Upstreams, base_environment};
