//! The text form of an outcome, for people and tests. It contains no times, so equal runs give equal text.

use std::fmt::{self, Write};

use crate::{
    diagnostic::Diagnostic,
    foreign,
    log::Log,
    outcome::{End, Outcome, Returned, Thrown},
    stopped::Stopped,
};

/// Longest arguments shown for a call, characters.
const ARGUMENT_CHARS_MAX: usize = 200;

impl Outcome {
    /// Returns the end, the logs, every call in order, and the notes, each on one or more lines. Continuation lines of
    /// text from a script or a server begin with [`foreign::FRAME`].
    #[must_use]
    pub fn transcript(&self) -> String {
        let mut text = String::new();
        let calls = self.calls.iter().map(|call| format!("call: {} {}", call.id, call.line(ARGUMENT_CHARS_MAX)));
        let logs = self.logs.iter().map(Log::line);
        let notes = self.notes.iter().map(|note| format!("note: {}", foreign::framed(note)));
        for line in self.end.lines(usize::MAX).into_iter().chain(logs).chain(calls).chain(notes) {
            // Writing into a `String` cannot fail.
            let _ = writeln!(text, "{line}");
        }
        text
    }
}

impl Log {
    /// Returns the level and the text, safe to show.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}: {}", self.level.as_str(), foreign::framed(&self.text))
    }
}

impl End {
    /// Returns how the run ended, in lines that are safe to show; at most `diagnostics_max` diagnostics, and a count of
    /// the others.
    #[must_use]
    pub fn lines(&self, diagnostics_max: usize) -> Vec<String> {
        match self {
            Self::Returned(returned) => self::returned(returned),
            Self::Threw(thrown) => threw(thrown),
            Self::Stopped(stopped) => vec![format!("stopped: {stopped}")],
            Self::Rejected(diagnostics) => rejected(diagnostics, diagnostics_max),
            Self::Faulted(message) => vec![format!("faulted: {}", foreign::framed(message))],
        }
    }
}

fn returned(returned: &Returned) -> Vec<String> {
    let value = format!("returned: {}", foreign::json(&returned.shown().to_string()));
    let cut = returned.preview.iter().flat_map(|preview| &preview.cut);
    std::iter::once(value).chain(cut.map(|cut| format!("cut: {}", foreign::framed(cut)))).collect()
}

fn rejected(diagnostics: &[Diagnostic], diagnostics_max: usize) -> Vec<String> {
    let mut lines: Vec<_> = diagnostics.iter().take(diagnostics_max).flat_map(refused).collect();
    let more = diagnostics.len().saturating_sub(diagnostics_max);
    if more > 0 {
        lines.push(format!("rejected: {more} more like these"));
    }
    lines
}

fn refused(diagnostic: &Diagnostic) -> impl Iterator<Item = String> {
    let place = diagnostic.place.map(|place| format!(" at {}:{}", place.line, place.column)).unwrap_or_default();
    let message = foreign::framed(&diagnostic.message);
    let line = format!("rejected: {}{place}: {message}", diagnostic.code.as_str());
    std::iter::once(line).chain(hint(diagnostic.hint.as_deref()))
}

fn threw(thrown: &Thrown) -> Vec<String> {
    let code = thrown.code.as_ref().map(|code| format!(" [{}]", foreign::line(code, CODE_CHARS_MAX)));
    let mut lines = vec![format!("threw: {}{}", foreign::framed(&thrown.to_string()), code.unwrap_or_default())];
    lines.extend(thrown.frames.iter().map(|frame| {
        let function = if frame.function.is_empty() { "top level" } else { &frame.function };
        let (at, function) = (frame.place, foreign::line(function, FUNCTION_CHARS_MAX));
        format!("at: {}:{} in {function}", at.line, at.column)
    }));
    lines.extend(hint(thrown.hint.as_deref()));
    lines
}

/// Longest error code shown, characters.
const CODE_CHARS_MAX: usize = 80;
/// Longest function name shown, characters.
const FUNCTION_CHARS_MAX: usize = 200;

fn hint(hint: Option<&str>) -> Option<String> {
    hint.map(|hint| format!("hint: {}", foreign::framed(hint)))
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit { limit, value, used } => write!(f, "limit `{limit}` of {value} reached, {used} used"),
            Self::Cancelled => f.write_str("cancelled"),
        }
    }
}
