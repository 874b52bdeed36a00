//! A run's console: collects lines up to the limit on log bytes and passes them on as they arrive.

use crate::{
    event::{Event, Observers},
    foreign,
    limits::Limit,
    log::{Log, LogLevel},
    stopped::Stopped,
};

/// Maximum length of an engine's panic message, bytes.
const PANIC_BYTES_MAX: usize = 4_096;

/// Bytes charged for each line end, so that empty lines are not free.
pub(crate) const LINE_END_BYTES: u64 = 1;

/// The console of one run.
pub(crate) struct Console {
    lines: Vec<Log>,
    bytes: u64,
    bytes_max: u64,
    observers: Observers,
    panic: Option<String>,
}

impl Console {
    pub(crate) fn new(bytes_max: u64, observers: Observers) -> Self {
        Self { lines: Vec::new(), bytes: 0, bytes_max, observers, panic: None }
    }

    /// Checks whether this many bytes of text and line ends still fit; called before they are copied.
    pub(crate) fn room_for(&self, bytes: u64) -> Result<(), Stopped> {
        let used = self.bytes.saturating_add(bytes);
        if used <= self.bytes_max {
            return Ok(());
        }
        Err(Stopped::Limit { limit: Limit::LogBytes, value: self.bytes_max, used })
    }

    pub(crate) fn write(&mut self, level: LogLevel, text: &[u8]) {
        self.bytes = self.bytes.saturating_add(text.len() as u64 + LINE_END_BYTES);
        let log = Log { level, text: foreign::text(&String::from_utf8_lossy(text)) };
        if !self.observers.is_empty() {
            self.observers.tell(&Event::Logged(log.clone()));
        }
        self.lines.push(log);
    }

    pub(crate) fn write_panic(&mut self, text: &[u8]) {
        let text = text.get(..PANIC_BYTES_MAX).unwrap_or(text);
        self.panic.get_or_insert_with(|| foreign::text(&String::from_utf8_lossy(text)));
    }

    pub(crate) fn panic(&self) -> Option<&str> {
        self.panic.as_deref()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn into_lines(self) -> Vec<Log> {
        self.lines
    }
}
