//! Checks inside the sandbox: the schema checker as a frozen guest, under the limits of the run that asks.

use callbox_engine::{
    Guest,
    validate::{ALL, CHECK, FIRST, Verdict},
};
use tokio::{sync::OnceCell, task::spawn_blocking};
use wasmtime::{Engine, InstancePre, Linker};

use super::bounds::Bounds;
use crate::{
    event::Observers,
    javascript::imports,
    limits::{Limit, Limits},
    run::{
        console::Console,
        instance::{GuestState, Halt, Instance},
        ticker::Ticker,
    },
    stopped::Stopped,
};

/// Minimum memory of a check, whatever the run's limit: the frozen guest alone takes a few megabytes.
const MEMORY_BYTES_MIN: u64 = 16 << 20;
/// CPU time for each of the two ways to describe what is wrong, milliseconds.
const REASON_CPU_MS_MAX: u64 = 250;

/// Message for a value that does not match, if nothing more can be said.
pub(super) const NO_REASON: &str = "the value does not match; finding out why takes too long";

/// Message if only the first error is known.
pub(super) fn and_maybe_more(first: &str) -> String {
    format!("{first}; and maybe more")
}

/// Result of a check inside the sandbox.
pub(super) enum Answer {
    Fits,
    /// The errors.
    Differs(String),
    /// Why the schema cannot be enforced.
    Defect(String),
    /// Why the check could not be completed.
    Unchecked(String),
}

/// The frozen checker and its ticker.
struct Wall {
    pre: InstancePre<GuestState>,
    ticker: Ticker,
}

/// Runs the check in `question` under these bounds.
pub(super) async fn ask(question: &[u8], bounds: &Bounds) -> Answer {
    let Some(wall) = wall().await else {
        return Answer::Unchecked("the schema checker cannot be loaded on this machine".to_owned());
    };
    let _turn = bounds.turn().await;
    let limits = limits(bounds);
    match wall.answer(question, bounds, &limits).await {
        Ok(answer) => answer,
        Err(halt) => {
            if is_over(&halt) {
                bounds.over().await;
            }
            Answer::Unchecked(why(halt, &limits))
        }
    }
}

/// Checks whether the run is over, rather than only the check.
fn is_over(halt: &Halt) -> bool {
    use Limit::{CpuMs, MemoryBytes, StackBytes};
    match halt {
        Halt::Stopped(Stopped::Limit { limit, .. }) => !matches!(limit, CpuMs | MemoryBytes | StackBytes),
        Halt::Stopped(_) => true,
        Halt::Fault(_) => false,
    }
}

/// Returns the checker, loaded on a worker thread for the first check that needs it, since its code has to be unpacked;
/// most processes never need it. All sandboxes share it, as do calls outside runs.
async fn wall() -> Option<&'static Wall> {
    static WALL: OnceCell<Option<Wall>> = OnceCell::const_new();
    let make = || Wall::new().inspect_err(|error| tracing::error!(%error, "no schema checker")).ok();
    WALL.get_or_init(async || spawn_blocking(make).await.ok().flatten()).await.as_ref()
}

fn limits(bounds: &Bounds) -> Limits {
    let memory_bytes_max = bounds.limits.memory_bytes_max.max(MEMORY_BYTES_MIN);
    Limits { cpu_ms_max: bounds.cpu_ms(), memory_bytes_max, ..bounds.limits.clone() }
}

impl Wall {
    fn new() -> wasmtime::Result<Self> {
        let engine = Engine::new(&callbox_engine::config())?;
        let module = callbox_engine::load(&engine, Guest::Validator)?;
        let mut linker = Linker::new(&engine);
        imports::link(&mut linker)?;
        let pre = linker.instantiate_pre(&module)?;
        Ok(Self { pre, ticker: Ticker::spawn(&engine)? })
    }

    async fn answer(&self, question: &[u8], bounds: &Bounds, limits: &Limits) -> Result<Answer, Halt> {
        let state =
            GuestState::new(Console::new(0, Observers::default()), bounds.watch(limits), limits, bounds.share(), 0.0);
        let mut instance = Instance::new(&self.pre, &self.ticker, state).await?;
        let check = instance.entry(CHECK)?;
        match Verdict::read(&instance.ask(&check, question).await?) {
            Some(Verdict::Fits) => Ok(Answer::Fits),
            Some(Verdict::Differs) => Ok(Answer::Differs(Reasons { instance, bounds, limits }.told().await)),
            Some(Verdict::Defect(why)) => Ok(Answer::Defect(why)),
            Some(Verdict::Unreadable(why)) => Ok(Answer::Unchecked(why)),
            None => Err(Halt::Fault("the schema checker's answer is malformed".to_owned())),
        }
    }
}

/// A guest that has rejected a value.
struct Reasons<'a> {
    instance: Instance,
    bounds: &'a Bounds,
    limits: &'a Limits,
}

impl Reasons<'_> {
    /// Describes what is wrong, as far as it can be determined: the verdict is already final.
    async fn told(mut self) -> String {
        let Some(first) = self.say(FIRST).await else {
            return NO_REASON.to_owned();
        };
        self.say(ALL).await.unwrap_or_else(|| and_maybe_more(&first))
    }

    async fn say(&mut self, what: &str) -> Option<String> {
        let cpu_ms = self.bounds.used_cpu_ms() + REASON_CPU_MS_MAX;
        self.instance.allow_cpu_ms(cpu_ms.min(self.limits.cpu_ms_max));
        let entry = self.instance.entry(what).ok()?;
        let said = self.instance.ask(&entry, &[]).await.ok()?;
        String::from_utf8(said).ok().filter(|said| !said.is_empty())
    }
}

/// Explains why a check reached no verdict.
fn why(halt: Halt, limits: &Limits) -> String {
    match halt {
        Halt::Stopped(Stopped::Limit { limit: Limit::CpuMs, .. }) => {
            "the check takes more than half of the CPU time that was left".to_owned()
        }
        Halt::Stopped(Stopped::Limit { limit: Limit::MemoryBytes, .. }) => {
            format!("the check needs more than {} bytes of memory", limits.memory_bytes_max)
        }
        Halt::Stopped(Stopped::Limit { limit: Limit::StackBytes, .. }) => "schema and value nest too deeply".to_owned(),
        Halt::Stopped(stopped) => format!("the run is over: {stopped}"),
        Halt::Fault(message) => {
            tracing::error!(%message, "the schema checker faulted");
            "the schema checker failed".to_owned()
        }
    }
}
