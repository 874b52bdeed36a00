//! What a component is made of, for who wants to know before it runs: what it imports and what the host has for that,
//! what it exports, what keeps it from running.

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
    /// What it imports, in its own order.
    pub imports: Vec<Import>,
    /// What it exports.
    pub exports: Vec<Export>,
    /// What keeps it from running whatever tools there are.
    #[serde(skip)]
    pub diagnostics: Vec<Diagnostic>,
}

/// One import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Import {
    /// Its name, such as `callbox:script/tools@0.1.0`.
    pub name: String,
    /// What a script is given for it.
    pub granted: ImportGrant,
}

/// What a script is given for an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImportGrant {
    /// The contract between scripts and callbox.
    Contract,
    /// Typed functions for the tools of one server.
    Tools,
    /// WASI, of which nothing reaches the machine but what was granted.
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
    /// Whether it can call tools by names that it makes up when it runs.
    #[must_use]
    pub fn calls_by_name(&self) -> bool {
        self.imports.iter().any(|import| imports::calls_tools(&import.name))
    }

    /// The servers whose tools it has as typed functions, by the names of their WIT interfaces.
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
