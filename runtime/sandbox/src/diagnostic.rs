//! Errors found in a script before it runs: a stable code, a place, a hint. Run-time errors are reported elsewhere.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Maximum number of diagnostics shown for one script: twenty, and one that counts the rest. An author who fixes these
/// has fixed the others too, or sees them next.
const SHOWN_MAX: usize = 21;

/// One problem that prevents a script from running.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What kind of mistake this is; stable, unlike the words of the message.
    pub code: DiagnosticCode,
    /// What was found and what was expected: lower case, no full stop.
    pub message: String,
    /// Where it is in the author's own text, if known.
    pub place: Option<Place>,
    /// What to do about it, as a full sentence.
    pub hint: Option<String>,
}

/// The kinds of mistake for which a script is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DiagnosticCode {
    /// The text is not JavaScript or TypeScript.
    Syntax,
    /// `tools.<server>` names a server that does not exist.
    UnknownServer,
    /// `tools.<server>.<tool>` names a tool that its server does not have.
    UnknownTool,
    /// The script loads other code: `import`, `require`, `export … from`.
    Import,
    /// The script contains no statements.
    EmptyScript,
    /// Brackets, expressions or statements are nested too deeply.
    TooDeep,
    /// Valid syntax that has no meaning here.
    Unsupported,
    /// A component imports a tool as a typed function whose types differ from the catalogue's.
    TypeMismatch,
    /// The bytes are not a WebAssembly component and cannot be turned into one.
    InvalidComponent,
    /// The component exports no `run`, or one of the wrong type.
    WrongWorld,
    /// The component imports something that is not provided to scripts.
    UnknownImport,
    /// The component is too large in some respect to be compiled or instantiated safely.
    TooLarge,
    /// Code that was compiled ahead of time, which cannot be trusted.
    Precompiled,
    /// This callbox was built without WebAssembly scripts.
    ComponentsOff,
    /// Counts the mistakes that are not listed. Always last, and without a place.
    More,
}

impl DiagnosticCode {
    /// Returns the code as written in JSON and matched by tests and models.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::UnknownServer => "unknown_server",
            Self::UnknownTool => "unknown_tool",
            Self::Import => "import",
            Self::EmptyScript => "empty_script",
            Self::TooDeep => "too_deep",
            Self::Unsupported => "unsupported",
            Self::TypeMismatch => "type_mismatch",
            Self::InvalidComponent => "invalid_component",
            Self::WrongWorld => "wrong_world",
            Self::UnknownImport => "unknown_import",
            Self::TooLarge => "too_large",
            Self::Precompiled => "precompiled",
            Self::ComponentsOff => "components_off",
            Self::More => "more",
        }
    }
}

impl fmt::Display for DiagnosticCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place in the author's text. Lines end at `\n`, `\r\n`, `\r`, U+2028 and U+2029.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub column: u32,
    /// Line and column just past the end, if it has an extent.
    pub end: Option<(u32, u32)>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

impl Diagnostic {
    /// Creates a diagnostic without a place or a hint.
    #[must_use]
    pub fn new(code: DiagnosticCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), place: None, hint: None }
    }

    /// Returns the first few diagnostics and how many more there are: a text with one kind of mistake may have it in a
    /// great many places.
    #[must_use]
    pub fn first(all: &[Self]) -> (&[Self], usize) {
        all.split_at_checked(SHOWN_MAX).map_or((all, 0), |(first, rest)| (first, rest.len()))
    }

    /// Sets the place.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self { place: Some(place), ..self }
    }

    /// Sets the hint.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}: {}", self.code, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_place_code_message_and_hint() {
        let place = Place { line: 3, column: 7, end: None };
        let shown =
            Diagnostic::new(DiagnosticCode::UnknownTool, "unknown tool `x`").at(place).hint("Use `y`.").to_string();
        assert_eq!(shown, "3:7: unknown_tool: unknown tool `x` (Use `y`.)");
    }

    #[test]
    fn json_code_is_as_str() {
        let json = serde_json::to_value(DiagnosticCode::EmptyScript).ok();
        assert_eq!(json, Some(DiagnosticCode::EmptyScript.as_str().into()));
    }
}
