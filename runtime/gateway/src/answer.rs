//! The text that a model reads in response to a request, in its final form for the client's protocol. The differences
//! for legacy clients (protocols before 2026-07-28), the token budget and the byte count are all decided here.
//!
//! For a run that returned, the first block is the value and nothing else; callbox's remarks go into a second.

mod page;
mod shown;

use callbox::{
    End, Outcome, Returned, Stopped,
    internal::foreign,
    outcome::{CallRecord, CallState},
};
use callbox_bindings::count_tokens;
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;

pub(crate) use page::Page;

/// Maximum calls that the answer of a failed run lists.
const CALLS_SHOWN_MAX: usize = 20;
/// Maximum characters of the arguments of each listed call.
const ARGUMENT_CHARS_MAX: usize = 120;
/// Maximum diagnostics shown for a script that was not run.
const DIAGNOSTICS_SHOWN_MAX: usize = 21;
/// Maximum log lines, if the value leaves room for them.
const LOG_LINES_MAX: usize = 100;
/// Maximum tokens for the description of what was cut from a value.
const CUT_TOKENS_MAX: usize = 240;
/// Tokens reserved for the line that counts what was left out.
const COUNT_TOKENS: usize = 16;
/// Smallest budget, in tokens, that a client may ask for: less would not hold the handle of a result.
pub(crate) const TOKENS_MIN: usize = 50;

/// The reader of an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader {
    /// Whether the client's protocol (2026-07-28) takes any JSON as structured content; earlier ones take only objects.
    pub(crate) is_modern: bool,
    /// Tokens that may go into the model's context.
    pub(crate) tokens_max: usize,
}

/// Parts of a run's answer other than its outcome.
pub(crate) struct RunExtras {
    /// Handle of the whole value.
    pub(crate) stored: Option<String>,
    /// One line for each server that is down.
    pub(crate) missing: String,
    /// Blocks that the script emitted.
    pub(crate) blocks: Vec<ContentBlock>,
}

/// The answer to a client's request.
pub(crate) struct Answer {
    texts: Vec<String>,
    blocks: Vec<ContentBlock>,
    structured: Option<Value>,
    is_error: bool,
}

impl Answer {
    pub(crate) fn of_run(outcome: &Outcome, extras: RunExtras, reader: Reader) -> Self {
        match &outcome.end {
            End::Returned(returned) => of_returned(outcome, returned, extras, reader),
            end => of_failed(outcome, end, extras, reader.tokens_max),
        }
    }

    /// Returns an error answer. `words` may come from a third party and be of any length.
    pub(crate) fn failed(words: &str, tokens_max: usize) -> Self {
        let mut page = Page::new(tokens_max);
        page.add_cut(words, usize::MAX);
        Self { texts: vec![page.into_text()], blocks: Vec::new(), structured: None, is_error: true }
    }

    /// Returns the bytes of text that the model reads.
    pub(crate) fn read_bytes(&self) -> u64 {
        self.texts.iter().map(|text| text.len() as u64).sum()
    }

    pub(crate) fn into_result(self) -> CallToolResult {
        let texts = self.texts.into_iter().map(ContentBlock::text);
        let content = texts.chain(self.blocks).collect();
        let mut result = if self.is_error { CallToolResult::error(content) } else { CallToolResult::success(content) };
        result.structured_content = self.structured;
        result
    }
}

/// Drops structured content that is not an object for a legacy client: the protocol layer would take it out and put it
/// before the text as one more block.
fn structured(value: Value, reader: Reader) -> Option<Value> {
    Some(value).filter(|value| reader.is_modern || value.is_object())
}

fn of_returned(outcome: &Outcome, returned: &Returned, extras: RunExtras, reader: Reader) -> Answer {
    let has_remarks = !(outcome.logs.is_empty() && outcome.notes.is_empty());
    let reserved = if has_remarks { COUNT_TOKENS } else { 0 };
    let room = reader.tokens_max.saturating_sub(reserved);
    let shown = shown::whole(returned, outcome.usage.returned_bytes, room).unwrap_or_else(|| {
        let for_cuts = CUT_TOKENS_MAX.min(reader.tokens_max * 3 / 5).max(whole_tokens(extras.stored.as_deref()));
        shown::shortened(returned, outcome.usage.returned_bytes, room.saturating_sub(for_cuts))
    });
    let mut page = Page::new(reader.tokens_max.saturating_sub(shown.tokens));
    if shown.is_cut {
        add_cuts(&mut page, &shown.cut, extras.stored.as_deref(), reserved);
    }
    add_remarks(&mut page, outcome);
    let remarks = Some(page.into_text()).filter(|text| !text.is_empty());
    Answer {
        texts: std::iter::once(shown.text).chain(remarks).collect(),
        blocks: extras.blocks,
        structured: structured(shown.value, reader),
        is_error: false,
    }
}

/// Says what was cut, and how to get the whole. The latter matters more, so it gets its room first.
fn add_cuts(page: &mut Page, cut: &[String], stored: Option<&str>, reserved: usize) {
    let mut whole = Page::new(page.left().saturating_sub(reserved));
    let handle = whole_shown(stored);
    let longer = stored.map(|id| format!("{handle} in the next script, or callbox://runs/{id}/result"));
    let _ = longer.is_some_and(|longer| whole.add(&longer)) || whole.add(&handle);
    // The end of this line is a token too.
    let room = whole.left().saturating_sub(1).min(CUT_TOKENS_MAX / 2);
    page.add_cut(&format!("shortened: {}", cut.join("; ")), room);
    page.append(&whole);
}

/// Says how to get the whole, in the fewest words.
fn whole_shown(stored: Option<&str>) -> String {
    match stored {
        Some(id) => format!("The whole: `await results.get(\"{id}\")`"),
        None => "The whole is too large to store; return less.".to_owned(),
    }
}

/// Counts the tokens of [`whole_shown`] with the line end. A handle is random, so its token count varies.
fn whole_tokens(stored: Option<&str>) -> usize {
    count_tokens(&whole_shown(stored)) + 1
}

/// Adds notes and logs as far as there is room, and a count of the lines that did not fit.
fn add_remarks(page: &mut Page, outcome: &Outcome) {
    let notes = outcome.notes.iter().map(|note| format!("note: {}", foreign::framed(note)));
    let logs = outcome.logs.iter().take(LOG_LINES_MAX).map(callbox::outcome::Log::line);
    let mut left_out = outcome.logs.len().saturating_sub(LOG_LINES_MAX);
    let mut lines = Page::new(page.left().saturating_sub(COUNT_TOKENS));
    for line in notes.chain(logs) {
        left_out += usize::from(!lines.add(&line));
    }
    page.append(&lines);
    if left_out > 0 {
        page.add(&format!("{left_out} log lines left out"));
    }
}

fn of_failed(outcome: &Outcome, end: &End, extras: RunExtras, tokens_max: usize) -> Answer {
    let mut page = Page::new(tokens_max);
    add_failure(&mut page, end, tokens_max);
    add_calls(&mut page, &outcome.calls);
    page.add_cut(&extras.missing, page.left() / 2);
    add_remarks(&mut page, outcome);
    Answer { texts: vec![page.into_text()], blocks: extras.blocks, structured: None, is_error: true }
}

/// Adds how the run ended and what to try, within half of the budget.
fn add_failure(page: &mut Page, end: &End, tokens_max: usize) {
    let hint = hint(end).map(|hint| format!("hint: {hint}"));
    let mut half = Page::new(tokens_max / 2);
    let mut left_out = 0;
    for (at, line) in end.lines(DIAGNOSTICS_SHOWN_MAX).into_iter().chain(hint).enumerate() {
        // The first line may take most of it; no later line may take all of the rest.
        let share = if at == 0 { half.left() * 3 / 4 } else { half.left().saturating_sub(COUNT_TOKENS) / 2 };
        left_out += usize::from(!half.add_cut(&line, share));
    }
    if left_out > 0 {
        half.add(&format!("{left_out} lines left out"));
    }
    page.append(&half);
}

fn hint(end: &End) -> Option<&'static str> {
    match end {
        End::Stopped(Stopped::Limit { limit, .. }) => Some(limit.hint()),
        End::Threw(thrown) if thrown.hint.is_none() => match thrown.code.as_deref()? {
            "invalid_arguments" => Some("Read the tool's types with `describe_tools`, and correct the arguments."),
            "tool_failed" => Some("Correct the call, or catch the error and go on."),
            "timeout" | "unreachable" => Some("Try again later, ask for less, or catch the error and go on."),
            "unknown_tool" | "unknown_server" => Some("Find tools with `search_tools`."),
            _ => None,
        },
        _ => None,
    }
}

/// Lists the calls already made, so that the model does not repeat side effects.
fn add_calls(page: &mut Page, calls: &[CallRecord]) {
    if calls.is_empty() {
        page.add("No tool had been called.");
        return;
    }
    page.add(&format!("Calls made before the end ({}):", calls.len()));
    let mut lines = Page::new(page.left().saturating_sub(2 * COUNT_TOKENS));
    let listed = calls.iter().take(CALLS_SHOWN_MAX);
    let shown =
        listed.map_while(|call| lines.add(&format!("- {}", call.line(ARGUMENT_CHARS_MAX))).then_some(())).count();
    page.append(&lines);
    let more = calls.get(shown..).unwrap_or_default();
    if !more.is_empty() {
        let finished = more.iter().filter(|call| matches!(call.state, CallState::Finished { .. })).count();
        page.add(&format!("- {} more, {finished} of them finished", more.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For every token count of the handle and of the description of the cuts.
    #[test]
    fn the_handle_is_always_shown() {
        for at in 0_u64..200 {
            let id = format!("r{:024x}", u128::from(at).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
            for spare in 0..40 {
                let mut page = Page::new(whole_tokens(Some(&id)) + spare);
                add_cuts(&mut page, &[format!("$: {} of 90000 characters", at * 37)], Some(&id), 0);
                let text = page.into_text();
                assert!(text.contains(&format!("results.get(\"{id}\")")), "{spare} tokens to spare: {text}");
            }
        }
    }
}
