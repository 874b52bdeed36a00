//! Compares the type of an imported function with the catalogue's, and locates the first difference. Type names do not
//! count: components import types structurally.
//!
//! The comparison follows the catalogue's type, so it visits no more than that contains, whatever a component declares.

use std::sync::{Arc, LazyLock};

use callbox_bindings::{WitBody, WitField, WitFunction, WitNamed, WitType};
use wasmtime::component::types::{ComponentFunc, Type};

use super::shown;

/// Where two types differ.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    /// In words, or as a path in backticks.
    pub(super) place: String,
    /// WIT text, like `catalogue`.
    pub(super) component: String,
    pub(super) catalogue: String,
}

/// A type as the catalogue requires it; some have no [`WitType`] of their own.
#[derive(Clone, Copy)]
pub(super) enum Want<'w> {
    Type(&'w WitType),
    /// `option<t>`.
    Optional(&'w WitType),
    /// `list<tuple<string, t>>`.
    Entries(&'w WitType),
    /// `tuple<string, t>`.
    Entry(&'w WitType),
}

/// The `tool-error` of the contract.
pub(super) static TOOL_ERROR: LazyLock<WitType> = LazyLock::new(|| {
    let field = |name: &str, value, optional| WitField {
        name: name.to_owned(),
        wire: name.to_owned(),
        value,
        optional,
        doc: Vec::new(),
    };
    let fields = vec![
        field("code", WitType::String, false),
        field("tool", WitType::String, false),
        field("message", WitType::String, false),
        field("retryable", WitType::Bool, false),
        field("data", WitType::Json, true),
    ];
    let body = WitBody::Record { fields, rest: None };
    WitType::Named(Arc::new(WitNamed { name: "tool-error".to_owned(), doc: Vec::new(), body }))
});

/// Returns the first difference. Whether the function is async does not matter: it is linked the way it is imported.
pub(super) fn difference(function: &WitFunction, ty: &ComponentFunc) -> Option<Difference> {
    let parameters: Vec<Type> = ty.params().map(|(_, ty)| ty).collect();
    let results: Vec<Type> = ty.results().collect();
    let apart = match (&function.arguments, parameters.as_slice()) {
        (None, []) => None,
        (Some(wit), [ty]) => part(Want::Type(wit), ty).map(|apart| apart.inside("args")),
        _ => return Some(of_the_whole(function, ty)),
    };
    let [Type::Result(result)] = results.as_slice() else { return Some(of_the_whole(function, ty)) };
    let (Some(ok), Some(err)) = (result.ok(), result.err()) else { return Some(of_the_whole(function, ty)) };
    let apart = apart
        .or_else(|| part(Want::Type(&function.result), &ok).map(|apart| apart.inside("result")))
        .or_else(|| part(Want::Type(&TOOL_ERROR), &err).map(|apart| apart.inside("tool-error")));
    apart.map(Apart::shown)
}

fn of_the_whole(function: &WitFunction, ty: &ComponentFunc) -> Difference {
    Difference {
        place: "it".to_owned(),
        component: shown::component_function(ty),
        catalogue: shown::function(function),
    }
}

/// A difference, with the path to it from the inside out.
struct Apart {
    way: Vec<String>,
    component: String,
    catalogue: String,
}

impl Apart {
    fn inside(mut self, step: impl Into<String>) -> Self {
        self.way.push(step.into());
        self
    }

    fn shown(self) -> Difference {
        let way: Vec<String> = self.way.into_iter().rev().collect();
        Difference { place: format!("`{}`", way.join(".")), component: self.component, catalogue: self.catalogue }
    }
}

fn part(want: Want<'_>, ty: &Type) -> Option<Apart> {
    let here = || Some(Apart { way: Vec::new(), component: shown::component(ty), catalogue: shown::want(want) });
    match (want, ty) {
        (Want::Type(WitType::Json | WitType::String), Type::String)
        | (Want::Type(WitType::Bool), Type::Bool)
        | (Want::Type(WitType::S64), Type::S64)
        | (Want::Type(WitType::F64), Type::Float64) => None,
        (Want::Type(WitType::Option(inner)), ty) => part(Want::Optional(inner), ty),
        (Want::Type(WitType::Map(item)), ty) => part(Want::Entries(item), ty),
        (Want::Optional(inner), Type::Option(option)) => part(Want::Type(inner), &option.ty()),
        (Want::Type(WitType::List(item)), Type::List(list)) => part(Want::Type(item), &list.ty()),
        (Want::Entries(item), Type::List(list)) => part(Want::Entry(item), &list.ty()),
        (Want::Entry(item), Type::Tuple(pair)) => match pair.types().collect::<Vec<_>>().as_slice() {
            [Type::String, ty] => part(Want::Type(item), ty),
            _ => here(),
        },
        (Want::Type(WitType::Tuple(items)), Type::Tuple(tuple)) if items.len() == tuple.types().len() => {
            let mut pairs = items.iter().zip(tuple.types()).enumerate();
            pairs.find_map(|(index, (item, ty))| Some(part(Want::Type(item), &ty)?.inside(index.to_string())))
        }
        (Want::Type(WitType::Named(named)), ty) => match members(named, ty) {
            Members::Other => here(),
            Members::Same => None,
            Members::Apart(apart) => Some(apart),
        },
        _ => here(),
    }
}

/// How a type's fields or cases compare.
enum Members {
    Same,
    /// They differ in names or in kind.
    Other,
    /// They differ in one member.
    Apart(Apart),
}

fn members(named: &WitNamed, ty: &Type) -> Members {
    match (&named.body, ty) {
        (WitBody::Record { .. }, Type::Record(record)) => {
            let fields = record.fields().map(|field| (field.name.to_owned(), Some(field.ty)));
            compared(fields_of(named), fields)
        }
        (WitBody::ByKind(_) | WitBody::ByTag { .. }, Type::Variant(variant)) => {
            let cases = variant.cases().map(|case| (case.name.to_owned(), case.ty));
            compared(fields_of(named), cases)
        }
        (WitBody::Enum(cases), Type::Enum(found)) if cases.len() == found.names().len() => {
            let same = cases.iter().zip(found.names()).all(|(case, name)| case.name == name);
            if same { Members::Same } else { Members::Other }
        }
        _ => Members::Other,
    }
}

fn compared<'w>(
    wanted: impl ExactSizeIterator<Item = (&'w str, Option<Want<'w>>)>,
    found: impl ExactSizeIterator<Item = (String, Option<Type>)>,
) -> Members {
    if wanted.len() != found.len() {
        return Members::Other;
    }
    for ((want_name, want), (name, ty)) in wanted.zip(found) {
        match (want, ty) {
            _ if want_name != name => return Members::Other,
            (None, None) => (),
            (Some(want), Some(ty)) => {
                if let Some(apart) = part(want, &ty) {
                    return Members::Apart(apart.inside(name));
                }
            }
            _ => return Members::Other,
        }
    }
    Members::Same
}

/// Returns the fields of a record or the cases of a variant, in order.
pub(super) fn fields_of(named: &WitNamed) -> std::vec::IntoIter<(&str, Option<Want<'_>>)> {
    let fields: Vec<(&str, Option<Want<'_>>)> = match &named.body {
        WitBody::Record { fields, rest } => {
            let want = |field: &'_ WitField| if field.optional { Want::Optional } else { Want::Type };
            let rest = rest.as_ref().map(|rest| (rest.name.as_str(), Some(Want::Entries(&rest.value))));
            fields.iter().map(|field| (field.name.as_str(), Some(want(field)(&field.value)))).chain(rest).collect()
        }
        WitBody::ByKind(cases) => {
            cases.iter().map(|case| (case.name.as_str(), Some(Want::Type(&case.value)))).collect()
        }
        WitBody::ByTag { cases, .. } => {
            cases.iter().map(|case| (case.name.as_str(), case.value.as_ref().map(Want::Type))).collect()
        }
        WitBody::Enum(cases) => cases.iter().map(|case| (case.name.as_str(), None)).collect(),
    };
    fields.into_iter()
}
