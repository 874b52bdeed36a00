//! What a model reads of a run: the returned value within a budget, or what failed, where, and what had
//! been done already.

use callbox::{CallRecord, CallState, End, Outcome, Returned};
use callbox_bindings::count_tokens;
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;

use crate::quote;

/// Calls that a failed run lists one by one.
const CALLS_SHOWN_MAX: usize = 20;
/// Of the arguments of each, characters.
const ARGUMENT_CHARS_MAX: usize = 120;
/// Longer texts are not counted but shortened at once: hardly a token of real text is as long.
const TOKEN_BYTES_MAX: u64 = 64;
/// Of the logs, if the value leaves room for them, lines.
const LOG_LINES_MAX: usize = 100;

/// The result for the client. `kept` is the handle of the whole value, `missing` a line on each server that is
/// down.
pub(super) fn of(
    outcome: &Outcome,
    kept: Option<&str>,
    missing: &str,
    blocks: Vec<ContentBlock>,
    tokens_max: usize,
) -> CallToolResult {
    match &outcome.end {
        End::Returned(returned) => returned_result(outcome, returned, kept, blocks, tokens_max),
        _ => failed_result(outcome, missing, blocks, tokens_max),
    }
}

fn returned_result(
    outcome: &Outcome,
    returned: &Returned,
    kept: Option<&str>,
    blocks: Vec<ContentBlock>,
    tokens_max: usize,
) -> CallToolResult {
    let (shown, cut) = shown(returned, outcome.usage.returned_bytes, tokens_max);
    let mut text = text_of(&shown);
    if !cut.is_empty() {
        text.push_str(&format!("\n\nshortened: {}", cut.join("; ")));
        text.push_str(&match kept {
            Some(id) => {
                format!("\nThe whole: `await results.get(\"{id}\")` in the next script, or callbox://runs/{id}/result")
            }
            None => "\nThe whole is too large to be kept; return less.".to_owned(),
        });
    }
    let room = tokens_max.saturating_sub(count_tokens(&text));
    text.push_str(&remarks(outcome, room));
    let mut content = vec![ContentBlock::text(text)];
    content.extend(blocks);
    let mut result = CallToolResult::success(content);
    result.structured_content = Some(shown);
    result
}

/// The value of so many bytes, or as much of it as the budget holds, and what was cut.
fn shown(returned: &Returned, bytes: u64, tokens_max: usize) -> (Value, Vec<String>) {
    // A token has a byte at least.
    let is_surely_short = bytes <= tokens_max as u64;
    let may_be_short = bytes <= (tokens_max as u64).saturating_mul(TOKEN_BYTES_MAX);
    if is_surely_short || (may_be_short && count_tokens(&text_of(&returned.value)) <= tokens_max) {
        return (returned.value.clone(), Vec::new());
    }
    // What a token of text usually takes.
    let mut bytes_max = (tokens_max as u64).saturating_mul(4);
    loop {
        if let Some(preview) = returned.within(bytes_max)
            && (count_tokens(&text_of(&preview.value)) <= tokens_max || bytes_max < 64)
        {
            return (preview.value, preview.cut);
        }
        bytes_max = bytes_max.saturating_mul(3) / 4;
    }
}

/// What of the answer a model reads, bytes.
pub(super) fn text_bytes(answer: &CallToolResult) -> u64 {
    answer.content.iter().filter_map(|block| block.as_text()).map(|text| text.text.len() as u64).sum()
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// Logs and notes, as far as there is room.
fn remarks(outcome: &Outcome, mut room: usize) -> String {
    let logs = outcome.logs.iter().map(|log| format!("{}: {}", log.level.as_str(), log.text));
    let notes = outcome.notes.iter().map(|note| format!("note: {note}"));
    let (mut text, mut left_out) = (String::new(), 0_usize);
    for line in notes.chain(logs.take(LOG_LINES_MAX)) {
        let tokens = count_tokens(&line) + 1;
        if tokens > room {
            left_out += 1;
            continue;
        }
        room -= tokens;
        text.push_str(if text.is_empty() { "\n\n" } else { "\n" });
        text.push_str(&line);
    }
    left_out += outcome.logs.len().saturating_sub(LOG_LINES_MAX);
    if left_out > 0 {
        text.push_str(&format!("\n{left_out} lines of logs left out"));
    }
    text
}

fn failed_result(outcome: &Outcome, missing: &str, blocks: Vec<ContentBlock>, tokens_max: usize) -> CallToolResult {
    let mut text = what_failed(outcome) + missing;
    text.push_str(&done(&outcome.calls));
    let room = tokens_max.saturating_sub(count_tokens(&text));
    text.push_str(&remarks(outcome, room));
    let mut content = vec![ContentBlock::text(text)];
    content.extend(blocks);
    CallToolResult::error(content)
}

/// The end of the run as its transcript tells it, without calls and logs, and what to try.
fn what_failed(outcome: &Outcome) -> String {
    let end = Outcome { logs: Vec::new(), calls: Vec::new(), notes: Vec::new(), ..outcome.clone() };
    let mut text = end.transcript();
    match &outcome.end {
        End::Stopped(callbox::Stopped::Limit { limit, .. }) => text.push_str(&format!("hint: {}\n", limit.hint())),
        End::Threw(thrown) if thrown.hint.is_none() => {
            if let Some(hint) = hint(thrown.code.as_deref()) {
                text.push_str(&format!("hint: {hint}\n"));
            }
        }
        _ => {}
    }
    text
}

fn hint(code: Option<&str>) -> Option<&'static str> {
    match code? {
        "invalid_arguments" => Some("Read the tool's types with `describe_tools`, and correct the arguments."),
        "tool_failed" => Some("Correct the call, or catch the error and go on."),
        "timeout" | "unreachable" => Some("Try again later, ask for less, or catch the error and go on."),
        "unknown_tool" | "unknown_server" => Some("Find tools with `search_tools`."),
        _ => None,
    }
}

/// What had been done already, so that no side effect is repeated.
fn done(calls: &[CallRecord]) -> String {
    if calls.is_empty() {
        return "No tool had been called.".to_owned();
    }
    let mut text = format!("Calls made before the end ({}):", calls.len());
    for call in calls.iter().take(CALLS_SHOWN_MAX) {
        text.push_str(&format!("\n- {}", call_line(call)));
    }
    let more = calls.get(CALLS_SHOWN_MAX..).unwrap_or_default();
    if !more.is_empty() {
        let finished = more.iter().filter(|call| matches!(call.state, CallState::Finished { .. })).count();
        text.push_str(&format!("\n- {} more, {finished} of them finished", more.len()));
    }
    text
}

fn call_line(call: &CallRecord) -> String {
    let state = match &call.state {
        CallState::Finished { .. } => "finished".to_owned(),
        CallState::Failed { code, .. } => format!("failed ({code})"),
        CallState::Unknown => "sent, outcome unknown: it may have taken effect".to_owned(),
        CallState::NotSent => "not sent".to_owned(),
    };
    let arguments = quote::line(&call.arguments.to_string(), ARGUMENT_CHARS_MAX);
    format!("{}({arguments}) {state}", call.name())
}
