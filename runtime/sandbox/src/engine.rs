//! The choice of the JavaScript engine that runs a script: its names, and the guest for each.

use std::{fmt, str::FromStr};

use callbox_engine::Guest;
use serde::{Deserialize, Serialize};

/// A built-in JavaScript engine. All engines run the same scripts against the same tools under the same limits; they
/// differ in speed, in size and in the points listed in a table of `SCRIPTS.md`.
///
/// ```
/// use callbox::Engine;
///
/// let engine = Engine::default();
/// assert_eq!(engine.as_str().parse(), Ok(engine));
/// assert!("spidermonkey".parse::<Engine>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Engine {
    /// [QuickJS-ng](https://quickjs-ng.github.io/quickjs/), `quickjs`; the default if built in (feature
    /// `engine-quickjs`).
    #[cfg(feature = "engine-quickjs")]
    #[default]
    QuickJs,
    /// [boa](https://boajs.dev), `boa` (feature `engine-boa`).
    #[cfg(feature = "engine-boa")]
    #[cfg_attr(not(feature = "engine-quickjs"), default)]
    Boa,
}

impl Engine {
    /// All built-in engines, the default first.
    pub const ALL: &'static [Self] = &[
        #[cfg(feature = "engine-quickjs")]
        Self::QuickJs,
        #[cfg(feature = "engine-boa")]
        Self::Boa,
    ];

    /// Returns the name used in reports, options and headers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            #[cfg(feature = "engine-quickjs")]
            Self::QuickJs => "quickjs",
            #[cfg(feature = "engine-boa")]
            Self::Boa => "boa",
        }
    }

    /// Returns the engine's frozen guest.
    pub(crate) fn guest(self) -> Guest {
        match self {
            #[cfg(feature = "engine-quickjs")]
            Self::QuickJs => Guest::QuickJs,
            #[cfg(feature = "engine-boa")]
            Self::Boa => Guest::Boa,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Engine {
    type Err = UnknownEngine;

    fn from_str(name: &str) -> Result<Self, UnknownEngine> {
        let found = Self::ALL.iter().find(|engine| engine.as_str() == name);
        found.copied().ok_or_else(|| UnknownEngine { name: name.to_owned() })
    }
}

/// The name is not that of a built-in engine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("engine `{name}` is not built into this callbox; available: {}", built_in())]
pub struct UnknownEngine {
    /// The unknown name.
    pub name: String,
}

fn built_in() -> String {
    Engine::ALL.iter().map(|engine| format!("`{engine}`")).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_has_one_name_everywhere() {
        for engine in Engine::ALL {
            let name = engine.to_string();
            assert_eq!(name.parse(), Ok(*engine));
            assert_eq!(serde_json::to_value(engine).expect("JSON"), name.as_str());
            assert_eq!(serde_json::from_value::<Engine>(name.into()).expect("an engine"), *engine);
        }
    }

    #[test]
    fn the_default_is_the_first() {
        assert_eq!(Engine::ALL.first(), Some(&Engine::default()));
    }

    #[test]
    fn a_wrong_name_is_told_what_there_is() {
        let wrong = "QuickJS".parse::<Engine>().expect_err("no such name").to_string();
        assert!(wrong.contains("`QuickJS`") && wrong.contains(&format!("`{}`", Engine::default())), "{wrong}");
    }
}
