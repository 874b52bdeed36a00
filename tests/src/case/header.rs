//! What a case file says before its script: JSON in its first comment.

use callbox::{Engine, Limits};
use serde::Deserialize;
use serde_json::Value;

use crate::fixtures::InlineTool;

/// The header; every field has a default, so most cases say little.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Header {
    /// What would be wrong if this case failed, for people.
    pub about: String,
    /// The one engine that the case is for. By default each runs it.
    pub engine: Option<Engine>,
    /// Fixture servers: `kit` (the default), `odd`, `my-server`.
    pub servers: Vec<String>,
    /// Tools of the case's own.
    pub tools: Vec<InlineTool>,
    /// The run's parameters.
    pub input: Value,
    /// Limits that differ from the defaults.
    pub limits: Limits,
    /// Whether a new folder is granted, for writing, as `/data`.
    pub folder: bool,
    /// Seed of `Math.random()`.
    pub seed: u64,
    /// The clock; 2026-01-01T00:00:00Z by default.
    pub clock_ms: f64,
    /// Usage fields that the transcript shows.
    pub usage: Vec<String>,
    /// Whether to run twice and compare.
    pub twice: bool,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            about: String::new(),
            engine: None,
            servers: vec!["kit".to_owned()],
            tools: Vec::new(),
            input: Value::Null,
            limits: Limits::default(),
            folder: false,
            seed: 1,
            clock_ms: 1_767_225_600_000.0,
            usage: Vec::new(),
            twice: false,
        }
    }
}
