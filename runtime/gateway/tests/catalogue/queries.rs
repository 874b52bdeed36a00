//! Reads `queries.json`: needs in a user's words, each with the tools that meet it.

use std::error::Error;

use serde::Deserialize;

/// One need.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    pub(crate) query: String,
    pub(crate) kind: Kind,
    pub(crate) split: Split,
    /// The catalogue it was written for.
    pub(crate) catalogue: String,
    /// The right tools, as `server/tool` in that catalogue.
    pub(crate) tools: Vec<String>,
    /// Further right tools in other catalogues, as `catalogue:server/tool`.
    #[serde(default)]
    pub(crate) elsewhere: Vec<String>,
}

/// How a need is expressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// More than three words, spelled correctly.
    Intent,
    /// Up to three words.
    Keywords,
    /// With misspelled words.
    Typo,
}

/// The purpose of a need: for tuning the ranking, or for measuring it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Split {
    Tune,
    HeldOut,
}

pub(crate) fn queries() -> Result<Vec<Asked>, Box<dyn Error>> {
    Ok(serde_json::from_str(include_str!("queries.json"))?)
}
