//! Writes values as JSON for the host. Each engine has its own parser for the other direction; only escapes are shared.

mod escape;
mod plain;
mod quote;

pub use escape::unescaped;
pub use plain::{Refusal, plain};
pub use quote::quote;
