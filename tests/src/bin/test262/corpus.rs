//! The tests on disk: unpacked once, listed in a fixed order, and which of them are skipped and why.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

use anyhow::{Context, Result, ensure};

use super::front_matter::FrontMatter;

/// The unpacked corpus.
pub(crate) struct Corpus {
    pub(crate) root: PathBuf,
    /// Features that are not part of the standard yet.
    proposed: Vec<String>,
    harness: Mutex<HashMap<String, String>>,
}

impl Corpus {
    /// Unpacks the corpus in `archive` next to this program; a folder is used as it is.
    pub(crate) fn unpacked(archive: &Path) -> Result<Self> {
        let root = if archive.is_dir() { archive.to_owned() } else { unpack(archive)? };
        let features = fs::read_to_string(root.join("features.txt"))?;
        Ok(Self { root, proposed: proposed(&features), harness: Mutex::default() })
    }

    /// Returns the tests whose path contains `filter`, every `sample`-th of them.
    pub(crate) fn tests(&self, filter: Option<&str>, sample: usize) -> Result<Vec<String>> {
        let mut tests = Vec::new();
        self.collect(&self.root.join("test"), &mut tests)?;
        tests.sort();
        tests.retain(|test| filter.is_none_or(|filter| test.contains(filter)));
        Ok(tests.into_iter().step_by(sample).collect())
    }

    fn collect(&self, folder: &Path, tests: &mut Vec<String>) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.strip_prefix(&self.root)?.to_string_lossy().into_owned();
            if path.is_dir() {
                self.collect(&path, tests)?;
            } else if name.ends_with(".js") && !name.contains("_FIXTURE") {
                tests.push(name);
            }
        }
        Ok(())
    }

    /// Returns a file of the harness.
    pub(crate) fn harness(&self, name: &str) -> Result<String> {
        let mut harness = self.harness.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(text) = harness.get(name) {
            return Ok(text.clone());
        }
        let text = fs::read_to_string(self.root.join("harness").join(name));
        let text = text.with_context(|| format!("no harness file {name}"))?;
        harness.insert(name.to_owned(), text.clone());
        Ok(text)
    }

    /// Returns why a test is skipped, if it is.
    pub(crate) fn skip_reason(&self, test: &str, text: &str, front: &FrontMatter) -> Option<String> {
        let folders = [
            ("test/intl402/", "Intl is not in the engine"),
            ("test/built-ins/Temporal/", "Temporal is not in the engine"),
            ("test/staging/", "staging"),
        ];
        let folder = folders.iter().find(|(folder, _)| test.starts_with(folder));
        let proposal = front.features.iter().find(|feature| self.proposed.contains(feature));
        let reason = folder.map(|(_, reason)| *reason).or_else(|| host_reason(text, front));
        reason.map(str::to_owned).or_else(|| proposal.map(|_| "a proposal, not yet standard".to_owned()))
    }
}

/// Returns what a test needs that a guest lacks by design.
fn host_reason(text: &str, front: &FrontMatter) -> Option<&'static str> {
    let has = |feature: &str| front.features.iter().any(|other| other == feature);
    if has("Temporal") {
        Some("Temporal is not in the engine")
    } else if has("IsHTMLDDA") {
        Some("needs `document.all`")
    } else if text.contains("$262.agent") || front.includes.iter().any(|file| file == "atomicsHelper.js") {
        Some("needs threads")
    } else if front.is("CanBlockIsFalse") {
        Some("needs a host that cannot block")
    } else if text.contains("_FIXTURE") || (front.is("module") && imports_a_file(text)) || has("dynamic-import") {
        Some("imports other files")
    } else {
        None
    }
}

fn imports_a_file(text: &str) -> bool {
    ["'./", "\"./"]
        .iter()
        .any(|start| text.contains(&format!("from {start}")) || text.contains(&format!("import {start}")))
}

fn proposed(features: &str) -> Vec<String> {
    let proposals = features.split("## Standard language features").next().unwrap_or_default();
    let names = proposals.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn unpack(archive: &Path) -> Result<PathBuf> {
    ensure!(archive.is_file(), "there is no corpus at `{}`", archive.display());
    let program = std::env::current_exe()?;
    let folder = program.ancestors().nth(2).context("the program is in no target folder")?.join("test262");
    if !folder.join("features.txt").is_file() {
        fs::create_dir_all(&folder)?;
        let status = Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(&folder).status()?;
        ensure!(status.success(), "`tar` cannot unpack `{}`", archive.display());
    }
    Ok(folder)
}
