//! Converts a catalogue's servers to interfaces and its tools to functions.

use std::collections::HashSet;
use std::sync::Arc;

use super::types::{Lowered, lowered};
use super::{WitFunction, WitInterface, WitNamed, WitType};
use crate::names::named;
use crate::names::words::KEBAB;
use crate::nominal::{Model, Origin, function_lines, model, type_names};
use crate::note::Note;
use crate::schema::Reading;
use crate::stub::{self, Stub};
use crate::tool::Server;

/// Maximum number of parts in all types of an interface, with mentioned types expanded. The component model counts in
/// this way, and allows 1,000,000.
const SIZE_MAX: usize = 400_000;

/// Names that an interface imports from the contract.
const IMPORTED: [&str; 2] = ["json", "tool-error"];

pub(super) fn interface_names<S: AsRef<str>>(servers: &[S]) -> Vec<String> {
    named(servers, &KEBAB, &HashSet::from(["with-tools".to_owned()]))
}

pub(super) fn function_names<S: AsRef<str>>(tools: &[S]) -> Vec<String> {
    named(tools, &KEBAB, &IMPORTED.map(str::to_owned).into())
}

pub(super) fn interface(server: &Server, name: String, functions: Vec<String>) -> (WitInterface, Vec<Note>) {
    let mut notes = Vec::new();
    let taken = IMPORTED.map(str::to_owned).into_iter().chain(functions.iter().cloned()).collect();
    let stubs = server.tools.iter().zip(functions).map(|(tool, name)| Stub::read(&server.name, tool, name));
    let stubs: Vec<Stub<'_>> = stubs.collect();
    notes.extend(stubs.iter().flat_map(Stub::notes).cloned());
    notes.extend(stub::repeats(&server.name, &stubs));
    let documents: Vec<Document> = stubs.iter().flat_map(|stub| documents(server, stub)).collect();
    let models: Vec<&Model> = documents.iter().map(|document| &document.model).collect();
    let names = type_names(&models, &KEBAB, taken);
    let room = Room { size_left: SIZE_MAX, types: Vec::new(), notes: &mut notes };
    let (functions, types) = room.functions(&stubs, documents.iter().zip(&names));
    (WitInterface { name, wire: server.name.clone(), types, functions }, notes)
}

/// One schema of a tool, as types.
struct Document {
    tool: String,
    model: Model,
}

/// Returns the types of a tool's arguments and, if the server describes it, of its result.
fn documents(server: &Server, stub: &Stub<'_>) -> Vec<Document> {
    let tool = format!("{}.{}", server.name, stub.tool.name);
    let document = |reading: &Reading, key: &str, word: &str| {
        let path = vec![stub.identifier.clone(), word.to_owned()];
        Document { model: model(reading, &Origin { tool: &tool, key, path }), tool: tool.clone() }
    };
    let result = stub.given_result().into_iter().map(|result| document(result, "outputSchema", "result"));
    [document(&stub.arguments, "inputSchema", "args")].into_iter().chain(result).collect()
}

/// An interface being built.
struct Room<'a> {
    size_left: usize,
    types: Vec<Arc<WitNamed>>,
    notes: &'a mut Vec<Note>,
}

impl Room<'_> {
    fn functions<'d>(
        mut self,
        stubs: &[Stub<'_>],
        documents: impl Iterator<Item = (&'d Document, &'d Vec<String>)>,
    ) -> (Vec<WitFunction>, Vec<Arc<WitNamed>>) {
        let mut documents = documents;
        let mut functions = Vec::new();
        for stub in stubs {
            let arguments = documents.next().map(|(document, names)| self.lowered(document, names, true));
            let result = stub.given_result().and_then(|_| documents.next());
            let result = result.map(|(document, names)| self.lowered(document, names, false));
            functions.push(function(stub, arguments.flatten(), result.flatten()));
        }
        (functions, self.types)
    }

    /// `None` if there are no arguments.
    fn lowered(&mut self, document: &Document, names: &[String], arguments: bool) -> Option<WitType> {
        self.notes.extend(document.model.notes.iter().cloned());
        if arguments && document.model.is_empty_object() {
            return None;
        }
        let Lowered { root, types, size, losses } = lowered(&document.model, names);
        let note = |pointer: String, what: &str| Note {
            tool: document.tool.clone(),
            pointer,
            what: what.to_owned(),
            instead: "JSON text".to_owned(),
        };
        let Some(left) = self.size_left.checked_sub(size) else {
            let key = if arguments { "/inputSchema" } else { "/outputSchema" };
            self.notes.push(note(key.to_owned(), "too many types for one interface"));
            return Some(WitType::Json);
        };
        self.size_left = left;
        self.notes.extend(losses.into_iter().map(|(pointer, what)| note(pointer, what)));
        self.types.extend(types);
        Some(root)
    }
}

fn function(stub: &Stub<'_>, arguments: Option<WitType>, result: Option<WitType>) -> WitFunction {
    WitFunction {
        name: stub.identifier.clone(),
        wire: stub.tool.name.clone(),
        doc: function_lines(stub),
        arguments,
        result: result.unwrap_or(WitType::Json),
    }
}
