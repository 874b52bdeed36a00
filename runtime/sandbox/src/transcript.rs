//! The one text form of an outcome, for people and tests. It holds no times, so equal runs read equal.

use std::fmt::Write;

use crate::{
    console::printable,
    diagnostic::Diagnostic,
    outcome::{CallRecord, CallState, End, Outcome, Stopped, Thrown},
};

/// Longest arguments shown of a call, characters.
const ARGUMENT_CHARS_MAX: usize = 200;

impl Outcome {
    /// The end, the logs, every call in order, and the notes, a line each or more.
    #[must_use]
    pub fn transcript(&self) -> String {
        let mut text = end(&self.end);
        for log in &self.logs {
            line(&mut text, log.level.as_str(), &log.text);
        }
        for call in &self.calls {
            line(&mut text, "call", &call_line(call));
        }
        for note in &self.notes {
            line(&mut text, "note", &printable(note));
        }
        text
    }
}

fn line(text: &mut String, label: &str, rest: &str) {
    // Writing into a `String` cannot fail.
    let _ = writeln!(text, "{label}: {rest}");
}

fn end(end: &End) -> String {
    let mut text = String::new();
    match end {
        End::Returned(returned) => {
            line(&mut text, "returned", &returned.shown().to_string());
            let cut = returned.preview.iter().flat_map(|preview| &preview.cut);
            cut.for_each(|cut| line(&mut text, "cut", cut));
        }
        End::Threw(thrown) => text = threw(thrown),
        End::Stopped(stopped) => line(&mut text, "stopped", &stopped.to_string()),
        End::Rejected(diagnostics) => {
            let (first, more) = Diagnostic::first(diagnostics);
            first.iter().for_each(|diagnostic| rejected(&mut text, diagnostic));
            if more > 0 {
                line(&mut text, "rejected", &format!("… and {more} more"));
            }
        }
        End::Faulted(message) => line(&mut text, "faulted", &printable(message)),
    }
    text
}

fn rejected(text: &mut String, diagnostic: &Diagnostic) {
    let place = diagnostic.place.map(|place| format!(" at {}:{}", place.line, place.column)).unwrap_or_default();
    line(text, "rejected", &format!("{}{place}: {}", diagnostic.code.as_str(), printable(&diagnostic.message)));
    diagnostic.hint.iter().for_each(|hint| line(text, "hint", &printable(hint)));
}

fn threw(thrown: &Thrown) -> String {
    let mut text = String::new();
    let code = thrown.code.as_ref().map(|code| format!(" [{}]", printable(code))).unwrap_or_default();
    line(&mut text, "threw", &format!("{}{code}", printable(&thrown.to_string())));
    for frame in &thrown.frames {
        let function = if frame.function.is_empty() { "top level" } else { &frame.function };
        line(&mut text, "at", &format!("{}:{} in {}", frame.place.line, frame.place.column, printable(function)));
    }
    thrown.hint.iter().for_each(|hint| line(&mut text, "hint", hint));
    text
}

fn call_line(call: &CallRecord) -> String {
    let state = match &call.state {
        CallState::Finished { result_bytes } => format!("finished, {result_bytes} bytes"),
        CallState::Failed { code, message } => format!("failed, {code}: {}", printable(message)),
        CallState::Unknown => "unknown: sent, and the run ended before an answer came".to_owned(),
        CallState::NotSent => "not sent".to_owned(),
    };
    let name = printable(&call.name());
    format!("{} {name}({}) {state}", call.id, shortened(&call.arguments.to_string()))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(ARGUMENT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Limit { limit, value, used } => write!(f, "limit `{limit}` of {value} reached, {used} used"),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}
