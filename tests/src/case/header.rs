//! The header of a case file: JSON in its first comment.

use callbox::{Engine, Limits};
use serde::Deserialize;
use serde_json::Value;

use crate::fixtures::InlineTool;

/// The header; every field has a default, so most cases need few.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Header {
    /// What would be wrong if this case failed, for humans.
    pub about: String,
    /// The only engine that the case is for. By default, all of them.
    pub engine: Option<Engine>,
    /// Fixture servers: `kit` (the default), `odd`, `my-server`.
    pub servers: Vec<String>,
    /// The case's own tools.
    pub tools: Vec<InlineTool>,
    /// The run's `input`.
    pub input: Value,
    /// Limits that differ from the defaults.
    pub limits: Limits,
    /// Whether a new folder is granted as `/data`, read-write.
    pub folder: bool,
    /// Seed of `Math.random()`.
    pub seed: u64,
    /// The clock; 2026-01-01T00:00:00Z by default.
    pub clock_ms: f64,
    /// Usage fields shown in the transcript.
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
