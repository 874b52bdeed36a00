//! The step machine: starts a run or settles its calls and timers, runs its jobs, and reports its state. Never blocks.

use serde_bytes::ByteBuf;

use crate::engine::{Class, Engine, PromiseState, Resolvers, Result, Type, Unevaluated};
use crate::frames::{Failure, Goal, Resume, Settled, Start, State, Step, Thrown};
use crate::json::{self, Refusal};
use crate::natives::Native;
use crate::run::Pending;
use crate::{errors, functions, tool_error, tools};

/// Maximum number of unhandled rejections reported in one step.
const UNHANDLED_MAX: usize = 16;

/// Starts the run.
pub fn start<E: Engine>(engine: &mut E, mut start: Start) -> Step {
    let run = engine.run();
    run.now_ms.set(start.now_ms);
    run.random.seed(start.seed);
    run.json_depth_max.set(usize::try_from(start.json_depth_max).unwrap_or(usize::MAX));
    run.catalog.fill(std::mem::take(&mut start.servers));
    let state = match launch(engine, start) {
        Ok(main) => {
            let _ = run.main.set(main);
            advance(engine)
        }
        Err(Unevaluated::Compile(error)) => Some(errors::compile_state(engine, error)),
        Err(Unevaluated::Run(error)) => Some(errors::state(engine, error)),
    };
    collect(engine, state)
}

/// Settles calls and timers one by one, running the jobs of each before the next.
pub fn resume<E: Engine>(engine: &mut E, resume: Resume) -> Step {
    engine.run().now_ms.set(resume.now_ms);
    let mut state = None;
    for settled in resume.settled {
        let moved = match settle(engine, settled) {
            Ok(()) => advance(engine),
            Err(error) => Some(errors::state(engine, error)),
        };
        state = state.or(moved);
        if state == Some(State::StackExceeded) {
            break;
        }
    }
    collect(engine, state)
}

/// Starts the script, and returns its promise.
fn launch<E: Engine>(engine: &mut E, start: Start) -> std::result::Result<E::Value, Unevaluated<E::Error>> {
    let Start { source, goal, input, functions, .. } = start;
    functions::install(engine, functions).map_err(Unevaluated::Run)?;
    if goal != Goal::Function {
        engine.prepare_conformance().map_err(Unevaluated::Run)?;
    }
    let value = engine.evaluate(&source, goal)?;
    drop(source);
    match goal {
        Goal::Function => call(engine, &value, &input).map_err(Unevaluated::Run),
        Goal::Module => Ok(value),
        Goal::Script => {
            let nothing = engine.null();
            resolved(engine, nothing).map_err(Unevaluated::Run)
        }
    }
}

/// Calls the compiled function with `tools`, `input` and `thrown`.
fn call<E: Engine>(engine: &mut E, function: &E::Value, input: &[u8]) -> Result<E::Value, E> {
    let tools = tools::object(engine)?;
    let input = engine.parse(input)?;
    let thrown = engine.function(Native::Thrown, "", 0);
    let this = engine.undefined();
    let answer = engine.call(function, &this, &[tools, input, thrown])?;
    match engine.type_of(&answer) {
        Type::Object(Class::Promise) => Ok(answer),
        _ => resolved(engine, answer),
    }
}

fn resolved<E: Engine>(engine: &mut E, value: E::Value) -> Result<E::Value, E> {
    let (promise, resolvers) = engine.promise()?;
    let this = engine.undefined();
    engine.call(&resolvers.resolve, &this, &[value])?;
    Ok(promise)
}

/// Runs jobs until there are none. Checks the script's promise after each, so that its value is read as it was when the
/// promise settled.
fn advance<E: Engine>(engine: &mut E) -> Option<State> {
    let mut state = observe(engine);
    while let Some(result) = engine.run_job() {
        if let Err(error) = result {
            state = state.or_else(|| Some(errors::state(engine, error)));
            engine.forget_jobs();
            break;
        }
        state = state.or_else(|| observe(engine));
    }
    engine.end_step();
    state
}

/// Returns the state of the script's promise, once, after it has settled.
fn observe<E: Engine>(engine: &mut E) -> Option<State> {
    let run = engine.run();
    if run.reported.get() {
        return None;
    }
    let state = match engine.promise_state(run.main.get()?) {
        _ if engine.stack_exceeded() => State::StackExceeded,
        PromiseState::Pending => return None,
        PromiseState::Fulfilled(value) => returned(engine, &value),
        PromiseState::Rejected(reason) => {
            let error = engine.throw(reason);
            errors::state(engine, error)
        }
    };
    run.reported.set(true);
    Some(state)
}

fn returned<E: Engine>(engine: &mut E, value: &E::Value) -> State {
    if engine.type_of(value) == Type::Undefined {
        return State::Returned { value: b"null".to_vec(), undefined: true };
    }
    let depth_max = engine.run().json_depth_max.get();
    match json::plain(engine, value, depth_max) {
        Ok(value) => State::Returned { value, undefined: false },
        Err(Refusal::Threw(error)) => errors::state(engine, error),
        Err(Refusal::NotJson(refusal)) => State::NotJson(refusal),
    }
}

/// Settles one call or fires one timer. Ignores unknown ids, which belong to replies that came too late.
fn settle<E: Engine>(engine: &mut E, settled: Settled) -> Result<(), E> {
    let pending = engine.run().pending.borrow_mut().remove(&settled.id);
    match pending {
        None => Ok(()),
        Some(Pending::Call { promise, site }) => {
            settle_call(engine, &promise, site, settled.result.map(ByteBuf::into_vec))
        }
        Some(Pending::Timer { callback, arguments }) => fire(engine, &callback, &arguments),
    }
}

fn settle_call<E: Engine>(
    engine: &mut E,
    promise: &Resolvers<E::Value>,
    site: E::Value,
    result: std::result::Result<Vec<u8>, Failure>,
) -> Result<(), E> {
    let this = engine.undefined();
    match result {
        Ok(payload) => {
            let value = engine.parse(&payload)?;
            drop(payload);
            engine.call(&promise.resolve, &this, &[value]).map(drop)
        }
        Err(failure) => {
            let error = tool_error::from_failure(engine, site, &failure)?;
            engine.call(&promise.reject, &this, &[error]).map(drop)
        }
    }
}

fn fire<E: Engine>(engine: &mut E, callback: &E::Value, arguments: &[E::Value]) -> Result<(), E> {
    let this = engine.undefined();
    let Err(error) = engine.call(callback, &this, arguments) else { return Ok(()) };
    let value = engine.caught(error)?;
    let stray = errors::from_value(engine, &value);
    engine.run().strays.borrow_mut().push(stray);
    Ok(())
}

/// Collects everything since the last step.
fn collect<E: Engine>(engine: &mut E, state: Option<State>) -> Step {
    let run = engine.run();
    if state.is_some() {
        run.reported.set(true);
    }
    let unhandled = unhandled(engine);
    Step {
        state: state.unwrap_or(State::Waiting),
        calls: run.calls.take(),
        sleeps: run.sleeps.take(),
        cleared: run.cleared.take(),
        unhandled,
    }
}

fn unhandled<E: Engine>(engine: &mut E) -> Vec<Thrown> {
    let run = engine.run();
    let mut unhandled = run.strays.take();
    let main = run.main.get();
    let mut rejected = run.rejected.take();
    rejected.retain(|other| main.is_none_or(|main| !engine.same(main, other)));
    for promise in rejected.into_iter().take(UNHANDLED_MAX) {
        if let PromiseState::Rejected(reason) = engine.promise_state(&promise) {
            unhandled.push(errors::from_value(engine, &reason));
        }
    }
    unhandled.truncate(UNHANDLED_MAX);
    unhandled
}
