//! Scripts in JavaScript and TypeScript: a run steps the frozen engine guest, which is asked and never waits.
//! Only this module knows the engine's messages.

pub(crate) mod engines;
mod guest;
pub(crate) mod imports;
mod messages;
pub(crate) mod run;
pub(crate) mod runtime;
mod thrown;
mod timers;
