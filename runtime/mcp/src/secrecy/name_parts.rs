//! Takes a name apart into its words.

/// The parts of a name: `dueDate_v2` is `due`, `Date`, `v`.
pub fn parts(name: &str) -> Vec<&str> {
    runs(name).flat_map(humps).collect()
}

/// Runs of ASCII letters.
pub fn runs(name: &str) -> impl Iterator<Item = &str> {
    name.split(|char: char| !char.is_ascii_alphabetic()).filter(|run| !run.is_empty())
}

/// ASCII letters, cut before each capital that follows or precedes a small letter.
pub fn humps(letters: &str) -> Vec<&str> {
    let bytes = letters.as_bytes();
    let upper = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    let lower = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    let mut parts = Vec::new();
    let mut start = 0;
    for at in 1..bytes.len() {
        if upper(at) && (lower(at - 1) || lower(at + 1)) {
            parts.extend(letters.get(start..at));
            start = at;
        }
    }
    parts.extend(letters.get(start..).filter(|rest| !rest.is_empty()));
    parts
}
