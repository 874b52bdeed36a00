//! The engines of one sandbox, each loaded on first use.

use tokio::{sync::OnceCell, task::spawn_blocking};
use wasmtime::{InstancePre, Linker, Module};

use crate::{engine::Engine, run::instance::GuestState};

/// A loaded and linked engine.
type Loaded = InstancePre<GuestState>;

/// The engines of a sandbox. An engine that no run asks for is never mapped.
pub(crate) struct Engines {
    linker: Linker<GuestState>,
    #[cfg(feature = "engine-quickjs")]
    quickjs: OnceCell<Loaded>,
    #[cfg(feature = "engine-boa")]
    boa: OnceCell<Loaded>,
}

impl Engines {
    /// Loads `first` at once, so that a machine that cannot run it is detected immediately.
    pub(crate) fn new(linker: Linker<GuestState>, first: Engine) -> wasmtime::Result<Self> {
        let loaded = linker.instantiate_pre(&callbox_engine::load(linker.engine(), first.guest())?)?;
        let cell = |engine: Engine| OnceCell::new_with((engine == first).then(|| loaded.clone()));
        Ok(Self {
            #[cfg(feature = "engine-quickjs")]
            quickjs: cell(Engine::QuickJs),
            #[cfg(feature = "engine-boa")]
            boa: cell(Engine::Boa),
            linker,
        })
    }

    /// Returns the engine. On first use it is loaded on a worker thread, since packed code has to be unpacked.
    pub(crate) async fn get(&self, engine: Engine) -> wasmtime::Result<&Loaded> {
        let load = async || self.linker.instantiate_pre(&self.module(engine).await?);
        self.cell(engine).get_or_try_init(load).await
    }

    async fn module(&self, engine: Engine) -> wasmtime::Result<Module> {
        let wasm = self.linker.engine().clone();
        let loading = spawn_blocking(move || callbox_engine::load(&wasm, engine.guest()));
        loading.await.unwrap_or_else(|error| Err(wasmtime::Error::msg(format!("the engine `{engine}`: {error}"))))
    }

    fn cell(&self, engine: Engine) -> &OnceCell<Loaded> {
        match engine {
            #[cfg(feature = "engine-quickjs")]
            Engine::QuickJs => &self.quickjs,
            #[cfg(feature = "engine-boa")]
            Engine::Boa => &self.boa,
        }
    }

    /// Returns the engines loaded so far.
    #[cfg(test)]
    pub(crate) fn loaded(&self) -> Vec<Engine> {
        Engine::ALL.iter().copied().filter(|engine| self.cell(*engine).initialized()).collect()
    }
}
