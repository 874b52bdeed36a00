//! Signing in to servers: how a sign-in proceeds, and how it is stored, renewed and ended. `rmcp` does the protocol;
//! nothing here opens a browser or decides where tokens are stored.

mod access;
mod authority;
mod by_issuer;
mod challenge;
mod error;
mod folder;
mod grant;
mod hurdle;
mod keep;
mod login;
mod logout;
mod memory;
mod redirect;
mod renew;
mod scopes;
mod signed;
mod store;
mod target;

pub(crate) use access::Access;
pub(crate) use authority::names_a_user;
pub use error::{SignInCode, SignInError};
pub use folder::FolderStore;
pub(crate) use hurdle::Hurdle;
pub use hurdle::shell_word;
pub use login::{Login, SignedIn, Waiting};
pub use logout::{SignedOut, log_out};
pub use memory::MemoryStore;
pub(crate) use signed::Signed;
pub use store::{StoreError, StoreLock, TokenKey, TokenStore};
