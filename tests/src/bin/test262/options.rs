//! The command line options.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use callbox_engine::Guest;

/// The parsed options.
pub(crate) struct Options {
    pub(crate) archive: PathBuf,
    pub(crate) engine: Guest,
    pub(crate) filter: Option<String>,
    /// Run every `sample`-th test.
    pub(crate) sample: usize,
    pub(crate) expect: Option<PathBuf>,
    /// Whether an expected failure that passes is an error too.
    pub(crate) strict: bool,
    pub(crate) write: Option<PathBuf>,
    pub(crate) jobs: usize,
    pub(crate) verbose: bool,
    pub(crate) stock: Option<PathBuf>,
}

impl Options {
    pub(crate) fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("`{argument}` needs a value"));
            match argument.as_str() {
                "--engine" => options.engine = engine(&value()?)?,
                "--filter" => options.filter = Some(value()?),
                "--sample" => options.sample = value()?.parse::<usize>()?.max(1),
                "--expect" => options.expect = Some(value()?.into()),
                "--strict" => options.strict = true,
                "--write" => options.write = Some(value()?.into()),
                "--jobs" => options.jobs = value()?.parse::<usize>()?.max(1),
                "--verbose" => options.verbose = true,
                "--stock" => options.stock = Some(value()?.into()),
                unknown if unknown.starts_with('-') => bail!("unknown option `{unknown}`"),
                archive => options.archive = archive.into(),
            }
        }
        Ok(options)
    }
}

fn engine(name: &str) -> Result<Guest> {
    match name {
        "boa" => Ok(Guest::Boa),
        "quickjs" => Ok(Guest::QuickJs),
        other => bail!("there is no engine `{other}`; there are `quickjs` and `boa`"),
    }
}

impl Default for Options {
    fn default() -> Self {
        let corpora = std::env::var_os("CALLBOX_CORPORA").unwrap_or_default();
        Self {
            archive: Path::new(&corpora).join("test262.tar.xz"),
            engine: Guest::QuickJs,
            filter: None,
            sample: 1,
            expect: None,
            strict: false,
            write: None,
            jobs: 2,
            verbose: false,
            stock: None,
        }
    }
}
