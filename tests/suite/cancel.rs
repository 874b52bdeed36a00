//! Runs that the embedder cancels: calls in flight are cancelled, and the outcome says what was done.

use std::{sync::Arc, time::Duration};

use callbox::{CancellationToken, Catalog, End, Limits, Outcome, RunRequest, Stopped, ToolHost, outcome::CallState};
use callbox_tests::{fixtures, fixtures::Kit, stage};

fn catalog(kit: &Kit) -> Catalog {
    let (name, tools, _) = fixtures::kit();
    let host: Arc<dyn ToolHost> = Arc::new(kit.clone());
    Catalog::builder().server(name, tools, host).build()
}

/// Cancels the run once that many of its calls have reached the host.
fn cancelled_after(script: &str, calls: u64, kit: &Kit) -> Outcome {
    let token = CancellationToken::new();
    // All other limits are far away, so that only a cancelled run ends early.
    let limits = Limits { drain_ms_max: 50_000, ..Limits::default() };
    let request = RunRequest::new(script).limits(limits).cancel(token.clone());
    let watched = kit.clone();
    stage::wait(async {
        let catalog = catalog(kit);
        let cancel = async {
            while watched.reached() < calls {
                tokio::task::yield_now().await;
            }
            token.cancel();
        };
        let (outcome, ()) = tokio::join!(stage::sandbox().run(&catalog, request), cancel);
        outcome.expect("the machine can run it")
    })
}

#[test]
fn a_waiting_run_ends_at_once() {
    let kit = Kit::default();
    let outcome = cancelled_after("await tools.kit.echo({ value: 1 }); await tools.kit.never({});", 2, &kit);
    assert_eq!(outcome.end, End::Stopped(Stopped::Cancelled));
    assert!(matches!(outcome.calls[0].state, CallState::Finished { .. }));
    assert_eq!(outcome.calls[1].state, CallState::Unknown);
    assert_eq!(kit.dropped(), 1, "the call in flight was cancelled");
    assert!(outcome.usage.wall_ms < 20_000.0, "it does not sit out the time for a call: {:?}", outcome.usage);
}

#[test]
fn a_busy_run_ends_at_once() {
    let outcome = cancelled_after("await tools.kit.echo({ value: 1 }); for (;;);", 1, &Kit::default());
    assert_eq!(outcome.end, End::Stopped(Stopped::Cancelled));
    assert!(outcome.usage.cpu_ms < 4_000.0, "it does not sit out its CPU time: {:?}", outcome.usage);
}

#[test]
fn a_script_cannot_catch_it() {
    let script = "try { await tools.kit.never({}); } catch { return 'caught'; } finally { await tools.kit.echo({ value: 'finally' }); }";
    let outcome = cancelled_after(script, 1, &Kit::default());
    assert_eq!(outcome.end, End::Stopped(Stopped::Cancelled));
    assert_eq!(outcome.calls.len(), 1);
}

#[test]
fn a_token_cancelled_before_stops_the_run() {
    let token = CancellationToken::new();
    token.cancel();
    let kit = Kit::default();
    let script = "for (let i = 0; i < 1e7; i++); await tools.kit.never({}); return 1;";
    let outcome = stage::run(&catalog(&kit), RunRequest::new(script).cancel(token));
    assert_eq!(outcome.end, End::Stopped(Stopped::Cancelled));
}

#[test]
fn the_time_after_the_return_can_be_cancelled_too() {
    let outcome = cancelled_after("tools.kit.never({}); return 'kept';", 1, &Kit::default());
    match &outcome.end {
        End::Returned(returned) => assert_eq!(returned.value, "kept"),
        other => assert_eq!(other, &End::Stopped(Stopped::Cancelled)),
    }
    assert!(outcome.usage.wall_ms < 20_000.0, "it does not sit out the drain time: {:?}", outcome.usage);
}

#[test]
fn dropping_the_future_cancels_its_calls() {
    let kit = Kit::default();
    let request = RunRequest::new("await Promise.all([tools.kit.never({}), tools.kit.never({})]);");
    let catalog = catalog(&kit);
    stage::wait(async {
        let both_reached = async {
            while kit.reached() < 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = stage::sandbox().run(&catalog, request) => panic!("the run has no end of its own"),
            () = both_reached => {}
        }
    });
    assert_eq!(kit.dropped(), 2);
}

#[test]
fn dropping_a_busy_run_frees_its_place() {
    let script = "for (;;) await null;";
    stage::wait(async {
        let sandbox = callbox::Sandbox::with_runs_at_once(1).expect("a sandbox");
        for _ in 0..20 {
            let catalog = Catalog::default();
            let run = sandbox.run(&catalog, RunRequest::new(script));
            assert!(
                tokio::time::timeout(Duration::from_millis(5), run).await.is_err(),
                "the run has no end of its own"
            );
        }
        let outcome = sandbox.run(&Catalog::default(), RunRequest::new("return 1;")).await;
        assert!(matches!(outcome.expect("the machine can run it").end, End::Returned(_)));
    });
}

#[test]
fn a_late_reply_reaches_no_other_run() {
    let kit = Kit::default();
    let outcome = cancelled_after(
        "await Promise.all([tools.kit.slow({ ms: 50, value: 'late' }), tools.kit.never({})]);",
        2,
        &kit,
    );
    assert_eq!(outcome.end, End::Stopped(Stopped::Cancelled));
    let next = stage::run(&catalog(&kit), RunRequest::new("return await tools.kit.slow({ ms: 80, value: 'mine' });"));
    let End::Returned(returned) = &next.end else { panic!("{}", next.transcript()) };
    assert_eq!(returned.value, "mine");
}
