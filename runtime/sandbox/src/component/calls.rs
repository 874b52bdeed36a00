//! Tool calls of a component: begun by name, booked in the run's ledger, answered when they have settled.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use callbox_js::frames::{Call, Failure, Settled};
use futures::channel::oneshot;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::guest::State;
use crate::{
    catalog::Catalog,
    console::Console,
    host::ToolErrorCode,
    ledger::{Booked, Ledger},
    limits::{Limit, Limits},
    outcome::{LogLevel, Stopped},
    script::missing_name,
};

/// JSON of a call's value, or why it failed.
pub(super) type Answer = Result<Vec<u8>, Failure>;

/// What a component's host functions and the run that drives it share.
#[derive(Clone)]
pub(super) struct Desk(Arc<Mutex<Books>>);

/// The books of one run.
pub(super) struct Books {
    pub(super) ledger: Ledger,
    pub(super) console: Console,
    /// Set before a host function fails because of a limit.
    pub(super) stopped: Option<Stopped>,
    catalog: Catalog,
    argument_depth_max: u32,
    replies: HashMap<u32, oneshot::Sender<Answer>>,
    calls_begun: u32,
    /// Lines of standard output and standard error that have not ended.
    lines: [Vec<u8>; 2],
}

/// A limit was reached; the run knows which.
#[derive(Debug, thiserror::Error)]
#[error("a limit is reached")]
pub(super) struct LimitReached;

/// A call under way. Dropping it leaves the call going on.
pub(crate) struct PendingCall(Standing);

enum Standing {
    Pending(oneshot::Receiver<Answer>),
    Settled(Option<Answer>),
}

/// Begins a call with arguments that are a JSON value.
pub(crate) fn begin(state: &mut State, server: &str, tool: &str, arguments: &Value) -> wasmtime::Result<PendingCall> {
    let arguments = serde_json::to_vec(arguments)?;
    state.desk.books().begin(server, tool, arguments)
}

/// Begins a call with arguments that are said to be the JSON of an object.
pub(super) fn begin_json(
    state: &mut State,
    server: &str,
    tool: &str,
    arguments: String,
) -> wasmtime::Result<PendingCall> {
    let mut books = state.desk.books();
    if let Err(message) = json_object(&arguments) {
        let message = format!("the arguments are no JSON object: {message}");
        let code = ToolErrorCode::InvalidArguments.as_str();
        return Ok(PendingCall::failed(failure(code, server, tool, message)));
    }
    if json_depth(arguments.as_bytes()) > books.argument_depth_max {
        let value = u64::from(books.argument_depth_max);
        return Err(books.stop(Stopped::Limit { limit: Limit::JsonDepth, value, used: value + 1 }));
    }
    books.begin(server, tool, arguments.into_bytes())
}

fn json_object(text: &str) -> Result<(), String> {
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| error.to_string())?;
    if text.trim_start().starts_with('{') { Ok(()) } else { Err("it is another value".to_owned()) }
}

/// How deep arrays and objects nest in a JSON text; of a text that is no JSON some number.
pub(super) fn json_depth(text: &[u8]) -> u32 {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_u32, 0, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth = depth.saturating_add(1);
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn failure(code: &str, server: &str, tool: &str, message: String) -> Failure {
    /// A made-up name can be as long as a script likes.
    const NAME_SHOWN_MAX: usize = 100;
    let shown = |name: &str| name.chars().take(NAME_SHOWN_MAX).collect::<String>();
    let tool = format!("{}.{}", shown(server), shown(tool));
    Failure { code: code.to_owned(), tool, message, retryable: false, data: None }
}

impl Desk {
    pub(super) fn new(ledger: Ledger, console: Console, catalog: Catalog, limits: &Limits) -> Self {
        Self(Arc::new(Mutex::new(Books {
            ledger,
            console,
            stopped: None,
            catalog,
            argument_depth_max: limits.json_depth(),
            replies: HashMap::new(),
            calls_begun: 0,
            lines: [Vec::new(), Vec::new()],
        })))
    }

    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands out the answers of calls that have settled; pending while there are none.
    pub(super) fn poll_settled(&self, context: &mut Context<'_>) -> Poll<Result<(), Stopped>> {
        let mut books = self.books();
        let settled = std::task::ready!(books.ledger.poll_settled(context))?;
        settled.into_iter().for_each(|settled| books.answer(settled));
        Poll::Ready(Ok(()))
    }
}

impl Books {
    fn begin(&mut self, server: &str, tool: &str, arguments: Vec<u8>) -> wasmtime::Result<PendingCall> {
        let Some((server_at, tool_at)) = self.catalog.position(server, tool) else {
            return Ok(PendingCall::failed(unknown(server, tool, &self.catalog)));
        };
        let id = self.calls_begun;
        let call = Call { id, server: server_at, tool: tool_at, arguments };
        if let Err(stopped) = self.ledger.admit(vec![call]) {
            return Err(self.stop(stopped));
        }
        self.calls_begun = self.calls_begun.saturating_add(1);
        let (reply, answer) = oneshot::channel();
        self.replies.insert(id, reply);
        Ok(PendingCall(Standing::Pending(answer)))
    }

    /// Nobody may wait for it any more.
    fn answer(&mut self, settled: Settled) {
        if let Some(reply) = self.replies.remove(&settled.id) {
            let _ = reply.send(settled.result);
        }
    }

    /// Notes why the run ends; the error is for the host function to fail with.
    pub(super) fn stop(&mut self, stopped: Stopped) -> wasmtime::Error {
        self.stopped.get_or_insert(stopped);
        wasmtime::Error::new(LimitReached)
    }

    pub(super) fn log(&mut self, level: LogLevel, text: &[u8]) -> wasmtime::Result<()> {
        let bytes = text.len().saturating_add(self.unended_bytes()) as u64;
        if let Err(stopped) = self.console.room_for(bytes) {
            return Err(self.stop(stopped));
        }
        self.console.write(level, text);
        Ok(())
    }

    /// Takes what was written to standard output or standard error; each line that has ended becomes a log.
    pub(super) fn print(&mut self, stream: Stream, text: &[u8]) -> wasmtime::Result<()> {
        let bytes = text.len().saturating_add(self.unended_bytes()) as u64;
        if let Err(stopped) = self.console.room_for(bytes) {
            return Err(self.stop(stopped));
        }
        let [out, err] = &mut self.lines;
        let line = if stream == Stream::Out { out } else { err };
        let mut parts = text.split(|byte| *byte == b'\n');
        let last = parts.next_back().unwrap_or_default();
        for part in parts {
            line.extend_from_slice(part);
            self.console.write(stream.level(), line);
            line.clear();
        }
        line.extend_from_slice(last);
        Ok(())
    }

    /// Logs the lines that were never ended.
    pub(super) fn end_lines(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        for (line, stream) in lines.iter().zip([Stream::Out, Stream::Err]) {
            if !line.is_empty() {
                self.console.write(stream.level(), line);
            }
        }
    }

    /// What the ledger knows at the run's end.
    pub(super) fn close(&mut self) -> Booked {
        self.ledger.close_books()
    }

    pub(super) fn take_console(&mut self) -> Console {
        std::mem::replace(&mut self.console, Console::new(0, None))
    }

    fn unended_bytes(&self) -> usize {
        self.lines.iter().map(Vec::len).sum()
    }
}

/// One of the two streams that become logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    Out,
    Err,
}

impl Stream {
    fn level(self) -> LogLevel {
        match self {
            Self::Out => LogLevel::Log,
            Self::Err => LogLevel::Error,
        }
    }
}

fn unknown(server: &str, tool: &str, catalog: &Catalog) -> Failure {
    match missing_name(server, tool, catalog) {
        Some(missing) => failure(missing.code.as_str(), server, tool, missing.message),
        None => failure("unknown_tool", server, tool, format!("unknown tool `{tool}`")),
    }
}

impl PendingCall {
    fn failed(failure: Failure) -> Self {
        Self(Standing::Settled(Some(Err(failure))))
    }

    /// The call's value.
    pub(crate) async fn value(self) -> Result<Value, Failure> {
        let json = self.await?;
        // What comes from the ledger is the JSON of a value.
        Ok(serde_json::from_slice(&json).unwrap_or(Value::Null))
    }

    /// Ready once the call has settled; its answer stays here.
    pub(super) fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Standing::Pending(answer) = &mut self.0 {
            let answer = std::task::ready!(Pin::new(answer).poll(context));
            self.0 = Standing::Settled(Some(answer.unwrap_or_else(|_| Err(over()))));
        }
        Poll::Ready(())
    }
}

impl Future for PendingCall {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        std::task::ready!(self.poll_ready(context));
        let answer = match &mut self.0 {
            Standing::Settled(answer) => answer.take(),
            Standing::Pending(_) => None,
        };
        Poll::Ready(answer.unwrap_or_else(|| Err(over())))
    }
}

/// The run is over, or the answer was taken; no script lives to see it.
fn over() -> Failure {
    let code = ToolErrorCode::Cancelled.as_str().to_owned();
    Failure { code, tool: String::new(), message: "the run is over".to_owned(), retryable: false, data: None }
}

#[cfg(test)]
mod tests {
    use super::json_depth;

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        for (text, depth) in [("1", 0), ("[]", 1), (r#"{"a":[1,[2]],"b":{}}"#, 3), (r#"["[[\"[[", "]"]"#, 1)] {
            assert_eq!(json_depth(text.as_bytes()), depth, "{text}");
        }
    }
}
