//! Boot: one context with its clock, hooks, job queue, bounds and globals, ready to be frozen.

use std::rc::Rc;

use boa_engine::context::ContextBuilder;
use boa_engine::module::IdleModuleLoader;
use boa_engine::object::builtins::JsPromise;
use boa_engine::{Context, JsResult};

use crate::hooks::{RunClock, RunHooks};
use crate::jobs::Jobs;
use crate::run::Run;
use crate::{builtins, console, errors, random, timers, tool_error};

/// Whose built-ins a context gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtins {
    /// Ours in the place of those that hurt.
    Own,
    /// Only what the engine came with.
    Stock,
}

/// A booted engine and the run in it.
pub(crate) struct Engine {
    pub(crate) context: Context,
    pub(crate) run: Rc<Run>,
    pub(crate) jobs: Rc<Jobs>,
    /// The script's own promise.
    pub(crate) main: Option<JsPromise>,
    /// Whether the state of `main` has been given to the host.
    pub(crate) reported: bool,
}

/// Frames of JavaScript functions, each host call in between counted once more. A frame of a plain
/// function costs no native stack; the deepest that was seen to fit 8 MiB through callbacks is less.
const RECURSION_MAX: usize = 12_000;

/// Values on the engine's own stack: what `RECURSION_MAX` frames of twenty values need.
const STACK_VALUES_MAX: usize = 256 * 1024;

/// Frames that an error keeps. People read the first few.
const BACKTRACE_MAX: usize = 16;

impl Engine {
    /// Builds the realm and every global of it.
    pub(crate) fn boot(builtins: Builtins) -> JsResult<Self> {
        // The standard library draws its hash keys once; drawn here, they are frozen, and a run asks
        // the host for no random bytes.
        drop(std::hash::RandomState::new());
        let run = Rc::new(Run::default());
        let jobs = Rc::new(Jobs::default());
        let mut context = context(&run, &jobs)?;
        install(&mut context, builtins)?;
        boa_engine::gc::force_collect();
        Ok(Self { context, run, jobs, main: None, reported: false })
    }
}

fn context(run: &Rc<Run>, jobs: &Rc<Jobs>) -> JsResult<Context> {
    let mut context = ContextBuilder::new()
        .clock(Rc::new(RunClock(run.clone())))
        .host_hooks(Rc::new(RunHooks(run.clone())))
        .job_executor(jobs.clone())
        .module_loader(Rc::new(IdleModuleLoader))
        .build()?;
    context.insert_data(run.clone());
    let limits = context.runtime_limits_mut();
    limits.set_recursion_limit(RECURSION_MAX);
    limits.set_stack_size_limit(STACK_VALUES_MAX);
    limits.set_backtrace_limit(BACKTRACE_MAX);
    limits.disable_loop_iteration_limit();
    Ok(context)
}

fn install(context: &mut Context, builtins: Builtins) -> JsResult<()> {
    if builtins == Builtins::Own {
        builtins::install(context)?;
    }
    random::install(context)?;
    console::install(context)?;
    timers::install(context)?;
    tool_error::install(context)?;
    errors::install(context)
}
