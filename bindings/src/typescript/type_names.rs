//! Names for definitions: one set for the whole text, as TypeScript wants it.

use std::collections::HashMap;

use crate::names::identifiers;
use crate::schema::Reading;
use crate::stub::Stub;

/// The type names of one stub.
pub(super) struct StubNames {
    pub(super) arguments: TypeNames,
    pub(super) result: TypeNames,
}

/// Type names of one document, by the pointer of the definition.
pub(super) struct TypeNames(HashMap<String, String>);

impl TypeNames {
    pub(super) fn of(&self, pointer: &str) -> &str {
        self.0.get(pointer).map_or("unknown", String::as_str)
    }
}

/// Names for each stub's definitions, in the same order: server, tool and definition joined, so
/// that no other tool's types change them.
pub(super) fn type_names<'a>(stubs: impl Iterator<Item = (&'a str, &'a Stub<'a>)>) -> Vec<StubNames> {
    let stubs: Vec<_> = stubs.collect();
    let wanted: Vec<String> = stubs.iter().flat_map(|(server, stub)| wanted(server, stub)).collect();
    let mut names = identifiers(&wanted).into_iter();
    let mut take = |reading: Option<&Reading>| {
        let definitions = reading.into_iter().flat_map(|reading| &reading.definitions);
        let pointers = definitions.map(|definition| definition.pointer.clone());
        TypeNames(pointers.zip(names.by_ref()).collect())
    };
    let named = |(_, stub): &(&str, &Stub<'_>)| StubNames {
        arguments: take(Some(&stub.arguments)),
        result: take(stub.result.as_ref()),
    };
    stubs.iter().map(named).collect()
}

fn wanted(server: &str, stub: &Stub<'_>) -> Vec<String> {
    let arguments = stub.arguments.definitions.iter().map(|definition| ("arguments", definition));
    let result = stub.result.iter().flat_map(|reading| &reading.definitions);
    let definitions = arguments.chain(result.map(|definition| ("result", definition)));
    let name = |(whole, pointer): (&str, &str)| match pointer.rsplit_once('/') {
        Some((_, segment)) => format!("{server}_{}_{segment}", stub.identifier),
        None => format!("{server}_{}_{whole}", stub.identifier),
    };
    definitions.map(|(whole, definition)| name((whole, &definition.pointer))).collect()
}
