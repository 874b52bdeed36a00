//! Values as JSON for the host. The other way is the engine's own, for what it makes its values of.

mod plain;
mod quote;

pub use plain::{Refusal, plain};
pub use quote::quote;
