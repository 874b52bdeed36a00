//! The messages of the script compiler; `codec` encodes them. Independent of any compiler.
//!
//! Both the host and the compiler guest compile this file. Each operation is an export of the compiler guest with its
//! own messages.

use serde::{Deserialize, Serialize};

/// A script to compile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compile {
    /// Deepest nesting of brackets.
    pub nesting_max: u32,
    /// The script as its author wrote it.
    pub text: String,
}

/// The outcome of compiling a script.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Compiled {
    /// Names that `uses` refers to, each once.
    pub names: Vec<String>,
    /// Servers and tools that the script names, in the order they were found.
    pub uses: Vec<Use>,
    /// Whether `tools` itself is used in a way that cannot be traced.
    pub dynamic: bool,
    /// The first errors in the script, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// Number of further errors.
    pub diagnostics_left_out: u32,
    /// Maps places in `javascript` to places in the author's text; see `source_map`.
    #[serde(with = "serde_bytes")]
    pub source_map: Vec<u8>,
    /// The place in the author's text of the function that the last line of `javascript` calls.
    pub called: Option<Place>,
    /// The function to run, if the script has no errors.
    pub javascript: Option<String>,
}

/// A server, or a tool of a server, named in the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Index of the server's name in `names`.
    pub server: u32,
    /// Index of the tool's name; `None` for a use of the server itself.
    pub tool: Option<u32>,
    /// Where the name is.
    pub place: Place,
    /// Whether the script only tests for it, as in `"github" in tools`.
    pub probed: bool,
}

/// One error in a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The kind of error.
    pub code: Code,
    /// What was found and what was expected.
    pub message: String,
    /// Where it is, if known.
    pub place: Option<Place>,
    /// How to fix it.
    pub hint: Option<String>,
}

/// The kinds of error that the compiler reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Code {
    /// The text is not JavaScript or TypeScript.
    Syntax,
    /// The script loads other code.
    Import,
    /// The script contains no statement.
    EmptyScript,
    /// The script is nested too deeply.
    TooDeep,
    /// The script contains valid syntax that is not supported here.
    Unsupported,
}

/// A place in the author's text: lines and columns from 1, columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
    /// Line and column just past the end, unless the place is a single point.
    pub end: Option<(u32, u32)>,
}

#[cfg(test)]
mod tests {
    use super::super::codec::{decode, encode};
    use super::*;

    fn compiled() -> Compiled {
        let place = Place { line: 1, column: 2, end: Some((3, 4)) };
        let codes = [Code::Syntax, Code::Import, Code::EmptyScript, Code::TooDeep, Code::Unsupported];
        let diagnostic = |code| Diagnostic { code, message: "é".to_owned(), place: None, hint: Some("h".to_owned()) };
        Compiled {
            names: vec!["a".to_owned(), String::new()],
            uses: vec![
                Use { server: 0, tool: None, place, probed: true },
                Use { server: 1, tool: Some(0), place: Place { end: None, ..place }, probed: false },
            ],
            dynamic: true,
            diagnostics: codes.into_iter().map(diagnostic).collect(),
            diagnostics_left_out: 7,
            source_map: vec![1, 2, 3],
            called: Some(place),
            javascript: Some("1".to_owned()),
        }
    }

    #[test]
    fn messages_come_back_as_they_were() {
        let compile = Compile { nesting_max: 200, text: "return 1".to_owned() };
        assert_eq!(decode(&encode(&compile)), Ok(compile));
        assert_eq!(decode(&encode(&compiled())), Ok(compiled()));
        assert_eq!(decode(&encode(&Compiled::default())), Ok(Compiled::default()));
    }

    #[test]
    fn any_part_of_a_message_is_malformed() {
        let bytes = encode(&compiled());
        for end in 0..bytes.len() {
            assert!(decode::<Compiled>(bytes.get(..end).unwrap_or_default()).is_err(), "{end} bytes");
        }
    }
}
