//! The interfaces that the contract provides to a script: `tools`, `tools-async`, `console`, `environment` (see
//! `guest-sdk/wit/script.wit`).

use std::{
    collections::BTreeMap,
    future::poll_fn,
    task::{Context, Poll, Waker},
    time::Duration,
};

use crate::run::failure::Failure;
use rand::Rng;
use wasmtime::{
    Result, StoreContextMut,
    component::{ComponentType, Lift, Linker, Lower, Resource, ResourceType},
};

use super::{
    calls::{self, Answer, PendingCall},
    guest::State,
};
use crate::log::LogLevel;

/// Package prefix of the contract's interfaces.
pub(super) const PACKAGE: &str = "callbox:script/";
const TYPES: &str = "callbox:script/types@0.1.0";
const TOOLS: &str = "callbox:script/tools@0.1.0";
const TOOLS_ASYNC: &str = "callbox:script/tools-async@0.1.0";
const CONSOLE: &str = "callbox:script/console@0.1.0";
const ENVIRONMENT: &str = "callbox:script/environment@0.1.0";

/// All interfaces of the contract.
pub(super) const INTERFACES: [&str; 5] = [TYPES, TOOLS, TOOLS_ASYNC, CONSOLE, ENVIRONMENT];

/// The contract's `tool-error`.
#[derive(Debug, ComponentType, Lower)]
#[component(record)]
struct ToolFailure {
    code: String,
    tool: String,
    message: String,
    retryable: bool,
    data: Option<String>,
}

#[allow(dead_code, reason = "values are created only by lifting")]
#[derive(Debug, Clone, Copy, ComponentType, Lift)]
#[component(enum)]
#[repr(u8)]
enum Level {
    #[component(name = "debug")]
    Debug,
    #[component(name = "log")]
    Log,
    #[component(name = "info")]
    Info,
    #[component(name = "warn")]
    Warn,
    #[component(name = "error")]
    Error,
}

/// Checks whether this interface has functions that call tools by name.
pub(super) fn calls_tools(interface: &str) -> bool {
    [TOOLS, TOOLS_ASYNC].contains(&interface)
}

type Called = std::result::Result<String, ToolFailure>;

/// A script waited for the first of an empty list of calls.
#[derive(Debug, thiserror::Error)]
#[error("the list of calls to wait for is empty")]
pub(super) struct NothingAwaited;

/// Links the contract's imports.
pub(super) fn link(linker: &mut Linker<State>) -> Result<()> {
    linker.instance(TYPES)?;
    let mut console = linker.instance(CONSOLE)?;
    console.func_wrap("log", |mut store: StoreContextMut<'_, State>, (level, text): (Level, String)| {
        store.data_mut().record.lock().log(level.into(), text.as_bytes())
    })?;
    let mut environment = linker.instance(ENVIRONMENT)?;
    environment
        .func_wrap("clock", |store: StoreContextMut<'_, State>, (): ()| Ok((store.data().machine.clock.wall_ms(),)))?;
    environment.func_wrap("random", |mut store: StoreContextMut<'_, State>, (): ()| {
        Ok((store.data_mut().machine.random.next_u64(),))
    })?;
    environment.func_wrap_async("sleep", |_, (milliseconds,): (u64,)| {
        Box::new(async move {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            Ok(())
        })
    })?;
    link_tools(linker)?;
    let mut tools = linker.instance(TOOLS_ASYNC)?;
    tools.func_wrap_concurrent("call-tool", |accessor, (server, tool, arguments): (String, String, String)| {
        Box::pin(async move {
            let begun = accessor.with(|mut access| calls::begin_json(access.data_mut(), &server, &tool, &arguments));
            Ok((called(begun?.await),))
        })
    })
}

fn link_tools(linker: &mut Linker<State>) -> Result<()> {
    let mut tools = linker.instance(TOOLS)?;
    tools.resource("call", ResourceType::host::<PendingCall>(), |mut store, handle| {
        store.data_mut().table.delete(Resource::<PendingCall>::new_own(handle))?;
        Ok(())
    })?;
    tools.func_wrap_async("[method]call.has-ended", |mut store, (call,): (Resource<PendingCall>,)| {
        Box::new(async move {
            // Calls progress only while the script is not running, so yield here: a polling script then sees them end.
            tokio::task::yield_now().await;
            let call = store.data_mut().table.get_mut(&call)?;
            Ok((call.poll_ready(&mut Context::from_waker(Waker::noop())).is_ready(),))
        })
    })?;
    tools.func_wrap_async("call-tool", |mut store, (server, tool, arguments): (String, String, String)| {
        Box::new(async move {
            let begun = calls::begin_json(store.data_mut(), &server, &tool, &arguments)?;
            Ok((called(begun.await),))
        })
    })?;
    tools.func_wrap("start-call", |mut store, (server, tool, arguments): (String, String, String)| {
        let begun = calls::begin_json(store.data_mut(), &server, &tool, &arguments)?;
        Ok((store.data_mut().table.push(begun)?,))
    })?;
    tools.func_wrap_async("await-call", |mut store, (call,): (Resource<PendingCall>,)| {
        Box::new(async move {
            let begun = store.data_mut().table.delete(call)?;
            Ok((called(begun.await),))
        })
    })?;
    tools.func_wrap_async("await-any", |mut store, (calls,): (Vec<Resource<PendingCall>>,)| {
        Box::new(async move { Ok((first_settled(store.data_mut(), calls).await?,)) })
    })?;
    tools.func_wrap_async("await-any-for", |mut store, (calls, milliseconds): (Vec<Resource<PendingCall>>, u64)| {
        Box::new(async move {
            let first = first_settled(store.data_mut(), calls);
            let in_time = tokio::time::timeout(Duration::from_millis(milliseconds), first).await;
            Ok((in_time.ok().transpose()?,))
        })
    })
}

/// Waits until one of `calls` has settled and returns the index of the first that did.
async fn first_settled(state: &mut State, calls: Vec<Resource<PendingCall>>) -> Result<u32> {
    if calls.is_empty() {
        return Err(NothingAwaited.into());
    }
    // A script may pass the same call millions of times.
    let mut indexes = BTreeMap::new();
    for (index, call) in calls.iter().enumerate() {
        indexes.entry(call.rep()).or_insert(u32::try_from(index)?);
    }
    poll_fn(|context| earliest(state, &indexes, context).transpose().map_or(Poll::Pending, Poll::Ready)).await
}

/// Returns the index of the call that settled first, if any has. `indexes` maps handles to indexes.
fn earliest(state: &mut State, indexes: &BTreeMap<u32, u32>, context: &mut Context<'_>) -> Result<Option<u32>> {
    let mut settled = Vec::new();
    for (handle, index) in indexes {
        let call = state.table.get_mut(&Resource::<PendingCall>::new_borrow(*handle))?;
        if let Poll::Ready(place) = call.poll_ready(context) {
            settled.push((place, *index));
        }
    }
    Ok(settled.into_iter().min().map(|(_, index)| index))
}

/// Converts an answer. The ledger's results are JSON, so they are valid UTF-8.
fn called(answer: Answer) -> Called {
    let text = |json: Vec<u8>| String::from_utf8(json).unwrap_or_default();
    answer.map(|json| text(json.into_text())).map_err(|failure: Failure| ToolFailure {
        code: failure.code,
        tool: failure.tool,
        message: failure.message,
        retryable: failure.retryable,
        data: failure.data.map(text),
    })
}

impl From<Level> for LogLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::Debug => Self::Debug,
            Level::Log => Self::Log,
            Level::Info => Self::Info,
            Level::Warn => Self::Warn,
            Level::Error => Self::Error,
        }
    }
}
