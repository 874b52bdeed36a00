//! Doc comments.

use super::inert;
use crate::shape::Doc;

/// A comment up to this length goes on one line.
const LINE_CHARS_MAX: usize = 88;

/// Returns a doc comment of lines that are already inert, with its line end; empty if there are no lines.
pub(super) fn comment(lines: &[String], indent: usize) -> String {
    let indent = "  ".repeat(indent);
    match lines {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let lines = lines.iter().map(|line| format!("{indent} * {line}"));
            let lines: String = lines.map(|line| format!("{}\n", line.trim_end())).collect();
            format!("{indent}/**\n{lines}{indent} */\n")
        }
    }
}

/// Returns the lines of a doc for arguments or a result, each tag as the text of a `tag`.
pub(super) fn part_lines(tag: &str, doc: &Doc) -> Vec<String> {
    let words = doc.text.iter().flat_map(|text| inert::lines(text)).enumerate();
    let words = words.map(|(index, line)| if index == 0 { format!("@{tag} {line}") } else { line });
    let tags = doc.tags.iter().map(|(own, text)| inert::lines(&format!("@{tag} {own} {text}")).join(" "));
    words.chain(tags).collect()
}

/// Returns the lines of a doc: its text, then its tags.
pub(super) fn doc_lines(doc: &Doc) -> Vec<String> {
    let words = doc.text.iter().flat_map(|text| inert::lines(text));
    let tags = doc.tags.iter().map(|(tag, text)| inert::lines(&format!("@{tag} {text}")).join(" "));
    let lines: Vec<String> = words.chain(tags).collect();
    let text_lines = lines.iter().filter(|line| !line.starts_with('@')).count();
    let line = lines.join(" ");
    if text_lines <= 1 && !line.is_empty() && line.len() <= LINE_CHARS_MAX { vec![line] } else { lines }
}
