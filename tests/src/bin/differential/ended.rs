//! How a program ended, in comparable form, and which side disagrees with the others.

use std::fmt;

use callbox::{End, Outcome, Stopped};
use serde::Deserialize;
use serde_json::Value;

/// What runs a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Side {
    QuickJs,
    Boa,
    Node,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::QuickJs => "quickjs",
            Self::Boa => "boa",
            Self::Node => "node",
        })
    }
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The text of each part.
    Returned(Vec<String>),
    /// The error's name.
    Threw(String),
    Rejected,
    /// The limit; a program that is stopped on every side is the same everywhere, whichever limit comes first.
    Stopped(String),
    /// callbox or node broke.
    Faulted(String),
}

impl Ended {
    pub(crate) fn of(outcome: &Outcome) -> Self {
        match &outcome.end {
            End::Returned(returned) => Self::returned(&returned.value),
            End::Threw(thrown) if thrown.code.as_deref() == Some("deadlock") => Self::Threw("deadlock".to_owned()),
            End::Threw(thrown) => Self::Threw(thrown.name.clone()),
            End::Rejected(_) => Self::Rejected,
            End::Stopped(Stopped::Limit { limit, .. }) => Self::Stopped(limit.to_string()),
            End::Stopped(Stopped::Cancelled) => Self::Stopped("cancelled".to_owned()),
            End::Faulted(why) => Self::Faulted(why.clone()),
        }
    }

    /// Returns the texts of the parts; any other return value becomes one text.
    pub(crate) fn returned(value: &Value) -> Self {
        let text = |part: &Value| part.as_str().map_or_else(|| part.to_string(), str::to_owned);
        Self::Returned(value.as_array().map_or_else(|| vec![text(value)], |parts| parts.iter().map(text).collect()))
    }

    fn parts(&self) -> Option<&[String]> {
        if let Self::Returned(parts) = self { Some(parts) } else { None }
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Returned(parts) => write!(f, "returned {}", parts.join("; ")),
            Self::Threw(name) => write!(f, "threw {name}"),
            Self::Rejected => f.write_str("rejected"),
            Self::Stopped(limit) => write!(f, "stopped by {limit}"),
            Self::Faulted(why) => write!(f, "faulted: {why}"),
        }
    }
}

/// What the sides return for one part, or for the whole program if it ended in different ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Index of the part.
    pub(crate) part: Option<usize>,
    pub(crate) says: Vec<(Side, String)>,
}

impl Difference {
    /// Returns the sides that need a reason: the one that disagrees with the rest, or all but node if no two agree.
    /// With only two sides, either may be wrong.
    pub(crate) fn accused(&self) -> Vec<Side> {
        let agree = |text: &String| self.says.iter().filter(|(_, other)| other == text).count() > 1;
        let alone: Vec<_> = self.says.iter().filter(|(_, text)| !agree(text)).map(|(side, _)| *side).collect();
        if alone.len() > 1 { alone.into_iter().filter(|side| *side != Side::Node).collect() } else { alone }
    }

    /// Returns a side's result.
    pub(crate) fn of(&self, side: Side) -> &str {
        self.says.iter().find(|(who, _)| *who == side).map_or("", |(_, text)| text)
    }

    /// Returns the other sides' results.
    pub(crate) fn others(&self, side: Side) -> impl Iterator<Item = &str> {
        self.says.iter().filter(move |(who, _)| *who != side).map(|(_, text)| text.as_str())
    }
}

/// Returns all differences of one program.
pub(crate) fn differences(ends: &[(Side, Ended)]) -> Vec<Difference> {
    if ends.iter().all(|(_, end)| matches!(end, Ended::Stopped(_))) {
        return Vec::new();
    }
    let lists: Vec<_> = ends.iter().filter_map(|(side, end)| Some((*side, end.parts()?))).collect();
    let parts = lists.first().map_or(0, |(_, parts)| parts.len());
    if lists.len() < ends.len() || lists.iter().any(|(_, list)| list.len() != parts) {
        let says: Vec<_> = ends.iter().map(|(side, end)| (*side, end.to_string())).collect();
        return differ(&says).then_some(Difference { part: None, says }).into_iter().collect();
    }
    let of_part = |at: usize| {
        let says = lists.iter().filter_map(|(side, list)| Some((*side, list.get(at)?.clone()))).collect();
        Difference { part: Some(at), says }
    };
    (0..parts).map(of_part).filter(|difference| differ(&difference.says)).collect()
}

fn differ(says: &[(Side, String)]) -> bool {
    says.windows(2).any(|two| matches!(two, [(_, one), (_, other)] if one != other))
}
