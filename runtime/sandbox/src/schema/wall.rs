//! Checks behind the wall: the schema checker as a frozen guest, under the limits of the run that asks.

use callbox_engine::{
    Guest,
    validate::{ALL, CHECK, FIRST, Verdict},
};
use tokio::{sync::OnceCell, task::spawn_blocking};
use wasmtime::{Engine, InstancePre, Linker};

use super::bounds::Bounds;
use crate::{
    console::Console,
    imports,
    instance::{GuestState, Halt, Instance},
    limits::{Limit, Limits},
    outcome::Stopped,
    ticker::Ticker,
};

/// Memory that a check may have whatever the run's own limit: the frozen guest alone takes a few megabytes.
const MEMORY_BYTES_MIN: u64 = 16 << 20;
/// CPU time for each of the two ways to say what is wrong, milliseconds.
const REASON_CPU_MS_MAX: u64 = 250;

/// What is said of a value that differs where no more can be said.
pub(super) const NO_REASON: &str = "the value does not match; what is wrong takes too long to find";

/// What is said where the first thing is known, and no more.
pub(super) fn and_maybe_more(first: &str) -> String {
    format!("{first}; and maybe more")
}

/// What came of a check behind the wall.
pub(super) enum Answer {
    Fits,
    /// What is wrong.
    Differs(String),
    /// Why the schema cannot be enforced.
    Defect(String),
    /// Why it is not known whether the value fits.
    Unchecked(String),
}

/// The frozen checker, and what drives it.
struct Wall {
    pre: InstancePre<GuestState>,
    ticker: Ticker,
}

/// Asks what `question` says, under those bounds.
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

/// Whether it is the run that is at its end, and not the check.
fn is_over(halt: &Halt) -> bool {
    use Limit::{CpuMs, MemoryBytes, StackBytes};
    match halt {
        Halt::Stopped(Stopped::Limit { limit, .. }) => !matches!(limit, CpuMs | MemoryBytes | StackBytes),
        Halt::Stopped(_) => true,
        Halt::Fault(_) => false,
    }
}

/// Made when the first check needs it, on a thread of its own, for its code has to be unpacked; most processes never need
/// it. All sandboxes share it, and calls outside of any.
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
        let state = GuestState::new(Console::new(0, None), bounds.watch(limits), limits, bounds.share(), 0.0);
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

/// A guest that has found a value wrong.
struct Reasons<'a> {
    instance: Instance,
    bounds: &'a Bounds,
    limits: &'a Limits,
}

impl Reasons<'_> {
    /// What is wrong, as far as that can be found out: the verdict stands already.
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

/// Why a check came to no verdict.
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
