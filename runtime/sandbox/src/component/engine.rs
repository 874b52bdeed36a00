//! State shared by all component runs: their own engine, its ticker, the linker, and the compiled components. Created
//! when the first component arrives.

use std::{
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use wasmtime::{
    Config, Engine, OptLevel,
    component::{Component, InstancePre, Linker},
};

use super::{
    anatomy::{self, Anatomy},
    cache::ComponentCache,
    compile::{self, COMPILATIONS_AT_ONCE_MAX, Compiler},
    guest::State,
    link,
    thrown::STACK_BYTES,
    worker::CompileProcess,
};
use crate::{
    catalog::Catalog,
    error::Error,
    limits::{Limit, Limits},
    machine,
    outcome::End,
    program::ComponentSource,
    run::{admission::within, ticker::Ticker},
};

/// Stack for host functions on top of the guest's own, bytes.
const HOST_STACK_BYTES: u64 = 512 << 10;
/// Maximum number of compiled components kept for further runs, and of the total size of their code.
const KEPT_MAX: usize = 64;
const KEPT_BYTES_MAX: usize = 512 << 20;
/// Guard region of a memory where address space is limited, bytes.
const SMALL_GUARD_BYTES: u64 = 64 << 10;
/// Maximum number of frames in a trap's backtrace.
const FRAMES_MAX: usize = 32;

/// The engine for components, and what it has compiled.
pub(crate) struct Components {
    engine: Engine,
    pub(super) ticker: Ticker,
    linker: Linker<State>,
    kept: Mutex<Vec<Arc<Ready>>>,
    permits: Arc<Semaphore>,
    cache: Option<Arc<ComponentCache>>,
    process: Option<CompileProcess>,
}

/// A compiled component.
pub(super) struct Ready {
    hash: [u8; 32],
    /// Size of the code and its metadata.
    image_bytes: usize,
    pub(super) component: Component,
    /// The component linked against the catalogue it last ran with.
    linked: Mutex<Option<(Catalog, InstancePre<State>)>>,
}

/// The engine for components, created when the first component arrives: most sandboxes never see one.
pub(crate) struct LazyComponents {
    components: OnceLock<Components>,
    cache: Option<Arc<ComponentCache>>,
    process: Option<CompileProcess>,
}

impl LazyComponents {
    /// Opens the cache, if there is to be one.
    pub(crate) fn new(cache: Option<&Path>, process: Option<CompileProcess>) -> Result<Self, Error> {
        let cache = cache.map(ComponentCache::open).transpose().map_err(Error::component_cache)?;
        Ok(Self { components: OnceLock::new(), cache: cache.map(Arc::new), process })
    }

    pub(crate) fn get(&self) -> Result<&Components, Error> {
        if let Some(components) = self.components.get() {
            return Ok(components);
        }
        let made = Components::new(self.cache.clone(), self.process.clone())?;
        Ok(self.components.get_or_init(|| made))
    }
}

impl Components {
    fn new(cache: Option<Arc<ComponentCache>>, process: Option<CompileProcess>) -> Result<Self, Error> {
        let engine = engine().map_err(Error::engine)?;
        Ok(Self {
            ticker: Ticker::spawn(&engine).map_err(Error::thread)?,
            linker: link::base(&engine).map_err(Error::engine)?,
            kept: Mutex::default(),
            permits: Arc::new(Semaphore::new(COMPILATIONS_AT_ONCE_MAX)),
            cache,
            process,
            engine,
        })
    }

    /// Returns a component's imports and exports, or why it cannot be compiled.
    pub(crate) async fn anatomy(
        &self,
        source: &ComponentSource,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Result<Anatomy, Box<End>> {
        let bytes = source.bytes().len() as u64;
        within(Limit::ComponentBytes, limits.component_bytes_max, bytes)?;
        let ready = self.ready(source, limits, cancel).await?;
        Ok(anatomy::anatomy(&ready.component))
    }

    /// Checks whether a compiled component links against `catalog`.
    pub(crate) async fn check(
        &self,
        source: &ComponentSource,
        catalog: &Catalog,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Result<(), Box<End>> {
        within(Limit::ComponentBytes, limits.component_bytes_max, source.bytes().len() as u64)?;
        let ready = self.ready(source, limits, cancel).await?;
        self.linked(&ready, catalog).map(|_| ())
    }

    /// Returns the component, compiling it if necessary.
    pub(super) async fn ready(
        &self,
        source: &ComponentSource,
        limits: &Limits,
        cancel: &CancellationToken,
    ) -> Result<Arc<Ready>, Box<End>> {
        let hash = source.hash();
        if let Some(ready) = self.find(hash) {
            return Ok(ready);
        }
        let compiler = Compiler {
            engine: &self.engine,
            cache: self.cache.as_ref(),
            process: self.process.as_ref(),
            permits: &self.permits,
        };
        let component = compile::compile(compiler, source, limits, cancel).await?;
        let image = component.image_range();
        let image_bytes = image.end.addr() - image.start.addr();
        let ready = Arc::new(Ready { hash, image_bytes, component, linked: Mutex::default() });
        self.keep(Arc::clone(&ready));
        Ok(ready)
    }

    /// Returns the component linked against `catalog`.
    pub(super) fn linked(&self, ready: &Ready, catalog: &Catalog) -> Result<InstancePre<State>, Box<End>> {
        let mut linked = ready.linked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((with, pre)) = linked.as_ref()
            && with.is(catalog)
        {
            return Ok(pre.clone());
        }
        let pre =
            link::link(&self.linker, &ready.component, catalog).map_err(|wrong| Box::new(End::Rejected(wrong)))?;
        *linked = Some((catalog.clone(), pre.clone()));
        Ok(pre)
    }

    /// Finds a component by hash and moves it to the end: the list is ordered by last use.
    fn find(&self, hash: [u8; 32]) -> Option<Arc<Ready>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().rposition(|ready| ready.hash == hash)?;
        let last = kept.len().saturating_sub(1);
        if at != last {
            let ready = kept.remove(at);
            kept.push(ready);
        }
        kept.last().cloned()
    }

    fn keep(&self, ready: Arc<Ready>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|other| other.hash != ready.hash);
        kept.push(ready);
        let bytes = |kept: &[Arc<Ready>]| kept.iter().map(|ready| ready.image_bytes).sum::<usize>();
        while kept.len() > KEPT_MAX || (kept.len() > 1 && bytes(&kept) > KEPT_BYTES_MAX) {
            kept.remove(0);
        }
    }
}

/// Creates the engine that compiles and runs components. All such engines on one machine are configured alike.
pub(super) fn engine() -> wasmtime::Result<Engine> {
    Engine::new(&config(machine::address_space_left_bytes()))
}

/// Returns the settings for components. They differ from those of the JavaScript engine, which are fixed in its
/// precompiled code: components are compiled on the machine that runs them, and a trap names the guest's functions.
fn config(address_space_left_bytes: Option<u64>) -> Config {
    let mut config = Config::new();
    config.epoch_interruption(true);
    let stack_bytes = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    config.max_wasm_stack(stack_bytes(STACK_BYTES));
    config.async_stack_size(stack_bytes(STACK_BYTES + HOST_STACK_BYTES));
    config.cranelift_opt_level(OptLevel::Speed);
    config.memory_init_cow(true);
    // Reserve the whole address range of each memory, so that it never moves and code need not look up its base. Where
    // address space is limited, a memory takes no more than it uses and moves when it grows.
    config.memory_may_move(address_space_left_bytes.is_some());
    if address_space_left_bytes.is_some() {
        config.memory_reservation(0).memory_guard_size(SMALL_GUARD_BYTES).memory_reservation_for_growth(0);
    }
    config.generate_address_map(false);
    config.wasm_backtrace_max_frames(std::num::NonZeroUsize::new(FRAMES_MAX));
    // Features that toolchains need are on: bulk memory, SIMD, reference types, the component model with its async
    // functions. Features they do not need are off.
    config.wasm_component_model_async(true);
    config.wasm_memory64(false);
    config.wasm_relaxed_simd(false);
    config.wasm_wide_arithmetic(false);
    config
}
