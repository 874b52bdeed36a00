//! Types as text for messages: WIT syntax, with names replaced by what they stand for. Bounded, since a type may be a
//! megabyte.

use std::fmt::{self, Write};

use callbox_bindings::{WitBody, WitFunction, WitType};
use wasmtime::component::types::{ComponentFunc, Type};

use super::same::{TOOL_ERROR, Want, fields_of};

/// Longest text, characters.
const TEXT_CHARS_MAX: usize = 400;

pub(super) fn want(want: Want<'_>) -> String {
    bounded(|text| add_want(text, want))
}

pub(super) fn component(ty: &Type) -> String {
    bounded(|text| add_type(text, ty))
}

pub(super) fn function(function: &WitFunction) -> String {
    bounded(|text| {
        let arguments = function.arguments.as_ref().map(|wit| ("args", Some(Want::Type(wit))));
        text.write_str("func")?;
        members(text, ("(", ": ", ")"), arguments.into_iter(), add_want)?;
        text.write_str(" -> result<")?;
        add_want(text, Want::Type(&function.result))?;
        text.write_str(", ")?;
        add_want(text, Want::Type(&TOOL_ERROR))?;
        text.write_str(">")
    })
}

pub(super) fn component_function(ty: &ComponentFunc) -> String {
    bounded(|text| {
        text.write_str("func")?;
        members(text, ("(", ": ", ")"), ty.params().map(|(name, ty)| (name, Some(ty))), |text, ty| {
            add_type(text, &ty)
        })?;
        for ty in ty.results() {
            text.write_str(" -> ")?;
            add_type(text, &ty)?;
        }
        Ok(())
    })
}

/// Returns the declaration of a function.
pub(in crate::component) fn signature(ty: &ComponentFunc) -> String {
    let color = if ty.async_() { "async " } else { "" };
    format!("{color}{}", component_function(ty))
}

/// Text of limited length.
struct Text {
    text: String,
    chars_left: usize,
}

impl Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for char in more.chars() {
            self.chars_left = self.chars_left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(char);
        }
        Ok(())
    }
}

fn bounded(add: impl FnOnce(&mut Text) -> fmt::Result) -> String {
    let mut text = Text { text: String::new(), chars_left: TEXT_CHARS_MAX };
    match add(&mut text) {
        Ok(()) => text.text,
        Err(fmt::Error) => text.text + "…",
    }
}

fn add_want(text: &mut Text, want: Want<'_>) -> fmt::Result {
    match want {
        Want::Type(WitType::Json | WitType::String) => text.write_str("string"),
        Want::Type(WitType::Bool) => text.write_str("bool"),
        Want::Type(WitType::S64) => text.write_str("s64"),
        Want::Type(WitType::F64) => text.write_str("f64"),
        Want::Type(WitType::Option(inner)) => add_want(text, Want::Optional(inner)),
        Want::Type(WitType::Map(item)) => add_want(text, Want::Entries(item)),
        Want::Optional(inner) => around(text, "option", |text| add_want(text, Want::Type(inner))),
        Want::Type(WitType::List(item)) => around(text, "list", |text| add_want(text, Want::Type(item))),
        Want::Entries(item) => around(text, "list", |text| add_want(text, Want::Entry(item))),
        Want::Entry(item) => around(text, "tuple", |text| {
            text.write_str("string, ")?;
            add_want(text, Want::Type(item))
        }),
        Want::Type(WitType::Tuple(items)) => {
            around(text, "tuple", |text| listed(text, items.iter(), |text, item| add_want(text, Want::Type(item))))
        }
        Want::Type(WitType::Named(named)) => {
            let (word, marks) = match &named.body {
                WitBody::Record { .. } => ("record", FIELDS),
                WitBody::Enum(_) => ("enum", CASES),
                WitBody::ByKind(_) | WitBody::ByTag { .. } => ("variant", CASES),
            };
            text.write_str(word)?;
            members(text, marks, fields_of(named), add_want)
        }
    }
}

fn add_type(text: &mut Text, ty: &Type) -> fmt::Result {
    let inner = |text: &mut Text, ty: Type| add_type(text, &ty);
    match ty {
        Type::List(list) => around(text, "list", |text| add_type(text, &list.ty())),
        Type::Option(option) => around(text, "option", |text| add_type(text, &option.ty())),
        Type::Tuple(tuple) => around(text, "tuple", |text| listed(text, tuple.types(), inner)),
        Type::Result(result) => around(text, "result", |text| {
            listed(text, [result.ok(), result.err()].into_iter(), |text, ty| match ty {
                Some(ty) => add_type(text, &ty),
                None => text.write_str("_"),
            })
        }),
        Type::Map(map) => around(text, "map", |text| listed(text, [map.key(), map.value()].into_iter(), inner)),
        Type::Record(record) => {
            text.write_str("record")?;
            members(text, FIELDS, record.fields().map(|field| (field.name, Some(field.ty))), inner)
        }
        Type::Variant(variant) => {
            text.write_str("variant")?;
            members(text, CASES, variant.cases().map(|case| (case.name, case.ty)), inner)
        }
        Type::Enum(cases) => {
            text.write_str("enum")?;
            members(text, CASES, cases.names().map(|name| (name, None)), inner)
        }
        Type::Flags(flags) => {
            text.write_str("flags")?;
            members(text, CASES, flags.names().map(|name| (name, None)), inner)
        }
        simple => text.write_str(word(simple)),
    }
}

/// Returns the keyword of a type. A type that no tool uses is shown by its keyword alone.
fn word(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::S8 => "s8",
        Type::U8 => "u8",
        Type::S16 => "s16",
        Type::U16 => "u16",
        Type::S32 => "s32",
        Type::U32 => "u32",
        Type::S64 => "s64",
        Type::U64 => "u64",
        Type::Float32 => "f32",
        Type::Float64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::Own(_) | Type::Borrow(_) => "resource",
        Type::Future(_) => "future",
        Type::Stream(_) => "stream",
        Type::ErrorContext => "error-context",
        _ => "another type",
    }
}

fn around(text: &mut Text, word: &str, inner: impl FnOnce(&mut Text) -> fmt::Result) -> fmt::Result {
    text.write_str(word)?;
    text.write_str("<")?;
    inner(text)?;
    text.write_str(">")
}

fn listed<T>(
    text: &mut Text,
    items: impl Iterator<Item = T>,
    add: impl Fn(&mut Text, T) -> fmt::Result,
) -> fmt::Result {
    for (index, item) in items.enumerate() {
        text.write_str(if index == 0 { "" } else { ", " })?;
        add(text, item)?;
    }
    Ok(())
}

/// The text before all members, between a name and its type, and after all members. The type of a case is followed by
/// `)`.
type Marks = (&'static str, &'static str, &'static str);

const FIELDS: Marks = (" { ", ": ", " }");
const CASES: Marks = (" { ", "(", " }");

fn members<'n, T>(
    text: &mut Text,
    (open, between, close): Marks,
    members: impl Iterator<Item = (&'n str, Option<T>)>,
    add: impl Fn(&mut Text, T) -> fmt::Result,
) -> fmt::Result {
    text.write_str(open)?;
    listed(text, members, |text, (name, value)| {
        text.write_str(name)?;
        let Some(value) = value else { return Ok(()) };
        text.write_str(between)?;
        add(text, value)?;
        text.write_str(if between == "(" { ")" } else { "" })
    })?;
    text.write_str(close)
}
