//! Tool calls of a component: begun by name, recorded in the run's ledger, answered once they have settled.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use crate::run::failure::Failure;
use futures::channel::oneshot;
use serde_json::Value;
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};

use super::guest::State;
use crate::{
    catalog::Catalog,
    event::Observers,
    json_shape::JsonShape,
    limits::{Limit, Limits},
    log::LogLevel,
    run::{
        console::{Console, LINE_END_BYTES},
        ledger::{Answered, Booked, Booking, Callee, Ledger, READ_AT_ONCE_BYTES_MAX},
        payload::{Form, Payload},
    },
    schema::bounded,
    script::missing_name,
    stopped::Stopped,
    tool_error::ToolErrorCode,
};

/// A call's value, or why it failed.
pub(super) type Answer = Result<Payload, Failure>;

/// State shared between a component's host functions and the run that drives it.
#[derive(Clone)]
pub(super) struct SharedRecord(Arc<Mutex<RunRecord>>);

/// The bookkeeping of one run.
pub(super) struct RunRecord {
    pub(super) ledger: Ledger,
    pub(super) console: Console,
    /// Set before a host function fails because of a limit.
    pub(super) stopped: Option<Stopped>,
    catalog: Catalog,
    argument_depth_max: u32,
    replies: HashMap<u32, oneshot::Sender<UntakenAnswer>>,
    untaken_bytes: Arc<AtomicU64>,
    untaken_bytes_max: u64,
    /// Answers so far.
    answers: u64,
    calls_begun: u32,
    /// Lines of standard output and standard error that have not ended.
    lines: [Vec<u8>; 2],
}

/// A limit was reached; [`RunRecord::stopped`] says which.
#[derive(Debug, thiserror::Error)]
#[error("a limit is reached")]
pub(super) struct LimitReached;

/// A call in progress. Dropping it does not cancel the call.
pub(crate) struct PendingCall(CallProgress);

enum CallProgress {
    Pending(oneshot::Receiver<UntakenAnswer>),
    Settled(Option<UntakenAnswer>),
}

/// An answer that the script has not taken yet; its bytes are counted while the host holds it.
struct UntakenAnswer {
    answer: Option<Answer>,
    /// Its position among all answers of the run.
    place: u64,
    bytes: u64,
    untaken_bytes: Arc<AtomicU64>,
}

impl UntakenAnswer {
    fn new(answer: Answer, place: u64, untaken_bytes: &Arc<AtomicU64>) -> Self {
        let bytes = answer.as_ref().map_or_else(failure_bytes, Payload::bytes);
        untaken_bytes.fetch_add(bytes, Relaxed);
        Self { answer: Some(answer), place, bytes, untaken_bytes: Arc::clone(untaken_bytes) }
    }
}

fn failure_bytes(failure: &Failure) -> u64 {
    (failure.message.len() + failure.data.as_ref().map_or(0, Vec::len)) as u64
}

impl Drop for UntakenAnswer {
    fn drop(&mut self) {
        self.untaken_bytes.fetch_sub(self.bytes, Relaxed);
    }
}

/// Begins a call whose arguments are a JSON value; its result will be one too.
pub(crate) fn begin(state: &mut State, server: &str, tool: &str, arguments: Value) -> wasmtime::Result<PendingCall> {
    let (shape, mut record) = (JsonShape::of_value(&arguments), state.record.lock());
    if let Some(too_deep) = record.too_deep(shape) {
        return Ok(record.unfit(server, tool, too_deep));
    }
    record.begin(server, tool, Payload::of_value(arguments), None, shape, Form::Value)
}

/// Begins a call whose arguments should be the JSON text of an object.
pub(super) fn begin_json(
    state: &mut State,
    server: &str,
    tool: &str,
    arguments: &str,
) -> wasmtime::Result<PendingCall> {
    let mut record = state.record.lock();
    record.size_within(server, arguments)?;
    let shape = JsonShape::of(arguments.as_bytes());
    if let Some(too_deep) = record.too_deep(shape) {
        return Ok(record.unfit(server, tool, too_deep));
    }
    match read_object(arguments) {
        Ok((value, copy)) => {
            let payload = Payload::Value { value, bytes: arguments.len() as u64 };
            record.begin(server, tool, payload, copy, shape, Form::Text)
        }
        Err(message) => Ok(record.unfit(server, tool, format!("the arguments are not a JSON object: {message}"))),
    }
}

/// Parses an object, and clones it if its text is large. On a multi-threaded runtime, large text is parsed in
/// `block_in_place`, so that other tasks of this thread can move elsewhere.
fn read_object(text: &str) -> Result<(Value, Option<Value>), String> {
    if text.len() <= READ_AT_ONCE_BYTES_MAX {
        return json_object(text).map(|object| (object, None));
    }
    let read = || json_object(text).map(|object| (object.clone(), Some(object)));
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => block_in_place(read),
        _ => read(),
    }
}

fn json_object(text: &str) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(object @ Value::Object(_)) => Ok(object),
        Ok(_) => Err("found another kind of value".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn failure(code: &str, server: &str, tool: &str, message: String) -> Failure {
    /// A made-up name can be arbitrarily long.
    const NAME_SHOWN_MAX: usize = 100;
    let shown = |name: &str| name.chars().take(NAME_SHOWN_MAX).collect::<String>();
    let tool = if server.is_empty() { shown(tool) } else { format!("{}.{}", shown(server), shown(tool)) };
    Failure { code: code.to_owned(), tool, message, retryable: false, data: None }
}

impl SharedRecord {
    pub(super) fn new(ledger: Ledger, console: Console, catalog: Catalog, limits: &Limits) -> Self {
        Self(Arc::new(Mutex::new(RunRecord {
            ledger,
            console,
            stopped: None,
            catalog,
            argument_depth_max: limits.json_depth(),
            replies: HashMap::new(),
            untaken_bytes: Arc::default(),
            untaken_bytes_max: limits.memory_bytes_max,
            answers: 0,
            calls_begun: 0,
            lines: [Vec::new(), Vec::new()],
        })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, RunRecord> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Delivers the answers of calls that have settled; pending while there are none.
    pub(super) fn poll_settled(&self, context: &mut Context<'_>) -> Poll<Result<(), Stopped>> {
        let mut record = self.lock();
        let answered = std::task::ready!(record.ledger.poll_settled(context))?;
        Poll::Ready(answered.into_iter().try_for_each(|answered| record.answer(answered)))
    }
}

impl RunRecord {
    /// Returns the limit on one call's arguments, bytes.
    pub(super) fn argument_bytes_max(&self) -> u64 {
        self.ledger.limits().argument_bytes_max
    }

    /// Checks the size of arguments before they are parsed: a text beyond the limit may be as large as the guest's
    /// memory.
    fn size_within(&mut self, server: &str, json: &str) -> wasmtime::Result<()> {
        let (limit, value) = self.ledger.limits().arguments(server.is_empty());
        let used = json.len() as u64;
        if used <= value { Ok(()) } else { Err(self.stop(Stopped::Limit { limit, value, used })) }
    }

    fn too_deep(&self, shape: JsonShape) -> Option<String> {
        let depth_max = self.argument_depth_max;
        let found = format!("arrays and objects nested deeper than {depth_max}");
        (shape.depth > depth_max).then(|| format!("arguments must be plain JSON, found {found}"))
    }

    fn begin(
        &mut self,
        server: &str,
        tool: &str,
        arguments: Payload,
        copy: Option<Value>,
        shape: JsonShape,
        form: Form,
    ) -> wasmtime::Result<PendingCall> {
        let Some(callee) = self.callee(server, tool) else {
            let unknown = unknown(server, tool, &self.catalog);
            return Ok(self.failed(unknown));
        };
        let id = self.calls_begun;
        let call = Booking { id, callee, arguments, copy, values: shape.values, form };
        if let Err(stopped) = self.ledger.admit(vec![call]) {
            return Err(self.stop(stopped));
        }
        self.calls_begun = self.calls_begun.saturating_add(1);
        let (reply, answer) = oneshot::channel();
        self.replies.insert(id, reply);
        Ok(PendingCall(CallProgress::Pending(answer)))
    }

    /// Looks up what is called; an empty server name means a function of the host.
    fn callee(&self, server: &str, tool: &str) -> Option<Callee> {
        if server.is_empty() {
            return self.ledger.function(tool);
        }
        let (server, tool) = self.catalog.position(server, tool)?;
        Some(Callee::Tool(server as usize, tool as usize))
    }

    /// Returns a call that failed because its arguments cannot be sent.
    fn unfit(&mut self, server: &str, tool: &str, message: String) -> PendingCall {
        self.failed(failure(ToolErrorCode::InvalidArguments.as_str(), server, tool, message))
    }

    /// Returns a call that failed before it began.
    fn failed(&mut self, failure: Failure) -> PendingCall {
        PendingCall(CallProgress::Settled(Some(self.held(Err(failure)))))
    }

    fn held(&mut self, answer: Answer) -> UntakenAnswer {
        self.answers += 1;
        UntakenAnswer::new(answer, self.answers, &self.untaken_bytes)
    }

    /// Delivers an answer; its call may have been dropped. Answers not taken yet may use as much host memory as the
    /// guest's memory limit.
    fn answer(&mut self, answered: Answered) -> Result<(), Stopped> {
        let held = self.held(answered.result);
        if let Some(reply) = self.replies.remove(&answered.id) {
            let _ = reply.send(held);
        }
        let (value, used) = (self.untaken_bytes_max, self.untaken_bytes.load(Relaxed));
        if used <= value { Ok(()) } else { Err(Stopped::Limit { limit: Limit::MemoryBytes, value, used }) }
    }

    /// Records why the run ends, and returns the error for the host function to fail with.
    pub(super) fn stop(&mut self, stopped: Stopped) -> wasmtime::Error {
        self.stopped.get_or_insert(stopped);
        wasmtime::Error::new(LimitReached)
    }

    pub(super) fn log(&mut self, level: LogLevel, text: &[u8]) -> wasmtime::Result<()> {
        let bytes = text.len().saturating_add(self.unended_bytes()) as u64;
        if let Err(stopped) = self.console.room_for(bytes + LINE_END_BYTES) {
            return Err(self.stop(stopped));
        }
        self.console.write(level, text);
        Ok(())
    }

    /// Takes text written to standard output or standard error; each completed line becomes a log entry.
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

    /// Logs the lines that never ended.
    pub(super) fn end_lines(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        for (line, stream) in lines.iter().zip([Stream::Out, Stream::Err]) {
            if !line.is_empty() {
                self.console.write(stream.level(), line);
            }
        }
    }

    /// Closes the ledger at the end of the run.
    pub(super) fn close(&mut self) -> Booked {
        self.ledger.close_books()
    }

    pub(super) fn take_console(&mut self) -> Console {
        std::mem::replace(&mut self.console, Console::new(0, Observers::default()))
    }

    /// Counts the bytes of lines that have not ended, including the line ends they will get.
    fn unended_bytes(&self) -> usize {
        self.lines.iter().filter(|line| !line.is_empty()).map(|line| line.len() + 1).sum()
    }
}

/// One of the two output streams that become logs.
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
    // A script can make up names longer than any real one.
    let (server, tool) = (bounded(server), bounded(tool));
    let (server, tool) = (server.as_str(), tool.as_str());
    if server.is_empty() {
        return failure("unknown_tool", server, tool, format!("the host has no function `{tool}`"));
    }
    match missing_name(server, tool, catalog) {
        Some(missing) => failure(missing.code.as_str(), server, tool, missing.message),
        None => failure("unknown_tool", server, tool, format!("unknown tool `{tool}`")),
    }
}

impl PendingCall {
    /// Waits for the call's value.
    pub(crate) async fn value(self) -> Result<Value, Failure> {
        self.await.map(Payload::into_value)
    }

    /// Becomes ready, with the answer's position among all answers, once the call has settled; the answer stays here.
    pub(super) fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<u64> {
        if let CallProgress::Pending(answer) = &mut self.0 {
            let answer = std::task::ready!(Pin::new(answer).poll(context));
            self.0 = CallProgress::Settled(answer.ok());
        }
        let CallProgress::Settled(held) = &self.0 else { return Poll::Pending };
        Poll::Ready(held.as_ref().map_or(u64::MAX, |held| held.place))
    }
}

impl Future for PendingCall {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        std::task::ready!(self.poll_ready(context));
        let held = match &mut self.0 {
            CallProgress::Settled(held) => held.take(),
            CallProgress::Pending(_) => None,
        };
        Poll::Ready(held.and_then(|mut held| held.answer.take()).unwrap_or_else(|| Err(over())))
    }
}

/// Failure for an answer that will never come or was already taken; no script lives to see it.
fn over() -> Failure {
    let code = ToolErrorCode::Cancelled.as_str().to_owned();
    Failure { code, tool: String::new(), message: "the run is over".to_owned(), retryable: false, data: None }
}
