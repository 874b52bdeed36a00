//! A program to compare: parts that are bodies of async functions, and the text that callbox and node run.

use std::fmt;

/// Formats values as text in the same way everywhere. `show` distinguishes values that JSON does not.
const PRELUDE: &str = include_str!("prelude.js");

/// Where a program comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Generated,
    Mutated,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::Mutated => "mutated",
        }
    }
}

/// A program.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) kind: Kind,
    pub(crate) seed: u64,
    /// What it was made from, for humans.
    pub(crate) origin: String,
    pub(crate) parts: Vec<String>,
}

impl Program {
    /// Returns the script. It returns a list of texts, one per part; what a part throws is one of them in a generated
    /// program, but ends the run of a mutated one.
    pub(crate) fn text(&self) -> String {
        let mut text = PRELUDE.to_owned();
        for part in &self.parts {
            text += &match self.kind {
                Kind::Generated => format!("await $part(async () => {{\n{part}\n}});\n"),
                Kind::Mutated => format!("$results.push($show(await (async () => {{\n{part}\n}})()));\n"),
            };
        }
        text + "return $results;\n"
    }

    /// Returns the same program with these parts.
    pub(crate) fn with_parts(&self, parts: Vec<String>) -> Self {
        Self { parts, ..self.clone() }
    }
}

/// Shows how to reproduce it.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, seed, origin, .. } = self;
        write!(f, "{origin}; again: differential --only {} --seed {seed} --count 1", kind.as_str())
    }
}
