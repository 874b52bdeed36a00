//! The results of all tests: counts by folder, failures by name, skipped ones by reason.

use std::{collections::BTreeMap, fmt};

use super::front_matter::Mode;

/// The result of one file.
pub(crate) enum Report {
    Skipped(String),
    Ran { modes: usize, failures: Vec<(Mode, String)> },
}

impl Report {
    /// Prints each failure with its reason.
    pub(crate) fn print(&self, test: &str) {
        if let Self::Ran { failures, .. } = self {
            for (mode, why) in failures {
                let why: String = why.chars().take(300).collect();
                println!("FAILED {test} ({}): {}", mode.as_str(), why.replace('\n', " "));
            }
        }
    }
}

/// All results.
#[derive(Default)]
pub(crate) struct Tally {
    /// Every test that ran, with the modes in which it failed.
    pub(crate) ran: BTreeMap<String, Vec<Mode>>,
    skipped: BTreeMap<String, usize>,
    folders: BTreeMap<String, Counts>,
}

#[derive(Default, Clone, Copy)]
struct Counts {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Tally {
    pub(crate) fn add(&mut self, test: &str, report: Report) {
        let counts = self.folders.entry(folder(test)).or_default();
        match report {
            Report::Skipped(reason) => {
                counts.skipped += 1;
                *self.skipped.entry(reason).or_default() += 1;
            }
            Report::Ran { modes, failures } => {
                counts.failed += failures.len();
                counts.passed += modes - failures.len();
                self.ran.insert(test.to_owned(), failures.into_iter().map(|(mode, _)| mode).collect());
            }
        }
    }
}

/// Returns `built-ins/Array` for `test/built-ins/Array/from/x.js`; `language` likewise, other folders as a whole.
fn folder(test: &str) -> String {
    let mut parts = test.split('/').skip(1);
    let top = parts.next().unwrap_or_default();
    match parts.next() {
        Some(next) if top == "built-ins" || top == "language" => format!("{top}/{next}"),
        _ => top.to_owned(),
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<44}{:>9}{:>9}{:>9}", "folder", "passed", "failed", "skipped")?;
        let mut all = Counts::default();
        for (folder, counts) in &self.folders {
            writeln!(f, "{folder:<44}{:>9}{:>9}{:>9}", counts.passed, counts.failed, counts.skipped)?;
            all.passed += counts.passed;
            all.failed += counts.failed;
            all.skipped += counts.skipped;
        }
        self.skipped.iter().try_for_each(|(reason, count)| writeln!(f, "skipped {count:>6}: {reason}"))?;
        #[allow(clippy::cast_precision_loss, reason = "there are fewer than 2^53 tests")]
        let rate = 100.0 * all.passed as f64 / (all.passed + all.failed).max(1) as f64;
        let (passed, failed) = (all.passed, all.failed);
        write!(f, "{passed} passed, {failed} failed, {} files skipped: {rate:.2} % of what ran passes", all.skipped)
    }
}
