//! The file of known failures: one path per line, with the mode if only one of two fails.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context, Result};

use super::{front_matter::Mode, tally::Tally};

const HEADER: &str = "# Conformance tests that the engine does not pass. Written by `test262 --write`.\n";

/// Writes the failures of a run.
pub(crate) fn write(file: &Path, tally: &Tally) -> Result<()> {
    let lines: Vec<_> = tally.ran.iter().flat_map(|(test, modes)| lines(test, modes)).collect();
    fs::write(file, format!("{HEADER}{}\n", lines.join("\n")))?;
    Ok(())
}

fn lines(test: &str, modes: &[Mode]) -> Vec<String> {
    modes.iter().map(|mode| line(test, *mode)).collect()
}

fn line(test: &str, mode: Mode) -> String {
    let test = test.strip_prefix("test/").unwrap_or(test);
    match mode {
        Mode::AsItIs => test.to_owned(),
        Mode::Sloppy => format!("{test} sloppy"),
        Mode::Strict => format!("{test} strict"),
    }
}

/// Returns whether every failed test is in the file and, if `strict`, every test in it failed.
pub(crate) fn compare(file: &Path, tally: &Tally, strict: bool) -> Result<bool> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read `{}`", file.display()))?;
    let expected: BTreeSet<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let modes = [Mode::AsItIs, Mode::Sloppy, Mode::Strict];
    let mut new = Vec::new();
    let mut surprises = Vec::new();
    for (test, failed) in &tally.ran {
        for mode in modes {
            let line = line(test, mode);
            match (failed.contains(&mode), expected.contains(line.as_str())) {
                (true, false) => new.push(line),
                (false, true) => surprises.push(line),
                _ => {}
            }
        }
    }
    new.iter().for_each(|line| println!("new failure: {line}"));
    surprises.iter().for_each(|line| println!("passes now, but is in the file: {line}"));
    Ok(new.is_empty() && (!strict || surprises.is_empty()))
}
