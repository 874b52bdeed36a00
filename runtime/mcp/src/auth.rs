//! Signing in to servers: how a sign-in proceeds, and how it is stored, renewed and ended. `rmcp` does the protocol;
//! nothing here opens a browser or decides where tokens are stored.

mod access;
mod authenticated_client;
mod authority;
mod by_issuer;
mod challenge;
mod error;
mod failure;
mod folder;
mod grant;
mod login;
mod logout;
mod memory;
mod redirect;
mod renew;
mod scopes;
mod store;
mod stored_grant;
mod target;

pub(crate) use access::Access;
pub(crate) use authenticated_client::AuthenticatedClient;
pub(crate) use authority::names_a_user;
pub use error::{SignInCode, SignInError};
pub(crate) use failure::AuthFailure;
pub use failure::shell_word;
pub use folder::FolderStore;
pub use login::{Login, SignedIn, Waiting};
pub use logout::{SignedOut, log_out};
pub use memory::MemoryStore;
pub use store::{StoreError, StoreLock, TokenKey, TokenStore};
