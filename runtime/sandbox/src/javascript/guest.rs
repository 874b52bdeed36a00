//! The engine guest of one run: starts the script and resumes it.

use callbox_engine::{
    codec,
    frames::{Resume, Start, Step},
};
use wasmtime::InstancePre;

use crate::run::{
    console::Console,
    instance::{Entry, GuestState, Halt, Instance},
    ticker::Ticker,
};

/// A fresh engine instance that runs one script.
pub(crate) struct Guest {
    instance: Instance,
    start: Entry,
    resume: Entry,
}

impl Guest {
    pub(crate) async fn new(pre: &InstancePre<GuestState>, ticker: &Ticker, state: GuestState) -> Result<Self, Halt> {
        let mut instance = Instance::new(pre, ticker, state).await?;
        Ok(Self { start: instance.entry("start")?, resume: instance.entry("resume")?, instance })
    }

    /// Begins the script and runs it until it waits or settles.
    pub(crate) async fn start(&mut self, start: &Start) -> Result<Step, Halt> {
        step(&self.instance.ask(&self.start, &codec::encode(start)).await?)
    }

    /// Passes in settled calls and continues until the script waits or settles.
    pub(crate) async fn resume(&mut self, resume: &Resume) -> Result<Step, Halt> {
        self.instance.set_clock_ms(resume.now_ms);
        step(&self.instance.ask(&self.resume, &codec::encode(resume)).await?)
    }

    pub(crate) fn peak_memory_bytes(&self) -> u64 {
        self.instance.peak_memory_bytes()
    }

    pub(crate) fn into_console(self) -> Console {
        self.instance.into_console()
    }
}

fn step(answer: &[u8]) -> Result<Step, Halt> {
    codec::decode(answer).map_err(|error| Halt::Fault(format!("the engine's answer is malformed: {error:?}")))
}
