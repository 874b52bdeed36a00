//! The tool calls of one run: which wait, which are in flight, which have ended and how.

use std::collections::VecDeque;

use callbox_js::frames::{Call, Failure, Settled};
use futures::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesUnordered};
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    calls::{self, CallEnd},
    catalog::{Catalog, CatalogServer, CatalogTool},
    host::ToolError,
    limits::{Limit, Limits},
    outcome::{CallRecord, CallState, Stopped, Usage},
    request::{Event, Observer},
};

/// Books every call of a run, under the limits on calls.
pub(crate) struct Ledger {
    catalog: Catalog,
    limits: Limits,
    observer: Option<Observer>,
    entries: Vec<Entry>,
    waiting: VecDeque<usize>,
    in_flight: FuturesUnordered<BoxFuture<'static, (usize, CallEnd)>>,
    usage: Usage,
    notes: Vec<String>,
}

/// What a ledger knows at a run's end.
pub(crate) struct Booked {
    pub(crate) records: Vec<CallRecord>,
    pub(crate) usage: Usage,
    pub(crate) notes: Vec<String>,
}

struct Entry {
    /// The engine's number of the call.
    guest_id: u32,
    server: usize,
    tool: usize,
    began: Instant,
    record: CallRecord,
}

impl Ledger {
    pub(crate) fn new(catalog: Catalog, limits: Limits, observer: Option<Observer>) -> Self {
        Self {
            catalog,
            limits,
            observer,
            entries: Vec::new(),
            waiting: VecDeque::new(),
            in_flight: FuturesUnordered::new(),
            usage: Usage::default(),
            notes: Vec::new(),
        }
    }

    /// Books and starts a batch. A batch that passes a limit is booked nowhere and started in no part.
    pub(crate) fn admit(&mut self, calls: Vec<Call>) -> Result<(), Stopped> {
        self.within_limits(&calls)?;
        for call in calls {
            self.book(&call);
        }
        self.start_waiting();
        Ok(())
    }

    /// Whether no call waits or is in flight.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.in_flight.is_empty()
    }

    /// Waits until a call has ended, then takes every other that has ended too.
    pub(crate) async fn settled(&mut self) -> Result<Vec<Settled>, Stopped> {
        let Some(first) = self.in_flight.next().await else {
            return Ok(Vec::new());
        };
        let mut settled = vec![self.close(first)?];
        while let Some(Some(next)) = self.in_flight.next().now_or_never() {
            settled.push(self.close(next)?);
        }
        self.start_waiting();
        Ok(settled)
    }

    /// Cancels what is in flight and hands out the books.
    pub(crate) fn close_books(mut self) -> Booked {
        self.in_flight.clear();
        let records = self.entries.into_iter().map(|mut entry| {
            if entry.record.state == CallState::Unknown {
                entry.record.duration_ms = ms_since(entry.began);
            }
            entry.record
        });
        Booked { records: records.collect(), usage: self.usage, notes: self.notes }
    }

    fn within_limits(&self, calls: &[Call]) -> Result<(), Stopped> {
        let made = (self.entries.len() + calls.len()) as u64;
        if made > self.limits.tool_calls_max {
            return Err(Stopped::Limit { limit: Limit::ToolCalls, value: self.limits.tool_calls_max, used: made });
        }
        let largest = calls.iter().map(|call| call.arguments.len() as u64).max().unwrap_or_default();
        if largest > self.limits.argument_bytes_max {
            let value = self.limits.argument_bytes_max;
            return Err(Stopped::Limit { limit: Limit::ArgumentBytes, value, used: largest });
        }
        Ok(())
    }

    fn book(&mut self, call: &Call) {
        let (server, tool) = (call.server as usize, call.tool as usize);
        let Some((catalog_server, entry)) = find(&self.catalog, server, tool) else {
            return;
        };
        let bytes = call.arguments.len() as u64;
        let record = CallRecord {
            id: u32::try_from(self.entries.len()).unwrap_or(u32::MAX),
            server: catalog_server.server.name.clone(),
            tool: entry.tool.name.clone(),
            arguments: serde_json::from_slice(&call.arguments).unwrap_or(Value::Null),
            state: CallState::NotSent,
            duration_ms: 0.0,
        };
        let defects = [("input", entry.input_defect()), ("output", entry.output_defect())];
        for (which, defect) in defects.into_iter().filter_map(|(which, defect)| Some((which, defect?))) {
            let note = format!("the {which} schema of `{}` cannot be enforced: {defect}", record.name());
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        self.usage.tool_calls += 1;
        self.usage.argument_bytes = self.usage.argument_bytes.max(bytes);
        self.waiting.push_back(self.entries.len());
        self.entries.push(Entry { guest_id: call.id, server, tool, began: Instant::now(), record });
    }

    fn start_waiting(&mut self) {
        while (self.in_flight.len() as u64) < self.limits.tool_calls_at_once_max.max(1) {
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
        let (server, tool) = (entry.server, entry.tool);
        let (catalog, limits, arguments) = (self.catalog.clone(), self.limits.clone(), entry.record.arguments.clone());
        if let Some(observer) = &self.observer {
            let record = &entry.record;
            observer(&Event::CallStarted { id: record.id, name: record.name(), arguments: arguments.clone() });
        }
        let pending = async move {
            match find(&catalog, server, tool) {
                Some((server, entry)) => (at, calls::perform(server, entry, arguments, &limits).await),
                None => (at, CallEnd::Failed(ToolError::failed("the tool is gone"))),
            }
        };
        self.in_flight.push(pending.boxed());
    }

    /// Writes down how a call ended and makes the engine's message of it.
    fn close(&mut self, (at, end): (usize, CallEnd)) -> Result<Settled, Stopped> {
        let Some(entry) = self.entries.get_mut(at) else {
            return Ok(Settled { id: u32::MAX, result: Ok(b"null".to_vec()) });
        };
        let record = &mut entry.record;
        record.duration_ms = ms_since(entry.began);
        self.usage.tool_call_ms = self.usage.tool_call_ms.max(record.duration_ms);
        record.state = state_of(&end);
        if let CallState::Finished { result_bytes } = record.state {
            self.usage.result_bytes = self.usage.result_bytes.max(result_bytes);
        }
        if let Some(observer) = &self.observer {
            observer(&ended(record));
        }
        match end {
            CallEnd::Value(bytes) => Ok(Settled { id: entry.guest_id, result: Ok(bytes) }),
            CallEnd::Failed(error) => Ok(Settled { id: entry.guest_id, result: Err(failure(record, error)) }),
            CallEnd::Stopped(stopped, _) => Err(stopped),
        }
    }
}

fn find(catalog: &Catalog, server: usize, tool: usize) -> Option<(&CatalogServer, &CatalogTool)> {
    let server = catalog.servers().get(server)?;
    Some((server, server.tools.get(tool)?))
}

/// A result past a limit did arrive: the tool has done its work.
fn state_of(end: &CallEnd) -> CallState {
    match end {
        CallEnd::Value(bytes) => CallState::Finished { result_bytes: bytes.len() as u64 },
        CallEnd::Failed(error) => CallState::Failed { code: error.code, message: error.message.clone() },
        CallEnd::Stopped(_, bytes) => CallState::Finished { result_bytes: *bytes },
    }
}

fn failure(record: &CallRecord, error: ToolError) -> Failure {
    Failure {
        code: error.code.as_str().to_owned(),
        tool: record.name(),
        message: error.message,
        retryable: error.retryable,
        data: error.data.and_then(|data| serde_json::to_vec(&data).ok()),
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
