//! What runs compete for: slots and memory. A waiting run notices when it is cancelled or out of time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use callbox::{
    CancellationToken, Capacity, Catalog, End, Event, Limit, Limits, Outcome, RunRequest, Sandbox, Stopped,
    outcome::Wait,
};
use callbox_tests::{component::request, component::script, fixtures, stage};
use futures::future::join_all;
use serde_json::json;

const MIB: u64 = 1 << 20;

fn catalog() -> Catalog {
    let (name, tools, host) = fixtures::kit();
    Catalog::builder().server(name, tools, host).build()
}

fn sandbox(change: impl FnOnce(&mut Capacity)) -> Sandbox {
    let mut capacity = Capacity::default();
    capacity.runs_at_once_max = 2;
    change(&mut capacity);
    Sandbox::builder().capacity(capacity).build().expect("a sandbox")
}

/// Does the rest next to a run that is waiting for a call which nobody answers.
async fn beside<T>(sandbox: &Sandbox, holder: RunRequest, rest: impl Future<Output = T>) -> T {
    let (catalog, calls) = (catalog(), Arc::new(AtomicUsize::new(0)));
    let called = Arc::clone(&calls);
    let holder = holder.observe(move |event| {
        if matches!(event, Event::CallStarted { .. }) {
            called.fetch_add(1, SeqCst);
        }
    });
    let rest = async {
        until(|| calls.load(SeqCst) == 1).await;
        rest.await
    };
    tokio::select! {
        biased;
        outcome = sandbox.run(&catalog, holder) => panic!("it has no end of its own: {:?}", outcome.map(|it| it.end)),
        done = rest => done,
    }
}

async fn run(sandbox: &Sandbox, request: RunRequest) -> Outcome {
    sandbox.run(&catalog(), request).await.expect("the machine can run it")
}

#[track_caller]
fn stopped_by(outcome: &Outcome, wanted: Limit) {
    let End::Stopped(Stopped::Limit { limit, .. }) = outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(limit, wanted, "{}", outcome.transcript());
}

const HOLDS: &str = "await tools.kit.never({})";

/// Far away, so that only the tested wait ends a run.
fn patient() -> Limits {
    Limits { cpu_ms_max: 60_000, wall_ms_max: 600_000, tool_call_ms_max: 600_000, ..Limits::default() }
}

/// Counts how often a run waited for this resource.
fn counting(request: RunRequest, wait: Wait) -> (RunRequest, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let request = request.observe(move |event| {
        if *event == Event::Waiting(wait) {
            counted.fetch_add(1, SeqCst);
        }
    });
    (request, count)
}

async fn until(holds: impl Fn() -> bool) {
    while !holds() {
        tokio::task::yield_now().await;
    }
}

/// A second run next to one that holds what it needs: it can be cancelled, it runs out of time, and it runs once the
/// first has gone.
fn waits_well(sandbox: &Sandbox, holder: &RunRequest, wait: Wait) {
    stage::wait(async {
        let waits = RunRequest::new("return 7").limits(patient());
        beside(sandbox, holder.clone(), async {
            let token = CancellationToken::new();
            let (request, waited) = counting(waits.clone().cancel(token.clone()), wait);
            let cancel = async {
                until(|| waited.load(SeqCst) == 1).await;
                token.cancel();
            };
            let (outcome, ()) = tokio::join!(run(sandbox, request), cancel);
            assert_eq!(outcome.end, End::Stopped(Stopped::Cancelled));
            let limits = Limits { wall_ms_max: 50, ..patient() };
            stopped_by(&run(sandbox, waits.clone().limits(limits)).await, Limit::WallMs);
        })
        .await;
        let (request, waited) = counting(waits, wait);
        beside(sandbox, holder.clone(), async {
            // Dropping it while it waits leaves nothing behind.
            let catalog = catalog();
            let given_up = sandbox.run(&catalog, request.clone());
            tokio::select! {
                _ = given_up => panic!("there is no room for it"),
                () = until(|| waited.load(SeqCst) == 1) => {}
            }
        })
        .await;
        assert_eq!(sandbox.runs_waiting(), 0);
        let End::Returned(returned) = run(sandbox, request).await.end else { panic!("it has room now") };
        assert_eq!((returned.value, waited.load(SeqCst)), (json!(7), 1));
    });
}

#[test]
fn who_waits_for_a_place_hears_what_ends_it() {
    let sandbox = sandbox(|capacity| capacity.runs_at_once_max = 1);
    waits_well(&sandbox, &RunRequest::new(HOLDS).limits(patient()), Wait::RunSlot);
}

#[test]
fn the_time_before_a_place_counts() {
    let sandbox = sandbox(|capacity| capacity.runs_at_once_max = 1);
    let limits = Limits { wall_ms_max: 300, ..patient() };
    let (first, second) = stage::wait(async {
        let hold = || run(&sandbox, RunRequest::new(HOLDS).limits(limits.clone()));
        tokio::join!(hold(), hold())
    });
    stopped_by(&first, Limit::WallMs);
    stopped_by(&second, Limit::WallMs);
    assert!(second.usage.wall_ms < 600.0, "not twice its time: {:?}", second.usage);
}

#[test]
fn the_queue_for_places_has_an_end() {
    let sandbox = sandbox(|capacity| {
        capacity.runs_at_once_max = 1;
        capacity.runs_waiting_max = 2;
    });
    stage::wait(beside(&sandbox, RunRequest::new(HOLDS).limits(patient()), async {
        let waits = || RunRequest::new("return 1").limits(patient());
        let queue = async { tokio::join!(run(&sandbox, waits()), run(&sandbox, waits())) };
        let refused = async {
            until(|| sandbox.runs_waiting() == 2).await;
            run(&sandbox, waits()).await
        };
        tokio::select! {
            _ = queue => panic!("nobody leaves"),
            outcome = refused => stopped_by(&outcome, Limit::RunsWaiting),
        }
    }));
}

/// Takes memory until stopped.
const GROWS: &str = "const all = []; for (;;) { all.push(new Uint8Array(1 << 20)); await null }";
/// Takes thirty MiB and keeps them.
const KEEPS: &str = "const all = []; for (let i = 0; i < 30; i++) all.push(new Uint8Array(1 << 20));
    await tools.kit.never({}); return all.length";

#[test]
fn who_waits_for_memory_hears_what_ends_it() {
    let sandbox = sandbox(|capacity| capacity.runs_memory_bytes_max = 16 * MIB);
    // The first uses more than the total, so the second gets nothing.
    waits_well(&sandbox, &RunRequest::new(KEEPS).limits(patient()), Wait::Memory);
}

#[test]
fn a_component_waits_for_memory_too() {
    let sandbox = sandbox(|capacity| capacity.runs_memory_bytes_max = 16 * MIB);
    let grows = script("(drop (memory.grow (i32.const 160))) (drop (memory.grow (i32.const 160))) unreachable");
    stage::wait(beside(&sandbox, RunRequest::new(KEEPS).limits(patient()), async {
        let (request, waited) =
            counting(request(&grows).limits(Limits { wall_ms_max: 200, ..patient() }), Wait::Memory);
        stopped_by(&run(&sandbox, request).await, Limit::WallMs);
        assert_eq!(waited.load(SeqCst), 1);
    }));
}

/// Each wants more than the total: they get it one after the other, and none waits for ever.
#[test]
fn many_that_grow_at_once_all_come_to_their_own_limit() {
    let sandbox = sandbox(|capacity| {
        capacity.runs_at_once_max = 12;
        capacity.runs_memory_bytes_max = 40 * MIB;
    });
    let outcomes =
        stage::wait(async { join_all((0..12).map(|_| run(&sandbox, RunRequest::new(GROWS).limits(patient())))).await });
    outcomes.iter().for_each(|outcome| stopped_by(outcome, Limit::MemoryBytes));
}
