//! Values as JSON for the host. The other way is the engine's own, for what it makes its values of, but for escapes.

mod escape;
mod plain;
mod quote;

pub use escape::unescaped;
pub use plain::{Refusal, plain};
pub use quote::quote;
