//! Boots a guest once and snapshots its memory into a module that starts booted.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use wasmtime::{Caller, Engine, Extern, Instance, Linker, Module, OptLevel, Store, Val};
use wasmtime_wizer::{InstanceState, SnapshotVal, ValType, Wizer};

use crate::{Result, config};

/// Returns the guest as it is after its export `boot` has run.
pub(crate) fn freeze(guest: &[u8], boot: &str) -> Result<Vec<u8>> {
    let mut wizer = Wizer::new();
    wizer.init_func(boot);
    let (context, instrumented) = wizer.instrument(guest)?;
    let mut booted = booted(&instrumented, boot)?;
    Ok(ready(wizer.snapshot(&context, &mut booted))??)
}

/// The guest's last log message, which explains a failure.
type Said = String;

struct Booted {
    store: Store<Said>,
    instance: Instance,
}

fn booted(guest: &[u8], boot: &str) -> Result<Booted> {
    let mut config = config::config();
    // It runs once, for milliseconds: optimise for compile time, and set no deadline.
    config.cranelift_opt_level(OptLevel::None).epoch_interruption(false);
    let engine = Engine::new(&config)?;
    let module = Module::new(&engine, guest)?;
    let mut store = Store::new(&engine, Said::new());
    let instance = linker(&engine, &module)?.instantiate(&mut store, &module)?;
    for export in ["_initialize", boot] {
        if let Some(function) = instance.get_func(&mut store, export) {
            let ran = function.typed::<(), ()>(&store)?.call(&mut store, ());
            ran.map_err(|trap| format!("`{export}` of the guest failed: {}: {trap}", store.data()))?;
        }
    }
    Ok(Booted { store, instance })
}

/// At boot the guest only asks for random bytes, as hash table keys. They are the same in every build, so that the same
/// sources give the same artefact; the random numbers of scripts are seeded per run.
fn linker(engine: &Engine, module: &Module) -> Result<Linker<Said>> {
    let mut linker = Linker::new(engine);
    linker.func_wrap("wasi_snapshot_preview1", "random_get", |mut caller: Caller<'_, Said>, at: u32, len: u32| {
        bytes(&mut caller, at, len).map(|bytes| bytes.fill(0x5a)).map_or(1, |()| 0)
    })?;
    linker.func_wrap("callbox", "log", |mut caller: Caller<'_, Said>, _level: u32, at: u32, len: u32| {
        let said = bytes(&mut caller, at, len).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        *caller.data_mut() = said.unwrap_or_default();
    })?;
    linker.define_unknown_imports_as_traps(module)?;
    Ok(linker)
}

fn bytes<'a>(caller: &'a mut Caller<'_, Said>, at: u32, len: u32) -> Option<&'a mut [u8]> {
    let memory = caller.get_export("memory").and_then(Extern::into_memory)?;
    let start = usize::try_from(at).ok()?;
    let end = start.checked_add(usize::try_from(len).ok()?)?;
    memory.data_mut(caller).get_mut(start..end)
}

impl InstanceState for Booted {
    async fn global_get(&mut self, name: &str, _type: ValType) -> SnapshotVal {
        let global = self.instance.get_global(&mut self.store, name);
        match global.map(|global| global.get(&mut self.store)) {
            Some(Val::I32(value)) => SnapshotVal::I32(value),
            Some(Val::I64(value)) => SnapshotVal::I64(value),
            Some(Val::F32(value)) => SnapshotVal::F32(value),
            Some(Val::F64(value)) => SnapshotVal::F64(value),
            other => unreachable!("the guest has a global `{name}` that is {other:?}"),
        }
    }

    async fn memory_contents(&mut self, name: &str, contents: impl FnOnce(&[u8]) + Send) {
        match self.instance.get_memory(&mut self.store, name) {
            Some(memory) => contents(memory.data(&self.store)),
            None => unreachable!("the guest has no memory `{name}`"),
        }
    }
}

/// Returns the value of a future that never waits.
fn ready<T>(future: impl Future<Output = T>) -> Result<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => Err("taking the snapshot blocked".into()),
    }
}
