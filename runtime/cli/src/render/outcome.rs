//! Renders the outcome of a run: the value for standard output, everything else for standard error.

use std::fmt::Write;

use callbox::{End, Outcome, Stopped, internal::foreign, outcome::Preview};
use serde_json::Value;

use super::{
    call::ARGUMENT_CHARS_MAX,
    diagnostic::diagnostics,
    excerpt::{Canvas, Message, ScriptText},
    thrown::thrown,
};
use crate::args::limit_flag;

/// Maximum characters of a line about what was cut.
const CUT_CHARS_MAX: usize = 200;

/// Renders a value for standard output: strings as they are, anything else as indented JSON.
///
/// On a terminal, no string, even inside an object, may control the terminal or imitate callbox's own lines.
pub(crate) fn value(value: &Value, terminal: bool) -> String {
    let text = match value {
        value if terminal => foreign::pretty(value),
        Value::String(text) => text.clone(),
        other => format!("{other:#}"),
    };
    if text.ends_with('\n') { text } else { text + "\n" }
}

/// Renders what standard error shows of a finished run.
pub(crate) fn ending(outcome: &Outcome, script: &ScriptText, canvas: Canvas) -> String {
    let mut text = match &outcome.end {
        End::Returned(returned) => returned.preview.as_ref().map(cut).unwrap_or_default(),
        End::Threw(error) => thrown(error, script, canvas),
        End::Stopped(stopped) => self::stopped(*stopped, canvas),
        End::Rejected(refused) => diagnostics(refused, script, canvas),
        End::Faulted(message) => fault(message, canvas),
    };
    if !matches!(outcome.end, End::Returned(_)) {
        text += &calls(outcome);
    }
    outcome.notes.iter().for_each(|note| line(&mut text, &format!("note: {}", foreign::framed(note))));
    text
}

fn cut(preview: &Preview) -> String {
    let mut text = format!("cut: the whole value has {} bytes; shown without:\n", preview.whole_bytes);
    preview.cut.iter().for_each(|place| line(&mut text, &format!("  {}", foreign::line(place, CUT_CHARS_MAX))));
    line(&mut text, "hint: Use `--output FILE` for the whole value, or raise `--returned-bytes`.");
    text
}

fn stopped(stopped: Stopped, canvas: Canvas) -> String {
    let (hint, flag) = match stopped {
        Stopped::Limit { limit, .. } => (Some(limit.hint()), limit_flag(limit)),
        Stopped::Cancelled => (None, None),
    };
    let notes = flag.map(|flag| format!("the limit is set with `{flag}`"));
    let title = format!("stopped: {stopped}");
    canvas.error(&Message { title: &title, code: None, place: None, notes: notes.into_iter().collect(), hint }, None)
}

fn fault(message: &str, canvas: Canvas) -> String {
    let title = format!("bug in callbox: {}", foreign::framed(message));
    let hint = Some("Report it, with the script if possible.");
    canvas.error(&Message { title: &title, code: Some("internal"), place: None, notes: Vec::new(), hint }, None)
}

/// Lists every call, so that nobody repeats what was already done.
fn calls(outcome: &Outcome) -> String {
    if outcome.calls.is_empty() {
        return String::new();
    }
    let mut text = "tool calls made before the end:\n".to_owned();
    outcome.calls.iter().for_each(|call| line(&mut text, &format!("  {} {}", call.id, call.line(ARGUMENT_CHARS_MAX))));
    text
}

fn line(text: &mut String, rest: &str) {
    // Writing into a `String` cannot fail.
    let _ = writeln!(text, "{rest}");
}

#[cfg(test)]
mod tests {
    use callbox::{
        Limit, Returned,
        outcome::{CallRecord, CallState},
    };
    use serde_json::json;

    use super::*;

    const PLAIN: Canvas = Canvas { colour: false };

    fn outcome(end: End) -> Outcome {
        let call = |id, state| CallRecord::new(id, ("shop", "pay"), json!({"n": 1}), state, 1.0);
        let calls = vec![call(0, CallState::Finished { result_bytes: 2 }), call(1, CallState::Unknown)];
        let mut outcome = Outcome::unstarted(end);
        outcome.calls = calls;
        outcome
    }

    fn shown(end: End) -> String {
        ending(&outcome(end), &ScriptText::new("a.js", ""), PLAIN)
    }

    #[test]
    fn values_read_well_and_do_not_steer_a_terminal() {
        assert_eq!(value(&json!("a\u{1b}b"), false), "a\u{1b}b\n");
        assert_eq!(value(&json!("a\u{1b}b\n"), true), "a\\u{1b}b\n");
        assert_eq!(value(&json!("a\nerror[internal]: x"), true), "  | a\n  | error[internal]: x\n");
        let hostile = json!({"\u{9b}31m": ["\u{202e}", {"\u{7f}": "\u{200f}\u{2028}"}]});
        assert_eq!(serde_json::from_str::<Value>(&value(&hostile, true)).ok(), Some(hostile.clone()));
        assert!(value(&hostile, true).chars().all(|c| c == '\n' || (' '..='~').contains(&c)));
        assert!(value(&hostile, false).contains('\u{202e}'), "to a pipe it is as it is");
        assert_eq!(value(&json!({"a": [1]}), true), "{\n  \"a\": [\n    1\n  ]\n}\n");
        assert_eq!(value(&json!(null), true), "null\n");
    }

    #[test]
    fn a_run_that_was_stopped_says_what_was_done_and_what_to_do() {
        let text = shown(End::Stopped(Stopped::Limit { limit: Limit::WallMs, value: 10, used: 12 }));
        let expected = "\
error: stopped: limit `wall_ms` of 10 reached, 12 used
 |
 = note: the limit is set with `--wall-ms`
 = help: Call fewer or faster tools, call them in parallel, or raise the limit on wall time.
tool calls made before the end:
  0 shop.pay({\"n\":1}) finished, 2 bytes
  1 shop.pay({\"n\":1}) unknown: sent, and no answer came; it may have taken effect
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_run_that_returned_is_silent_unless_its_value_was_cut() {
        assert_eq!(shown(End::Returned(Returned::whole(json!(1)))), "");
        let preview = Preview::new(json!([]), vec!["$: 9 of 9 items".to_owned()], 99);
        let mut returned = Returned::whole(json!(1));
        returned.preview = Some(preview);
        let text = shown(End::Returned(returned));
        assert!(text.contains("99 bytes") && text.contains("$: 9 of 9 items") && text.contains("--output"), "{text}");
    }
}
