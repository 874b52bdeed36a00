//! The command line options.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::{ended::Side, program::Kind};

/// The parsed options.
pub(crate) struct Options {
    pub(crate) seed: u64,
    pub(crate) count: u64,
    pub(crate) node: Option<PathBuf>,
    pub(crate) only: Option<Kind>,
    pub(crate) jobs: usize,
    pub(crate) verbose: bool,
    /// Print the programs without running them.
    pub(crate) print: bool,
    pub(crate) perturbed: Option<Side>,
}

impl Options {
    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--seed" => options.seed = value()?.parse()?,
                "--count" => options.count = value()?.parse()?,
                "--node" => options.node = Some(value()?.into()),
                "--only" => options.only = Some(kind(&value()?)?),
                "--jobs" => options.jobs = value()?.parse::<usize>()?.max(1),
                "--verbose" => options.verbose = true,
                "--print" => options.print = true,
                "--perturb" => options.perturbed = Some(side(&value()?)?),
                unknown => bail!("unknown option `{unknown}`"),
            }
        }
        Ok(options)
    }
}

fn kind(name: &str) -> Result<Kind> {
    match name {
        "generated" => Ok(Kind::Generated),
        "mutated" => Ok(Kind::Mutated),
        other => bail!("there are no `{other}` programs; there are `generated` and `mutated`"),
    }
}

fn side(name: &str) -> Result<Side> {
    match name {
        "boa" => Ok(Side::Boa),
        "node" => Ok(Side::Node),
        "quickjs" => Ok(Side::QuickJs),
        other => bail!("there is no engine `{other}`; there are `quickjs`, `boa` and `node`"),
    }
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, count: 100, node: None, only: None, jobs: 2, verbose: false, print: false, perturbed: None }
    }
}
