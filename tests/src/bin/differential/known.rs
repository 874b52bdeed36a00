//! The known differences, each with its reason.

use std::fs;

use anyhow::{Context, Result, bail};
use regex_automata::meta::Regex;
use serde::Deserialize;

use super::{
    ended::{Difference, Side},
    program::Program,
};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/differential/known.toml");

/// All known differences.
pub(crate) struct Known(Vec<Entry>);

/// One entry as written in the file. Omitted fields match everything.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    /// Why the difference is acceptable.
    why: String,
    /// The side that disagrees with the others.
    alone: Side,
    /// Pattern for the part that differs.
    program: Option<String>,
    /// Pattern for the result of `alone`.
    says: Option<String>,
    /// Pattern for another side's result.
    others: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    known: Vec<Written>,
}

struct Entry {
    name: String,
    alone: Side,
    program: Option<Regex>,
    says: Option<Regex>,
    others: Option<Regex>,
}

impl Known {
    pub(crate) fn read() -> Result<Self> {
        let text = fs::read_to_string(FILE).with_context(|| format!("cannot read {FILE}"))?;
        let Listed { known } = toml::from_str(&text).context("the list of known differences")?;
        known.into_iter().map(Entry::new).collect::<Result<_>>().map(Self)
    }

    /// Returns the names of the entries that explain a difference, if it is fully known: each disagreeing side needs an
    /// entry. Without node it is unknown which of the two engines is wrong, and one entry is enough.
    pub(crate) fn names(&self, program: &Program, difference: &Difference) -> Option<Vec<&str>> {
        let text = match difference.part {
            Some(at) => program.parts.get(at).cloned().unwrap_or_default(),
            None => program.parts.join("\n"),
        };
        let name =
            |side: Side| self.0.iter().find(|entry| entry.explains(side, &text, difference)).map(|entry| &*entry.name);
        let accused = difference.accused();
        match difference.says.len() {
            0..=2 => accused.into_iter().find_map(name).map(|name| vec![name]),
            _ => accused.into_iter().map(name).collect(),
        }
    }
}

impl Entry {
    fn new(written: Written) -> Result<Self> {
        let Written { name, why, alone, program, says, others } = written;
        if why.len() < 20 || (program.is_none() && says.is_none()) {
            bail!("the known difference `{name}` needs a reason, and a pattern of the program or of what is said");
        }
        let regex = |pattern: Option<String>| -> Result<Option<Regex>> {
            pattern.map(|pattern| Ok(Regex::new(&pattern)?)).transpose()
        };
        Ok(Self { alone, program: regex(program)?, says: regex(says)?, others: regex(others)?, name })
    }

    fn explains(&self, side: Side, text: &str, difference: &Difference) -> bool {
        let fits = |pattern: &Option<Regex>, text: &str| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
        self.alone == side
            && fits(&self.program, text)
            && fits(&self.says, difference.of(side))
            && difference.others(side).any(|other| fits(&self.others, other))
    }
}
