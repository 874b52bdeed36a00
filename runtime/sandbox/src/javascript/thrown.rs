//! Converts the engine's report of an uncaught error to the outcome's terms, in the author's coordinates.

use std::fmt;

use callbox_engine::frames;

use crate::{
    diagnostic::{Diagnostic, DiagnosticCode, Place},
    limits::Limits,
    outcome::{End, Frame, Thrown},
    script::Script,
};

/// Returns the end of a run whose script threw; if the engine failed to compile the source, the script was rejected.
pub(crate) fn end(thrown: frames::Thrown, script: &Script, limits: &Limits) -> End {
    if !thrown.compile {
        return End::Threw(self::thrown(thrown, script, limits));
    }
    let place = thrown.frames.first().and_then(|frame| place(frame, script));
    let hint = cfg!(not(feature = "typescript")).then(|| WITHOUT_COMPILER.to_owned());
    End::Rejected(vec![Diagnostic { code: DiagnosticCode::Syntax, message: thrown.message, place, hint }])
}

/// Hint for a script that may have been meant as TypeScript.
const WITHOUT_COMPILER: &str =
    "This callbox accepts only JavaScript; for TypeScript, build it with the feature `typescript`.";

/// Converts an uncaught error and maps its positions back. The thrown value is kept if it is no larger than a result
/// that is shown whole.
pub(crate) fn thrown(thrown: frames::Thrown, script: &Script, limits: &Limits) -> Thrown {
    let mapped = |frame: &frames::Frame| Some(Frame { function: frame.function.clone(), place: place(frame, script)? });
    let frames = thrown.frames.iter().filter_map(mapped).collect();
    let fits = |json: &Vec<u8>| json.len() as u64 <= limits.returned_bytes_max;
    let value = thrown.value.filter(fits).and_then(|json| serde_json::from_slice(&json).ok());
    Thrown { name: thrown.name, message: thrown.message, code: thrown.code, frames, value, hint: None }
}

fn place(frame: &frames::Frame, script: &Script) -> Option<Place> {
    if frame.author {
        return Some(Place { line: frame.line, column: frame.column, end: None });
    }
    script.place(frame.line, frame.column)
}

/// Returns the error for a returned value that cannot be JSON.
pub(crate) fn not_json(refused: frames::NotJson) -> Thrown {
    Thrown {
        name: "TypeError".to_owned(),
        message: format!("the returned value cannot be JSON: `{}` is {}", refused.path, refused.found),
        code: Some("not_json".to_owned()),
        hint: Some(refused.hint),
        ..Thrown::default()
    }
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => f.write_str(&self.message),
            name => write!(f, "{name}: {}", self.message),
        }
    }
}
