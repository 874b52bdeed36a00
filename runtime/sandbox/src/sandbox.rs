//! The sandbox: loaded engines that perform any number of runs, each in a fresh instance.

#[cfg(feature = "component")]
use std::path::PathBuf;
use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    capacity::Capacity,
    catalog::Catalog,
    engine::Engine,
    error::{Error, ErrorKind},
    event::Observers,
    files,
    javascript::{
        run::{self, Source},
        runtime::Runtime,
    },
    limits::{Limit, Limits},
    outcome::{End, Outcome, Usage},
    pool::Pool,
    program::Program,
    request::RunRequest,
    run::{admission::within, clock::Clock, finish::unstarted, memory_budget::MemoryBudget, watch::Watch},
    run_slots::RunSlots,
    script::Script,
};
#[cfg(feature = "component")]
use crate::{
    compile_error::CompileError,
    component::{self, Anatomy, CompileProcess, LazyComponents},
    program::ComponentSource,
};

/// Runs scripts. Cheap to clone; clones share the loaded engines.
///
/// Must be used inside a tokio runtime with time enabled. A run takes the runtime's thread for about 2 ms at a time,
/// then yields to other tasks.
#[derive(Clone)]
pub struct Sandbox(Arc<SandboxState>);

struct SandboxState {
    javascript: Runtime,
    #[cfg(feature = "component")]
    components: LazyComponents,
    run_slots: RunSlots,
    capacity: Capacity,
    pooling_failure: Option<String>,
}

impl Sandbox {
    /// Creates a sandbox with the default engine and the default capacity.
    ///
    /// # Errors
    ///
    /// The same as for [`SandboxBuilder::build`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Creates a sandbox with slots for `runs` runs alive at once; further runs wait for a slot.
    ///
    /// # Errors
    ///
    /// The same as for [`SandboxBuilder::build`].
    pub fn with_runs_at_once(runs: u32) -> Result<Self, Error> {
        Self::builder().capacity(Capacity { runs_at_once_max: runs, ..Capacity::default() }).build()
    }

    /// Starts building a sandbox that differs from the defaults.
    ///
    /// ```
    /// use callbox::{Engine, Sandbox};
    ///
    /// let sandbox = Sandbox::builder().engine("boa".parse()?).build()?;
    /// assert_eq!(sandbox.engine().as_str(), "boa");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    /// Returns the engine for runs that do not choose one ([`RunRequest::engine`]).
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.0.javascript.engine
    }

    /// Returns what its runs may use together: as requested, but with as many slots as the machine granted.
    #[must_use]
    pub fn capacity(&self) -> Capacity {
        self.0.capacity
    }

    /// Returns the number of runs waiting for a slot now.
    #[must_use]
    pub fn runs_waiting(&self) -> u32 {
        self.0.run_slots.waiting()
    }

    /// Returns why runs do not share a memory pool, if the system refused one; each run then takes several times as
    /// long to start.
    #[must_use]
    pub fn pooling_failure(&self) -> Option<&str> {
        self.0.pooling_failure.as_deref()
    }

    /// Compiles a component and returns its imports and exports; runs nothing. `cancel` ends it with
    /// [`Stopped::Cancelled`](crate::Stopped::Cancelled).
    ///
    /// # Errors
    ///
    /// Returns [`CompileError::Ended`] if it cannot be compiled, [`CompileError::Failed`] for problems with the machine.
    #[cfg(feature = "component")]
    pub async fn anatomy(
        &self,
        source: &ComponentSource,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Result<Anatomy, CompileError> {
        Ok(self.0.components.get()?.anatomy(source, limits, cancel).await?)
    }

    /// Links a component against the tools of `catalog`; runs nothing.
    ///
    /// # Errors
    ///
    /// Returns [`CompileError::Ended`] if it cannot run, [`CompileError::Failed`] for problems with the machine.
    #[cfg(feature = "component")]
    pub async fn check(
        &self,
        catalog: &Catalog,
        source: &ComponentSource,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Result<(), CompileError> {
        Ok(self.0.components.get()?.check(source, catalog, limits, cancel).await?)
    }

    /// Compiles a script once for any number of runs: [`RunRequest::program`] takes it. Errors in the script are
    /// recorded in the [`Script`]. Compiling is subject to the limits like a run, and recent scripts are cached, so
    /// repeating a text costs nothing. Dropping the future cancels it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use callbox::{Catalog, End, Limits, RunRequest, Sandbox};
    ///
    /// let sandbox = Sandbox::new()?;
    /// let script = sandbox.compile("return input * 2", &Limits::default()).await.map_err(|end| format!("{end:?}"))?;
    /// for input in [1, 2] {
    ///     let request = RunRequest::program(script.clone()).input(input.into());
    ///     let outcome = sandbox.run(&Catalog::default(), request).await?;
    ///     assert!(matches!(outcome.end, End::Returned(returned) if returned.value == input * 2));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the end of a failed compilation: [`End::Stopped`] by a limit, or [`End::Faulted`].
    pub async fn compile(&self, text: &str, limits: &Limits) -> Result<Script, Box<End>> {
        within(Limit::SourceBytes, limits.source_bytes_max, text.len() as u64)?;
        let (began, cancel) = (Instant::now(), CancellationToken::new());
        let slot = self.0.run_slots.take(&cancel, limits.wall_ms_max, |_| ()).await;
        let _slot = slot.map_err(|stopped| Box::new(End::Stopped(stopped)))?;
        let watch = Watch::new(began, Clock::new(0), cancel, limits);
        run::compile(
            &self.0.javascript,
            text,
            self.0.javascript.memory.share(watch, Observers::default()),
            limits,
            &mut Usage::default(),
        )
        .await
    }

    /// Runs one script to its end, once there is a slot for it. Dropping the future ends the run and cancels its calls.
    ///
    /// # Errors
    ///
    /// Fails only for problems with the machine; whatever the script or a tool does is in the [`Outcome`].
    pub async fn run(&self, catalog: &Catalog, request: RunRequest) -> Result<Outcome, Error> {
        let observers = request.observers.clone();
        let outcome = self.run_once(catalog, request).await?;
        observers.end(&outcome);
        Ok(outcome)
    }

    async fn run_once(&self, catalog: &Catalog, request: RunRequest) -> Result<Outcome, Error> {
        let began = Instant::now();
        request.limits.validate().map_err(|error| Error::new(ErrorKind::Limits, error.to_string()))?;
        let _slot =
            match self.0.run_slots.take(&request.cancel, request.limits.wall_ms_max, |event| request.tell(event)).await
            {
                Ok(slot) => slot,
                Err(stopped) => return Ok(unstarted(End::Stopped(stopped), Usage::default(), began)),
            };
        match request.program.clone() {
            Program::Script(text) => {
                let functions = files::functions(&request.folders, &request.limits);
                run::run(&self.0.javascript, catalog, request.with_functions(functions), Source::Text(text), began)
                    .await
            }
            Program::Compiled(script) => {
                let functions = files::functions(&request.folders, &request.limits);
                run::run(&self.0.javascript, catalog, request.with_functions(functions), Source::Script(script), began)
                    .await
            }
            #[cfg(feature = "component")]
            Program::Component(source) => {
                component::run::run(self.0.components.get()?, &self.0.javascript.memory, catalog, request, source).await
            }
            #[cfg(not(feature = "component"))]
            Program::Component(source) => Ok(without_components(&source)),
        }
    }
}

/// Settings of a [`Sandbox`] that differ from the defaults.
#[derive(Debug, Clone, Default)]
#[must_use = "nothing is loaded before `build`"]
pub struct SandboxBuilder {
    engine: Engine,
    capacity: Capacity,
    #[cfg(feature = "component")]
    component_cache: Option<PathBuf>,
    #[cfg(feature = "component")]
    compile_process: Option<CompileProcess>,
}

impl SandboxBuilder {
    /// Sets the engine of runs that ask for none. Default [`Engine::default`].
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// Sets what the runs may take together. Default [`Capacity::default`].
    pub fn capacity(mut self, capacity: Capacity) -> Self {
        self.capacity = capacity;
        self
    }

    /// Caches compiled components in `folder`, for other processes of this user. Only files written by these are
    /// loaded, as verified by a MAC whose key is in the folder. Default: compiled components are kept in memory only.
    #[cfg(feature = "component")]
    pub fn component_cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.component_cache = Some(folder.into());
        self
    }

    /// Compiles components in separate processes with bounded memory; an abandoned one is killed. Default: a thread of
    /// this process, which cannot be stopped when abandoned and holds one of two permits until it ends.
    #[cfg(feature = "component")]
    pub fn compile_process(mut self, process: CompileProcess) -> Self {
        self.compile_process = Some(process);
        self
    }

    /// Loads the engine, and no other before a run asks for it. The first sandbox of a process uses its code in place.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Engine`] if the machine lacks features that the engine was compiled for,
    /// [`ErrorKind::AddressSpace`] if there is no room for a single run, [`ErrorKind::ComponentCache`] if the folder
    /// for compiled components cannot be created, or does not belong to this user alone.
    pub fn build(self) -> Result<Sandbox, Error> {
        let mut capacity = self.capacity;
        #[cfg(feature = "component")]
        let components = LazyComponents::new(self.component_cache.as_deref(), self.compile_process)?;
        let Pool { engine: wasm, slots, failure } = Pool::new(capacity.runs_at_once_max)?;
        capacity.runs_at_once_max = slots;
        let memory = MemoryBudget::new(capacity.runs_memory_bytes_max);
        Ok(Sandbox(Arc::new(SandboxState {
            javascript: Runtime::new(&wasm, self.engine, memory)?,
            #[cfg(feature = "component")]
            components,
            run_slots: RunSlots::new(slots, capacity.runs_waiting_max),
            capacity,
            pooling_failure: failure,
        })))
    }
}

/// Returns the outcome of a component in a build without component support.
#[cfg(not(feature = "component"))]
fn without_components(source: &crate::program::ComponentSource) -> Outcome {
    let message = "this callbox was built without WebAssembly scripts";
    let refused = crate::outcome::Diagnostic::new(crate::outcome::DiagnosticCode::ComponentsOff, message)
        .hint("Build it with the feature `component`, or give a script as text.");
    let usage = Usage { source_bytes: source.bytes().len() as u64, ..Usage::default() };
    unstarted(End::Rejected(vec![refused]), usage, Instant::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ran(sandbox: &Sandbox, request: RunRequest) -> Outcome {
        sandbox.run(&Catalog::default(), request).await.expect("a run")
    }

    #[tokio::test]
    async fn an_engine_is_loaded_when_a_run_asks_for_it() {
        for first in Engine::ALL {
            let sandbox = Sandbox::builder().engine(*first).build().expect("a sandbox");
            assert_eq!(ran(&sandbox, RunRequest::new("return 1")).await.engine, Some(*first));
            assert_eq!(sandbox.0.javascript.engines.loaded(), [*first]);
            for other in Engine::ALL {
                let outcome = ran(&sandbox, RunRequest::new("return 1").engine(*other)).await;
                assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
                assert_eq!((outcome.engine, &outcome.report()["engine"]), (Some(*other), &other.as_str().into()));
            }
            assert_eq!(sandbox.0.javascript.engines.loaded(), Engine::ALL);
        }
    }

    #[cfg(feature = "typescript")]
    #[tokio::test]
    async fn what_was_not_run_has_no_engine() {
        let sandbox = Sandbox::new().expect("a sandbox");
        let outcome = ran(&sandbox, RunRequest::new("const = 1")).await;
        assert!(matches!(outcome.end, End::Rejected(_)), "{}", outcome.transcript());
        assert_eq!(outcome.engine, None);
        assert!(outcome.report()["engine"].is_null());
    }
}
