//! The results of all programs.

use std::{collections::BTreeMap, fmt};

use super::{ended::Ended, program::Kind};

/// Counts.
#[derive(Default)]
pub(crate) struct Tally {
    generated: usize,
    mutated: usize,
    agreed: usize,
    /// How the programs on which all sides agreed ended.
    ends: BTreeMap<&'static str, usize>,
    known: BTreeMap<String, usize>,
    pub(crate) unlisted: usize,
}

impl Tally {
    pub(crate) fn ran(&mut self, kind: Kind) {
        match kind {
            Kind::Generated => self.generated += 1,
            Kind::Mutated => self.mutated += 1,
        }
    }

    pub(crate) fn agreed(&mut self, end: Option<&Ended>) {
        self.agreed += 1;
        let name = match end {
            None => "not run",
            Some(Ended::Returned(_)) => "returned",
            Some(Ended::Threw(_)) => "threw",
            Some(Ended::Rejected) => "rejected",
            Some(Ended::Stopped(_)) => "stopped",
            Some(Ended::Faulted(_)) => "faulted",
        };
        *self.ends.entry(name).or_default() += 1;
    }

    pub(crate) fn known(&mut self, name: &str) {
        *self.known.entry(name.to_owned()).or_default() += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { generated, mutated, agreed, ends, known, unlisted } = self;
        let ends: Vec<_> = ends.iter().map(|(name, count)| format!("{name} {count}")).collect();
        writeln!(f, "{} programs: {generated} generated, {mutated} mutated", generated + mutated)?;
        writeln!(f, "{agreed} the same everywhere: {}", ends.join(", "))?;
        known.iter().try_for_each(|(name, count)| writeln!(f, "{count:>6} known: {name}"))?;
        write!(f, "{unlisted} differences that are not listed")
    }
}
