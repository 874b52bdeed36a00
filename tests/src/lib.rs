//! Shared by the test suites: fixture tools, case files, a browser and one loaded sandbox. Contains no tests.

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
