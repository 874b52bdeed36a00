//! What of a component makes it costly to compile or to instantiate, counted before either is tried.

use wasmparser::{ComponentInstance, Encoding, Instance, Parser, Payload};

use super::guest::INSTANCES_MAX;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// Functions with a body. Python's interpreter has about 15,000, a JavaScript engine 40,000.
const FUNCTIONS_MAX: u64 = 200_000;
/// One function's body, bytes. Compilation takes more than linear time; interpreters have bodies of 200 KiB.
const FUNCTION_BYTES_MAX: u64 = 2 << 20;

/// Entries that instances have in their tables of the host, all together; each takes 32 bytes or less.
const ENTRIES_MAX: u64 = 2_000_000;
/// Adapters and aliases that the compiler makes, those of a component that is instantiated twice twice.
const ITEMS_MAX: u64 = 1_000_000;
/// Text, bytes: read, it takes many times as much.
const TEXT_BYTES_MAX: u64 = 8 << 20;

/// Refuses text that would cost too much to read.
pub(super) fn check_text(text: &[u8]) -> Result<(), Diagnostic> {
    within("bytes of text", text.len() as u64, TEXT_BYTES_MAX)
}

/// Refuses what would cost too much.
pub(super) fn check(binary: &[u8]) -> Result<(), Diagnostic> {
    let mut count = Count::default();
    for payload in Parser::new(0).parse_all(binary) {
        count.take(&payload.map_err(|error| malformed(&error))?)?;
    }
    within("functions", count.functions, FUNCTIONS_MAX)?;
    within("instances", count.heaviest.instances, INSTANCES_MAX as u64)?;
    within("entries of instances", count.heaviest.instances.saturating_mul(count.largest_module), ENTRIES_MAX)?;
    within("adapters and aliases", count.heaviest.items, ITEMS_MAX)
}

#[derive(Default)]
struct Count {
    functions: u64,
    /// Modules and components that are open, innermost last.
    open: Vec<Open>,
    /// Most that instantiating any component read so far may make.
    heaviest: Weight,
    /// Most entries of a core module read so far.
    largest_module: u64,
}

/// What instantiating a component makes.
#[derive(Default, Clone, Copy)]
struct Weight {
    /// Core instances.
    instances: u64,
    /// Adapters and aliases.
    items: u64,
}

/// A module or component that is being read.
#[derive(Default)]
struct Open {
    /// Whether this is a component, not a core module.
    component: bool,
    /// Imports, functions, globals and the like of a core module.
    entries: u64,
    /// What a component makes itself.
    own: Weight,
    /// Components that it instantiates.
    components: u64,
}

impl Count {
    fn take(&mut self, payload: &Payload<'_>) -> Result<(), Diagnostic> {
        match payload {
            Payload::Version { encoding, .. } => {
                self.open.push(Open { component: *encoding == Encoding::Component, ..Open::default() });
            }
            Payload::CodeSectionEntry(body) => {
                self.functions += 1;
                within("bytes in one function", body.range().len() as u64, FUNCTION_BYTES_MAX)?;
            }
            Payload::End(_) => self.close(),
            _ => {
                if let Some(open) = self.open.last_mut() {
                    open.take(payload)?;
                }
            }
        }
        Ok(())
    }

    /// A component can only instantiate those that stand before its end, each at most as heavy as the heaviest.
    fn close(&mut self) {
        let Some(made) = self.open.pop() else { return };
        if !made.component {
            self.largest_module = self.largest_module.max(made.entries);
            return;
        }
        let all = |own: u64, heaviest: u64| own.saturating_add(made.components.saturating_mul(heaviest));
        self.heaviest = Weight {
            instances: self.heaviest.instances.max(all(made.own.instances, self.heaviest.instances.max(1))),
            items: self.heaviest.items.max(all(made.own.items, self.heaviest.items.max(1))),
        };
    }
}

impl Open {
    fn take(&mut self, payload: &Payload<'_>) -> Result<(), Diagnostic> {
        match payload {
            Payload::ImportSection(it) => self.entries += u64::from(it.count()),
            Payload::FunctionSection(it) => self.entries += u64::from(it.count()),
            Payload::TableSection(it) => self.entries += u64::from(it.count()),
            Payload::MemorySection(it) => self.entries += u64::from(it.count()),
            Payload::TagSection(it) => self.entries += u64::from(it.count()),
            Payload::GlobalSection(it) => self.entries += u64::from(it.count()),
            Payload::ExportSection(it) => self.entries += u64::from(it.count()),
            Payload::ComponentCanonicalSection(it) => self.own.items += u64::from(it.count()),
            Payload::ComponentAliasSection(it) => self.own.items += u64::from(it.count()),
            Payload::ComponentImportSection(it) => self.own.items += u64::from(it.count()),
            Payload::ComponentExportSection(it) => self.own.items += u64::from(it.count()),
            Payload::InstanceSection(instances) => {
                for instance in instances.clone() {
                    let instance = instance.map_err(|error| malformed(&error))?;
                    self.own.instances += u64::from(matches!(instance, Instance::Instantiate { .. }));
                }
            }
            Payload::ComponentInstanceSection(instances) => {
                for instance in instances.clone() {
                    let instance = instance.map_err(|error| malformed(&error))?;
                    self.components += u64::from(matches!(instance, ComponentInstance::Instantiate { .. }));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn within(what: &str, found: u64, max: u64) -> Result<(), Diagnostic> {
    if found <= max {
        return Ok(());
    }
    let message = format!("the component has {found} {what}, at most {max} are allowed");
    Err(Diagnostic::new(DiagnosticCode::TooLarge, message).hint("Build it optimised, without what it does not use."))
}

pub(super) fn malformed(error: &wasmparser::BinaryReaderError) -> Diagnostic {
    let message = format!("this is no valid WebAssembly: {} (at byte {})", error.message(), error.offset());
    Diagnostic::new(DiagnosticCode::InvalidComponent, message)
}
