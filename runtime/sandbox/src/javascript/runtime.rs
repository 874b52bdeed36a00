//! What all runs of scripts in JavaScript share: the engines, the compiler, the ticker and the memory budget.

#[cfg(feature = "typescript")]
use callbox_engine::Guest;
use wasmtime::Linker;

use super::{engines::Engines, imports};
use crate::{
    compiler::Compiler,
    engine::Engine,
    error::Error,
    run::{memory_budget::MemoryBudget, ticker::Ticker},
};

/// The engines and what belongs to them.
pub(crate) struct Runtime {
    /// The engine of runs that ask for none.
    pub(crate) engine: Engine,
    pub(crate) engines: Engines,
    pub(crate) compiler: Compiler,
    pub(crate) ticker: Ticker,
    pub(crate) memory: MemoryBudget,
}

impl Runtime {
    /// Loads the compiler and `engine`; other engines are loaded when a run asks for one.
    pub(crate) fn new(wasm: &wasmtime::Engine, engine: Engine, memory: MemoryBudget) -> Result<Self, Error> {
        let mut linker = Linker::new(wasm);
        imports::link(&mut linker).map_err(Error::engine)?;
        let ticker = Ticker::spawn(wasm).map_err(Error::thread)?;
        Ok(Self {
            compiler: compiler(wasm, &linker, &ticker)?,
            engine,
            engines: Engines::new(linker, engine).map_err(Error::engine)?,
            ticker,
            memory,
        })
    }
}

#[cfg(feature = "typescript")]
fn compiler(
    wasm: &wasmtime::Engine,
    linker: &Linker<crate::run::instance::GuestState>,
    ticker: &Ticker,
) -> Result<Compiler, Error> {
    let frozen = callbox_engine::load(wasm, Guest::Compiler).and_then(|module| linker.instantiate_pre(&module));
    Ok(Compiler::new(frozen.map_err(Error::engine)?, ticker.clone()))
}

#[cfg(not(feature = "typescript"))]
#[allow(clippy::unnecessary_wraps, reason = "as where there is a compiler")]
fn compiler(_: &wasmtime::Engine, _: &Linker<crate::run::instance::GuestState>, _: &Ticker) -> Result<Compiler, Error> {
    Ok(Compiler)
}
