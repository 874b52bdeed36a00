//! What the suites share: fixture tools, case files, a browser and one loaded sandbox; no test stands here.

pub mod browser;
pub mod case;
pub mod component;
pub mod conformance;
mod exit;
pub mod fixtures;
mod grown;
pub mod guide;
pub mod repeated;
pub mod stage;
mod willing;

pub use exit::exit_code;
pub use grown::grown;
pub use willing::Willing;
