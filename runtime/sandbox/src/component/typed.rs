//! Links the typed functions that a component imports, one for each tool, against a catalogue.
//!
//! A component imports interfaces of the package `callbox:tools`, as `callbox types --target wit` prints it. Its
//! imports are compared structurally with the current catalogue; nothing is compiled.

mod same;
pub(super) mod shown;

use std::sync::Arc;

use crate::run::failure::Failure;
use callbox_bindings::{WitFunction, WitType, nearest};
use serde_json::{Map, Value};
use wasmtime::{
    Engine,
    component::{
        Component, Linker, LinkerInstance, Val,
        types::{ComponentFunc, ComponentInstance, ComponentItem},
    },
};

use super::{
    calls::{self, PendingCall},
    convert::{ConvertError, lifted, lowered},
    guest::State,
};
use crate::{
    catalog::{Catalog, CatalogServer},
    diagnostic::{Diagnostic, DiagnosticCode},
    limits::Limit,
    schema::bounded,
    stopped::Stopped,
    tool_error::ToolErrorCode,
};

/// Maximum number of diagnostics; a component may have a million mistakes.
pub(super) const DIAGNOSTICS_MAX: usize = 32;

/// Maximum number of names suggested for an unknown one.
const NEAREST_MAX: usize = 3;

/// The package of the interfaces, one for each server, and the supported versions.
pub(super) const PACKAGE: &str = "callbox:tools/";
const VERSIONS: &str = "0.1.";

/// Returns the WIT name of the server whose typed functions this import refers to.
pub(super) fn interface(import: &str) -> Option<&str> {
    let name = import.strip_prefix(PACKAGE)?;
    Some(name.split_once('@').map_or(name, |(name, _)| name))
}

/// Defines every import of the package `callbox:tools`, or returns everything that prevents them from being linked.
pub(super) fn link(
    linker: &mut Linker<State>,
    component: &Component,
    catalog: &Catalog,
) -> Result<(), Vec<Diagnostic>> {
    let mut found = Found::default();
    let (ty, engine) = (component.component_type(), component.engine());
    for (import, item) in ty.imports(engine) {
        if let Some(name) = import.strip_prefix(PACKAGE) {
            found.import(import, name, &item.ty, catalog, engine);
        }
    }
    if !found.wrong.is_empty() {
        return Err(found.wrong);
    }
    for (import, functions) in found.interfaces {
        let defined = linker
            .instance(&import)
            .and_then(|mut instance| functions.into_iter().try_for_each(|function| define(&mut instance, function)));
        defined.map_err(|error| vec![mismatch(bounded(&format!("`{import}` cannot be linked: {error:#}")))])?;
    }
    Ok(())
}

/// The typed imports of a component that have been examined so far.
#[derive(Default)]
struct Found {
    interfaces: Vec<(String, Vec<Function>)>,
    wrong: Vec<Diagnostic>,
}

/// A tool as a function that is not defined in the linker yet.
struct Function {
    is_async: bool,
    typed: Typed,
}

impl Found {
    fn import(&mut self, import: &str, name: &str, item: &ComponentItem, catalog: &Catalog, engine: &Engine) {
        if self.wrong.len() >= DIAGNOSTICS_MAX {
            return;
        }
        let (name, version) = name.split_once('@').unwrap_or((name, ""));
        let ComponentItem::ComponentInstance(instance) = item else {
            return self.wrong(mismatch(bounded(&format!("`{import}` is imported, but not as an interface"))));
        };
        if !version.starts_with(VERSIONS) {
            return self.wrong(mismatch(bounded(&format!("`{import}` has a version other than 0.1.0"))));
        }
        match catalog.servers().iter().find(|server| server.wit_name == name) {
            Some(server) => {
                let functions = self.functions(server, instance, engine);
                self.interfaces.push((import.to_owned(), functions));
            }
            None => {
                let known = catalog.servers().iter().map(|server| server.wit_name.as_str());
                let message = format!("unknown server `{name}`");
                self.wrong(unknown(DiagnosticCode::UnknownServer, &message, name, known));
            }
        }
    }

    fn functions(&mut self, server: &CatalogServer, instance: &ComponentInstance, engine: &Engine) -> Vec<Function> {
        let mut functions = Vec::new();
        for (name, item) in instance.exports(engine) {
            match &item.ty {
                _ if self.wrong.len() >= DIAGNOSTICS_MAX => break,
                ComponentItem::ComponentFunc(ty) => match function(server, name, ty) {
                    Ok(function) => functions.push(function),
                    Err(wrong) => self.wrong(wrong),
                },
                ComponentItem::Type(_) => (),
                _ => self.wrong(mismatch(bounded(&format!(
                    "`{}.{name}` is imported, but not as a function",
                    server.wit_name
                )))),
            }
        }
        functions
    }

    fn wrong(&mut self, diagnostic: Diagnostic) {
        if self.wrong.len() < DIAGNOSTICS_MAX {
            self.wrong.push(diagnostic);
        }
    }
}

fn function(server: &CatalogServer, name: &str, ty: &ComponentFunc) -> Result<Function, Diagnostic> {
    let functions = &server.wit().functions;
    let Some(function) = functions.iter().find(|function| function.name == name) else {
        let known = functions.iter().map(|function| function.name.as_str());
        let message = format!("unknown tool `{name}` on server `{}`", server.wit_name);
        return Err(unknown(DiagnosticCode::UnknownTool, &message, name, known));
    };
    match same::difference(function, ty) {
        None => Ok(Function { is_async: ty.async_(), typed: Typed::of(&server.server.name, function) }),
        Some(same::Difference { place, component, catalogue }) => Err(mismatch(format!(
            "`{}.{name}` has a different type: {place} is `{component}` in the component and `{catalogue}` in the catalogue",
            server.wit_name
        ))),
    }
}

fn unknown<'a>(code: DiagnosticCode, message: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let near: Vec<String> = nearest(name, known, NEAREST_MAX).iter().map(|near| format!("`{near}`")).collect();
    let message = bounded(message);
    match near.as_slice() {
        [] => Diagnostic::new(code, message).hint(AGAIN),
        near => Diagnostic::new(code, format!("{message}; nearest: {}", near.join(", "))).hint(AGAIN),
    }
}

fn mismatch(message: String) -> Diagnostic {
    Diagnostic::new(DiagnosticCode::TypeMismatch, message).hint(AGAIN)
}

const AGAIN: &str = "Rebuild the component with the types that `callbox types --target wit` prints now.";

fn define(instance: &mut LinkerInstance<'_, State>, function: Function) -> wasmtime::Result<()> {
    let Function { is_async, typed } = function;
    let (name, typed) = (typed.name.clone(), Arc::new(typed));
    if is_async {
        return instance.func_new_concurrent(&name, move |accessor, _, arguments, results| {
            let typed = Arc::clone(&typed);
            Box::pin(async move {
                let (begun, bytes_max) = accessor.with(|mut access| {
                    let state = access.data_mut();
                    (typed.begin(state, arguments), state.room.bytes_max)
                });
                typed.end(begun?, bytes_max, results).await
            })
        });
    }
    instance.func_new_async(&name, move |mut store, _, arguments, results| {
        let typed = Arc::clone(&typed);
        Box::new(async move {
            let begun = typed.begin(store.data_mut(), arguments)?;
            let bytes_max = store.data().room.bytes_max;
            typed.end(begun, bytes_max, results).await
        })
    })
}

/// A tool, with the types that convert its values.
struct Typed {
    name: String,
    server: String,
    tool: String,
    arguments: Option<WitType>,
    result: WitType,
}

/// A call in progress, or the failure of arguments that cannot be sent.
type Begun = Result<PendingCall, Failure>;

impl Typed {
    fn of(server: &str, function: &WitFunction) -> Self {
        Self {
            name: function.name.clone(),
            server: server.to_owned(),
            tool: function.wire.clone(),
            arguments: function.arguments.clone(),
            result: function.result.clone(),
        }
    }

    /// Begins the call. An outer error means that a limit was reached, which ends the run.
    fn begin(&self, state: &mut State, arguments: &[Val]) -> wasmtime::Result<Begun> {
        let limit = state.record.lock().argument_bytes_max();
        match self.json(arguments, usize::try_from(limit).unwrap_or(usize::MAX)) {
            Ok(arguments) => calls::begin(state, &self.server, &self.tool, arguments).map(Ok),
            Err(ConvertError::Size { .. }) => {
                let used = limit.saturating_add(1);
                Err(state.record.lock().stop(Stopped::Limit { limit: Limit::ArgumentBytes, value: limit, used }))
            }
            Err(error) => {
                let message = format!("the arguments cannot be sent as JSON: {error}");
                Ok(Err(self.failure(ToolErrorCode::InvalidArguments, &message)))
            }
        }
    }

    fn json(&self, arguments: &[Val], bytes_max: usize) -> Result<Value, ConvertError> {
        match (&self.arguments, arguments) {
            (Some(wit), [value]) => lifted(wit, value, bytes_max),
            _ => Ok(Value::Object(Map::new())),
        }
    }

    /// Waits for the call and stores its result. As component values, a result may take as much host memory as the
    /// guest's memory limit.
    async fn end(&self, begun: Begun, bytes_max: u64, results: &mut [Val]) -> wasmtime::Result<()> {
        let ended = match begun {
            Ok(pending) => pending.value().await.and_then(|value| self.component_value(value, bytes_max)),
            Err(failure) => Err(failure),
        };
        if let [result] = results {
            *result = Val::Result(match ended {
                Ok(value) => Ok(Some(Box::new(value))),
                Err(failure) => Err(Some(Box::new(tool_error(failure)))),
            });
        }
        Ok(())
    }

    fn component_value(&self, value: Value, bytes_max: u64) -> Result<Val, Failure> {
        lowered(&self.result, value, usize::try_from(bytes_max).unwrap_or(usize::MAX)).map_err(|error| {
            let message = format!("the result does not match the function's type: {error}");
            self.failure(ToolErrorCode::InvalidResult, &message)
        })
    }

    fn failure(&self, code: ToolErrorCode, message: &str) -> Failure {
        Failure {
            code: code.as_str().to_owned(),
            tool: format!("{}.{}", self.server, self.tool),
            message: bounded(message),
            retryable: false,
            data: None,
        }
    }
}

/// Converts a failure to the contract's `tool-error`.
fn tool_error(failure: Failure) -> Val {
    // The ledger's data is JSON, so it is valid UTF-8.
    let data = failure.data.map(|json| Box::new(Val::String(String::from_utf8(json).unwrap_or_default())));
    let fields = [
        ("code", Val::String(failure.code)),
        ("tool", Val::String(failure.tool)),
        ("message", Val::String(failure.message)),
        ("retryable", Val::Bool(failure.retryable)),
        ("data", Val::Option(data)),
    ];
    Val::Record(fields.map(|(name, value)| (name.to_owned(), value)).into())
}
