//! The messages of the script compiler and their byte encoding, as in `codec`. Independent of any compiler.
//!
//! Both the host and the compiler guest compile this file. Each operation is an export of the compiler guest with its
//! own messages.

use super::codec::{Malformed, Message, Reader};

/// A script to compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compile {
    /// Deepest nesting of brackets.
    pub nesting_max: u32,
    /// The script as its author wrote it.
    pub text: String,
}

/// The outcome of compiling a script.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    pub source_map: Vec<u8>,
    /// The place in the author's text of the function that the last line of `javascript` calls.
    pub called: Option<Place>,
    /// The function to run, if the script has no errors.
    pub javascript: Option<String>,
}

/// A server, or a tool of a server, named in the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
    /// Line and column just past the end, unless the place is a single point.
    pub end: Option<(u32, u32)>,
}

impl Message for Compile {
    fn write(&self, out: &mut Vec<u8>) {
        self.nesting_max.write(out);
        self.text.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self { nesting_max: Message::read(from)?, text: Message::read(from)? })
    }
}

impl Message for Compiled {
    fn write(&self, out: &mut Vec<u8>) {
        self.names.write(out);
        write_list(&self.uses, out);
        self.dynamic.write(out);
        write_list(&self.diagnostics, out);
        self.diagnostics_left_out.write(out);
        self.source_map.write(out);
        self.called.write(out);
        self.javascript.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            names: Message::read(from)?,
            uses: read_list(from)?,
            dynamic: Message::read(from)?,
            diagnostics: read_list(from)?,
            diagnostics_left_out: Message::read(from)?,
            source_map: Message::read(from)?,
            called: Message::read(from)?,
            javascript: Message::read(from)?,
        })
    }
}

impl Message for Use {
    fn write(&self, out: &mut Vec<u8>) {
        self.server.write(out);
        self.tool.write(out);
        self.place.write(out);
        self.probed.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            server: Message::read(from)?,
            tool: Message::read(from)?,
            place: Message::read(from)?,
            probed: Message::read(from)?,
        })
    }
}

impl Message for Diagnostic {
    fn write(&self, out: &mut Vec<u8>) {
        self.code.write(out);
        self.message.write(out);
        self.place.write(out);
        self.hint.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(Self {
            code: Message::read(from)?,
            message: Message::read(from)?,
            place: Message::read(from)?,
            hint: Message::read(from)?,
        })
    }
}

impl Message for Code {
    fn write(&self, out: &mut Vec<u8>) {
        let tag: u32 = match self {
            Self::Syntax => 0,
            Self::Import => 1,
            Self::EmptyScript => 2,
            Self::TooDeep => 3,
            Self::Unsupported => 4,
        };
        tag.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        match u32::read(from)? {
            0 => Ok(Self::Syntax),
            1 => Ok(Self::Import),
            2 => Ok(Self::EmptyScript),
            3 => Ok(Self::TooDeep),
            4 => Ok(Self::Unsupported),
            tag => Err(Malformed::UnknownTag(u8::try_from(tag).unwrap_or(u8::MAX))),
        }
    }
}

impl Message for Place {
    fn write(&self, out: &mut Vec<u8>) {
        self.line.write(out);
        self.column.write(out);
        self.end.is_some().write(out);
        if let Some((line, column)) = self.end {
            line.write(out);
            column.write(out);
        }
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let (line, column) = (u32::read(from)?, u32::read(from)?);
        let end = if bool::read(from)? { Some((u32::read(from)?, u32::read(from)?)) } else { None };
        Ok(Self { line, column, end })
    }
}

fn write_list<M: Message>(items: &[M], out: &mut Vec<u8>) {
    u32::try_from(items.len()).unwrap_or(u32::MAX).write(out);
    for item in items {
        item.write(out);
    }
}

/// Grows with the items actually present: a false count cannot reserve memory.
fn read_list<M: Message>(from: &mut Reader<'_>) -> Result<Vec<M>, Malformed> {
    let count = u32::read(from)?;
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(M::read(from)?);
    }
    Ok(items)
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
