//! The sandbox: one loaded engine that makes any number of runs, each in a fresh instance.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use wasmtime::{InstancePre, Linker};

use crate::{
    capacity::Capacity,
    catalog::Catalog,
    component::{self, Anatomy, CompileProcess, Components},
    files,
    guest::GuestState,
    imports,
    limits::Limits,
    memory_budget::MemoryBudget,
    outcome::{End, Outcome, Usage},
    places::Places,
    pool::Pool,
    program::{ComponentSource, Program},
    request::RunRequest,
    run,
    ticker::Ticker,
};

/// Runs scripts. Cheap to clone; clones share the loaded engine.
///
/// Must be used inside a tokio runtime with time enabled. A run that is being driven takes a slice of
/// the runtime's thread of about 2 ms at a time, then lets other tasks go on.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) pre: InstancePre<GuestState>,
    pub(crate) ticker: Ticker,
    pub(crate) memory: MemoryBudget,
    components: OnceLock<Components>,
    places: Places,
    capacity: Capacity,
    pooling_failure: Option<String>,
}

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
    /// The address space of this process is limited (`ulimit -v`), and what is left is less than one run reserves.
    #[error("{left_bytes} bytes of address space are left to this process, and a run reserves {needed_bytes}")]
    AddressSpace {
        /// What is left.
        left_bytes: u64,
        /// What one run reserves.
        needed_bytes: u64,
    },
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
    /// [`Error::Engine`] where the machine lacks what the engine was compiled for, [`Error::AddressSpace`] where there
    /// is no room for a single run.
    pub fn new() -> Result<Self, Error> {
        Self::with_capacity(Capacity::default())
    }

    /// Loads the engine with places for `runs` runs alive at once; further runs wait for a place.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::new`].
    pub fn with_runs_at_once(runs: u32) -> Result<Self, Error> {
        Self::with_capacity(Capacity { runs_at_once_max: runs, ..Capacity::default() })
    }

    /// Loads the engine for runs that may take so much together.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::new`].
    pub fn with_capacity(mut capacity: Capacity) -> Result<Self, Error> {
        let Pool { engine, places, failure } = Pool::new(capacity.runs_at_once_max)?;
        let module = callbox_js::load(&engine)?;
        let mut linker = Linker::new(&engine);
        imports::link(&mut linker)?;
        capacity.runs_at_once_max = places;
        Ok(Self(Arc::new(Inner {
            pre: linker.instantiate_pre(&module)?,
            ticker: Ticker::spawn(&engine)?,
            memory: MemoryBudget::new(capacity.runs_memory_bytes_max),
            components: OnceLock::new(),
            places: Places::new(places, capacity.runs_waiting_max),
            capacity,
            pooling_failure: failure,
        })))
    }

    /// What its runs may take together: what was asked for, with as many places as the machine granted.
    #[must_use]
    pub fn capacity(&self) -> Capacity {
        self.0.capacity
    }

    /// Runs that wait for a place now.
    #[must_use]
    pub fn runs_waiting(&self) -> u32 {
        self.0.places.waiting()
    }

    /// Why runs do not share a pool of memory, if the system refused one; each then takes several times as long to start.
    #[must_use]
    pub fn pooling_failure(&self) -> Option<&str> {
        self.0.pooling_failure.as_deref()
    }

    /// Keeps compiled components in `folder`, for other processes of this user. Only what these have written there is
    /// taken back, which a MAC says whose key lies in the folder. The first folder of a sandbox stays. Default:
    /// compiled components are kept in memory only.
    ///
    /// # Errors
    ///
    /// [`Error::Cache`] where the folder cannot be made, or is not this user's alone.
    pub fn keep_components_in(&self, folder: &Path) -> Result<(), Error> {
        self.0.components()?.keep_in(folder).map_err(Error::Cache)
    }

    /// Compiles components in processes of their own, with a bound on their memory; one that is given up is killed. The
    /// first process of a sandbox stays. Default: a thread of this process, which is left to itself when it is given
    /// up, and keeps one of two places until it ends.
    ///
    /// # Errors
    ///
    /// [`Error::Engine`] where the engine for components cannot be made.
    pub fn compile_components_in(&self, process: CompileProcess) -> Result<(), Error> {
        self.0.components()?.compile_in(process);
        Ok(())
    }

    /// Compiles a component and says what it imports and exports; runs nothing. The inner error says why it cannot
    /// be compiled; `cancel` ends it with [`Stopped::Cancelled`](crate::Stopped::Cancelled).
    ///
    /// # Errors
    ///
    /// Only what the machine does wrong.
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
    /// Only what the machine does wrong.
    pub async fn check(
        &self,
        catalog: &Catalog,
        source: &ComponentSource,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Result<Result<(), End>, Error> {
        Ok(self.0.components()?.check(source, catalog, limits, cancel).await.map_err(|end| *end))
    }

    /// Runs one script to its end, once there is a place for it. Dropping the future ends the run and cancels its calls.
    ///
    /// # Errors
    ///
    /// Only what the machine does wrong; whatever the script or a tool does is in the [`Outcome`].
    pub async fn run(&self, catalog: &Catalog, request: RunRequest) -> Result<Outcome, Error> {
        let began = Instant::now();
        let _place = match self.0.places.take(&request).await {
            Ok(place) => place,
            Err(stopped) => return Ok(run::unstarted(End::Stopped(stopped), Usage::default(), began)),
        };
        match request.program.clone() {
            Program::Script(text) => {
                let functions = files::functions(&request.folders, &request.limits);
                run::run(&self.0, catalog, request.with_functions(functions), &text, began).await
            }
            Program::Component(source) => {
                component::run::run(self.0.components()?, &self.0.memory, catalog, request, source).await
            }
        }
    }
}
