//! Compiles scripts inside the sandbox, each in a fresh instance of the frozen compiler, under the caller's watch.
//! Recent results are cached.

mod kept;

use callbox_engine::{
    codec,
    compile::{Compile, Compiled},
};
use wasmtime::InstancePre;

pub(crate) use self::kept::Kept;

use crate::{
    event::Observers,
    limits::{Limit, Limits},
    run::{
        console::Console,
        instance::{GuestState, Halt, Instance},
        memory_budget::MemoryShare,
        ticker::Ticker,
    },
    script::Script,
    stopped::Stopped,
};

/// The result of compiling, and its peak memory.
pub(crate) struct Compiling {
    pub(crate) script: Result<Script, Halt>,
    pub(crate) peak_memory_bytes: u64,
}

/// The frozen compiler and a cache of compiled scripts.
pub(crate) struct Compiler {
    pre: InstancePre<GuestState>,
    ticker: Ticker,
    kept: Kept,
}

impl Compiler {
    pub(crate) fn new(pre: InstancePre<GuestState>, ticker: Ticker) -> Self {
        Self { pre, ticker, kept: Kept::default() }
    }

    /// Compiles `text`, or returns it from the cache.
    pub(crate) async fn compile(&self, text: &str, share: MemoryShare, limits: &Limits) -> Compiling {
        let key = kept::key(text, limits.source_nesting_max);
        if let Some(script) = self.kept.get(&key) {
            return Compiling { script: Ok(script), peak_memory_bytes: 0 };
        }
        let compiling = self.compile_anew(text, share, limits).await;
        if let Ok(script) = &compiling.script {
            self.kept.put(key, script);
        }
        compiling
    }

    async fn compile_anew(&self, text: &str, share: MemoryShare, limits: &Limits) -> Compiling {
        let state =
            GuestState::new(Console::new(0, Observers::default()), share.watch().clone(), limits, Some(share), 0.0);
        match Instance::new(&self.pre, &self.ticker, state).await {
            Ok(mut instance) => {
                let script = ask(&mut instance, text, limits).await;
                Compiling { script, peak_memory_bytes: instance.peak_memory_bytes() }
            }
            Err(halt) => Compiling { script: Err(halt), peak_memory_bytes: 0 },
        }
    }
}

async fn ask(instance: &mut Instance, text: &str, limits: &Limits) -> Result<Script, Halt> {
    let nesting_max = u32::try_from(limits.source_nesting_max).unwrap_or(u32::MAX);
    let compile = instance.entry("compile")?;
    let message = codec::encode(&Compile { nesting_max, text: text.to_owned() });
    let source_bytes = text.len() as u64;
    match instance.ask(&compile, &message).await {
        Ok(answer) => compiled(&answer).map(|compiled| Script::new(compiled, source_bytes)),
        Err(Halt::Stopped(Stopped::Limit { limit: Limit::StackBytes, .. })) => Ok(Script::too_deep(source_bytes)),
        Err(halt) => Err(halt),
    }
}

fn compiled(answer: &[u8]) -> Result<Compiled, Halt> {
    codec::decode(answer).map_err(|error| Halt::Fault(format!("the compiler's answer is malformed: {error}")))
}

#[cfg(all(test, feature = "component"))]
mod faults;
#[cfg(test)]
mod tests;
