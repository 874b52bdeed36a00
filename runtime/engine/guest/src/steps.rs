//! The step machine: begin a run or settle what it waits for, run its jobs, say where it stands; it never waits.

use std::path::Path;

use boa_engine::builtins::promise::{PromiseState, ResolvingFunctions};
use boa_engine::module::Module;
use boa_engine::object::JsObject;
use boa_engine::object::builtins::JsPromise;
use boa_engine::script::Script;
use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue, Source};

use crate::engine::Engine;
use crate::frames::{Failure, Goal, NotJson, Resume, Settled, Start, State, Step, Thrown};
use crate::frames_text::SCRIPT_PATH;
use crate::json::{self, Refusal};
use crate::run::Pending;
use crate::{abi, conformance, errors, functions, tool_error, tools};

/// Rejections nobody handled that are told of in one step.
const UNHANDLED_MAX: usize = 16;

/// Begins the run.
pub(crate) fn start(engine: &mut Engine, mut start: Start) -> Step {
    let run = &engine.run;
    run.now_ms.set(start.now_ms);
    run.random.seed(start.seed);
    run.json_depth_max.set(usize::try_from(start.json_depth_max).unwrap_or(usize::MAX));
    run.catalog.fill(std::mem::take(&mut start.servers));
    let state = match launch(engine, start) {
        Ok(main) => {
            engine.main = Some(main);
            advance(engine)
        }
        Err(Failed::Compile(error)) => Some(compile_error(error, &mut engine.context)),
        Err(Failed::Run(error)) => Some(run_error(error, &mut engine.context)),
    };
    collect(engine, state)
}

/// Settles calls and timers one by one, the jobs of each run before the next.
pub(crate) fn resume(engine: &mut Engine, resume: Resume) -> Step {
    engine.run.now_ms.set(resume.now_ms);
    let mut state = None;
    for settled in resume.settled {
        let moved = match settle(engine, settled) {
            Ok(()) => advance(engine),
            Err(error) => Some(run_error(error, &mut engine.context)),
        };
        state = state.or(moved);
        if state == Some(State::StackExceeded) {
            break;
        }
    }
    collect(engine, state)
}

enum Failed {
    Compile(JsError),
    Run(JsError),
}

fn launch(engine: &mut Engine, start: Start) -> Result<JsPromise, Failed> {
    let context = &mut engine.context;
    let Start { source, goal, input, functions, .. } = start;
    functions::install(functions, context).map_err(Failed::Run)?;
    let source = Source::from_bytes(source.as_str()).with_path(Path::new(SCRIPT_PATH));
    if goal != Goal::Function {
        conformance::install(context).map_err(Failed::Run)?;
    }
    if goal == Goal::Module {
        let module = Module::parse(source, None, context).map_err(Failed::Compile)?;
        return Ok(module.load_link_evaluate(context));
    }
    let script = Script::parse(source, None, context).map_err(Failed::Compile)?;
    script.codeblock(context).map_err(Failed::Compile)?;
    let value = script.evaluate(context).map_err(Failed::Run)?;
    match goal {
        Goal::Function => call(&value, &input, context).map_err(Failed::Run),
        Goal::Script | Goal::Module => resolved(JsValue::null(), context).map_err(Failed::Run),
    }
}

/// Calls the compiled function with `tools`, `input` and `thrown`.
fn call(function: &JsValue, input: &[u8], context: &mut Context) -> JsResult<JsPromise> {
    let Some(function) = function.as_callable() else {
        return Err(JsNativeError::typ().with_message("the source is no function").into());
    };
    let tools = tools::tools_object(context)?;
    let input = json::parse(input, context)?;
    let thrown = errors::thrown_function(context);
    let answer = function.call(&JsValue::undefined(), &[tools.into(), input, thrown.into()], context)?;
    match answer.as_object().map(JsPromise::from_object) {
        Some(Ok(promise)) => Ok(promise),
        _ => resolved(answer, context),
    }
}

fn resolved(value: JsValue, context: &mut Context) -> JsResult<JsPromise> {
    let (promise, resolvers) = JsPromise::new_pending(context);
    resolvers.resolve.call(&JsValue::undefined(), &[value], context)?;
    Ok(promise)
}

/// Runs jobs until there are none; the script's own promise is looked at after each, so that its
/// value is taken as it was when it settled.
fn advance(engine: &mut Engine) -> Option<State> {
    let mut state = observe(engine);
    while let Some(result) = engine.jobs.run_one(&mut engine.context) {
        if let Err(error) = result {
            state = state.or_else(|| Some(run_error(error, &mut engine.context)));
            engine.jobs.clear();
            break;
        }
        state = state.or_else(|| observe(engine));
    }
    engine.context.clear_kept_objects();
    state
}

/// The state of the script's own promise, once, when it has settled.
fn observe(engine: &mut Engine) -> Option<State> {
    if engine.reported {
        return None;
    }
    let state = match engine.main.as_ref()?.state() {
        PromiseState::Pending => return None,
        PromiseState::Fulfilled(value) => returned(&value, engine),
        PromiseState::Rejected(reason) => State::Threw(errors::from_value(&reason, &mut engine.context)),
    };
    engine.reported = true;
    Some(state)
}

fn returned(value: &JsValue, engine: &mut Engine) -> State {
    if value.is_undefined() {
        return State::Returned { value: b"null".to_vec(), undefined: true };
    }
    let depth_max = engine.run.json_depth_max.get();
    match json::plain(value, depth_max, &mut engine.context) {
        Ok(value) => State::Returned { value, undefined: false },
        Err(Refusal::Threw(error)) => run_error(error, &mut engine.context),
        Err(Refusal::NotJson { path, found, hint, too_deep }) => {
            State::NotJson(NotJson { path, found, hint, too_deep })
        }
    }
}

fn compile_error(error: JsError, context: &mut Context) -> State {
    if error.as_engine().is_some() {
        return run_error(error, context);
    }
    State::Threw(errors::from_compile_error(error, context))
}

/// Tells an error of the script from a bound of the engine and from a bug of the engine.
fn run_error(error: JsError, context: &mut Context) -> State {
    use boa_engine::error::EngineError;
    match error.as_engine() {
        None => State::Threw(errors::from_error(error, context)),
        Some(EngineError::RuntimeLimit(_)) => State::StackExceeded,
        Some(panic @ EngineError::Panic(_)) if hides_a_limit(panic) => State::StackExceeded,
        Some(bug) => abi::bug(&bug.to_string()),
    }
}

/// In places where the standard allows no failure the engine turns a bound that was reached into a panic.
fn hides_a_limit(panic: &dyn std::error::Error) -> bool {
    use boa_engine::error::EngineError;
    let limit = |error: &(dyn std::error::Error + 'static)| {
        let error =
            error.downcast_ref::<JsError>().or_else(|| error.downcast_ref::<Box<JsError>>().map(|boxed| &**boxed));
        error.is_some_and(|error| matches!(error.as_engine(), Some(EngineError::RuntimeLimit(_))))
    };
    std::iter::successors(panic.source(), |error| error.source()).any(limit)
}

/// Settles one call or fires one timer; an id nobody waits for is a reply that came too late.
fn settle(engine: &mut Engine, settled: Settled) -> JsResult<()> {
    let pending = engine.run.pending.borrow_mut().remove(&settled.id);
    match pending {
        None => Ok(()),
        Some(Pending::Call { promise, site }) => settle_call(&promise, site, settled.result, &mut engine.context),
        Some(Pending::Timer { callback, arguments }) => fire(engine, &callback, &arguments),
    }
}

fn settle_call(
    promise: &ResolvingFunctions,
    site: JsObject,
    result: Result<Vec<u8>, Failure>,
    context: &mut Context,
) -> JsResult<()> {
    let this = JsValue::undefined();
    match result {
        Ok(payload) => {
            let value = json::parse(&payload, context)?;
            drop(payload);
            promise.resolve.call(&this, &[value], context).map(drop)
        }
        Err(failure) => {
            let error = tool_error::from_failure(site, failure, context)?;
            promise.reject.call(&this, &[error], context).map(drop)
        }
    }
}

fn fire(engine: &mut Engine, callback: &JsObject, arguments: &[JsValue]) -> JsResult<()> {
    let fired = callback.call(&JsValue::undefined(), arguments, &mut engine.context);
    match fired {
        Err(error) if error.as_engine().is_none() => {
            let stray = errors::from_error(error, &mut engine.context);
            engine.run.strays.borrow_mut().push(stray);
            Ok(())
        }
        other => other.map(drop),
    }
}

/// Everything that has gathered since the last step.
fn collect(engine: &mut Engine, state: Option<State>) -> Step {
    if state.is_some() {
        engine.reported = true;
    }
    let unhandled = unhandled(engine);
    let run = &engine.run;
    Step {
        state: state.unwrap_or(State::Waiting),
        calls: run.calls.take(),
        sleeps: run.sleeps.take(),
        cleared: run.cleared.take(),
        unhandled,
    }
}

fn unhandled(engine: &mut Engine) -> Vec<Thrown> {
    let rejected = engine.run.rejected.take();
    let mut unhandled = engine.run.strays.take();
    let main = engine.main.as_ref().map(|main| JsObject::from(main.clone()));
    let others = rejected.into_iter().filter(|other| main.as_ref().is_none_or(|main| !JsObject::equals(main, other)));
    for promise in others.take(UNHANDLED_MAX) {
        if let Ok(promise) = JsPromise::from_object(promise)
            && let PromiseState::Rejected(reason) = promise.state()
        {
            unhandled.push(errors::from_value(&reason, &mut engine.context));
        }
    }
    unhandled.truncate(UNHANDLED_MAX);
    unhandled
}
