//! Links imports to what the host provides: the contract, WASI, the typed functions of the catalogue. Any other imports
//! are rejected, all at once, before anything runs.

use wasmtime::component::{Component, InstancePre, Linker};

use super::{anatomy::ImportGrant, files, guest::State, imports, thrown::shortened, typed, wasi, world};
use crate::{
    catalog::Catalog,
    diagnostic::{Diagnostic, DiagnosticCode},
};

/// Longest cause shown, characters.
const CAUSE_CHARS_MAX: usize = 400;

/// Creates the linker with everything but typed functions.
pub(super) fn base(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    imports::link(&mut linker)?;
    wasi::link(&mut linker)?;
    files::link(&mut linker)?;
    Ok(linker)
}

/// Links a component against a catalogue, ready to be instantiated.
pub(super) fn link(
    base: &Linker<State>,
    component: &Component,
    catalog: &Catalog,
) -> Result<InstancePre<State>, Vec<Diagnostic>> {
    let mut linker = base.clone();
    let mut wrong = refused(component);
    wrong.extend(typed::link(&mut linker, component, catalog).err().into_iter().flatten());
    if !wrong.is_empty() {
        wrong.truncate(typed::DIAGNOSTICS_MAX);
        return Err(wrong);
    }
    linker.instantiate_pre(component).map_err(|error| vec![mismatched(&error)])
}

/// Returns what the host provides for the import of this name.
pub(super) fn granted(name: &str) -> ImportGrant {
    let wasi = |name: &str| {
        let interface = name.split_once('@').map_or(name, |(interface, _)| interface);
        wasi::INTERFACES.contains(&interface)
    };
    if imports::INTERFACES.contains(&name) {
        ImportGrant::Contract
    } else if is_typed(name) {
        ImportGrant::Tools
    } else if name.strip_prefix("wasi:").is_some_and(wasi) {
        ImportGrant::Wasi
    } else {
        ImportGrant::Nothing
    }
}

/// Checks whether `typed` defines the import of this name.
pub(super) fn is_typed(name: &str) -> bool {
    name.starts_with(typed::PACKAGE)
}

/// Returns the problems that prevent the component from running with any set of tools.
pub(super) fn refused(component: &Component) -> Vec<Diagnostic> {
    let ty = component.component_type();
    let names = ty.imports(component.engine()).map(|(name, _)| name);
    let unknown = names.filter(|name| granted(name) == ImportGrant::Nothing).map(unknown);
    world::check(component).err().into_iter().chain(unknown).take(typed::DIAGNOSTICS_MAX).collect()
}

fn unknown(name: &str) -> Diagnostic {
    let message =
        format!("the component imports `{}`, which is not available to scripts", shortened(name, CAUSE_CHARS_MAX));
    Diagnostic::new(DiagnosticCode::UnknownImport, message).hint(hint(name))
}

fn hint(name: &str) -> &'static str {
    if name.starts_with("wasi:sockets/") || name.starts_with("wasi:http/") {
        "Build it without networking; call a server's tool instead."
    } else if name.starts_with("wasi:") {
        "Build it without this part of WASI."
    } else if name.starts_with(imports::PACKAGE) {
        "Build it against version 0.1.0 of `callbox:script`."
    } else {
        "Import only `callbox:script@0.1.0`, the typed functions that `callbox types --target wit` prints, and WASI."
    }
}

fn mismatched(error: &wasmtime::Error) -> Diagnostic {
    let message = format!("an import has a different type here: {}", shortened(&format!("{error:#}"), CAUSE_CHARS_MAX));
    Diagnostic::new(DiagnosticCode::UnknownImport, message)
}
