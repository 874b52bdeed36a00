//! Runs the engine guest under the runner's own limits: a fresh instance per test, from a pool.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use callbox_engine::{
    codec,
    frames::{Goal, Resume, Settled, Start, State, Step},
};
use wasmtime::{
    Caller, Engine, Extern, InstanceAllocationStrategy, InstancePre, Linker, Module, PoolingAllocationConfig, Store,
    StoreLimits, StoreLimitsBuilder,
};

/// Interval at which time is checked.
const TICK: Duration = Duration::from_millis(50);
/// Ticks after which a test is given up: one minute, since a few tests walk all of Unicode.
const TICKS_MAX: u64 = 1_200;
/// More than any test needs.
const MEMORY_BYTES_MAX: usize = 512 << 20;
/// Maximum number of timers fired in one test.
const ROUNDS_MAX: usize = 1_000;
/// The clock of each test.
const NOW_MS: f64 = 1_767_225_600_000.0;

/// The engine, loaded once.
pub(crate) struct Loaded {
    engine: Engine,
    pre: InstancePre<Host>,
    /// Whether the guest, as compiled, still has to boot.
    boots: bool,
}

/// The result of one test.
pub(crate) struct Ran {
    pub(crate) state: Result<State, String>,
    pub(crate) printed: Vec<String>,
}

struct Host {
    printed: Vec<String>,
    panic: Option<String>,
    limits: StoreLimits,
}

impl Loaded {
    /// Loads the engine that callbox ships, or `stock`: boa with its own built-ins.
    pub(crate) fn new(shipped: callbox_engine::Guest, stock: Option<&Path>, jobs: usize) -> Result<Self> {
        let engine = engine(jobs)?;
        let module = match stock {
            None => callbox_engine::load(&engine, shipped).map_err(said)?,
            Some(file) => Module::from_file(&engine, file).map_err(said)?,
        };
        let mut linker = Linker::new(&engine);
        link(&mut linker).map_err(said)?;
        linker.define_unknown_imports_as_traps(&module).map_err(said)?;
        let pre = linker.instantiate_pre(&module).map_err(said)?;
        Ok(Self { engine, pre, boots: stock.is_some() })
    }

    /// Advances time for the guests until the result is dropped.
    pub(crate) fn ticker(&self) -> Ticker {
        let stop = Arc::new(AtomicBool::new(false));
        let (engine, seen) = (self.engine.clone(), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            while !seen.load(Relaxed) {
                std::thread::sleep(TICK);
                engine.increment_epoch();
            }
        });
        Ticker(stop, Some(thread))
    }

    /// Runs one source to its end.
    pub(crate) fn run(&self, source: &str, goal: Goal) -> Ran {
        let limits = StoreLimitsBuilder::new().memory_size(MEMORY_BYTES_MAX).build();
        let mut store = Store::new(&self.engine, Host { printed: Vec::new(), panic: None, limits });
        store.limiter(|host| &mut host.limits);
        store.set_epoch_deadline(TICKS_MAX);
        let state = self.settle(&mut store, source, goal);
        let host = store.into_data();
        let state = state.map_err(|error| host.panic.unwrap_or_else(|| format!("{error:#}")));
        Ran { state, printed: host.printed }
    }

    fn settle(&self, store: &mut Store<Host>, source: &str, goal: Goal) -> Result<State> {
        let instance = self.pre.instantiate(&mut *store).map_err(said)?;
        let guest = Guest { instance };
        if self.boots {
            guest.boot(store)?;
        }
        let mut step = guest.step(store, "start", &codec::encode(&start(source, goal)))?;
        let mut state = step.state;
        for _ in 0..ROUNDS_MAX {
            let settled: Vec<_> =
                step.sleeps.iter().map(|sleep| Settled { id: sleep.id, result: Ok(b"null".to_vec().into()) }).collect();
            if settled.is_empty() {
                break;
            }
            step = guest.step(store, "resume", &codec::encode(&Resume { now_ms: NOW_MS, settled }))?;
            if state == State::Waiting {
                state = step.state;
            }
        }
        Ok(state)
    }
}

struct Guest {
    instance: wasmtime::Instance,
}

impl Guest {
    fn boot(&self, store: &mut Store<Host>) -> Result<()> {
        for name in ["_initialize", "boot_stock"] {
            if let Ok(function) = self.instance.get_typed_func::<(), ()>(&mut *store, name) {
                function.call(&mut *store, ()).map_err(said)?;
            }
        }
        Ok(())
    }

    fn step(&self, store: &mut Store<Host>, entry: &str, message: &[u8]) -> Result<Step> {
        let memory = self.instance.get_memory(&mut *store, "memory").context("no memory")?;
        let alloc = self.instance.get_typed_func::<u32, u32>(&mut *store, "alloc").map_err(said)?;
        let entry = self.instance.get_typed_func::<u32, u64>(&mut *store, entry).map_err(said)?;
        let len = u32::try_from(message.len())?;
        let at = alloc.call(&mut *store, len).map_err(said)?;
        memory.write(&mut *store, at as usize, message)?;
        let packed = entry.call(&mut *store, len).map_err(said)?;
        let (at, len) = (usize::try_from(packed >> 32)?, usize::try_from(packed & 0xffff_ffff)?);
        let answer = memory.data(&*store).get(at..at + len).context("the answer lies outside memory")?;
        Ok(codec::decode(answer)?)
    }
}

fn start(source: &str, goal: Goal) -> Start {
    Start {
        source: source.to_owned(),
        goal,
        input: b"null".to_vec(),
        servers: Vec::new(),
        functions: Vec::new(),
        seed: 1,
        now_ms: NOW_MS,
        json_depth_max: 100,
    }
}

fn engine(jobs: usize) -> Result<Engine> {
    let places = u32::try_from(jobs)?;
    let mut pool = PoolingAllocationConfig::default();
    pool.total_core_instances(places)
        .total_memories(places)
        .total_tables(places)
        .max_memory_size(1 << 32)
        .max_core_instance_size(1 << 20)
        .table_elements(100_000);
    let mut config = callbox_engine::config();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Engine::new(&config).map_err(said)
}

/// wasmtime has its own error type.
fn said(error: wasmtime::Error) -> anyhow::Error {
    anyhow!("{error:?}")
}

fn link(linker: &mut Linker<Host>) -> wasmtime::Result<()> {
    const WASI: &str = "wasi_snapshot_preview1";
    linker.func_wrap("callbox", "log", log)?;
    linker.func_wrap(WASI, "clock_time_get", |_: i32, _: i64, _: i32| 0)?;
    linker.func_wrap(WASI, "random_get", |_: i32, _: i32| 0)?;
    linker.func_wrap(WASI, "environ_sizes_get", |_: i32, _: i32| 0)?;
    linker.func_wrap(WASI, "environ_get", |_: i32, _: i32| 0)?;
    linker.func_wrap(WASI, "fd_write", |_: i32, _: i32, _: i32, _: i32| 58)?;
    linker.func_wrap(WASI, "sched_yield", || 0)?;
    Ok(())
}

fn log(mut caller: Caller<'_, Host>, level: u32, at: u32, len: u32) {
    let memory = caller.get_export("memory").and_then(Extern::into_memory);
    let Some(memory) = memory else { return };
    let bytes = memory.data(&caller).get(at as usize..).and_then(|rest| rest.get(..len as usize));
    let text = String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let host = caller.data_mut();
    if level < 5 { host.printed.push(text) } else { host.panic = Some(format!("panic: {text}")) }
}

/// Stops the ticking when dropped.
pub(crate) struct Ticker(Arc<AtomicBool>, Option<JoinHandle<()>>);

impl Drop for Ticker {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
        let _ = self.1.take().map(JoinHandle::join);
    }
}
