//! Reads and writes case files; does not check their claims.

use std::error::Error;
use std::fs;
use std::path::Path;

use callbox_bindings::Note;
use serde_json::{Map, Value, json};

/// The compiler's verdict on a value that the schema does not allow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wrong {
    Refused,
    /// Refused when written out in a program, because of excess properties.
    RefusedLiteral,
    Allowed,
}

/// The sections of wrong values, in order.
const WRONG: [(Wrong, &str); 3] = [
    (Wrong::Refused, "Refused"),
    (Wrong::RefusedLiteral, "Refused when written out"),
    (Wrong::Allowed, "Allowed by the type, not by the schema"),
];

/// A file of `goldens/`.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) whole: String,
    /// An entry of `tools/list`. The name defaults to `t`, and the arguments to any object.
    pub(crate) tool: Value,
    pub(crate) valid: Vec<Value>,
    pub(crate) wrong: Vec<(Value, Wrong)>,
    /// The wrong values as written.
    wrong_lines: Vec<String>,
}

/// The results for a case.
pub(crate) struct Made<'a> {
    pub(crate) text: &'a str,
    pub(crate) notes: &'a [Note],
    /// For each wrong value, in the case's order.
    pub(crate) wrong: &'a [Wrong],
}

impl Case {
    pub(crate) fn read(file: &Path) -> Result<Case, Box<dyn Error>> {
        let whole = fs::read_to_string(file)?;
        let lines = |heading| section(&whole, heading).lines();
        let marked = || WRONG.iter().flat_map(|(wrong, heading)| lines(heading).map(move |line| (line, *wrong)));
        let wrong = marked().map(|(line, wrong)| Ok((serde_json::from_str(line)?, wrong)));
        Ok(Case {
            name: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            tool: tool(serde_json::from_str(section(&whole, "Tool"))?),
            valid: lines("Valid").map(serde_json::from_str).collect::<Result<_, _>>()?,
            wrong: wrong.collect::<Result<_, serde_json::Error>>()?,
            wrong_lines: marked().map(|(line, _)| line.to_owned()).collect(),
            whole,
        })
    }

    /// Returns the expected content of the file.
    pub(crate) fn with(&self, made: &Made<'_>) -> String {
        let headings = WRONG.iter().map(|(_, heading)| *heading).chain(["TypeScript"]);
        let end = headings.filter_map(|heading| self.whole.find(&format!("\n\n## {heading}\n"))).min();
        let mut file = self.whole.get(..end.unwrap_or(self.whole.len())).unwrap_or_default().trim_end().to_owned();
        for (wrong, heading) in WRONG {
            let lines = self.wrong_lines.iter().zip(made.wrong).filter(|(_, is)| **is == wrong);
            let lines: String = lines.map(|(line, _)| format!("{line}\n")).collect();
            if !lines.is_empty() {
                file.push_str(&format!("\n\n## {heading}\n\n```json\n{lines}```"));
            }
        }
        let notes = made.notes.iter().map(|note| format!("- {}: {} → {}\n", note.pointer, note.what, note.instead));
        let notes = Some(notes.collect::<String>()).filter(|notes| !notes.is_empty());
        let notes = notes.unwrap_or_else(|| "None.\n".to_owned());
        format!("{file}\n\n## TypeScript\n\n```ts\n{}```\n\n## Notes\n\n{notes}", made.text)
    }
}

fn tool(said: Map<String, Value>) -> Value {
    let mut tool = Map::new();
    tool.insert("name".to_owned(), "t".into());
    tool.insert("inputSchema".to_owned(), json!({ "type": "object" }));
    tool.extend(said);
    Value::Object(tool)
}

/// Returns the content of a section's code block; empty if there is no such section.
fn section<'a>(whole: &'a str, heading: &str) -> &'a str {
    let (_, section) = whole.split_once(&format!("\n## {heading}\n\n```")).unwrap_or_default();
    let (block, _) = section.split_once("\n```\n").unwrap_or_default();
    block.split_once('\n').map_or("", |(_, block)| block)
}
