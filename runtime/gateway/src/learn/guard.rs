//! How much of the strings in a result may be stored.

/// What may be stored of strings and names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Whatever the rules allow.
    Open,
    /// No words.
    Wordless,
    /// Nothing.
    Secret,
}
