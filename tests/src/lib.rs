//! What the suites share: fixture tools, case files and one loaded sandbox; no test stands here.

pub mod case;
pub mod component;
pub mod conformance;
pub mod fixtures;
pub mod guide;
pub mod stage;
