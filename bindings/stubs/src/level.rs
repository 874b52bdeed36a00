//! How much of a tool to show, independent of how it is printed.

use std::fmt;

/// How much of each tool a text shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `tools.github.list_issues`.
    Name,
    /// The name and the first sentence of the description, at most [`SENTENCE_CHARS_MAX`] characters.
    Line,
    /// The TypeScript signature without comments.
    Signature,
    /// The TypeScript signature with everything that the server says about the tool as doc comments.
    Full,
}

/// Longer sentences are cut. Of 1,966 real tools, 83 have one.
pub const SENTENCE_CHARS_MAX: usize = 120;

/// What a token budget removed from a tool that still has its declaration; each step includes those before it. Required
/// arguments are never removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cut {
    /// Nothing.
    Nothing,
    /// `@examples`.
    Examples,
    /// Descriptions after their first sentence, and long tags.
    LongWords,
    /// Comments on optional fields, and on all fields of results.
    OptionalComments,
    /// Objects and named types within optional fields, which become `object` or `unknown`.
    NestedTypes,
    /// Optional arguments; result fields keep their names and any types without objects.
    OptionalFields,
    /// All other comments except one line on the tool, and the result's fields.
    Comments,
}

impl Level {
    /// Whether the text is TypeScript; other levels are plain text with one line per tool.
    pub(crate) fn is_typescript(self) -> bool {
        matches!(self, Level::Signature | Level::Full)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Name => "name",
            Level::Line => "line",
            Level::Signature => "signature",
            Level::Full => "full",
        })
    }
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cut::Nothing => "nothing",
            Cut::Examples => "examples",
            Cut::LongWords => "long-words",
            Cut::OptionalComments => "optional-comments",
            Cut::NestedTypes => "nested-types",
            Cut::OptionalFields => "optional-fields",
            Cut::Comments => "comments",
        })
    }
}
