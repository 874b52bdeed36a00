//! Bytes to a compiled component, on a thread of its own that can be given up on: wasmtime makes no promise of how
//! long a hostile component takes to compile.

use std::{future::Future, sync::Arc, thread, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER,
};
use wasmtime::{Engine, component::Component};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

use super::{cache::ComponentCache, size, thrown::shortened};
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    limits::{Limit, Limits},
    outcome::{End, Stopped},
    program::{self, ComponentSource},
};

/// Compilations at once. One that was given up on keeps its place until it really ends.
pub(super) const COMPILATIONS_AT_ONCE_MAX: usize = 2;
/// What the parsers of deeply nested types may need, bytes.
const STACK_BYTES: usize = 8 << 20;
/// Longest cause shown, characters.
const CAUSE_CHARS_MAX: usize = 400;

/// The contract, for core modules that do not carry it.
const CONTRACT: &str = include_str!("../../wit/script.wit");

/// Finds the component among those that were kept, or compiles it within the limit on time; or says why not.
pub(super) async fn compile(
    engine: &Engine,
    source: ComponentSource,
    cache: Option<Arc<ComponentCache>>,
    places: &Arc<Semaphore>,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<Component, Box<End>> {
    let compiled = async {
        if let Some(cache) = &cache {
            let (cache, engine, hash) = (Arc::clone(cache), engine.clone(), source.hash());
            let find = on_a_thread(move || Ok(cache.find(&engine, hash)));
            if let Some(found) = in_time(limits, find).await? {
                return Ok(found);
            }
        }
        let (place, engine) = (place(places, limits).await?, engine.clone());
        let made = on_a_thread(move || {
            let made = made(&engine, &source, cache.as_deref());
            drop(place);
            made
        });
        in_time(limits, made).await
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Box::new(End::Stopped(Stopped::Cancelled))),
        compiled = compiled => compiled,
    }
}

/// Waits for one of the places. Those before it are none of this component's time to compile.
async fn place(places: &Arc<Semaphore>, limits: &Limits) -> Result<Option<OwnedSemaphorePermit>, Box<End>> {
    let free = timeout(Duration::from_millis(limits.wall_ms_max), Arc::clone(places).acquire_owned()).await;
    free.map(Result::ok).map_err(|_| stopped(Limit::WallMs, limits.wall_ms_max))
}

async fn in_time<T>(limits: &Limits, work: impl Future<Output = Result<T, Diagnostic>>) -> Result<T, Box<End>> {
    let (began, wait) = (Instant::now(), Duration::from_millis(limits.component_compile_ms_max));
    match timeout(wait, work).await {
        Ok(done) if began.elapsed() < wait => done.map_err(|diagnostic| Box::new(End::Rejected(vec![diagnostic]))),
        // The timer is coarser than a small component takes: what was ready too late is late as well.
        _ => Err(stopped(Limit::ComponentCompileMs, limits.component_compile_ms_max)),
    }
}

fn stopped(limit: Limit, value: u64) -> Box<End> {
    Box::new(End::Stopped(Stopped::Limit { limit, value, used: value }))
}

/// A thread of its own, not one of the runtime's: the runtime would wait for it when it ends.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Diagnostic> + Send + 'static,
) -> Result<T, Diagnostic> {
    let (done, ended) = oneshot::channel();
    let work = move || drop(done.send(work()));
    let thread = thread::Builder::new().name("callbox-compile".to_owned()).stack_size(STACK_BYTES).spawn(work);
    let gone = || invalid("it cannot be compiled: the compiler stopped");
    match thread {
        Ok(_) => ended.await.unwrap_or_else(|_| Err(gone())),
        Err(error) => Err(invalid(&format!("no thread can be started to compile it: {error}"))),
    }
}

fn made(engine: &Engine, source: &ComponentSource, cache: Option<&ComponentCache>) -> Result<Component, Diagnostic> {
    // Whoever had the place before may have compiled the same.
    if let Some(found) = cache.and_then(|cache| cache.find(engine, source.hash())) {
        return Ok(found);
    }
    let made = component(engine, source.bytes())?;
    cache.iter().for_each(|cache| cache.keep(engine, source.hash(), &made));
    Ok(made)
}

fn component(engine: &Engine, bytes: &[u8]) -> Result<Component, Diagnostic> {
    let binary = binary(bytes)?;
    size::check(&binary)?;
    Component::from_binary(engine, &binary).map_err(|error| invalid(&format!("{error:#}")))
}

/// The component in binary form: read from text and adapted from a core module where it has to be.
fn binary(bytes: &[u8]) -> Result<Vec<u8>, Diagnostic> {
    if program::is_precompiled(bytes) {
        return Err(program::precompiled());
    }
    if !wasmparser::Parser::is_component(bytes) && !wasmparser::Parser::is_core_wasm(bytes) {
        size::check_text(bytes)?;
    }
    let binary = wat::parse_bytes(bytes).map_err(|error| invalid(&error.to_string()))?.into_owned();
    if !wasmparser::Parser::is_core_wasm(&binary) {
        return Ok(binary);
    }
    size::check(&binary)?;
    adapted(binary).map_err(|error| not_adapted(&format!("{error:#}")))
}

/// A core module with the contract's canonical names, with or without the contract in a custom section, made a
/// component. What it needs of WASI 0.1 the standard adapter does with WASI 0.2.
fn adapted(mut module: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    if !carries_contract(&module) {
        let mut contract = Resolve::default();
        let package = contract.push_str("script.wit", CONTRACT)?;
        let world = contract.select_world(&[package], Some(world_of(&module)))?;
        embed_component_metadata(&mut module, &contract, world, StringEncoding::UTF8)?;
    }
    let (adapter_name, adapter) = (WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER);
    ComponentEncoder::default().validate(true).module(&module)?.adapter(adapter_name, adapter)?.encode()
}

/// The contract's world that a module without a description was built for: its exports tell.
fn world_of(module: &[u8]) -> &'static str {
    let payloads = wasmparser::Parser::new(0).parse_all(module).filter_map(Result::ok);
    let exports = payloads.filter_map(|payload| match payload {
        wasmparser::Payload::ExportSection(exports) => Some(exports),
        _ => None,
    });
    let mut names = exports.flat_map(|exports| exports.into_iter().filter_map(Result::ok).map(|export| export.name));
    if names.any(|name| name.starts_with("[async-lift]")) { "script-async" } else { "script" }
}

/// Whether a tool such as wit-bindgen left the description of the module's world in it.
fn carries_contract(module: &[u8]) -> bool {
    let payloads = wasmparser::Parser::new(0).parse_all(module);
    payloads.filter_map(Result::ok).any(|payload| {
        matches!(payload, wasmparser::Payload::CustomSection(section) if section.name().starts_with("component-type"))
    })
}

fn invalid(cause: &str) -> Diagnostic {
    let message = format!("this is no valid WebAssembly component: {}", shortened(cause, CAUSE_CHARS_MAX));
    Diagnostic::new(DiagnosticCode::InvalidComponent, message)
}

fn not_adapted(cause: &str) -> Diagnostic {
    let message = format!("this core module cannot be made a component: {}", shortened(cause, CAUSE_CHARS_MAX));
    Diagnostic::new(DiagnosticCode::InvalidComponent, message)
        .hint("Build it against world `script` of `callbox:script@0.1.0`, with a memory and `cabi_realloc`.")
}
