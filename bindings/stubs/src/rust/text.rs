//! The parts of Rust's grammar that the generated text needs.

use crate::unseen::{is_hidden, is_line_end};

pub(super) const VALUE: &str = "::serde_json::Value";

/// Names from Rust's prelude that the text uses, and that no generated type may shadow.
pub(super) const USED: &[&str] = &["Box", "Err", "None", "Ok", "Option", "Result", "Some", "String", "Vec"];

/// Returns the code that all modules share.
pub(super) fn prelude() -> String {
    "\
/// Distinguishes a property that is `null` from an absent one.
#[allow(dead_code)]
fn __present<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: ::serde::Deserializer<'de>,
    T: ::serde::Deserialize<'de>,
{
    T::deserialize(from).map(Some)
}
"
    .to_owned()
}

/// Returns a module with the given items.
pub(super) fn module(name: &str, doc: &[String], items: &str) -> String {
    let allowed = "#[allow(clippy::all, dead_code, missing_docs)]";
    format!("\n{}{allowed}\npub mod {name} {{\n{}}}\n", comment(doc, 0), items.strip_prefix('\n').unwrap_or(items))
}

pub(super) fn comment(lines: &[String], indent: usize) -> String {
    let indent = "    ".repeat(indent);
    lines.iter().map(|line| format!("{indent}/// {line}").trim_end().to_owned() + "\n").collect()
}

/// Returns a name as code.
pub(super) fn identifier(name: &str) -> String {
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// Returns a string literal with the text as its value.
pub(super) fn string(text: &str) -> String {
    let mut literal = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => literal.extend(['\\', char]),
            char if is_hidden(char) || is_line_end(char) || char.is_control() => literal.extend(char.escape_unicode()),
            char => literal.push(char),
        }
    }
    literal.push('"');
    literal
}

/// Strict and reserved keywords of all editions; `self`, `super` and `crate` never occur as names.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
