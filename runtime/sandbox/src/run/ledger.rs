//! The tool calls of one run: which are waiting, which are in flight, which have ended and how.

use std::{
    collections::VecDeque,
    future::poll_fn,
    mem,
    sync::Arc,
    task::{Context, Poll},
};

use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use serde_json::Value;
use tokio::{task::spawn_blocking, time::Instant};

use crate::{
    catalog::{Catalog, CatalogServer, CatalogTool},
    event::{Event, Observers},
    host::{Caller, Seams},
    host_function::HostFunction,
    json_shape::values_within,
    limits::{Limit, Limits},
    outcome::{CallRecord, CallState, Usage},
    run::{
        calls::{self, CallEnd},
        clock::Clock,
        failure::Failure,
        memory_budget::RunMemory,
        payload::{Form, Payload},
        watch::Watch,
    },
    schema::Bounds,
    stopped::Stopped,
    tool_error::ToolError,
};

/// The arguments kept for the report may have this many times the values allowed in one JSON text.
const KEPT_VALUES: u64 = 4;

/// Arguments up to this many bytes are parsed on the current thread, which takes a few milliseconds.
pub(crate) const READ_AT_ONCE_BYTES_MAX: usize = 256 << 10;

/// Records every call of a run and enforces the limits on calls.
pub(crate) struct Ledger {
    catalog: Catalog,
    functions: Vec<HostFunction>,
    limits: Limits,
    observers: Observers,
    /// Passed on with each call; see `Caller`.
    seams: Seams,
    clock: Clock,
    /// Bounds of schema checks.
    bounds: Arc<Bounds>,
    entries: Vec<Entry>,
    waiting: VecDeque<usize>,
    in_flight: FuturesUnordered<BoxFuture<'static, (usize, CallEnd)>>,
    usage: Usage,
    /// Number of values in the arguments kept for the report.
    argument_values: u64,
    notes: Vec<String>,
}

/// The final records of a run.
pub(crate) struct Booked {
    pub(crate) records: Vec<CallRecord>,
    pub(crate) usage: Usage,
    pub(crate) notes: Vec<String>,
}

/// A call to be made.
pub(crate) struct Booking {
    /// The engine's number for the call.
    pub(crate) id: u32,
    pub(crate) callee: Callee,
    pub(crate) arguments: Payload,
    /// A copy of the arguments for the tool, made in advance if copying takes long.
    pub(crate) copy: Option<Value>,
    /// Number of values in the arguments.
    pub(crate) values: u64,
    /// The form wanted for the result.
    pub(crate) form: Form,
}

impl Booking {
    /// Checks whether its arguments should be parsed on a worker thread.
    fn is_large(&self) -> bool {
        matches!(&self.arguments, Payload::Text(text) if text.len() > READ_AT_ONCE_BYTES_MAX)
    }

    /// Parses and copies its arguments on a worker thread: both take up to a second when there are many values.
    async fn read_aside(&mut self) {
        let arguments = mem::replace(&mut self.arguments, Payload::Text(Vec::new()));
        let read = move || {
            let bytes = arguments.bytes();
            let value = arguments.into_value();
            (Some(value.clone()), Payload::Value { value, bytes })
        };
        // This fails only when the runtime shuts down, which ends the run too.
        if let Ok(done) = spawn_blocking(read).await {
            (self.copy, self.arguments) = done;
        }
    }
}

/// A call that has ended, with its result in the requested form.
pub(crate) struct Answered {
    pub(crate) id: u32,
    pub(crate) result: Result<Payload, Failure>,
}

struct Entry {
    /// The engine's number for the call.
    guest_id: u32,
    form: Form,
    callee: Callee,
    began: Instant,
    record: CallRecord,
    /// A copy of the arguments for the tool, if made in advance.
    copy: Option<Value>,
}

/// What is called, by its position in the catalogue or among the host's functions.
#[derive(Clone, Copy)]
pub(crate) enum Callee {
    Tool(usize, usize),
    Function(usize),
}

impl Ledger {
    pub(crate) fn new(
        catalog: Catalog,
        functions: Vec<HostFunction>,
        limits: Limits,
        observers: Observers,
        seams: Seams,
        watch: &Watch,
        memory: RunMemory,
    ) -> Self {
        Self {
            catalog,
            functions,
            bounds: Arc::new(Bounds::of_run(watch.clone(), memory, limits.clone())),
            limits,
            observers,
            seams,
            clock: watch.clock.clone(),
            entries: Vec::new(),
            waiting: VecDeque::new(),
            in_flight: FuturesUnordered::new(),
            usage: Usage::default(),
            argument_values: 0,
            notes: Vec::new(),
        }
    }

    /// Records and starts a batch. If the batch exceeds a limit, none of it is recorded or started.
    pub(crate) fn admit(&mut self, calls: Vec<Booking>) -> Result<(), Stopped> {
        self.argument_values = self.within_limits(&calls)?;
        for call in calls {
            self.book(call);
        }
        self.start_waiting();
        Ok(())
    }

    /// Like [`Self::admit`], but parses large arguments on a worker thread.
    pub(crate) async fn admit_large(&mut self, mut calls: Vec<Booking>) -> Result<(), Stopped> {
        if calls.iter().any(Booking::is_large) {
            self.within_limits(&calls)?;
            for call in calls.iter_mut().filter(|call| call.is_large()) {
                call.read_aside().await;
            }
        }
        self.admit(calls)
    }

    /// Returns the function of the host with this path.
    pub(crate) fn function(&self, path: &str) -> Option<Callee> {
        self.functions.iter().position(|function| function.path == path).map(Callee::Function)
    }

    /// Returns the limits of the run.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Checks that no call is waiting or in flight.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.in_flight.is_empty()
    }

    /// Waits until a call has ended, then takes every other that has ended too; never returns while no call is in
    /// flight.
    pub(crate) async fn settled(&mut self) -> Result<Vec<Answered>, Stopped> {
        poll_fn(|context| self.poll_settled(context)).await
    }

    /// Poll form of [`Self::settled`], for callers that cannot hold `&mut self` across an await. Poll again after
    /// booking a call.
    pub(crate) fn poll_settled(&mut self, context: &mut Context<'_>) -> Poll<Result<Vec<Answered>, Stopped>> {
        let mut settled = Vec::new();
        while let Poll::Ready(Some(ended)) = self.in_flight.poll_next_unpin(context) {
            settled.push(self.close(ended)?);
        }
        if settled.is_empty() {
            return Poll::Pending;
        }
        self.start_waiting();
        Poll::Ready(Ok(settled))
    }

    /// Cancels the calls in flight and returns the records.
    pub(crate) fn close_books(&mut self) -> Booked {
        self.in_flight.clear();
        self.note_defects();
        let records = std::mem::take(&mut self.entries).into_iter().map(|mut entry| {
            if entry.record.state == CallState::Unknown {
                entry.record.duration_ms = ms_since(entry.began);
            }
            entry.record
        });
        Booked { records: records.collect(), usage: self.usage, notes: std::mem::take(&mut self.notes) }
    }

    /// Checks a batch against the limits, and returns the number of argument values including the batch.
    fn within_limits(&self, calls: &[Booking]) -> Result<u64, Stopped> {
        let made = (self.entries.len() + calls.len()) as u64;
        if made > self.limits.tool_calls_max {
            return Err(Stopped::Limit { limit: Limit::ToolCalls, value: self.limits.tool_calls_max, used: made });
        }
        let mut values = self.argument_values;
        for call in calls {
            let bytes = call.arguments.bytes();
            let (limit, value) = self.limits.arguments(matches!(call.callee, Callee::Function(_)));
            if bytes > value {
                return Err(Stopped::Limit { limit, value, used: bytes });
            }
            values = values.saturating_add(call.values);
            values_within(values / KEPT_VALUES, &self.limits)?;
        }
        Ok(values)
    }

    fn book(&mut self, call: Booking) {
        let Booking { id, callee, arguments, copy, form, .. } = call;
        let bytes = arguments.bytes();
        let Some((server, tool)) = self.names(callee) else {
            return;
        };
        let record = CallRecord {
            id: u32::try_from(self.entries.len()).unwrap_or(u32::MAX),
            server,
            tool,
            arguments: arguments.into_value(),
            state: CallState::NotSent,
            duration_ms: 0.0,
        };
        self.usage.tool_calls += 1;
        self.usage.argument_bytes = self.usage.argument_bytes.max(bytes);
        self.waiting.push_back(self.entries.len());
        self.entries.push(Entry { guest_id: id, form, callee, began: Instant::now(), record, copy });
    }

    fn names(&self, callee: Callee) -> Option<(String, String)> {
        match callee {
            Callee::Tool(server, tool) => {
                let (server, entry) = find(&self.catalog, server, tool)?;
                Some((server.server.name.clone(), entry.tool.name.clone()))
            }
            Callee::Function(place) => Some((String::new(), self.functions.get(place)?.path.clone())),
        }
    }

    /// Notes the schemas of called tools that turned out to be unenforceable when a value was checked.
    fn note_defects(&mut self) {
        let Self { catalog, entries, notes, .. } = self;
        for Entry { callee, record, .. } in entries {
            let Callee::Tool(server, tool) = *callee else { continue };
            let Some((_, entry)) = find(catalog, server, tool) else { continue };
            let defects = [("input", entry.input.defect()), ("output", entry.output.defect())];
            for (which, defect) in defects.into_iter().filter_map(|(which, defect)| Some((which, defect?))) {
                let note = format!("the {which} schema of `{}` cannot be enforced: {defect}", record.name());
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
    }

    fn start_waiting(&mut self) {
        while (self.in_flight.len() as u64) < self.limits.tool_calls_at_once_max {
            let Some(at) = self.waiting.pop_front() else {
                break;
            };
            self.start(at);
        }
        self.usage.tool_calls_at_once = self.usage.tool_calls_at_once.max(self.in_flight.len() as u64);
    }

    fn start(&mut self, at: usize) {
        let Some(entry) = self.entries.get_mut(at) else {
            return;
        };
        entry.began = Instant::now();
        entry.record.state = CallState::Unknown;
        let callee = entry.callee;
        let form = entry.form;
        let copy = entry.copy.take();
        let arguments = copy.unwrap_or_else(|| entry.record.arguments.clone());
        let caller = Caller::of(entry.record.id, self.seams.clone(), self.clock.clone());
        if !self.observers.is_empty() {
            self.observers.tell(&started(&entry.record));
        }
        self.in_flight.push(self.call(at, callee, form, arguments, caller));
    }

    fn call(
        &self,
        at: usize,
        callee: Callee,
        form: Form,
        arguments: Value,
        caller: Caller,
    ) -> BoxFuture<'static, (usize, CallEnd)> {
        let bounds = Arc::clone(&self.bounds);
        match callee {
            Callee::Tool(server, tool) => {
                let catalog = self.catalog.clone();
                let pending = async move {
                    match find(&catalog, server, tool) {
                        Some((server, entry)) => {
                            (at, calls::perform(server, entry, arguments, form, &bounds, caller).await)
                        }
                        None => (at, CallEnd::Failed(ToolError::failed("the tool is gone"))),
                    }
                };
                pending.boxed()
            }
            Callee::Function(place) => {
                let function = self.functions.get(place).cloned();
                let pending = async move {
                    match function {
                        Some(function) => {
                            (at, calls::perform_function(&function, arguments, form, &bounds.limits, &caller).await)
                        }
                        None => (at, CallEnd::Failed(ToolError::failed("the function is gone"))),
                    }
                };
                pending.boxed()
            }
        }
    }

    /// Records how a call ended and converts the result for the engine.
    fn close(&mut self, (at, end): (usize, CallEnd)) -> Result<Answered, Stopped> {
        let Some(entry) = self.entries.get_mut(at) else {
            return Ok(Answered { id: u32::MAX, result: Ok(Payload::Text(b"null".to_vec())) });
        };
        let record = &mut entry.record;
        record.duration_ms = ms_since(entry.began);
        self.usage.tool_call_ms = self.usage.tool_call_ms.max(record.duration_ms);
        record.state = state_of(&end);
        if let CallState::Finished { result_bytes } = record.state {
            self.usage.result_bytes = self.usage.result_bytes.max(result_bytes);
        }
        let server = &record.server;
        let tool = &record.tool;
        let state = record.state.as_str();
        tracing::debug!(server, tool, state, ms = record.duration_ms.round(), "a call ended");
        if !self.observers.is_empty() {
            self.observers.tell(&ended(record));
        }
        match end {
            CallEnd::Value(result) => Ok(Answered { id: entry.guest_id, result: Ok(result) }),
            CallEnd::Failed(error) => Ok(Answered { id: entry.guest_id, result: Err(failure(record, error)) }),
            CallEnd::Stopped(stopped, _) => Err(stopped),
        }
    }
}

fn find(catalog: &Catalog, server: usize, tool: usize) -> Option<(&CatalogServer, &CatalogTool)> {
    let server = catalog.servers().get(server)?;
    Some((server, server.tools.get(tool)?))
}

/// Returns the final state of a call. A result that exceeds a limit did arrive: the tool has done its work.
fn state_of(end: &CallEnd) -> CallState {
    match end {
        CallEnd::Value(result) => CallState::Finished { result_bytes: result.bytes() },
        CallEnd::Failed(error) => CallState::Failed { code: error.code, message: error.message.clone() },
        CallEnd::Stopped(_, bytes) => CallState::Finished { result_bytes: *bytes },
    }
}

fn failure(record: &CallRecord, error: ToolError) -> Failure {
    Failure {
        code: error.code.as_str().to_owned(),
        tool: record.wire_name(),
        message: error.message,
        retryable: error.retryable,
        data: error.data.and_then(|data| serde_json::to_vec(&data).ok()),
    }
}

fn started(record: &CallRecord) -> Event {
    Event::CallStarted {
        id: record.id,
        name: record.name(),
        server: record.server.clone(),
        tool: record.tool.clone(),
        arguments: record.arguments.clone(),
    }
}

fn ended(record: &CallRecord) -> Event {
    let result = match &record.state {
        CallState::Failed { code, .. } => Err(*code),
        CallState::Finished { result_bytes } => Ok(*result_bytes),
        CallState::Unknown | CallState::NotSent => Ok(0),
    };
    Event::CallEnded { id: record.id, name: record.name(), duration_ms: record.duration_ms, result }
}

fn ms_since(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1_000.0
}
