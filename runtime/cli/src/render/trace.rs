//! Shows a run's events on standard error as they happen: logs and, if wanted, the tree of tool calls.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use callbox::{Event, ToolErrorCode, internal::foreign};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::{call::arguments_shown, stream::tell};

/// Interval of the spinner.
const TICK: Duration = Duration::from_millis(100);

/// Maximum characters shown of a call's name.
const NAME_CHARS_MAX: usize = 200;

/// Shows a run's events.
pub(crate) struct Live {
    logs: bool,
    calls: Calls,
}

enum Calls {
    Hidden,
    Lines,
    Tree(Box<Tree>),
}

impl Live {
    /// `logs`: whether to show logs. `trace`: whether to show calls, redrawn in place on a terminal.
    pub(crate) fn new(logs: bool, trace: bool, terminal: bool, name: &str) -> Self {
        let calls = match (trace, terminal) {
            (false, _) => Calls::Hidden,
            (true, false) => Calls::Lines,
            (true, true) => Calls::Tree(Box::new(Tree::new(name))),
        };
        Self { logs, calls }
    }

    /// Shows one event.
    pub(crate) fn observe(&self, event: &Event) {
        match (event, &self.calls) {
            (Event::Logged(log), Calls::Tree(tree)) if self.logs => tree.say(&log.line()),
            (Event::Logged(log), _) if self.logs => tell(&(log.line() + "\n")),
            (Event::Logged(_), _) | (_, Calls::Hidden) => {}
            (event, Calls::Lines) => tell(&plain_line(event)),
            (event, Calls::Tree(tree)) => tree.observe(event),
        }
    }

    /// Clears what is redrawn; lines of finished calls stay.
    pub(crate) fn finish(&self) {
        if let Calls::Tree(tree) = &self.calls {
            tree.finish();
        }
    }
}

/// Where nothing can be redrawn, each start and each end gets its own line.
fn plain_line(event: &Event) -> String {
    match event {
        Event::CallStarted { id, name, arguments, .. } => {
            format!("→ {id} {}({})\n", foreign::line(name, NAME_CHARS_MAX), arguments_shown(arguments))
        }
        Event::CallEnded { id, name, duration_ms, result } => {
            format!("← {id} {} {}\n", foreign::line(name, NAME_CHARS_MAX), ending(*duration_ms, *result))
        }
        _ => String::new(),
    }
}

fn ending(duration_ms: f64, result: Result<u64, ToolErrorCode>) -> String {
    match result {
        Ok(bytes) => format!("✓ {duration_ms:.1} ms, {bytes} bytes"),
        Err(code) => format!("✗ {duration_ms:.1} ms, {code}"),
    }
}

/// Finished calls scroll by; calls in flight stay below them, under a spinner.
struct Tree {
    bars: MultiProgress,
    root: ProgressBar,
    in_flight: Mutex<HashMap<u32, (ProgressBar, String)>>,
}

impl Tree {
    fn new(name: &str) -> Self {
        let bars = MultiProgress::new();
        let root = bars.add(ProgressBar::new_spinner().with_style(style("{spinner} {msg} {elapsed}")));
        root.set_message(foreign::line(name, NAME_CHARS_MAX));
        root.enable_steady_tick(TICK);
        Self { bars, root, in_flight: Mutex::default() }
    }

    fn observe(&self, event: &Event) {
        let mut in_flight = self.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::CallStarted { id, name, arguments, .. } => {
                let call = format!("{}({})", foreign::line(name, NAME_CHARS_MAX), arguments_shown(arguments));
                let bar = self.bars.add(ProgressBar::new_spinner().with_style(style("├─ {msg}")));
                bar.set_message(call.clone());
                bar.tick();
                in_flight.insert(*id, (bar, call));
            }
            Event::CallEnded { id, duration_ms, result, .. } => {
                let Some((bar, call)) = in_flight.remove(id) else { return };
                bar.finish_and_clear();
                self.bars.remove(&bar);
                self.say(&format!("├─ {call} {}", ending(*duration_ms, *result)));
            }
            _ => {}
        }
    }

    fn say(&self, line: &str) {
        // If the terminal is gone, nobody reads this.
        let _ = self.bars.println(line);
    }

    fn finish(&self) {
        self.root.finish_and_clear();
        let _ = self.bars.clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

#[cfg(test)]
mod tests {
    use callbox::outcome::{Log, LogLevel};
    use serde_json::json;

    use super::*;

    #[test]
    fn without_a_terminal_each_start_and_end_is_a_line() {
        let name = "a.b".to_owned();
        let server = "a".to_owned();
        let tool = "b".to_owned();
        let started = Event::CallStarted { id: 3, name, server, tool, arguments: json!({"x": "\u{1b}"}) };
        assert_eq!(plain_line(&started), "→ 3 a.b({\"x\":\"\\u001b\"})\n");
        let ended = |result| Event::CallEnded { id: 3, name: "a.b".to_owned(), duration_ms: 1.25, result };
        assert_eq!(plain_line(&ended(Ok(7))), "← 3 a.b ✓ 1.2 ms, 7 bytes\n");
        assert_eq!(plain_line(&ended(Err(ToolErrorCode::Timeout))), "← 3 a.b ✗ 1.2 ms, timeout\n");
    }

    #[test]
    fn a_log_says_its_level_and_has_one_line_of_its_own() {
        let log = |level, text: &str| Log::new(level, text).line();
        assert_eq!([log(LogLevel::Log, "x"), log(LogLevel::Error, "x\nnote: y")], ["log: x", "error: x\n  | note: y"]);
    }
}
