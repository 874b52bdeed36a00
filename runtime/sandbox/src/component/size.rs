//! Counts what makes a component costly to compile or instantiate, before either is tried.

use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentOuterAliasKind, ComponentTypeRef, Encoding,
    FunctionBody, Instance, Parser, Payload,
};

use super::{function, guest::INSTANCES_MAX, nesting};
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// Maximum number of functions with a body. Python's interpreter has about 15,000, a JavaScript engine 40,000.
const FUNCTIONS_MAX: u64 = 200_000;
/// Maximum size of one function's body, bytes. Compile time grows faster than linearly; interpreters have bodies of 200
/// KiB.
const FUNCTION_BYTES_MAX: u64 = 2 << 20;

/// Maximum number of blocks and branches in one function, and of locals times branches: the compiler keeps a record for
/// each pair. Python's interpreter loop has a few thousand times a few hundred.
const BRANCHES_MAX: u64 = 200_000;
const LOCALS_AT_BRANCHES_MAX: u64 = 20_000_000;

/// Maximum number of imports of a module or a component.
const IMPORTS_MAX: u64 = 20_000;

/// Maximum number of entries in the host-side tables of all instances; each takes at most 32 bytes.
const ENTRIES_MAX: u64 = 2_000_000;
/// Maximum number of adapters and aliases that the compiler makes; those of a component instantiated twice count twice.
const ITEMS_MAX: u64 = 1_000_000;
/// Maximum nesting of types in types and of components in components. Their readers recurse once per level; wasmparser
/// allows the same number of levels for types that refer to each other.
const NESTING_MAX: usize = 100;
/// Maximum size of text, bytes; parsing takes many times as much memory.
const TEXT_BYTES_MAX: u64 = 8 << 20;

/// Rejects text that would be too costly to parse.
pub(super) fn check_text(text: &[u8]) -> Result<(), Diagnostic> {
    within("bytes of text", text.len() as u64, TEXT_BYTES_MAX)
}

/// Rejects a component that would be too costly.
pub(super) fn check(binary: &[u8]) -> Result<(), Diagnostic> {
    let mut count = Count::default();
    for payload in Parser::new(0).parse_all(binary) {
        let payload = payload.map_err(|error| malformed(&error))?;
        check_nesting(&payload, binary)?;
        count.take(&payload)?;
    }
    within("functions", count.functions, FUNCTIONS_MAX)?;
    within("instances", count.heaviest.instances, INSTANCES_MAX as u64)?;
    within("entries of instances", count.heaviest.entries, ENTRIES_MAX)?;
    within("adapters and aliases", count.heaviest.items, ITEMS_MAX)
}

fn check_complexity(body: &FunctionBody<'_>) -> Result<(), Diagnostic> {
    let complexity = function::complexity(body).map_err(|error| malformed(&error))?;
    within("branches in one function", complexity.branches, BRANCHES_MAX)?;
    within(
        "locals at branches of one function",
        complexity.locals.saturating_mul(complexity.branches),
        LOCALS_AT_BRANCHES_MAX,
    )
}

/// Rejects types that are nested too deeply, including those in the description of a core module's world; descriptions
/// of modules inside a component are never read.
fn check_nesting(payload: &Payload<'_>, binary: &[u8]) -> Result<(), Diagnostic> {
    match payload {
        Payload::ComponentTypeSection(types) => {
            let section = binary.get(types.range()).unwrap_or_default();
            let depth = nesting::depth(section, NESTING_MAX).map_err(|error| malformed(&error))?;
            within("levels of nested types", depth as u64, NESTING_MAX as u64)
        }
        Payload::CustomSection(section) if is_description(section.name()) && Parser::is_core_wasm(binary) => {
            check_description(section.data())
        }
        _ => Ok(()),
    }
}

/// Checks whether this is a section name under which tools such as wit-bindgen store the description of a module's
/// world.
pub(super) fn is_description(section: &str) -> bool {
    section.starts_with("component-type")
}

/// Checks a description, which is itself a component of which only types are read. Anything else that is malformed is
/// left for its reader to reject.
fn check_description(description: &[u8]) -> Result<(), Diagnostic> {
    for payload in Parser::new(0).parse_all(description) {
        if let payload @ Payload::ComponentTypeSection(_) = payload.map_err(|error| malformed(&error))? {
            check_nesting(&payload, description)?;
        }
    }
    Ok(())
}

#[derive(Default)]
struct Count {
    functions: u64,
    /// Modules and components being read, innermost last.
    open: Vec<Open>,
    /// The most that instantiating any component read so far may create.
    heaviest: Weight,
    /// The most entries of any core module read so far.
    largest_module: u64,
}

/// What instantiating a component creates.
#[derive(Default, Clone, Copy)]
struct Weight {
    /// Core instances.
    instances: u64,
    /// Entries of these instances.
    entries: u64,
    /// Adapters and aliases.
    items: u64,
}

/// A module or component that is being read.
#[derive(Default)]
struct Open {
    /// Whether this is a component, not a core module.
    component: bool,
    imports: u64,
    /// Imports, functions, globals and the like of a core module.
    entries: u64,
    /// Entries of the core modules that a component can instantiate, in index order.
    modules: Vec<u64>,
    /// What a component creates by itself.
    own: Weight,
    /// Number of components it instantiates.
    components: u64,
}

impl Count {
    fn take(&mut self, payload: &Payload<'_>) -> Result<(), Diagnostic> {
        match payload {
            Payload::Version { encoding, .. } => {
                within("components in each other", self.open.len() as u64, NESTING_MAX as u64)?;
                self.open.push(Open { component: *encoding == Encoding::Component, ..Open::default() });
            }
            Payload::CodeSectionEntry(body) => {
                self.functions += 1;
                within("bytes in one function", body.range().len() as u64, FUNCTION_BYTES_MAX)?;
                check_complexity(body)?;
            }
            Payload::End(_) => self.close(),
            _ => {
                if let Some(open) = self.open.last_mut() {
                    open.take(payload, self.largest_module)?;
                }
            }
        }
        Ok(())
    }

    /// Closes the innermost module or component. A component can only instantiate components defined before its end,
    /// each at most as heavy as the heaviest so far; importing components is rejected.
    fn close(&mut self) {
        let Some(made) = self.open.pop() else { return };
        self.open.last_mut().into_iter().for_each(|outer| outer.own.items += 1);
        if !made.component {
            self.largest_module = self.largest_module.max(made.entries);
            self.open.last_mut().into_iter().for_each(|outer| outer.modules.push(made.entries));
            return;
        }
        let all = |own: u64, heaviest: u64| own.saturating_add(made.components.saturating_mul(heaviest));
        self.heaviest = Weight {
            instances: self.heaviest.instances.max(all(made.own.instances, self.heaviest.instances.max(1))),
            entries: self.heaviest.entries.max(all(made.own.entries, self.heaviest.entries)),
            items: self.heaviest.items.max(all(made.own.items, self.heaviest.items.max(1))),
        };
    }
}

impl Open {
    /// Counts a section. A module from elsewhere is assumed to be as large as the largest so far.
    fn take(&mut self, payload: &Payload<'_>, largest_module: u64) -> Result<(), Diagnostic> {
        match payload {
            // An imported function may also be in a table.
            Payload::ImportSection(it) => {
                self.imported(it.count())?;
                self.entries += 2 * u64::from(it.count());
            }
            Payload::FunctionSection(it) => self.entries += u64::from(it.count()),
            Payload::TableSection(it) => self.entries += u64::from(it.count()),
            Payload::MemorySection(it) => self.entries += u64::from(it.count()),
            Payload::TagSection(it) => self.entries += u64::from(it.count()),
            Payload::GlobalSection(it) => self.entries += u64::from(it.count()),
            Payload::ExportSection(it) => self.entries += u64::from(it.count()),
            Payload::ComponentCanonicalSection(it) => self.own.items += u64::from(it.count()),
            Payload::ComponentTypeSection(it) => self.own.items += u64::from(it.count()),
            Payload::ComponentAliasSection(it) => {
                for alias in it.clone() {
                    let alias = alias.map_err(|error| malformed(&error))?;
                    self.item(is_module(&alias)?, largest_module);
                }
            }
            Payload::ComponentImportSection(it) => {
                self.imported(it.count())?;
                for import in it.clone() {
                    let import = import.map_err(|error| malformed(&error))?;
                    if matches!(import.ty, ComponentTypeRef::Module(_) | ComponentTypeRef::Component(_)) {
                        return Err(uncountable());
                    }
                    self.item(false, largest_module);
                }
            }
            Payload::ComponentExportSection(it) => {
                for export in it.clone() {
                    let export = export.map_err(|error| malformed(&error))?;
                    self.item(export.kind == ComponentExternalKind::Module, largest_module);
                }
            }
            Payload::InstanceSection(instances) => {
                for instance in instances.clone() {
                    let instance = instance.map_err(|error| malformed(&error))?;
                    match instance {
                        Instance::Instantiate { module_index, args } => {
                            let entries = self.modules.get(module_index as usize).copied().unwrap_or(largest_module);
                            self.own.instances += 1;
                            self.own.entries = self.own.entries.saturating_add(entries);
                            self.own.items += args.len() as u64;
                        }
                        Instance::FromExports(exports) => self.own.items += exports.len() as u64,
                    }
                }
            }
            Payload::ComponentInstanceSection(instances) => {
                for instance in instances.clone() {
                    let instance = instance.map_err(|error| malformed(&error))?;
                    match instance {
                        ComponentInstance::Instantiate { args, .. } => {
                            self.components += 1;
                            self.own.items += args.len() as u64;
                        }
                        ComponentInstance::FromExports(exports) => self.own.items += exports.len() as u64,
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn imported(&mut self, count: u32) -> Result<(), Diagnostic> {
        self.imports += u64::from(count);
        within("imports", self.imports, IMPORTS_MAX)
    }

    fn item(&mut self, is_module: bool, largest_module: u64) {
        self.own.items += 1;
        if is_module {
            self.modules.push(largest_module);
        }
    }
}

/// A module or component passed in later may be heavier than everything read so far, and so may each component that
/// passes it on.
fn uncountable() -> Diagnostic {
    let message = "the component imports modules or components, and what they instantiate cannot be counted";
    Diagnostic::new(DiagnosticCode::TooLarge, message).hint("Compose it so that its parts import instances.")
}

fn is_module(alias: &ComponentAlias<'_>) -> Result<bool, Diagnostic> {
    match alias {
        ComponentAlias::InstanceExport {
            kind: ComponentExternalKind::Module | ComponentExternalKind::Component,
            ..
        } => Err(uncountable()),
        ComponentAlias::Outer { kind, .. } => Ok(*kind == ComponentOuterAliasKind::CoreModule),
        ComponentAlias::InstanceExport { .. } | ComponentAlias::CoreInstanceExport { .. } => Ok(false),
    }
}

fn within(what: &str, found: u64, max: u64) -> Result<(), Diagnostic> {
    if found <= max {
        return Ok(());
    }
    let message = format!("the component has {found} {what}; at most {max} are allowed");
    Err(Diagnostic::new(DiagnosticCode::TooLarge, message).hint("Build it with optimisation and without unused code."))
}

pub(super) fn malformed(error: &wasmparser::BinaryReaderError) -> Diagnostic {
    let message = format!("this is not valid WebAssembly: {} (at byte {})", error.message(), error.offset());
    Diagnostic::new(DiagnosticCode::InvalidComponent, message)
}
