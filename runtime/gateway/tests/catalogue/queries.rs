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
    /// Whose tools it was written for.
    pub(crate) catalogue: String,
    /// `server/tool` in that catalogue, each of them right.
    pub(crate) tools: Vec<String>,
    /// `catalogue:server/tool` of other catalogues that would be right too.
    #[serde(default)]
    pub(crate) elsewhere: Vec<String>,
}

/// How a need is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// More than three words, rightly spelled.
    Intent,
    /// Up to three words.
    Keywords,
    /// With words that are wrongly spelled.
    Typo,
}

/// What a need is for: to choose the numbers of the ranking by, or to say how good they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Split {
    Tune,
    HeldOut,
}

pub(crate) fn queries() -> Result<Vec<Asked>, Box<dyn Error>> {
    Ok(serde_json::from_str(include_str!("queries.json"))?)
}
