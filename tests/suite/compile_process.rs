//! Components compiled in a separate process: its memory is bounded, nothing of it remains once abandoned, and forged
//! answers are not believed.

use std::sync::LazyLock;

use callbox::{
    CancellationToken, Capacity, Catalog, ComponentSource, End, Limit, Limits, Outcome, RunRequest, Sandbox,
    SandboxBuilder, Stopped,
    component::{CompileError, CompileProcess},
    outcome::DiagnosticCode,
};
use callbox_tests::{
    component::{request, returning, script},
    stage,
};
use futures::future::join_all;
use serde_json::json;

use crate::cli::program;

fn process() -> CompileProcess {
    CompileProcess::new(program()).argument("__compile-component")
}

fn sandbox(process: CompileProcess) -> Sandbox {
    builder(process).build().expect("a sandbox")
}

fn builder(process: CompileProcess) -> SandboxBuilder {
    let mut capacity = Capacity::default();
    capacity.runs_at_once_max = 4;
    Sandbox::builder().capacity(capacity).compile_process(process)
}

async fn run(sandbox: &Sandbox, request: RunRequest) -> Outcome {
    sandbox.run(&Catalog::default(), request).await.expect("the machine can run it")
}

#[track_caller]
fn ended<T>(compiled: Result<T, CompileError>) -> End {
    match compiled {
        Err(CompileError::Ended(end)) => *end,
        Err(CompileError::Failed(error)) => panic!("the machine failed: {error}"),
        Ok(_) => panic!("it compiled"),
    }
}

#[track_caller]
fn stopped_by(outcome: &Outcome, wanted: Limit) {
    let End::Stopped(Stopped::Limit { limit, .. }) = outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(limit, wanted, "{}", outcome.transcript());
}

#[track_caller]
fn returned(outcome: &Outcome, wanted: &serde_json::Value) {
    let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(returned.value, *wanted);
}

/// Takes minutes to compile unless abandoned.
static HEAVY: LazyLock<ComponentSource> = LazyLock::new(|| {
    let body = "(local.set 0 (i32.mul (local.get 0) (i32.add (local.get 1) (i32.const 7))))".repeat(60_000);
    let functions = format!("(func (param i32 i32) (result i32) {body} (local.get 0))").repeat(12);
    let module = script("unreachable");
    let module = module.trim_end().strip_suffix(')').expect("a module");
    ComponentSource::new(wat::parse_str(format!("{module} {functions})")).expect("a module"))
});

#[test]
fn what_the_process_compiled_runs() {
    let sandbox = sandbox(process());
    let outcome = stage::wait(run(&sandbox, request(&returning("\"by the process\""))));
    returned(&outcome, &json!("by the process"));
}

#[test]
fn what_the_process_refuses_is_told() {
    let outcome = stage::wait(run(&sandbox(process()), request("(component (import \"a\" (func)) (func))")));
    let End::Rejected(diagnostics) = &outcome.end else { panic!("{}", outcome.transcript()) };
    assert_eq!(diagnostics[0].code, DiagnosticCode::InvalidComponent);
}

#[test]
fn the_process_is_kept_for_the_next_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path().join("components");
    // The second sandbox has no process that could compile.
    for process in [process(), CompileProcess::new("/bin/false")] {
        let sandbox = builder(process).component_cache(&folder).build().expect("the folder is ours");
        returned(&stage::wait(run(&sandbox, request(&returning("12")))), &json!(12));
    }
}

#[test]
fn the_memory_of_compiling_is_bounded() {
    let sandbox = sandbox(process().memory_bytes_max(48 << 20));
    let limits = Limits { component_compile_ms_max: 600_000, ..Limits::default() };
    let heavy = RunRequest::program(HEAVY.clone()).limits(limits);
    stopped_by(&stage::wait(run(&sandbox, heavy)), Limit::ComponentCompileBytes);
}

/// Two compilations that take minutes occupy both slots; once abandoned, the slots are free at once.
#[test]
fn what_is_given_up_leaves_nothing() {
    let sandbox = sandbox(process());
    let limits = Limits { component_compile_ms_max: 1_000, ..Limits::default() };
    let other = ComponentSource::new([HEAVY.bytes(), &[0, 2, 1, b'x']].concat());
    let heavy = [HEAVY.clone(), other].map(|source| RunRequest::program(source).limits(limits.clone()));
    let began = std::time::Instant::now();
    let small = stage::wait(async {
        for outcome in join_all(heavy.map(|heavy| run(&sandbox, heavy))).await {
            stopped_by(&outcome, Limit::ComponentCompileMs);
        }
        run(&sandbox, request(&returning("13"))).await
    });
    returned(&small, &json!(13));
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn a_check_can_be_cancelled() {
    let (sandbox, token) = (sandbox(process()), CancellationToken::new());
    stage::wait(async {
        let limits = Limits { component_compile_ms_max: 600_000, ..Limits::default() };
        let (anatomy, ()) = tokio::join!(sandbox.anatomy(&HEAVY, &limits, &token), async { token.cancel() });
        assert_eq!(ended(anatomy), End::Stopped(Stopped::Cancelled));
        let checked = sandbox.check(&Catalog::default(), &HEAVY, &limits, &token).await;
        assert_eq!(ended(checked), End::Stopped(Stopped::Cancelled));
    });
}

/// An answer without the order's key is not believed, nor is the exit of an unrelated program.
#[test]
fn answers_of_others_are_not_believed() {
    let answers = |script: &str| CompileProcess::new("/bin/sh").argument("-c").argument(script);
    for process in [
        CompileProcess::new("/bin/false"),
        answers("head -c 100 >/dev/null; printf '%032d\\001code' 0"),
        answers("exec head -c 100"),
    ] {
        let outcome = stage::wait(run(&sandbox(process), request(&returning("14"))));
        let End::Rejected(diagnostics) = &outcome.end else { panic!("{}", outcome.transcript()) };
        assert!(diagnostics[0].message.contains("the compiler stopped"), "{diagnostics:?}");
    }
}

#[test]
fn without_the_program_a_thread_compiles() {
    let sandbox = sandbox(CompileProcess::new("/nowhere/callbox"));
    returned(&stage::wait(run(&sandbox, request(&returning("15")))), &json!(15));
}
