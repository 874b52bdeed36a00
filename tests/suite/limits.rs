//! Limits seen from outside: they are met in time, add up, and are reported in the outcome.

use callbox::{Catalog, End, Limit, Limits, Outcome, RunRequest, Stopped, outcome::CallState};
use callbox_tests::{fixtures, stage};
use serde_json::json;

fn run(script: &str, limits: Limits) -> Outcome {
    let (name, tools, host) = fixtures::kit();
    let catalog = Catalog::builder().server(name, tools, host).build();
    stage::run(&catalog, RunRequest::new(script).limits(limits))
}

#[track_caller]
fn stopped_by(outcome: &Outcome, wanted: Limit) -> (u64, u64) {
    match outcome.end {
        End::Stopped(Stopped::Limit { limit, value, used }) if limit == wanted => (value, used),
        _ => panic!("not stopped by `{wanted}`: {}", outcome.transcript()),
    }
}

#[test]
fn a_stop_says_limit_value_and_use() {
    let outcome = run("for (;;);", Limits { cpu_ms_max: 120, ..Limits::default() });
    let (value, used) = stopped_by(&outcome, Limit::CpuMs);
    assert_eq!(value, 120);
    // The excess depends on when the watch gets a processor.
    assert!((120..2_000).contains(&used), "{used}");
    assert!((outcome.usage.cpu_ms - used as f64).abs() < 500.0, "{:?}", outcome.usage);
}

#[test]
fn cpu_time_and_wall_time_are_two_clocks() {
    let limits = Limits { cpu_ms_max: 100, wall_ms_max: 30_000, ..Limits::default() };
    let outcome = run("await tools.kit.slow({ ms: 400 }); return 1;", limits);
    assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
    assert!(outcome.usage.wall_ms >= 400.0 && outcome.usage.cpu_ms < 100.0, "{:?}", outcome.usage);
}

#[test]
fn cpu_time_adds_up_over_steps() {
    let script = "for (;;) { for (let i = 0; i < 20000; i++); await tools.kit.echo({ value: 1 }); }";
    let outcome = run(script, Limits { cpu_ms_max: 150, tool_calls_max: 100_000, ..Limits::default() });
    stopped_by(&outcome, Limit::CpuMs);
}

#[test]
fn wall_time_ends_a_busy_script_too() {
    let outcome = run("for (;;);", Limits { cpu_ms_max: 60_000, wall_ms_max: 150, ..Limits::default() });
    stopped_by(&outcome, Limit::WallMs);
}

#[test]
fn two_busy_runs_on_one_thread_share_it() {
    let limits = Limits { cpu_ms_max: 100, ..Limits::default() };
    let catalog = Catalog::default();
    let busy = || stage::sandbox().run(&catalog, RunRequest::new("for (;;);").limits(limits.clone()));
    let (a, b) = stage::wait(async { futures::join!(busy(), busy()) });
    for outcome in [a, b] {
        let outcome = outcome.expect("the machine can run it");
        stopped_by(&outcome, Limit::CpuMs);
        assert!(outcome.usage.cpu_ms < 1_000.0, "each is charged for its own: {:?}", outcome.usage);
    }
}

#[test]
fn what_was_done_before_a_stop_is_told() {
    let script = "
        await tools.kit.echo({ value: 'done' });
        await tools.kit.fail({ message: 'no' }).catch(() => {});
        await Promise.all([tools.kit.never({}), tools.kit.never({}), tools.kit.never({})]);";
    let limits = Limits { wall_ms_max: 2_000, tool_calls_at_once_max: 2, ..Limits::default() };
    let outcome = run(script, limits);
    stopped_by(&outcome, Limit::WallMs);
    let states: Vec<_> = outcome.calls.iter().map(|call| &call.state).collect();
    assert!(matches!(states[0], CallState::Finished { .. }));
    assert!(matches!(states[1], CallState::Failed { .. }));
    assert_eq!(states[2..], [&CallState::Unknown, &CallState::Unknown, &CallState::NotSent]);
}

#[test]
fn a_preview_fits_its_limit_and_the_whole_stays() {
    let script = "return { rows: Array.from({ length: 5000 }, (_, id) => ({ id, text: 'row ' + id })) };";
    let outcome = run(script, Limits { returned_bytes_max: 2_000, ..Limits::default() });
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    let preview = returned.preview.as_ref().expect("a preview");
    assert!(preview.value.to_string().len() <= 2_000);
    assert_eq!(preview.whole_bytes, returned.value.to_string().len() as u64);
    assert_eq!(returned.value["rows"][4_999]["id"], json!(4_999));
    assert!(!preview.cut.is_empty());
}

#[test]
fn ten_megabytes_come_back_whole_beside_their_preview() {
    let outcome = run("return 'x'.repeat(10 * 1024 * 1024);", Limits::default());
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value.as_str().map(str::len), Some(10 << 20));
    assert!(returned.preview.is_some());
}

#[test]
fn a_limit_on_a_call_is_that_calls_error_only() {
    let script = "
        const slow = tools.kit.never({}).catch((e) => e.code);
        const fast = await tools.kit.echo({ value: 1 });
        return [fast, await slow];";
    let outcome = run(script, Limits { tool_call_ms_max: 50, ..Limits::default() });
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value, json!([1, "timeout"]));
}

#[test]
fn usage_never_passes_what_the_limits_allow() {
    let limits = Limits { tool_calls_max: 20, tool_calls_at_once_max: 4, ..Limits::default() };
    let outcome = run("for (let i = 0; i < 20; i++) tools.kit.echo({ value: i }); return 1;", limits);
    assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
    assert_eq!((outcome.usage.tool_calls, outcome.usage.tool_calls_at_once), (20, 4));
}
