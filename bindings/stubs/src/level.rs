//! How much of a tool is shown; not how it is printed.

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
    /// The TypeScript signature with all that the server says of the tool as doc comments.
    Full,
}

/// A sentence is cut off here. Of 1,966 real tools, 83 have a longer one.
pub const SENTENCE_CHARS_MAX: usize = 120;

/// What a token budget took from a tool that still has its declaration, each step including those
/// before it. Required arguments are never taken.
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
    /// Optional arguments; fields of results keep their names, and types without objects in them.
    OptionalFields,
    /// All other comments but one line on the tool; the fields of results.
    Comments,
}

impl Level {
    /// Whether the text is TypeScript; the others are plain lines, one for each tool.
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
