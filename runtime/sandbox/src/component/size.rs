//! What of a component makes it costly to compile or to instantiate, counted before either is tried.

use wasmparser::{ComponentInstance, Encoding, Instance, Parser, Payload};

use super::guest::INSTANCES_MAX;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// Functions with a body. Python's interpreter has about 15,000, a JavaScript engine 40,000.
const FUNCTIONS_MAX: u64 = 200_000;
/// One function's body, bytes. Compilation takes more than linear time; interpreters have bodies of 200 KiB.
const FUNCTION_BYTES_MAX: u64 = 2 << 20;

/// Refuses what would cost too much.
pub(super) fn check(binary: &[u8]) -> Result<(), Diagnostic> {
    let mut count = Count::default();
    for payload in Parser::new(0).parse_all(binary) {
        count.take(&payload.map_err(|error| malformed(&error))?)?;
    }
    within("functions", count.functions, FUNCTIONS_MAX)?;
    within("instances", count.heaviest, INSTANCES_MAX as u64)
}

#[derive(Default)]
struct Count {
    functions: u64,
    /// Components that are open, innermost last, with the instances each makes.
    open: Vec<Made>,
    /// Most core instances that instantiating any component read so far may make.
    heaviest: u64,
}

/// Instances that one component makes when it is instantiated.
#[derive(Default)]
struct Made {
    /// Whether this is a component, not a core module.
    component: bool,
    cores: u64,
    components: u64,
}

impl Count {
    fn take(&mut self, payload: &Payload<'_>) -> Result<(), Diagnostic> {
        match payload {
            Payload::Version { encoding, .. } => {
                self.open.push(Made { component: *encoding == Encoding::Component, ..Made::default() });
            }
            Payload::CodeSectionEntry(body) => {
                self.functions += 1;
                within("bytes in one function", body.range().len() as u64, FUNCTION_BYTES_MAX)?;
            }
            Payload::InstanceSection(instances) => {
                let instances = instances.clone().into_iter().map(|it| it.map_err(|error| malformed(&error)));
                let instances = instances.collect::<Result<Vec<_>, _>>()?;
                let made = instances.iter().filter(|it| matches!(it, Instance::Instantiate { .. })).count();
                if let Some(open) = self.open.last_mut() {
                    open.cores += made as u64;
                }
            }
            Payload::ComponentInstanceSection(instances) => {
                let instances = instances.clone().into_iter().map(|it| it.map_err(|error| malformed(&error)));
                let instances = instances.collect::<Result<Vec<_>, _>>()?;
                let made = instances.iter().filter(|it| matches!(it, ComponentInstance::Instantiate { .. })).count();
                if let Some(open) = self.open.last_mut() {
                    open.components += made as u64;
                }
            }
            Payload::End(_) => self.close(),
            _ => {}
        }
        Ok(())
    }

    /// A component can only instantiate those that stand before its end, each at most as heavy as the heaviest.
    fn close(&mut self) {
        let Some(made) = self.open.pop().filter(|made| made.component) else { return };
        let weight = made.cores.saturating_add(made.components.saturating_mul(self.heaviest.max(1)));
        self.heaviest = self.heaviest.max(weight);
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
