//! Parses the YAML at the top of each test, to the extent that the tests use it.

use callbox_engine::frames::Goal;

/// A test's metadata.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    pub(crate) flags: Vec<String>,
    pub(crate) includes: Vec<String>,
    pub(crate) features: Vec<String>,
    pub(crate) negative: Option<Negative>,
}

/// The error that a test must end with.
#[derive(Debug)]
pub(crate) struct Negative {
    pub(crate) phase: String,
    pub(crate) name: String,
}

/// Strict or sloppy mode, or the text as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mode {
    Sloppy,
    Strict,
    AsItIs,
}

impl Mode {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sloppy => "sloppy",
            Self::Strict => "strict",
            Self::AsItIs => "as it is",
        }
    }
}

impl FrontMatter {
    pub(crate) fn is(&self, flag: &str) -> bool {
        self.flags.iter().any(|other| other == flag)
    }

    pub(crate) fn goal(&self) -> Goal {
        if self.is("module") { Goal::Module } else { Goal::Script }
    }

    pub(crate) fn modes(&self) -> &'static [Mode] {
        if self.is("raw") || self.is("module") {
            &[Mode::AsItIs]
        } else if self.is("onlyStrict") {
            &[Mode::Strict]
        } else if self.is("noStrict") {
            &[Mode::Sloppy]
        } else {
            &[Mode::Sloppy, Mode::Strict]
        }
    }
}

/// Reads the front matter of a test.
pub(crate) fn parse(text: &str) -> FrontMatter {
    let yaml = text.split_once("/*---").and_then(|(_, rest)| rest.split_once("---*/"));
    let yaml = yaml.map_or("", |(yaml, _)| yaml).replace('\r', "\n");
    FrontMatter {
        flags: list(&yaml, "flags"),
        includes: list(&yaml, "includes"),
        features: list(&yaml, "features"),
        negative: negative(&yaml),
    }
}

/// Reads `key: [a, b]`, on one line or several, or one dash per item.
fn list(yaml: &str, key: &str) -> Vec<String> {
    let Some(value) = value(yaml, key) else { return Vec::new() };
    let items: Vec<&str> = match value.trim_start().strip_prefix('[') {
        Some(inline) => inline.split(']').next().unwrap_or_default().split(',').collect(),
        None => value.lines().map_while(dashed).flatten().collect(),
    };
    items.into_iter().map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// Returns the item after a dash; an empty line is neither an item nor the end.
fn dashed(line: &str) -> Option<Option<&str>> {
    let line = line.trim();
    if line.is_empty() { Some(None) } else { line.strip_prefix('-').map(Some) }
}

/// Returns what follows `key:` at the start of a line.
fn value<'a>(yaml: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = yaml.split_once(&format!("\n{key}:"))?;
    Some(rest)
}

fn negative(yaml: &str) -> Option<Negative> {
    let block = value(yaml, "negative")?;
    let field = |name: &str| {
        let line = block.lines().find_map(|line| line.trim().strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    Some(Negative { phase: field("phase:")?, name: field("type:")? })
}
