//! One run from request to outcome: steps the guest, makes the calls it asks for and resumes it, until it ends.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use callbox_engine::frames::{Goal, Name, Resume, ServerNames, Settled, Start, State, Step};
use serde_json::Value;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    catalog::Catalog,
    diagnostic::{Diagnostic, DiagnosticCode},
    engine::Engine,
    error::Error,
    host::Seams,
    host_function::NamesWith,
    javascript::{guest::Guest, runtime::Runtime, thrown, timers::Timers},
    json_shape::{JsonShape, values_within},
    limits::{Limit, Limits},
    outcome::{End, Outcome, Usage},
    request::RunRequest,
    run::{
        admission::{input_within, within},
        clock::{Clock, HeldTooLong},
        console::Console,
        finish::{self, Ended, deadlock, returned, unstarted},
        instance::{GuestState, Halt, stack_stop},
        ledger::Ledger,
        memory_budget::MemoryShare,
        watch::Watch,
    },
    script::Script,
    stopped::Stopped,
};

/// Runs a text or a compiled script once; the run's time began when it was requested.
pub(crate) async fn run(
    runtime: &Runtime,
    catalog: &Catalog,
    mut request: RunRequest,
    source: Source,
    began: Instant,
) -> Result<Outcome, Error> {
    let seed = request.seed.map_or_else(getrandom::u64, Ok).map_err(Error::random)?;
    let input = std::mem::take(&mut request.input).into_text();
    let mut usage = Usage { source_bytes: source.bytes(), input_bytes: input.len() as u64, ..Usage::default() };
    let watch = Watch::new(began, Clock::new(request.person_ms_max), request.cancel.clone(), &request.limits);
    let script = match script(runtime, catalog, &request, source, &input, &watch, &mut usage).await {
        Ok(script) => script,
        Err(end) => return Ok(unstarted(*end, usage, began)),
    };
    let start = Start {
        source: script.javascript().to_owned(),
        goal: Goal::Function,
        input: input.into_bytes(),
        servers: names_for(&script, catalog),
        functions: request.functions.iter().map(|function| function.path.clone()).collect(),
        seed,
        now_ms: clock_ms(request.clock_ms),
        json_depth_max: request.limits.json_depth(),
    };
    drive(runtime, catalog, request, watch, script, start, usage).await
}

/// The program of a run.
pub(crate) enum Source {
    /// Text to be compiled first.
    Text(String),
    /// A compiled script.
    Script(Script),
}

impl Source {
    fn bytes(&self) -> u64 {
        match self {
            Self::Text(text) => text.len() as u64,
            Self::Script(script) => script.source_bytes(),
        }
    }
}

/// Returns the script, or the reason why the run is rejected before an engine is created.
async fn script(
    runtime: &Runtime,
    catalog: &Catalog,
    request: &RunRequest,
    source: Source,
    input: &str,
    watch: &Watch,
    usage: &mut Usage,
) -> Result<Script, Box<End>> {
    let limits = &request.limits;
    within(Limit::SourceBytes, limits.source_bytes_max, usage.source_bytes)?;
    input_within(input, limits)?;
    let script = match source {
        Source::Text(text) => {
            let share = runtime.memory.share(watch.clone(), request.observers.clone());
            compile(runtime, &text, share, limits, usage).await?
        }
        Source::Script(script) => script,
    };
    let names = NamesWith { names: catalog, functions: &request.functions };
    script.check(&names).map_err(|diagnostics| Box::new(rejected(diagnostics, limits.source_nesting_max)))?;
    Ok(script)
}

/// Compiles with a share of the memory, within the limits of its watch, and records the usage.
pub(crate) async fn compile(
    runtime: &Runtime,
    text: &str,
    share: MemoryShare,
    limits: &Limits,
    usage: &mut Usage,
) -> Result<Script, Box<End>> {
    let watch = share.watch().clone();
    let compiling = runtime.compiler.compile(text, share, limits).await;
    usage.cpu_ms = watch.cpu_ms();
    usage.memory_bytes = compiling.peak_memory_bytes;
    compiling.script.map_err(|halt| Box::new(end_of(halt)))
}

/// Returns the end for rejected source. Nesting too deeply counts as a limit; everything else is for the author to fix.
fn rejected(diagnostics: Vec<Diagnostic>, value: u64) -> End {
    if diagnostics.iter().any(|diagnostic| diagnostic.code == DiagnosticCode::TooDeep) {
        return End::Stopped(Stopped::Limit { limit: Limit::SourceNesting, value, used: value.saturating_add(1) });
    }
    End::Rejected(diagnostics)
}

async fn drive(
    runtime: &Runtime,
    catalog: &Catalog,
    request: RunRequest,
    watch: Watch,
    script: Script,
    start: Start,
    usage: Usage,
) -> Result<Outcome, Error> {
    let RunRequest { engine, limits, cancel, observers, clock_ms, functions, context, gate, answerer, .. } = request;
    let engine = engine.unwrap_or(runtime.engine);
    let console = Console::new(limits.log_bytes_max, observers.clone());
    let memory = runtime.memory.run(watch.clone(), observers.clone());
    let state = GuestState::new(console, watch.clone(), &limits, Some(memory.share()), start.now_ms);
    let guest =
        match Guest::new(runtime.engines.get(engine).await.map_err(Error::engine)?, &runtime.ticker, state).await {
            Ok(guest) => guest,
            Err(halt) => return Ok(unstarted(end_of(halt), usage, watch.began)),
        };
    let seams = Seams { context, gate, answerer };
    let ledger = Ledger::new(catalog.clone(), functions, limits.clone(), observers, seams, &watch, memory);
    let timers = Timers::default();
    let mut run = Run {
        deadline: watch.deadline(),
        engine,
        guest,
        script,
        ledger,
        timers,
        watch,
        cancel,
        limits,
        clock_ms,
        end: None,
        usage,
        notes: Vec::new(),
    };
    let halted = run.run_to_end(&start).await.err();
    Ok(run.finish(halted))
}

/// A run in progress.
struct Run {
    engine: Engine,
    guest: Guest,
    script: Script,
    ledger: Ledger,
    timers: Timers,
    watch: Watch,
    cancel: CancellationToken,
    limits: Limits,
    clock_ms: Option<f64>,
    /// How the script ended, once it has; calls it made may still be in flight.
    end: Option<End>,
    /// How long the run may still wait, by its clock.
    deadline: Instant,
    usage: Usage,
    notes: Vec<String>,
}

impl Run {
    /// Steps the guest until its script has ended and none of its calls and timers are pending.
    async fn run_to_end(&mut self, start: &Start) -> Result<(), Halt> {
        let mut step = self.guest.start(start).await?;
        loop {
            self.absorb(step).await.map_err(Halt::Stopped)?;
            if self.ledger.is_idle() && self.timers.is_empty() {
                return Ok(());
            }
            let settled = self.settled().await.map_err(Halt::Stopped)?;
            let now_ms = clock_ms(self.clock_ms);
            step = self.guest.resume(&Resume { now_ms, settled }).await?;
        }
    }

    /// Processes the guest's requests and the state of its script.
    async fn absorb(&mut self, step: Step) -> Result<(), Stopped> {
        let unhandled = step.unhandled.into_iter().map(|thrown| thrown::thrown(thrown, &self.script, &self.limits));
        self.notes.extend(unhandled.map(|thrown| {
            let place = thrown.place().map(|place| format!(" at {place}")).unwrap_or_default();
            format!("nothing handled this error{place}: {thrown}")
        }));
        self.note_end(step.state)?;
        self.ledger.admit_large(step.calls.into_iter().map(Into::into).collect()).await?;
        step.sleeps.iter().for_each(|sleep| self.timers.set(sleep));
        step.cleared.iter().for_each(|id| self.timers.clear(*id));
        if self.end.is_some() {
            self.timers.clear_all();
        }
        Ok(())
    }

    fn note_end(&mut self, state: State) -> Result<(), Stopped> {
        self.end = match state {
            State::Waiting => return Ok(()),
            State::Returned { value, undefined } => Some(self.returned(&value, undefined)),
            State::Threw(thrown) => Some(thrown::end(thrown, &self.script, &self.limits)),
            State::NotJson(refused) if refused.too_deep => {
                let depth = u64::from(self.limits.json_depth());
                return Err(Stopped::Limit { limit: Limit::JsonDepth, value: depth, used: depth + 1 });
            }
            State::NotJson(refused) => Some(End::Threw(thrown::not_json(refused))),
            State::StackExceeded => return Err(stack_stop()),
        };
        let drained = self.watch.clock.now() + Duration::from_millis(self.limits.drain_ms_max);
        self.deadline = self.deadline.min(drained);
        Ok(())
    }

    fn returned(&mut self, json: &[u8], undefined: bool) -> End {
        if undefined {
            self.notes.push("the script returned nothing; end it with `return value`".to_owned());
        }
        if let Err(stopped) = values_within(JsonShape::of(json).values, &self.limits) {
            return End::Stopped(stopped);
        }
        let Ok(value) = serde_json::from_slice::<Value>(json) else {
            return End::Faulted("the engine returned a value that is not JSON".to_owned());
        };
        self.usage.returned_bytes = json.len() as u64;
        returned(value, self.usage.returned_bytes, &self.limits)
    }

    /// Waits for calls and timers, until the run's deadline.
    async fn settled(&mut self) -> Result<Vec<Settled>, Stopped> {
        let calls =
            async { if self.ledger.is_idle() { std::future::pending().await } else { self.ledger.settled().await } };
        let settled = tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Stopped::Cancelled),
            answered = calls => answered.map(|answered| answered.into_iter().map(Into::into).collect()),
            due = self.timers.due() => Ok(due),
            over = self.watch.clock.until(self.deadline) => Err(match over {
                Ok(()) => self.watch.wall_stop(),
                Err(HeldTooLong(stopped)) => stopped,
            }),
        };
        // Prefer the clock's own stop: a call that failed because the clock ran out is not reported to the script.
        match self.watch.clock.exceeded() {
            Some(stopped) => Err(stopped),
            None => settled,
        }
    }

    /// Once the script has settled, its result stands, even if a limit later stops calls it did not await.
    fn finish(mut self, halted: Option<Halt>) -> Outcome {
        let end = match (self.end.take(), halted) {
            (Some(end), None) => end,
            (Some(end), Some(_)) => {
                self.notes.push("the script ended while calls it did not await were still pending".to_owned());
                end
            }
            (None, Some(halt)) => end_of(halt),
            (None, None) => End::Threw(deadlock()),
        };
        let booked = self.ledger.close_books();
        self.usage.memory_bytes = self.usage.memory_bytes.max(self.guest.peak_memory_bytes());
        let console = self.guest.into_console();
        finish::finish(
            Ended { end, engine: Some(self.engine), notes: self.notes, usage: self.usage },
            booked,
            console,
            &self.watch,
        )
    }
}

fn end_of(halt: Halt) -> End {
    match halt {
        Halt::Stopped(stopped) => End::Stopped(stopped),
        Halt::Fault(message) => {
            tracing::error!(%message, "the engine faulted");
            End::Faulted(message)
        }
    }
}

/// Returns the names that the script can reach: those of the servers it names, or all of them if that cannot be
/// determined. A server that it cannot name keeps its index but loses its tools.
fn names_for(script: &Script, catalog: &Catalog) -> Vec<ServerNames> {
    let named: HashSet<&str> = script.tools_named().iter().map(|used| &*used.server).collect();
    let used = |server: &crate::catalog::CatalogServer| {
        script.dynamic() || [&server.server.name, &server.identifier].iter().any(|name| named.contains(name.as_str()))
    };
    catalog
        .servers()
        .iter()
        .map(|server| ServerNames {
            name: Name { wire: server.server.name.clone(), identifier: server.identifier.clone() },
            tools: if used(server) { tool_names(server) } else { Vec::new() },
        })
        .collect()
}

fn tool_names(server: &crate::catalog::CatalogServer) -> Vec<Name> {
    let tool_name = |tool: &std::sync::Arc<crate::catalog::CatalogTool>| Name {
        wire: tool.tool.name.clone(),
        identifier: tool.identifier.clone(),
    };
    server.tools.iter().map(tool_name).collect()
}

/// Returns the given time, or the machine's clock in whole milliseconds.
fn clock_ms(given: Option<f64>) -> f64 {
    given.unwrap_or_else(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (since.as_secs_f64() * 1_000.0).floor()
    })
}
