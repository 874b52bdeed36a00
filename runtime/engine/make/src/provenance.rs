//! Reads and writes `artefacts/provenance.toml`, which records what each artefact was built from.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::{Result, artefact};

/// Provenance of one guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Provenance {
    /// Hash of its sources, lock file, patch and shared files.
    pub(crate) sources_sha256: String,
    /// Version of rustc.
    pub(crate) rustc: String,
    /// Version of the C compiler, if the guest contains C.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) c_compiler: Option<String>,
    /// Hash of the frozen WebAssembly.
    pub(crate) frozen_sha256: String,
    /// Hash of the machine code.
    pub(crate) compiled_sha256: String,
}

const HEADER: &str =
    "# Written by callbox-engine-make, which also verifies it: `cargo run -p callbox-engine-make -- --check`.\n\n";

fn file() -> PathBuf {
    artefact::folder().join("provenance.toml")
}

fn all() -> Result<BTreeMap<String, Provenance>> {
    match fs::read_to_string(file()) {
        Ok(text) => Ok(toml::from_str(&text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn read(guest: &str) -> Result<Provenance> {
    Ok(all()?.remove(guest).ok_or_else(|| format!("no provenance is recorded for `{guest}`"))?)
}

pub(crate) fn write(guest: &str, provenance: &Provenance) -> Result<()> {
    let mut all = all()?;
    all.insert(guest.to_owned(), provenance.clone());
    Ok(fs::write(file(), format!("{HEADER}{}", toml::to_string(&all)?))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guests::GUESTS;
    use crate::sources;

    #[test]
    fn artefacts_are_of_the_present_sources() {
        for guest in GUESTS {
            let kept = read(guest.name).expect("provenance is kept");
            let present = sources::hash(guest).expect("the sources can be read");
            assert_eq!(kept.sources_sha256, present, "run `cargo run -p callbox-engine-make -- {}`", guest.name);
        }
    }
}
