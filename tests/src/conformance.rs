//! Parses the report of the official conformance suite, and compares it with the expected failures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The summary of one run by scenario.
#[derive(Debug, Default)]
pub struct Report {
    scenarios: BTreeMap<String, Scenario>,
    /// Scenarios that the suite runs but does not score: extensions, and later additions.
    not_scored: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy)]
struct Scenario {
    holds: bool,
    passed: usize,
    failed: usize,
}

impl Report {
    /// Parses the suite's output; `None` if it has no summary.
    #[must_use]
    pub fn of(output: &str) -> Option<Self> {
        let (_, summary) = output.split_once("SUMMARY ===")?;
        let mut report = Self::default();
        for line in summary.lines() {
            if let Some((name, scenario)) = scenario(line) {
                report.scenarios.insert(name.to_owned(), scenario);
            } else if let Some(name) = not_scored(line) {
                report.not_scored.insert(name.to_owned());
            }
        }
        (!report.scenarios.is_empty()).then_some(report)
    }

    fn scored(&self, is_scored: bool) -> impl Iterator<Item = &Scenario> {
        let chosen = self.scenarios.iter().filter(move |(name, _)| self.not_scored.contains(*name) != is_scored);
        chosen.map(|(_, scenario)| scenario)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holding = |is_scored| self.scored(is_scored).filter(|scenario| scenario.holds).count();
        let passed: usize = self.scored(true).map(|scenario| scenario.passed).sum();
        let failed: usize = self.scored(true).map(|scenario| scenario.failed).sum();
        write!(
            f,
            "{} of {} scored scenarios hold, {passed} of {} checks pass; {} of {} others hold",
            holding(true),
            self.scored(true).count(),
            passed + failed,
            holding(false),
            self.scored(false).count(),
        )
    }
}

/// Parses `✓ ping: 2 passed, 0 failed`.
fn scenario(line: &str) -> Option<(&str, Scenario)> {
    let (holds, rest) = mark(line)?;
    let (name, counts) = rest.split_once(": ")?;
    let mut numbers = counts.split(", ").filter_map(|count| count.split_once(' ')?.0.parse().ok());
    Some((name, Scenario { holds, passed: numbers.next()?, failed: numbers.next()? }))
}

/// Parses `  ✗ auth/dpop (extension)`.
fn not_scored(line: &str) -> Option<&str> {
    let (_, rest) = mark(line.trim_start())?;
    Some(rest.split_once(" (")?.0)
}

fn mark(line: &str) -> Option<(bool, &str)> {
    let (mark, rest) = line.split_once(' ')?;
    match mark {
        "✓" => Some((true, rest)),
        "✗" => Some((false, rest)),
        _ => None,
    }
}

/// The scenarios known to fail, for one side at one revision.
#[derive(Debug)]
pub struct Expected(BTreeSet<String>);

impl Expected {
    /// Reads lines of `SIDE REVISION SCENARIO: reason`.
    ///
    /// # Panics
    ///
    /// On a line without a reason, and on a duplicate line.
    #[must_use]
    pub fn of(text: &str, side: &str, revision: &str) -> Self {
        let mut known = BTreeSet::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (what, reason) = line.split_once(": ").unwrap_or_else(|| panic!("no reason in `{line}`"));
            assert!(!reason.trim().is_empty(), "no reason in `{line}`");
            assert!(known.insert(what), "`{what}` is there twice");
        }
        let prefix = format!("{side} {revision} ");
        Self(known.iter().filter_map(|what| what.strip_prefix(&prefix)).map(str::to_owned).collect())
    }

    /// Returns what failed unexpectedly, and what unexpectedly did not fail.
    #[must_use]
    pub fn surprises(&self, report: &Report) -> Vec<String> {
        let failing = report.scenarios.iter().filter(|(_, scenario)| !scenario.holds).map(|(name, _)| name.clone());
        let failing: BTreeSet<String> = failing.collect();
        let new = failing.difference(&self.0).map(|name| format!("`{name}` fails, and is not expected to"));
        let stale = self.0.difference(&failing).map(|name| format!("`{name}` is expected to fail, and does not"));
        new.chain(stale).collect()
    }
}
