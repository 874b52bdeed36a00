//! Whether a component exports what a script must: `run`, with the contract's types. Other exports are its own affair.

use wasmtime::component::{
    Component,
    types::{ComponentFunc, ComponentItem, Type},
};

use super::guest::Ran;
use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// How the contract writes it; `async` may stand before.
const EXPECTED: &str =
    "func(input: string) -> result<string, record { message: string, code: option<string>, data: option<string> }>";
/// Most exports named in a message.
const EXPORTS_SHOWN_MAX: usize = 8;
/// Types nested deeper are shown as `…`.
const TYPE_DEPTH_MAX: u32 = 6;

/// Refuses a component without the contract's `run`.
pub(super) fn check(component: &Component) -> Result<(), Diagnostic> {
    let ty = component.component_type();
    match ty.get_export(component.engine(), "run").map(|export| export.ty) {
        Some(ComponentItem::ComponentFunc(run)) => {
            run.typecheck::<(String,), (Ran,)>(&ty.instance_type()).map_err(|_| wrong(&signature(&run)))
        }
        Some(_) => Err(wrong("no function")),
        None => Err(missing(component)),
    }
}

fn wrong(found: &str) -> Diagnostic {
    let message = format!("`run` is `{found}`, expected `{EXPECTED}`");
    Diagnostic::new(DiagnosticCode::WrongWorld, message).hint("Build it against world `script` or `script-async`.")
}

fn missing(component: &Component) -> Diagnostic {
    let ty = component.component_type();
    let names: Vec<_> = ty.exports(component.engine()).map(|(name, _)| format!("`{name}`")).collect();
    let found = match names.get(..EXPORTS_SHOWN_MAX).unwrap_or(&names) {
        [] => "nothing".to_owned(),
        shown if shown.len() < names.len() => format!("{}, …", shown.join(", ")),
        shown => shown.join(", "),
    };
    let message = format!("the component exports {found}, expected `run: {EXPECTED}`");
    Diagnostic::new(DiagnosticCode::WrongWorld, message).hint("Build it against world `script` or `script-async`.")
}

/// A function's type as WIT, without names of types.
pub(super) fn signature(function: &ComponentFunc) -> String {
    let params: Vec<_> = function.params().map(|(name, ty)| format!("{name}: {}", type_text(&ty, 0))).collect();
    let result = function.results().next().map(|ty| format!(" -> {}", type_text(&ty, 0))).unwrap_or_default();
    let color = if function.async_() { "async " } else { "" };
    format!("{color}func({}){result}", params.join(", "))
}

fn type_text(ty: &Type, depth: u32) -> String {
    if depth > TYPE_DEPTH_MAX {
        return "…".to_owned();
    }
    let inner = |ty: Type| type_text(&ty, depth + 1);
    let optional = |ty: Option<Type>| ty.map_or("_".to_owned(), inner);
    match ty {
        Type::Bool => "bool".to_owned(),
        Type::S8 => "s8".to_owned(),
        Type::U8 => "u8".to_owned(),
        Type::S16 => "s16".to_owned(),
        Type::U16 => "u16".to_owned(),
        Type::S32 => "s32".to_owned(),
        Type::U32 => "u32".to_owned(),
        Type::S64 => "s64".to_owned(),
        Type::U64 => "u64".to_owned(),
        Type::Float32 => "f32".to_owned(),
        Type::Float64 => "f64".to_owned(),
        Type::Char => "char".to_owned(),
        Type::String => "string".to_owned(),
        Type::List(list) => format!("list<{}>", inner(list.ty())),
        Type::Option(option) => format!("option<{}>", inner(option.ty())),
        Type::Result(result) => format!("result<{}, {}>", optional(result.ok()), optional(result.err())),
        Type::Tuple(tuple) => format!("tuple<{}>", tuple.types().map(inner).collect::<Vec<_>>().join(", ")),
        Type::Record(record) => {
            let fields = record.fields().map(|field| format!("{}: {}", field.name, inner(field.ty)));
            format!("record {{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        Type::Variant(variant) => {
            let cases = variant.cases().map(|case| match case.ty {
                Some(ty) => format!("{}({})", case.name, inner(ty)),
                None => case.name.to_owned(),
            });
            format!("variant {{ {} }}", cases.collect::<Vec<_>>().join(", "))
        }
        Type::Enum(names) => format!("enum {{ {} }}", names.names().collect::<Vec<_>>().join(", ")),
        Type::Flags(names) => format!("flags {{ {} }}", names.names().collect::<Vec<_>>().join(", ")),
        Type::Own(_) | Type::Borrow(_) => "resource".to_owned(),
        _ => "…".to_owned(),
    }
}
