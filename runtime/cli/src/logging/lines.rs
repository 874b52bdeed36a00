//! The text format of the log: an event starts exactly one line of the log, whatever its fields hold; further lines are
//! framed.

use std::io::{self, Stderr, Write, stderr};

use callbox::internal::foreign::{self, FRAME};

/// Writes events to standard error.
pub(super) struct Lines(Stderr);

impl Lines {
    pub(super) fn new() -> Self {
        Self(stderr())
    }
}

impl Write for Lines {
    /// Receives one whole event per call.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        self.0.write_all(framed(&String::from_utf8_lossy(event)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Frames an event. ESC begins only the subscriber's own colours: it escapes ESC in an event's fields.
fn framed(event: &str) -> String {
    let parts: Vec<_> = event.trim_end_matches('\n').split('\u{1b}').map(foreign::text).collect();
    parts.join("\u{1b}").replace('\n', &format!("\n{FRAME}")) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_one_line_of_its_own() {
        let event = "\u{1b}[32mINFO\u{1b}[0m a run ended why=\"x\n2026-01-01 ERROR forged\u{202e}\u{85}\"\n";
        let expected = "\u{1b}[32mINFO\u{1b}[0m a run ended why=\"x\n  | 2026-01-01 ERROR forged\\u{202e}\\u{85}\"\n";
        assert_eq!(framed(event), expected);
    }
}
