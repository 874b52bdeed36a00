//! Stubs to TypeScript declarations; the only place that knows the language.

mod comment;
mod inert;
mod type_names;
mod type_text;

use crate::names::identifiers;
use crate::note::Note;
use crate::schema::{Definition, Reading};
use crate::shape::Shape;
use crate::stub::{self, Stub};
use crate::tool::{LearnedOutput, Server, Tool};
use comment::comment;
use type_names::{StubNames, TypeNames, type_names};
use type_text::type_text;

/// What every script sees beside its tools.
const PRELUDE: &str = "\
/** What a failed tool call throws. */
declare class ToolError extends Error {
  readonly code: string;
  readonly tool: string;
  readonly retryable: boolean;
  readonly data: unknown;
}
/** The parameters of this run. */
declare const input: unknown;
";

/// A whole catalogue as one TypeScript declaration text: `ToolError`, `input` and
/// `tools.<server>.<tool>(args)`, with what it could not say.
///
/// The text depends on nothing but the servers; whatever stands in descriptions, names and
/// constants stays inside its comment or string.
pub fn declarations(servers: &[Server]) -> (String, Vec<Note>) {
    let names: Vec<&str> = servers.iter().map(|server| server.name.as_str()).collect();
    let identifiers = identifiers(&names);
    let rooms: Vec<Room<'_>> =
        servers.iter().zip(identifiers).map(|(server, identifier)| Room::of(server, identifier)).collect();
    let notes = rooms.iter().flat_map(Room::notes).collect();
    (format!("{PRELUDE}{}", tools(&rooms)), notes)
}

/// One tool's TypeScript declaration, as [`declarations`] has it, and what it could not say.
///
/// A `tool` that is not among the server's is given the name it would have alone.
pub fn declaration(server: &Server, tool: &Tool) -> (String, Vec<Note>) {
    let names: Vec<&str> = server.tools.iter().map(|tool| tool.name.as_str()).collect();
    let place = server.tools.iter().position(|other| other == tool);
    let known = place.and_then(|place| identifiers(&names).into_iter().nth(place));
    let identifier = known.unwrap_or_else(|| alone(&tool.name));
    let stubs = vec![Stub::read(server, tool, identifier)];
    let room = Room { identifier: alone(&server.name), server, stubs };
    let notes = room.notes();
    (tools(&[room]), notes)
}

/// A server with its stubs.
struct Room<'a> {
    server: &'a Server,
    identifier: String,
    stubs: Vec<Stub<'a>>,
}

impl<'a> Room<'a> {
    fn of(server: &'a Server, identifier: String) -> Room<'a> {
        Room { stubs: Stub::of_server(server), server, identifier }
    }

    fn notes(&self) -> Vec<Note> {
        let notes = self.stubs.iter().flat_map(Stub::notes).cloned();
        notes.chain(stub::repeats(self.server, &self.stubs)).collect()
    }
}

fn alone(name: &str) -> String {
    identifiers(&[name]).concat()
}

fn tools(rooms: &[Room<'_>]) -> String {
    let names =
        type_names(rooms.iter().flat_map(|room| room.stubs.iter().map(|stub| (room.identifier.as_str(), stub))));
    let mut names = names.iter();
    let (mut types, mut servers) = (String::new(), String::new());
    for room in rooms {
        let mut methods = String::new();
        for (stub, names) in room.stubs.iter().zip(names.by_ref()) {
            types.push_str(&aliases(stub, names));
            methods.push_str(&method(stub, names));
        }
        servers.push_str(&comment(&wire_name(&room.identifier, &room.server.name), 1));
        servers.push_str(&format!("  readonly {}: {{\n{methods}  }};\n", room.identifier));
    }
    format!("{types}declare const tools: {{\n{servers}}};\n")
}

/// The named types of one stub.
fn aliases(stub: &Stub<'_>, names: &StubNames) -> String {
    let arguments = readings(stub, names);
    arguments
        .flat_map(|(reading, names)| reading.definitions.iter().map(|definition| alias(definition, names)))
        .collect()
}

fn readings<'a>(stub: &'a Stub<'_>, names: &'a StubNames) -> impl Iterator<Item = (&'a Reading, &'a TypeNames)> {
    [(&stub.arguments, &names.arguments)].into_iter().chain(stub.result.iter().map(|result| (result, &names.result)))
}

fn alias(definition: &Definition, names: &TypeNames) -> String {
    let name = names.of(&definition.pointer);
    let text = type_text(&definition.shape, names, 0);
    format!("{}type {name} = {text};\n", comment(&comment::doc_lines(&definition.doc), 0))
}

fn method(stub: &Stub<'_>, names: &StubNames) -> String {
    let mark = if can_be_left_out(&stub.arguments) { "?" } else { "" };
    let arguments = type_text(&stub.arguments.shape, &names.arguments, 2);
    let result = match &stub.result {
        Some(result) => type_text(&result.shape, &names.result, 2),
        None => "unknown".to_owned(),
    };
    let comment = comment(&tool_lines(stub), 2);
    format!("{comment}    {}(args{mark}: {arguments}): Promise<{result}>;\n", stub.identifier)
}

fn tool_lines(stub: &Stub<'_>) -> Vec<String> {
    let words = stub.tool.description.as_ref().or(stub.tool.title.as_ref());
    let mut lines = words.map(|words| inert::lines(words)).unwrap_or_default();
    lines.extend(wire_name(&stub.identifier, &stub.tool.name));
    lines.extend(stub.learned().map(LearnedOutput::remark));
    lines
}

/// Says the wire name where the identifier does not.
fn wire_name(identifier: &str, wire: &str) -> Vec<String> {
    if identifier == wire {
        return Vec::new();
    }
    inert::lines(&format!("Wire name: {}", inert::string(wire)))
}

/// Whether a call may leave its arguments out: they are an object that may be empty.
fn can_be_left_out(arguments: &Reading) -> bool {
    match &arguments.shape {
        Shape::Ref(pointer) => {
            let definition = arguments.definitions.iter().find(|definition| definition.pointer == *pointer);
            definition.is_some_and(|definition| may_be_empty(&definition.shape))
        }
        shape => may_be_empty(shape),
    }
}

fn may_be_empty(shape: &Shape) -> bool {
    match shape {
        Shape::Unknown => true,
        Shape::Object(object) => object.fields.iter().all(|field| field.optional),
        Shape::Union(members) => members.iter().any(may_be_empty),
        Shape::Intersection(members) => members.iter().all(may_be_empty),
        _ => false,
    }
}
