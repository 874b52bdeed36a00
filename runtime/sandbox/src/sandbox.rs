//! The sandbox: one loaded engine that makes any number of runs, each in a fresh instance.

use std::sync::Arc;
#[cfg(feature = "component")]
use std::{path::Path, sync::OnceLock};

use tokio::{sync::Semaphore, time::Instant};
use tokio_util::sync::CancellationToken;
use wasmtime::{Enabled, Engine, InstanceAllocationStrategy, InstancePre, Linker, PoolingAllocationConfig};

use crate::{
    catalog::Catalog,
    clock::Clock,
    compiler::Compiler,
    files, imports,
    instance::GuestState,
    limits::{Limit, Limits},
    outcome::{End, Outcome, Usage},
    program::Program,
    request::RunRequest,
    run::{self, Source},
    script::Script,
    ticker::Ticker,
    watch::Watch,
};
#[cfg(feature = "component")]
use crate::{
    component::{self, Anatomy, Components},
    program::ComponentSource,
};

/// How many runs are alive at once, unless [`Sandbox::with_runs_at_once`] says otherwise.
const RUNS_AT_ONCE_MAX: u32 = 1_024;
/// Pages that a finished run wrote, wiped and kept for the next run in their place, bytes; several
/// times what a small run writes. Saves page faults, where the system can say which pages were written.
const KEEP_RESIDENT_BYTES: usize = 4 << 20;
/// What stays of the stack that a guest runs on, bytes.
const STACK_KEEP_RESIDENT_BYTES: usize = 64 << 10;

/// Runs scripts. Cheap to clone; clones share the loaded engine.
///
/// Must be used inside a tokio runtime with time enabled. A run that is being driven takes a slice of
/// the runtime's thread of about 2 ms at a time, then lets other tasks go on.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) pre: InstancePre<GuestState>,
    pub(crate) compiler: Compiler,
    pub(crate) ticker: Ticker,
    #[cfg(feature = "component")]
    components: OnceLock<Components>,
    places: Semaphore,
}

#[cfg(feature = "component")]
impl Inner {
    /// Made when the first component comes; most sandboxes never see one.
    fn components(&self) -> Result<&Components, Error> {
        if self.components.get().is_none() {
            let _ = self.components.set(Components::new()?);
        }
        self.components.get().ok_or_else(|| Error::Engine(wasmtime::Error::msg("the engine of components is gone")))
    }
}

/// What the embedder or the machine did wrong; nothing a script or a server can cause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine could not be loaded on this machine.
    #[error("cannot load the engine: {0}")]
    Engine(#[from] wasmtime::Error),
    /// The folder for compiled components cannot be used.
    #[error("cannot keep compiled components: {0}")]
    Cache(std::io::Error),
    /// A thread could not be started.
    #[error("cannot start the ticker thread: {0}")]
    Thread(#[from] std::io::Error),
    /// A granted folder cannot be opened any more.
    #[error("cannot open a granted folder: {0}")]
    Folder(wasmtime::Error),
    /// The system's source of randomness failed.
    #[error("cannot draw a random seed: {0}")]
    Random(#[from] getrandom::Error),
}

impl Sandbox {
    /// Loads the engine. The first one of a process is used where it lies in the program.
    ///
    /// # Errors
    ///
    /// [`Error::Engine`] where the machine lacks what the engine was compiled for.
    pub fn new() -> Result<Self, Error> {
        Self::with_runs_at_once(RUNS_AT_ONCE_MAX)
    }

    /// Loads the engine with places for `runs` runs alive at once; further runs wait for a place.
    ///
    /// Each place reserves about 4 GiB of address space and no memory.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::new`].
    pub fn with_runs_at_once(runs: u32) -> Result<Self, Error> {
        let engine = pooling_engine(runs).or_else(|_| Engine::new(&callbox_engine::config()))?;
        let module = callbox_engine::load(&engine, callbox_engine::Guest::JavaScript)?;
        let mut linker = Linker::new(&engine);
        imports::link(&mut linker)?;
        let pre = linker.instantiate_pre(&module)?;
        let compiler = linker.instantiate_pre(&callbox_engine::load(&engine, callbox_engine::Guest::Compiler)?)?;
        let ticker = Ticker::spawn(&engine)?;
        let compiler = Compiler::new(compiler, ticker.clone());
        Ok(Self(Arc::new(Inner {
            pre,
            compiler,
            ticker,
            #[cfg(feature = "component")]
            components: OnceLock::new(),
            places: Semaphore::new(runs as usize),
        })))
    }

    /// Keeps compiled components in `folder`, for other processes of this user. Only what these have written there is
    /// taken back, which a MAC says whose key lies in the folder. The first folder of a sandbox stays. Default:
    /// compiled components are kept in memory only.
    ///
    /// # Errors
    ///
    /// [`Error::Cache`] where the folder cannot be made, or is not this user's alone.
    #[cfg(feature = "component")]
    pub fn keep_components_in(&self, folder: &Path) -> Result<(), Error> {
        self.0.components()?.keep_in(folder).map_err(Error::Cache)
    }

    /// Compiles a component and says what it imports and exports; runs nothing. The inner error says why it cannot
    /// be compiled.
    ///
    /// # Errors
    ///
    /// Only what the machine does wrong.
    #[cfg(feature = "component")]
    pub async fn anatomy(&self, source: &ComponentSource, limits: &Limits) -> Result<Result<Anatomy, End>, Error> {
        Ok(self.0.components()?.anatomy(source, limits).await.map_err(|end| *end))
    }

    /// Links a component against the tools of `catalog`; runs nothing. The inner error says why it cannot run.
    ///
    /// # Errors
    ///
    /// Only what the machine does wrong.
    #[cfg(feature = "component")]
    pub async fn check(
        &self,
        catalog: &Catalog,
        source: &ComponentSource,
        limits: &Limits,
    ) -> Result<Result<(), End>, Error> {
        Ok(self.0.components()?.check(source, catalog, limits).await.map_err(|end| *end))
    }

    /// Compiles a script, once for any number of runs: [`RunRequest::program`] takes it. What is wrong with it is in
    /// the [`Script`]. Compiling is held to the limits like a run, and the last scripts are kept, so that a text that
    /// comes again costs nothing. Dropping the future gives up.
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
    /// The end of what could not be compiled: [`End::Stopped`] by a limit, or [`End::Faulted`].
    pub async fn compile(&self, text: &str, limits: &Limits) -> Result<Script, Box<End>> {
        run::within(Limit::SourceBytes, limits.source_bytes_max, text.len() as u64)?;
        let _place = self.0.places.acquire().await.ok();
        let watch = Watch::new(Instant::now(), Clock::new(0), CancellationToken::new(), limits);
        run::compile(&self.0, text, &watch, limits, &mut Usage::default()).await
    }

    /// Runs one script to its end. Dropping the future ends the run and cancels its calls.
    ///
    /// # Errors
    ///
    /// Only what the machine does wrong; whatever the script or a tool does is in the [`Outcome`].
    pub async fn run(&self, catalog: &Catalog, request: RunRequest) -> Result<Outcome, Error> {
        let _place = self.0.places.acquire().await.ok();
        match request.program.clone() {
            Program::Script(text) => {
                let functions = files::functions(&request.folders, &request.limits);
                run::run(&self.0, catalog, request.with_functions(functions), Source::Text(text)).await
            }
            Program::Compiled(script) => {
                let functions = files::functions(&request.folders, &request.limits);
                run::run(&self.0, catalog, request.with_functions(functions), Source::Script(script)).await
            }
            #[cfg(feature = "component")]
            Program::Component(source) => component::run::run(self.0.components()?, catalog, request, source).await,
            #[cfg(not(feature = "component"))]
            Program::Component(source) => Ok(run::without_components(&source)),
        }
    }
}

/// Reusing memory needs address space that some machines do not grant; the caller then does without.
fn pooling_engine(runs: u32) -> wasmtime::Result<Engine> {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_core_instances(runs)
        .total_memories(runs)
        .total_tables(runs)
        .total_stacks(runs)
        .max_memory_size(1 << 32)
        .max_core_instance_size(1 << 20)
        .table_elements(crate::instance::TABLE_ELEMENTS_MAX)
        .async_stack_keep_resident(STACK_KEEP_RESIDENT_BYTES);
    if PoolingAllocationConfig::is_pagemap_scan_available() {
        pool.pagemap_scan(Enabled::Yes).linear_memory_keep_resident(KEEP_RESIDENT_BYTES);
    }
    let mut config = callbox_engine::config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config)
}
