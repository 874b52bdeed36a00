//! The sandbox: loaded engines that perform any number of runs, each in a fresh instance.

use std::sync::Arc;
#[cfg(feature = "component")]
use std::{path::Path, sync::OnceLock};

#[cfg(feature = "typescript")]
use callbox_engine::Guest;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wasmtime::Linker;

use crate::{
    capacity::Capacity,
    catalog::Catalog,
    clock::Clock,
    compiler::Compiler,
    engine::Engine,
    engines::Engines,
    files, imports,
    limits::{Limit, Limits},
    memory_budget::MemoryBudget,
    outcome::{End, Outcome, Usage},
    places::Places,
    pool::Pool,
    program::Program,
    request::RunRequest,
    run::{self, Source},
    script::Script,
    ticker::Ticker,
    watch::Watch,
};
#[cfg(feature = "component")]
use crate::{
    component::{self, Anatomy, CompileProcess, Components},
    program::ComponentSource,
};

/// Runs scripts. Cheap to clone; clones share the loaded engines.
///
/// Must be used inside a tokio runtime with time enabled. A run takes the runtime's thread for about 2 ms at a time,
/// then yields to other tasks.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

pub(crate) struct Inner {
    /// The engine for runs that do not choose one.
    pub(crate) engine: Engine,
    pub(crate) engines: Engines,
    pub(crate) compiler: Compiler,
    pub(crate) ticker: Ticker,
    pub(crate) memory: MemoryBudget,
    #[cfg(feature = "component")]
    components: OnceLock<Components>,
    places: Places,
    capacity: Capacity,
    pooling_failure: Option<String>,
}

#[cfg(feature = "component")]
impl Inner {
    /// Returns the component engine, created for the first component; most sandboxes never see one.
    fn components(&self) -> Result<&Components, Error> {
        if self.components.get().is_none() {
            let _ = self.components.set(Components::new()?);
        }
        self.components.get().ok_or_else(|| Error::Engine(wasmtime::Error::msg("the component engine is gone")))
    }
}

/// A mistake of the embedder or a problem with the machine; scripts and servers cannot cause one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine could not be loaded on this machine.
    #[error("cannot load the engine: {0}")]
    Engine(#[from] wasmtime::Error),
    /// The address space of this process is limited (`ulimit -v`), and less is left than one run reserves.
    #[error("this process has {left_bytes} bytes of address space left, but a run reserves {needed_bytes}")]
    AddressSpace {
        /// Bytes left.
        left_bytes: u64,
        /// Bytes that one run reserves.
        needed_bytes: u64,
    },
    /// The folder for compiled components cannot be used.
    #[error("cannot cache compiled components: {0}")]
    Cache(std::io::Error),
    /// A thread could not be started.
    #[error("cannot start the ticker thread: {0}")]
    Thread(#[from] std::io::Error),
    /// A granted folder can no longer be opened.
    #[error("cannot open a granted folder: {0}")]
    Folder(wasmtime::Error),
    /// The system's source of randomness failed.
    #[error("cannot draw a random seed: {0}")]
    Random(#[from] getrandom::Error),
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
        self.0.engine
    }

    /// Returns what its runs may use together: as requested, but with as many slots as the machine granted.
    #[must_use]
    pub fn capacity(&self) -> Capacity {
        self.0.capacity
    }

    /// Returns the number of runs waiting for a slot now.
    #[must_use]
    pub fn runs_waiting(&self) -> u32 {
        self.0.places.waiting()
    }

    /// Returns why runs do not share a memory pool, if the system refused one; each run then takes several times as
    /// long to start.
    #[must_use]
    pub fn pooling_failure(&self) -> Option<&str> {
        self.0.pooling_failure.as_deref()
    }

    /// Caches compiled components in `folder`, for other processes of this user. Only files written by these are
    /// loaded, as verified by a MAC whose key is in the folder. Only the first call for a sandbox has an effect.
    /// Default: compiled components are kept in memory only.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Cache`] if the folder cannot be created, or does not belong to this user alone.
    #[cfg(feature = "component")]
    pub fn keep_components_in(&self, folder: &Path) -> Result<(), Error> {
        self.0.components()?.keep_in(folder).map_err(Error::Cache)
    }

    /// Compiles components in separate processes with bounded memory; an abandoned one is killed. Only the first call
    /// for a sandbox has an effect. Default: a thread of this process, which cannot be stopped when abandoned and holds
    /// one of two permits until it ends.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Engine`] if the component engine cannot be created.
    #[cfg(feature = "component")]
    pub fn compile_components_in(&self, process: CompileProcess) -> Result<(), Error> {
        self.0.components()?.compile_in(process);
        Ok(())
    }

    /// Compiles a component and returns its imports and exports; runs nothing. The inner error says why it cannot be
    /// compiled; `cancel` ends it with [`Stopped::Cancelled`](crate::Stopped::Cancelled).
    ///
    /// # Errors
    ///
    /// Fails only for problems with the machine.
    #[cfg(feature = "component")]
    pub async fn anatomy(
        &self,
        source: &ComponentSource,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Result<Result<Anatomy, End>, Error> {
        Ok(self.0.components()?.anatomy(source, limits, cancel).await.map_err(|end| *end))
    }

    /// Links a component against the tools of `catalog`; runs nothing. The inner error says why it cannot run.
    ///
    /// # Errors
    ///
    /// Fails only for problems with the machine.
    #[cfg(feature = "component")]
    pub async fn check(
        &self,
        catalog: &Catalog,
        source: &ComponentSource,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Result<Result<(), End>, Error> {
        Ok(self.0.components()?.check(source, catalog, limits, cancel).await.map_err(|end| *end))
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
        run::within(Limit::SourceBytes, limits.source_bytes_max, text.len() as u64)?;
        let (began, cancel) = (Instant::now(), CancellationToken::new());
        let place = self.0.places.take(&cancel, limits.wall_ms_max, |_| ()).await;
        let _place = place.map_err(|stopped| Box::new(End::Stopped(stopped)))?;
        let watch = Watch::new(began, Clock::new(0), cancel, limits);
        run::compile(&self.0, text, self.0.memory.share(watch, None), limits, &mut Usage::default()).await
    }

    /// Runs one script to its end, once there is a slot for it. Dropping the future ends the run and cancels its calls.
    ///
    /// # Errors
    ///
    /// Fails only for problems with the machine; whatever the script or a tool does is in the [`Outcome`].
    pub async fn run(&self, catalog: &Catalog, request: RunRequest) -> Result<Outcome, Error> {
        let began = Instant::now();
        let _place =
            match self.0.places.take(&request.cancel, request.limits.wall_ms_max, |event| request.tell(event)).await {
                Ok(place) => place,
                Err(stopped) => return Ok(run::unstarted(End::Stopped(stopped), Usage::default(), began)),
            };
        match request.program.clone() {
            Program::Script(text) => {
                let functions = files::functions(&request.folders, &request.limits);
                run::run(&self.0, catalog, request.with_functions(functions), Source::Text(text), began).await
            }
            Program::Compiled(script) => {
                let functions = files::functions(&request.folders, &request.limits);
                run::run(&self.0, catalog, request.with_functions(functions), Source::Script(script), began).await
            }
            #[cfg(feature = "component")]
            Program::Component(source) => {
                component::run::run(self.0.components()?, &self.0.memory, catalog, request, source).await
            }
            #[cfg(not(feature = "component"))]
            Program::Component(source) => Ok(run::without_components(&source)),
        }
    }
}

/// Builds a sandbox that differs from the defaults.
#[derive(Debug, Clone, Default)]
#[must_use = "nothing is loaded before `build`"]
pub struct SandboxBuilder {
    engine: Engine,
    capacity: Capacity,
}

impl SandboxBuilder {
    /// Sets the engine for runs that do not choose one. Default [`Engine::default`].
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// Sets what its runs may use together. Default [`Capacity::default`].
    pub fn capacity(mut self, capacity: Capacity) -> Self {
        self.capacity = capacity;
        self
    }

    /// Loads this engine; another one is loaded only when a run asks for it. The first sandbox of a process uses the
    /// engine's code in place, from the program image.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Engine`] if the machine lacks features that the engine was compiled for,
    /// [`Error::AddressSpace`] if there is no room for a single run.
    pub fn build(self) -> Result<Sandbox, Error> {
        let Self { engine, mut capacity } = self;
        let Pool { engine: wasm, places, failure } = Pool::new(capacity.runs_at_once_max)?;
        let mut linker = Linker::new(&wasm);
        imports::link(&mut linker)?;
        let ticker = Ticker::spawn(&wasm)?;
        capacity.runs_at_once_max = places;
        Ok(Sandbox(Arc::new(Inner {
            #[cfg(feature = "typescript")]
            compiler: {
                let frozen = linker.instantiate_pre(&callbox_engine::load(&wasm, Guest::Compiler)?)?;
                Compiler::new(frozen, ticker.clone())
            },
            #[cfg(not(feature = "typescript"))]
            compiler: Compiler,
            engine,
            engines: Engines::new(linker, engine)?,
            ticker,
            memory: MemoryBudget::new(capacity.runs_memory_bytes_max),
            #[cfg(feature = "component")]
            components: OnceLock::new(),
            places: Places::new(places, capacity.runs_waiting_max),
            capacity,
            pooling_failure: failure,
        })))
    }
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
            assert_eq!(sandbox.0.engines.loaded(), [*first]);
            for other in Engine::ALL {
                let outcome = ran(&sandbox, RunRequest::new("return 1").engine(*other)).await;
                assert!(matches!(outcome.end, End::Returned(_)), "{}", outcome.transcript());
                assert_eq!((outcome.engine, &outcome.report()["engine"]), (Some(*other), &other.as_str().into()));
            }
            assert_eq!(sandbox.0.engines.loaded(), Engine::ALL);
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
