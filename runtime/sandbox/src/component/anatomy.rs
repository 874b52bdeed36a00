//! Describes a component before it runs: its imports and what the host provides for them, its exports, and what
//! prevents it from running.

use serde::Serialize;
use wasmtime::component::{Component, types::ComponentItem};

use super::{
    imports, link,
    typed::{self, shown},
};
use crate::diagnostic::Diagnostic;

/// A component's imports and exports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Anatomy {
    /// Its imports, in the component's order.
    pub imports: Vec<Import>,
    /// Its exports.
    pub exports: Vec<Export>,
    /// Problems that prevent it from running with any set of tools.
    #[serde(skip)]
    pub diagnostics: Vec<Diagnostic>,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Import {
    /// Its name, such as `callbox:script/tools@0.1.0`.
    pub name: String,
    /// What the host provides for it.
    pub granted: ImportGrant,
}

/// What the host provides for an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImportGrant {
    /// The contract between scripts and callbox.
    Contract,
    /// Typed functions for the tools of one server.
    Tools,
    /// WASI; it reaches only those parts of the machine that were granted.
    Wasi,
    /// Nothing; the component cannot run.
    Nothing,
}

/// One export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Export {
    /// Its name.
    pub name: String,
    /// Its type as WIT, if it is a function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

impl Anatomy {
    /// Checks whether it can call tools by names computed at run time.
    #[must_use]
    pub fn calls_by_name(&self) -> bool {
        self.imports.iter().any(|import| imports::calls_tools(&import.name))
    }

    /// Returns the servers whose tools it imports as typed functions, by the names of their WIT interfaces.
    pub fn servers_named(&self) -> impl Iterator<Item = &str> {
        self.imports.iter().filter_map(|import| typed::interface(&import.name))
    }
}

pub(super) fn anatomy(component: &Component) -> Anatomy {
    let (ty, engine) = (component.component_type(), component.engine());
    let imports = ty.imports(engine).map(|(name, _)| Import { name: name.to_owned(), granted: link::granted(name) });
    let exports = ty.exports(engine).map(|(name, export)| Export {
        name: name.to_owned(),
        signature: match export.ty {
            ComponentItem::ComponentFunc(function) => Some(shown::signature(&function)),
            _ => None,
        },
    });
    Anatomy { imports: imports.collect(), exports: exports.collect(), diagnostics: link::refused(component) }
}
