//! Turns untrusted text into lines of doc comments for WIT and Rust.
//!
//! Tools read such comments as Markdown, and Rust runs code blocks in them as tests. Hence a line keeps no character
//! that ends, hides or reorders it, and nothing that begins a code block, an HTML tag or a link.

use crate::shape::Doc;
use crate::stub::Stub;
use crate::unseen::{is_hidden, is_line_end};

/// Returns the text and tags of a doc.
pub(crate) fn doc_lines(doc: &Doc) -> Vec<String> {
    let words = doc.text.iter().flat_map(|text| lines(text));
    let tags = doc.tags.iter().map(|(tag, text)| lines(&format!("@{tag} {text}")).join(" "));
    words.chain(tags).collect()
}

/// Returns the description of a tool, of its arguments as a whole, and of its result.
pub(crate) fn function_lines(stub: &Stub<'_>) -> Vec<String> {
    let words = stub.tool.description.as_ref().or(stub.tool.title.as_ref());
    let arguments = part_lines("Arguments", &stub.arguments.doc);
    let result = stub.given_result().map(|result| part_lines("Returns", &result.doc)).unwrap_or_default();
    words.into_iter().flat_map(|words| lines(words)).chain(arguments).chain(result).collect()
}

fn part_lines(part: &str, doc: &Doc) -> Vec<String> {
    let lines = doc_lines(doc).into_iter().enumerate();
    lines.map(|(index, line)| if index == 0 { format!("{part}: {line}") } else { line }).collect()
}

/// Splits text into lines, without blank ones at its ends.
fn lines(text: &str) -> Vec<String> {
    let lines: Vec<String> = text.split(is_line_end).map(line).collect();
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    lines.into_iter().take(last).skip(first).collect()
}

/// Names the wire name if it differs from the identifier.
pub(crate) fn wire_line(identifier: &str, wire: &str) -> Option<String> {
    (identifier != wire).then(|| format!("Wire name: {}", quoted(wire)))
}

/// Quotes text without losing anything: whatever a comment would not keep is escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    let mut before = '"';
    for char in text.chars() {
        match char {
            '"' | '\\' => quoted.extend(['\\', char]),
            ' ' if before != ' ' => quoted.push(' '),
            '`' | '~' | '<' | '[' => quoted.extend(char.escape_unicode()),
            char if char.is_whitespace() || is_unwelcome(char) => quoted.extend(char.escape_unicode()),
            char => quoted.push(char),
        }
        before = char;
    }
    quoted.push('"');
    quoted
}

fn line(text: &str) -> String {
    let shown: String = text.chars().filter(|char| !is_unwelcome(*char)).collect();
    // Leading or repeated blanks can begin an indented code block, even in a list.
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.replace("```", "\\`\\`\\`").replace("~~~", "\\~\\~\\~");
    line.replace('<', "\\<").replace('[', "\\[")
}

/// Hidden characters, and those that WIT's grammar rejects because Unicode advises against them.
fn is_unwelcome(char: char) -> bool {
    let advised_against = matches!(
        char,
        '\u{149}' | '\u{673}' | '\u{f77}' | '\u{f79}' | '\u{17a3}' | '\u{17a4}' | '\u{17b4}' | '\u{17b5}'
    );
    (is_hidden(char) || advised_against) && char != '\t'
}
