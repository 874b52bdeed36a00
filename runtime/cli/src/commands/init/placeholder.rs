//! Translates editors' placeholders to callbox's: `${NAME}`, `${NAME:-default}`, `${env:NAME}` and
//! `${workspaceFolder}`.
//!
//! Sources: <https://cursor.com/docs/context/mcp>, "Config interpolation";
//! <https://code.visualstudio.com/docs/reference/variables-reference>.

use std::path::{MAIN_SEPARATOR_STR, Path};

/// The folders that placeholders refer to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning<'a> {
    /// The working folder, which an editor would have open.
    pub(super) working: &'a Path,
    /// Whether the file is written to that folder too.
    pub(super) written_there: bool,
}

impl Meaning<'_> {
    /// Translates the placeholders in `text`; those without a counterpart stay as they are.
    pub(super) fn translated(self, text: &str) -> String {
        let mut translated = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, inside, after)) = next(rest) {
            translated.push_str(before);
            translated.push_str(&self.value(inside));
            rest = after;
        }
        translated + rest
    }

    fn value(self, inside: &str) -> String {
        match inside {
            "workspaceFolder" if !self.written_there => self.working.display().to_string(),
            "workspaceFolderBasename" => self.working.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            "userHome" if cfg!(windows) => "${USERPROFILE}".to_owned(),
            "userHome" => "${HOME}".to_owned(),
            "pathSeparator" | "/" => MAIN_SEPARATOR_STR.to_owned(),
            _ => match inside.strip_prefix("input:") {
                Some(id) => format!("${{{}}}", variable(id)),
                None => format!("${{{inside}}}"),
            },
        }
    }
}

/// Returns the placeholders in `text` that callbox does not know.
pub(super) fn unknown(text: &str) -> Vec<&str> {
    let mut unknown = Vec::new();
    let mut rest = text;
    while let Some((_, inside, after)) = next(rest) {
        let known = inside.starts_with("env:") || inside.contains(":-");
        if inside.contains(':') && !known {
            unknown.push(inside);
        }
        rest = after;
    }
    unknown
}

/// Returns the pieces of `text` outside placeholders, and the defaults of unset variables.
pub(super) fn literals(text: &str) -> Vec<&str> {
    let mut literals = Vec::new();
    let mut rest = text;
    while let Some((before, inside, after)) = next(rest) {
        literals.push(before);
        literals.extend(inside.split_once(":-").map(|(_, default)| default).filter(|default| !default.is_empty()));
        rest = after;
    }
    literals.push(rest);
    literals
}

/// Whether the text consists only of placeholders and separators.
pub(super) fn is_placeholders(text: &str) -> bool {
    let pieces = literals(text);
    pieces.len() > 1 && pieces.iter().all(|piece| !piece.contains(|c: char| c.is_alphanumeric()))
}

/// Returns the variables in `text` that have no default, as callbox looks them up.
pub(super) fn references(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, inside, after)) = next(rest) {
        let name = inside.strip_prefix("env:").unwrap_or(inside);
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if plain && !name.starts_with(|c: char| c.is_ascii_digit()) && name != "workspaceFolder" {
            names.push(name.to_owned());
        }
        rest = after;
    }
    names
}

/// Splits the text into what is before, in and after the first placeholder.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, tail) = text.split_once("${")?;
    let (inside, after) = tail.split_once('}')?;
    Some((before, inside, after))
}

/// Makes a variable name from any text: `api-key` and `apiKey` become `API_KEY`.
pub(super) fn variable(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut small_before = false;
    for c in text.chars() {
        if small_before && c.is_ascii_uppercase() {
            name.push('_');
        }
        small_before = c.is_ascii_lowercase();
        name.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
    }
    let name = name.trim_matches('_');
    match name.chars().next() {
        None => "VALUE".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{name}"),
        Some(_) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let there = Meaning { working: Path::new("/w/app"), written_there: true };
        assert_eq!(there.translated(text), expected);
    }

    #[test]
    fn placeholders_of_editors_are_translated() {
        check("${env:A} ${B} ${C:-d}", "${env:A} ${B} ${C:-d}");
        check("${input:git-hub token}!", "${GIT_HUB_TOKEN}!");
        check("${workspaceFolder}/x", "${workspaceFolder}/x");
        check("a${/}b-${workspaceFolderBasename}", &format!("a{MAIN_SEPARATOR_STR}b-app"));
        check("${command:x} ${unclosed", "${command:x} ${unclosed");
        let elsewhere = Meaning { working: Path::new("/w/app"), written_there: false };
        assert_eq!(elsewhere.translated("${workspaceFolder}/x"), "/w/app/x");
    }

    #[test]
    fn what_is_left_is_told() {
        assert_eq!(unknown("${A} ${env:B} ${C:-x:y} ${command:d}"), ["command:d"]);
        assert_eq!(literals("a${B}c${D}"), ["a", "c", ""]);
        assert_eq!(literals("a${B:-x}c"), ["a", "x", "c"]);
        assert_eq!(references("${A} ${env:B} ${C:-d} ${workspaceFolder} ${1}"), ["A", "B"]);
    }

    #[test]
    fn any_text_makes_a_variable() {
        for (text, name) in [
            ("api-key", "API_KEY"),
            ("apiKey", "API_KEY"),
            ("X-API-Key", "X_API_KEY"),
            ("2x", "_2X"),
            ("é", "VALUE"),
            ("_a_", "A"),
        ] {
            assert_eq!(variable(text), name);
        }
    }
}
