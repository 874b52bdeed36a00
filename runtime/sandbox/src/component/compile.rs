//! Compiles bytes to a component, in a separate process or on a thread that can be abandoned: wasmtime does not bound
//! the time that a hostile component takes to compile.

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

use super::{
    cache::{ComponentCache, Verified},
    engine, load, size,
    thrown::shortened,
    worker::{CompileProcess, Failed},
};
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    limits::{Limit, Limits},
    outcome::End,
    program::{self, ComponentSource},
    stopped::Stopped,
};

/// Maximum number of concurrent compilations. An abandoned thread keeps its permit until it actually ends.
pub(super) const COMPILATIONS_AT_ONCE_MAX: usize = 2;
/// Stack for the parsers of deeply nested types, bytes.
pub(super) const STACK_BYTES: usize = 8 << 20;
/// Longest cause shown, characters.
const CAUSE_CHARS_MAX: usize = 400;

/// The contract, for core modules that do not carry it.
const CONTRACT: &str = include_str!("../../wit/script.wit");

/// What compiling needs besides the component.
pub(super) struct Compiler<'a> {
    pub(super) engine: &'a Engine,
    pub(super) cache: Option<&'a Arc<ComponentCache>>,
    /// If not set, a thread of this process compiles.
    pub(super) process: Option<&'a CompileProcess>,
    pub(super) permits: &'a Arc<Semaphore>,
}

/// Finds the component in the cache, or compiles it within the time limit; otherwise returns why not.
pub(super) async fn compile(
    compiler: Compiler<'_>,
    source: &ComponentSource,
    limits: &Limits,
    cancel: &CancellationToken,
) -> Result<Component, Box<End>> {
    let compiled = async {
        if let Some(found) = in_time(limits, compiler.find(source)).await? {
            return Ok(found);
        }
        let permit = permit(compiler.permits, limits).await?;
        // The previous holder of the permit may have compiled the same component.
        if let Some(found) = in_time(limits, compiler.find(source)).await? {
            return Ok(found);
        }
        in_time(limits, compiler.make(source, limits, permit)).await
    };
    tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Box::new(End::Stopped(Stopped::Cancelled))),
        compiled = compiled => compiled,
    }
}

impl Compiler<'_> {
    async fn find(&self, source: &ComponentSource) -> Result<Option<Component>, Box<End>> {
        let Some(cache) = self.cache.cloned() else { return Ok(None) };
        let (engine, hash) = (self.engine.clone(), source.hash());
        on_a_thread(move || Ok(cache.find(&engine, hash))).await
    }

    async fn make(
        &self,
        source: &ComponentSource,
        limits: &Limits,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<Component, Box<End>> {
        let Some(process) = self.process else { return self.make_on_a_thread(source, permit).await };
        match process.compile(source.bytes(), limits.component_compile_ms_max).await {
            Ok(artefact) => self.load(source, artefact).await,
            Err(Failed::Refused(diagnostic)) => Err(rejected(diagnostic)),
            Err(Failed::Memory { bytes_max }) => Err(stopped_by(Limit::ComponentCompileBytes, bytes_max)),
            Err(Failed::Broken(cause)) => {
                tracing::error!(%cause, "the compile process failed");
                Err(rejected(stopped()))
            }
            Err(Failed::Unstarted(error)) => {
                tracing::warn!(%error, "cannot start a compile process: compiling in this process");
                self.make_on_a_thread(source, permit).await
            }
        }
    }

    /// Compiles on a thread, which holds the permit until it ends, even if it is abandoned.
    async fn make_on_a_thread(
        &self,
        source: &ComponentSource,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Result<Component, Box<End>> {
        let engine = self.engine.clone();
        let source = source.clone();
        let cache = self.cache.cloned();
        on_a_thread(move || {
            let made = component(&engine, source.bytes());
            if let (Ok(made), Some(cache)) = (&made, cache) {
                cache.keep(&engine, source.hash(), made);
            }
            drop(permit);
            made
        })
        .await
    }

    /// Loads the artefact that the process made.
    async fn load(&self, source: &ComponentSource, artefact: Verified) -> Result<Component, Box<End>> {
        let engine = self.engine.clone();
        let hash = source.hash();
        let cache = self.cache.cloned();
        on_a_thread(move || {
            let component = load::component(&engine, &artefact).map_err(|error| invalid(&format!("{error:#}")))?;
            cache.iter().for_each(|cache| cache.keep_artefact(&engine, hash, artefact.bytes()));
            Ok(component)
        })
        .await
    }
}

/// Waits for a permit. The wait does not count as compile time of this component.
async fn permit(permits: &Arc<Semaphore>, limits: &Limits) -> Result<Option<OwnedSemaphorePermit>, Box<End>> {
    let free = timeout(Duration::from_millis(limits.wall_ms_max), Arc::clone(permits).acquire_owned()).await;
    free.map(Result::ok).map_err(|_| stopped_by(Limit::WallMs, limits.wall_ms_max))
}

async fn in_time<T>(limits: &Limits, work: impl Future<Output = Result<T, Box<End>>>) -> Result<T, Box<End>> {
    let began = Instant::now();
    let wait = Duration::from_millis(limits.component_compile_ms_max);
    match timeout(wait, work).await {
        Ok(done) if began.elapsed() < wait => done,
        // The timer is coarser than a small component's compile time, so check the elapsed time as well.
        _ => Err(stopped_by(Limit::ComponentCompileMs, limits.component_compile_ms_max)),
    }
}

fn stopped_by(limit: Limit, value: u64) -> Box<End> {
    Box::new(End::Stopped(Stopped::Limit { limit, value, used: value }))
}

fn rejected(diagnostic: Diagnostic) -> Box<End> {
    Box::new(End::Rejected(vec![diagnostic]))
}

/// Runs work on a thread outside the runtime, which would wait for one of its own threads at shutdown.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Diagnostic> + Send + 'static,
) -> Result<T, Box<End>> {
    let (done, ended) = oneshot::channel();
    let work = move || drop(done.send(work()));
    let thread = thread::Builder::new().name("callbox-compile".to_owned()).stack_size(STACK_BYTES).spawn(work);
    let made = match thread {
        Ok(_) => ended.await.unwrap_or_else(|_| Err(stopped())),
        Err(error) => Err(invalid(&format!("cannot start a thread to compile it: {error}"))),
    };
    made.map_err(rejected)
}

/// Returns the diagnostic for a compiler that broke.
pub(super) fn stopped() -> Diagnostic {
    invalid("it cannot be compiled: the compiler stopped")
}

/// Compiles a component to an artefact, for an engine configured like the one that all components here use.
pub(super) fn artefact(bytes: &[u8]) -> Result<Vec<u8>, Diagnostic> {
    let engine = engine::engine().map_err(|error| invalid(&format!("{error:#}")))?;
    engine.precompile_component(&counted(bytes)?).map_err(|error| invalid(&format!("{error:#}")))
}

fn component(engine: &Engine, bytes: &[u8]) -> Result<Component, Diagnostic> {
    Component::from_binary(engine, &counted(bytes)?).map_err(|error| invalid(&format!("{error:#}")))
}

/// Returns the component in binary form after checking that it is small enough to compile.
fn counted(bytes: &[u8]) -> Result<Vec<u8>, Diagnostic> {
    let binary = binary(bytes)?;
    size::check(&binary)?;
    Ok(binary)
}

/// Returns the component in binary form, parsed from text and adapted from a core module if necessary.
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

/// Turns a core module with the contract's canonical names into a component, whether or not a custom section describes
/// the contract. The standard adapter implements the module's WASI 0.1 imports with WASI 0.2.
fn adapted(mut module: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    if !carries_contract(&module) {
        let mut contract = Resolve::default();
        let package = contract.push_str("script.wit", CONTRACT)?;
        let world = contract.select_world(&[package], Some(world_of(&module)))?;
        embed_component_metadata(&mut module, &contract, world, StringEncoding::UTF8)?;
    }
    let adapter_name = WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME;
    let adapter = WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER;
    ComponentEncoder::default().validate(true).module(&module)?.adapter(adapter_name, adapter)?.encode()
}

/// Guesses from its exports which of the contract's worlds a module without a description was built for.
fn world_of(module: &[u8]) -> &'static str {
    let payloads = wasmparser::Parser::new(0).parse_all(module).filter_map(Result::ok);
    let exports = payloads.filter_map(|payload| match payload {
        wasmparser::Payload::ExportSection(exports) => Some(exports),
        _ => None,
    });
    let mut names = exports.flat_map(|exports| exports.into_iter().filter_map(Result::ok).map(|export| export.name));
    if names.any(|name| name.starts_with("[async-lift]")) { "script-async" } else { "script" }
}

/// Checks whether a tool such as wit-bindgen has embedded a description of the module's world.
fn carries_contract(module: &[u8]) -> bool {
    let payloads = wasmparser::Parser::new(0).parse_all(module);
    payloads.filter_map(Result::ok).any(|payload| {
        matches!(payload, wasmparser::Payload::CustomSection(section) if size::is_description(section.name()))
    })
}

fn invalid(cause: &str) -> Diagnostic {
    let message = format!("this is not a valid WebAssembly component: {}", shortened(cause, CAUSE_CHARS_MAX));
    Diagnostic::new(DiagnosticCode::InvalidComponent, message)
}

fn not_adapted(cause: &str) -> Diagnostic {
    let message = format!("this core module cannot be turned into a component: {}", shortened(cause, CAUSE_CHARS_MAX));
    Diagnostic::new(DiagnosticCode::InvalidComponent, message)
        .hint("Build it against world `script` of `callbox:script@0.1.0`, with a memory and `cabi_realloc`.")
}
