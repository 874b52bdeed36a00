//! Boots one context with its clock, hooks, job queue, limits and globals, ready to be frozen.

use std::path::Path;
use std::rc::Rc;

use boa_engine::context::ContextBuilder;
use boa_engine::module::IdleModuleLoader;
use boa_engine::object::JsObject;
use boa_engine::property::PropertyKey;
use boa_engine::{Context, JsResult, JsValue, Source, js_string};
use callbox_engine_guest::run::Run;
use callbox_engine_guest::{natives, tool_error};

use crate::engine::Boa;
use crate::hooks::{RunClock, RunHooks};
use crate::jobs::Jobs;

/// The built-ins of a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtins {
    /// With callbox's replacements for harmful built-ins.
    Own,
    /// Only the engine's own.
    Stock,
}

/// Recursion limit in frames of JavaScript functions, where each host call in between counts as one more. A plain
/// function's frame takes no native stack; recursion through callbacks was measured to exhaust 8 MiB before this limit.
const RECURSION_MAX: usize = 12_000;

/// Values on the engine's own stack: enough for `RECURSION_MAX` frames of twenty values.
const STACK_VALUES_MAX: usize = 256 * 1024;

/// Frames that an error records; readers need only the first few.
const BACKTRACE_MAX: usize = 16;

/// Builds the realm and all its globals.
pub(crate) fn boot(builtins: Builtins) -> JsResult<Context> {
    // The standard library draws its hash keys once. Drawing them here freezes them, so that a run does not ask the
    // host for random bytes.
    drop(std::hash::RandomState::new());
    let mut context = context()?;
    install(&mut context, builtins)?;
    boa_engine::gc::force_collect();
    Ok(context)
}

fn context() -> JsResult<Context> {
    let run = Rc::new(Run::<JsValue>::default());
    let jobs = Rc::new(Jobs::default());
    let mut context = ContextBuilder::new()
        .clock(Rc::new(RunClock(run.clone())))
        .host_hooks(Rc::new(RunHooks(run.clone())))
        .job_executor(jobs.clone())
        .module_loader(Rc::new(IdleModuleLoader))
        .build()?;
    context.insert_data(run);
    context.insert_data(jobs);
    let limits = context.runtime_limits_mut();
    limits.set_recursion_limit(RECURSION_MAX);
    limits.set_stack_size_limit(STACK_VALUES_MAX);
    limits.set_backtrace_limit(BACKTRACE_MAX);
    limits.disable_loop_iteration_limit();
    Ok(context)
}

fn install(context: &mut Context, builtins: Builtins) -> JsResult<()> {
    if builtins == Builtins::Own {
        callbox_boa_builtins::install(context)?;
    }
    keep_originals(context)?;
    natives::install(&mut Boa(context))?;
    let class = context.eval(Source::from_bytes(tool_error::CLASS).with_path(Path::new("callbox:boot")))?;
    tool_error::install(&mut Boa(context), class)
}

/// Engine functions from script-visible properties, saved before a script can replace them.
pub(crate) struct Originals {
    /// The getter of `stack`.
    pub(crate) stack: Option<JsObject>,
    /// `JSON.isRawJSON`.
    pub(crate) is_raw_json: Option<JsObject>,
}

fn keep_originals(context: &mut Context) -> JsResult<()> {
    let prototype = context.intrinsics().constructors().error().prototype();
    let stack = prototype.borrow().properties().get(&PropertyKey::from(js_string!("stack")));
    let stack = stack.and_then(|stack| stack.get().and_then(JsValue::as_object));
    let json = context.global_object().get(js_string!("JSON"), context)?.to_object(context)?;
    let is_raw_json = json.get(js_string!("isRawJSON"), context)?.as_object();
    context.insert_data(Rc::new(Originals { stack, is_raw_json }));
    Ok(())
}
