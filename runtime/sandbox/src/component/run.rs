//! One run of a component from request to outcome: enters the guest, lets its calls proceed alongside it, and drains
//! them.

use std::{future::poll_fn, pin::pin, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    calls::SharedRecord,
    engine::Components,
    guest::{Attended, Ran, State, enter, store},
    thrown,
    wasi::Machine,
};
use crate::{
    catalog::Catalog,
    error::Error,
    host::Seams,
    json_shape::{JsonShape, values_within},
    limits::{Limit, Limits},
    outcome::{End, Outcome, Usage},
    program::ComponentSource,
    request::RunRequest,
    run::{
        admission::{input_within, within},
        clock::{Clock, HeldTooLong},
        console::Console,
        finish::{self, Ended, returned, unstarted},
        ledger::Ledger,
        memory_budget::MemoryBudget,
        watch::Watch,
    },
    stopped::Stopped,
};

/// Runs a component once.
pub(crate) async fn run(
    components: &Components,
    memory: &MemoryBudget,
    catalog: &Catalog,
    mut request: RunRequest,
    source: ComponentSource,
) -> Result<Outcome, Error> {
    let began = Instant::now();
    let seed = request.seed.map_or_else(getrandom::u64, Ok).map_err(Error::random)?;
    let input = std::mem::take(&mut request.input).into_text();
    let usage =
        Usage { source_bytes: source.bytes().len() as u64, input_bytes: input.len() as u64, ..Usage::default() };
    let refused = within(Limit::ComponentBytes, request.limits.component_bytes_max, usage.source_bytes)
        .and_then(|()| input_within(&input, &request.limits));
    if let Err(end) = refused {
        return Ok(unstarted(*end, usage, began));
    }
    let linked = match components.ready(&source, &request.limits, &request.cancel).await {
        Ok(ready) => components.linked(&ready, catalog),
        Err(end) => Err(end),
    };
    let pre = match linked {
        Ok(pre) => pre,
        Err(end) => return Ok(unstarted(*end, usage, began)),
    };
    // The run's wall time starts here: compiling has its own limit.
    let watch = Watch::new(Instant::now(), Clock::new(request.person_ms_max), request.cancel.clone(), &request.limits);
    let RunRequest {
        limits, cancel, observers, functions, context, gate, answerer, clock_ms, folders, variables, ..
    } = request;
    let console = Console::new(limits.log_bytes_max, observers.clone());
    let memory = memory.run(watch.clone(), observers.clone());
    let share = memory.share();
    let seams = Seams { context, gate, answerer };
    let ledger = Ledger::new(catalog.clone(), functions, limits.clone(), observers, seams, &watch, memory);
    let record = SharedRecord::new(ledger, console, catalog.clone(), &limits);
    let machine = Machine::new(&record, seed, clock_ms, &folders, &variables).map_err(Error::folder)?;
    let mut store = store(&pre, State::new(record.clone(), machine, watch.clone(), &limits, share));
    let waits = Waits { record: &record, cancel: &cancel, watch: &watch, drain_ms_max: limits.drain_ms_max };
    let ran = {
        let mut guest = pin!(enter(&mut store, &pre, input));
        let meter = watch.meter.clone();
        let guest = Attended { ticker: &components.ticker, guest: meter.measure(guest.as_mut()) };
        waits.ended(guest).await
    };
    let mut notes = Vec::new();
    let mut usage = usage;
    let end = match ran {
        Ok(Ok(ran)) => match end_of(ran, &limits, &mut usage) {
            Ok(end) => end,
            Err(stopped) => End::Stopped(stopped),
        },
        Ok(Err(error)) => thrown::end(&error, store.data_mut()),
        Err(stopped) => End::Stopped(stopped),
    };
    usage.memory_bytes = store.data().room.peak_bytes;
    drop(store);
    let finished = matches!(end, End::Returned(_) | End::Threw(_));
    if finished && waits.drained().await.is_err() {
        notes.push("the script ended while calls it did not await were still pending".to_owned());
    }
    Ok(outcome(&record, end, notes, usage, &watch))
}

/// Returns the end of a run whose guest returned.
fn end_of(ran: Ran, limits: &Limits, usage: &mut Usage) -> Result<End, Stopped> {
    let json = match ran {
        Ok(json) => json,
        Err(error) => return Ok(End::Threw(thrown::returned(error, limits))),
    };
    let (shape, depth_max) = (JsonShape::of(json.as_bytes()), limits.json_depth());
    if shape.depth > depth_max {
        let value = u64::from(depth_max);
        return Err(Stopped::Limit { limit: Limit::JsonDepth, value, used: value + 1 });
    }
    values_within(shape.values, limits)?;
    Ok(match serde_json::from_str(&json) {
        Ok(value) => {
            usage.returned_bytes = json.len() as u64;
            returned(value, usage.returned_bytes, limits)
        }
        Err(error) => End::Threw(thrown::not_json(&error)),
    })
}

fn outcome(record: &SharedRecord, end: End, notes: Vec<String>, usage: Usage, watch: &Watch) -> Outcome {
    let mut record = record.lock();
    record.end_lines();
    let booked = record.close();
    let console = record.take_console();
    finish::finish(Ended { end, engine: None, notes, usage }, booked, console, watch)
}

/// What a run needs in order to wait.
struct Waits<'a> {
    record: &'a SharedRecord,
    cancel: &'a CancellationToken,
    watch: &'a Watch,
    drain_ms_max: u64,
}

impl Waits<'_> {
    /// Polls the guest and its calls until the guest has ended.
    async fn ended<T>(&self, mut guest: impl Future<Output = T> + Unpin) -> Result<T, Stopped> {
        let mut late = pin!(self.watch.clock.until(self.watch.deadline()));
        loop {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(Stopped::Cancelled),
                ended = &mut guest => return Ok(ended),
                // Polled after the guest, so that a call it has just begun is seen at once.
                settled = poll_fn(|context| self.record.poll_settled(context)) => self.heard(settled)?,
                over = &mut late => return Err(self.late(&over)),
            }
        }
    }

    /// Prefers the clock's own stop: a call that failed because the clock ran out is not reported to the script.
    fn heard(&self, settled: Result<(), Stopped>) -> Result<(), Stopped> {
        match self.watch.clock.exceeded() {
            Some(stopped) => Err(stopped),
            None => settled,
        }
    }

    /// Returns the stop for a wait whose time is over.
    fn late(&self, over: &Result<(), HeldTooLong>) -> Stopped {
        match over {
            Ok(()) => self.watch.wall_stop(),
            Err(HeldTooLong(stopped)) => *stopped,
        }
    }

    /// Waits for a while for calls that the script did not await.
    async fn drained(&self) -> Result<(), Stopped> {
        let drained = self.watch.clock.now() + Duration::from_millis(self.drain_ms_max);
        let mut late = pin!(self.watch.clock.until(self.watch.deadline().min(drained)));
        while !self.record.lock().ledger.is_idle() {
            tokio::select! {
                biased;
                () = self.cancel.cancelled() => return Err(Stopped::Cancelled),
                settled = poll_fn(|context| self.record.poll_settled(context)) => self.heard(settled)?,
                over = &mut late => return Err(self.late(&over)),
            }
        }
        Ok(())
    }
}
