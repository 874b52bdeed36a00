//! Checks that a component exports `run` with the contract's types. Other exports are ignored.

use wasmtime::component::{Component, types::ComponentItem};

use super::{guest::Ran, thrown::shortened, typed::shown};
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// The contract's signature of `run`; `async` may precede it.
const EXPECTED: &str =
    "func(input: string) -> result<string, record { message: string, code: option<string>, data: option<string> }>";
/// Maximum number of exports named in a message.
const EXPORTS_SHOWN_MAX: usize = 8;
/// Longest name of an export shown, characters.
const NAME_CHARS_MAX: usize = 80;

/// Rejects a component without the contract's `run`.
pub(super) fn check(component: &Component) -> Result<(), Diagnostic> {
    let ty = component.component_type();
    match ty.get_export(component.engine(), "run").map(|export| export.ty) {
        Some(ComponentItem::ComponentFunc(run)) => {
            run.typecheck::<(String,), (Ran,)>(&ty.instance_type()).map_err(|_| wrong(&shown::signature(&run)))
        }
        Some(_) => Err(wrong("not a function")),
        None => Err(missing(component)),
    }
}

fn wrong(found: &str) -> Diagnostic {
    let message = format!("`run` is `{found}`, expected `{EXPECTED}`");
    Diagnostic::new(DiagnosticCode::WrongWorld, message).hint("Build it against world `script` or `script-async`.")
}

fn missing(component: &Component) -> Diagnostic {
    let ty = component.component_type();
    let names = ty.exports(component.engine()).map(|(name, _)| format!("`{}`", shortened(name, NAME_CHARS_MAX)));
    let names: Vec<_> = names.take(EXPORTS_SHOWN_MAX + 1).collect();
    let found = match names.get(..EXPORTS_SHOWN_MAX) {
        _ if names.is_empty() => "nothing".to_owned(),
        Some(shown) if shown.len() < names.len() => format!("{}, …", shown.join(", ")),
        _ => names.join(", "),
    };
    let message = format!("the component exports {found}, expected `run: {EXPECTED}`");
    Diagnostic::new(DiagnosticCode::WrongWorld, message).hint("Build it against world `script` or `script-async`.")
}
