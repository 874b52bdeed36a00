//! Renders a catalogue, or some of its tools, as text at a level; `budget` decides what to show within a token budget.

#[cfg(feature = "tokens")]
mod budget;
mod page;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::level::{Cut, Level};
use crate::names::identifiers;
use crate::note::Note;
use crate::stub::{self, Stub};
use crate::tool::{Server, Tool};
use crate::typescript::{Method, NamedType, Naming, TypeNames, can_be_left_out, named_types, taken};
use page::{Form, Page};

/// Which tools to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection<'a> {
    /// All; if space is short, tools that come first in the text have priority.
    All,
    /// These, by wire names of server and tool, most relevant first. Unknown names are skipped.
    Tools(&'a [(String, String)]),
}

/// A text, and how much of each tool it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendering {
    /// TypeScript for [`Level::Signature`] and [`Level::Full`], else one line for each tool.
    pub text: String,
    /// The tools that the text shows, in its order.
    pub tools: Vec<Shown>,
    /// How many selected tools it does not even name.
    pub left_out: usize,
}

/// One tool of a [`Rendering`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Wire name of the server.
    pub server: String,
    /// Wire name of the tool.
    pub tool: String,
    /// The level at which it is shown; under a budget, possibly lower than requested.
    pub level: Level,
    /// What the budget removed from its declaration.
    pub cut: Cut,
}

/// A parsed catalogue, which can be rendered any number of times.
///
/// The order of servers and tools in the catalogue does not matter: texts sort both by wire name. A tool's own text
/// depends on its definition and its server's name, and on other tools only through its identifier, which changes only
/// if names collide ([`identifiers`](crate::identifiers)), and the names of its types. A type is called
/// `<server>_<definition>`; all definitions of a server with this name and the same text are one type, printed once. If
/// different types want the same name, each gets at least six hex digits of its own text's SHA-256, so the name changes
/// only when the catalogue gains or loses its first rival. All tools of the catalogue count for names, selected or not.
pub struct Stubs<'a> {
    rooms: Vec<Room<'a>>,
    /// In the order of the text.
    tools: Vec<Entry<'a>>,
    /// Sorted by name.
    types: Vec<NamedType>,
}

/// Some of a server's tools, with the identifiers that they have among all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct SomeTools<'a> {
    /// The server's name.
    pub server: &'a str,
    /// Its identifier among all servers.
    pub identifier: String,
    /// The tools, each with its identifier among all of the server's tools.
    pub tools: Vec<(&'a Tool, String)>,
}

impl<'a> SomeTools<'a> {
    fn all(server: &'a Server, identifier: String) -> SomeTools<'a> {
        let names: Vec<&str> = server.tools.iter().map(|tool| tool.name.as_str()).collect();
        SomeTools {
            server: &server.name,
            identifier,
            tools: server.tools.iter().map(Arc::as_ref).zip(identifiers(&names)).collect(),
        }
    }
}

/// A server in the text.
struct Room<'a> {
    server: &'a str,
    identifier: String,
}

/// A tool in the text.
struct Entry<'a> {
    room: usize,
    method: Method<'a>,
    notes: Vec<Note>,
}

impl<'a> Stubs<'a> {
    /// Reads all schemas of the catalogue.
    pub fn read(servers: &'a [Server]) -> Stubs<'a> {
        let names: Vec<&str> = servers.iter().map(|server| server.name.as_str()).collect();
        let named = servers.iter().zip(identifiers(&names));
        Stubs::read_some(named.map(|(server, identifier)| SomeTools::all(server, identifier)).collect())
    }

    /// Reads only the schemas of some tools, for showing one tool of thousands.
    ///
    /// Types are named among these tools only.
    pub fn read_some(mut servers: Vec<SomeTools<'a>>) -> Stubs<'a> {
        servers.sort_by_key(|some| some.server);
        let mut rooms = Vec::new();
        let mut stubs = Vec::new();
        let mut repeated = Vec::new();
        for SomeTools { server, identifier, tools } in servers {
            let read = tools.into_iter().map(|(tool, identifier)| Stub::read(server, tool, identifier));
            let mut own: Vec<Stub<'a>> = read.collect();
            repeated.extend(stub::repeats(server, &own).into_iter().map(|note| (rooms.len(), note)));
            rooms.push(Room { identifier, server });
            own.sort_by_key(|stub| &stub.tool.name);
            stubs.extend(own.into_iter().map(|stub| (rooms.len() - 1, stub)));
        }
        let (types, mut tools) = named(&rooms, stubs);
        for (room, note) in repeated {
            let tool = tools.iter_mut().find(|tool| tool.room == room && tool.method.identifier == note.instead);
            tool.into_iter().for_each(|tool| tool.notes.push(note.clone()));
        }
        Stubs { tools, rooms, types }
    }

    /// Returns what the declarations of all tools could not express.
    pub fn notes(&self) -> Vec<Note> {
        self.tools.iter().flat_map(|tool| &tool.notes).cloned().collect()
    }

    /// Renders the tools as text.
    pub fn render(&self, selection: Selection<'_>, level: Level) -> Rendering {
        let mut page = Page::of(self, level);
        self.places(selection).into_iter().for_each(|place| page.put(place, Form::whole(level)));
        page.rendering()
    }

    /// Renders the tools as text of at most `tokens_max` tokens of the o200k vocabulary, with the most detail that
    /// fits.
    ///
    /// Detail is removed one kind at a time, each from the least relevant tool to the most: examples, long
    /// descriptions, comments on optional fields, nested types, optional arguments, other comments (each a [`Cut`]; at
    /// [`Level::Signature`] there are only types to cut). The required arguments of a declaration always stay. After
    /// that, tools drop to lower levels, the least relevant first: from [`Level::Full`] to [`Level::Line`], and finally
    /// to [`Level::Name`]. In TypeScript, tools at these levels are comments. If not even all names fit, a last line
    /// says how many more there are; if that does not fit either, the text is empty.
    ///
    /// A larger budget never shows less of a tool.
    #[cfg(feature = "tokens")]
    pub fn render_within(&self, selection: Selection<'_>, level: Level, tokens_max: usize) -> Rendering {
        budget::fitted(self, &self.places(selection), level, tokens_max)
    }

    /// Returns the places of the selected tools, most relevant first.
    fn places(&self, selection: Selection<'_>) -> Vec<usize> {
        let Selection::Tools(wanted) = selection else {
            return (0..self.tools.len()).collect();
        };
        let mut by_name: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        for (place, (server, tool)) in self.tools.iter().map(|entry| self.wire_names(entry)).enumerate() {
            by_name.entry((server, tool)).or_default().push(place);
        }
        let mut seen = HashSet::new();
        let wanted = wanted.iter().filter_map(|(server, tool)| by_name.get(&(server.as_str(), tool.as_str())));
        wanted.flatten().copied().filter(|place| seen.insert(*place)).collect()
    }

    /// Returns the wire names and notes of each tool, in the order of the text.
    pub(crate) fn read_tools(&self) -> impl Iterator<Item = (&str, &str, &[Note])> {
        self.tools.iter().map(|entry| {
            let (server, tool) = self.wire_names(entry);
            (server, tool, entry.notes.as_slice())
        })
    }

    fn wire_names(&self, entry: &'a Entry<'_>) -> (&'a str, &'a str) {
        let server = self.rooms.get(entry.room).map_or("", |room| room.server);
        (server, entry.method.tool.name.as_str())
    }
}

/// Renders a whole catalogue as one TypeScript declaration text at [`Level::Full`]: `ToolError`, `input` and
/// `tools.<server>.<tool>(args)`, and returns what it could not express. See [`Stubs`] for order and names.
///
/// Text in descriptions, names and constants cannot escape its comment or string.
pub fn declarations(servers: &[Server]) -> (String, Vec<Note>) {
    let stubs = Stubs::read(servers);
    (stubs.render(Selection::All, Level::Full).text, stubs.notes())
}

/// Renders one tool's TypeScript declaration as in [`declarations`], and returns what it could not express.
///
/// A `tool` that is not one of the server's gets the name it would have on its own.
pub fn declaration(server: &Server, tool: &Tool) -> (String, Vec<Note>) {
    let stubs = Stubs::read(std::slice::from_ref(server));
    match stubs.tools.iter().position(|entry| entry.method.tool == tool) {
        Some(place) => stubs.one(place),
        None => {
            let alone = Server::new(server.name.clone(), vec![tool.clone()]);
            Stubs::read(std::slice::from_ref(&alone)).one(0)
        }
    }
}

impl Stubs<'_> {
    fn one(&self, place: usize) -> (String, Vec<Note>) {
        let mut page = Page::of(self, Level::Full);
        page.has_prelude = false;
        page.put(place, Form::whole(Level::Full));
        let notes = self.tools.get(place).map(|entry| entry.notes.clone());
        (page.rendering().text, notes.unwrap_or_default())
    }
}

/// Extracts the definitions from the stubs and names them.
fn named<'a>(rooms: &[Room<'_>], mut stubs: Vec<(usize, Stub<'a>)>) -> (Vec<NamedType>, Vec<Entry<'a>>) {
    let can_be_left_out: Vec<bool> = stubs.iter().map(|(_, stub)| can_be_left_out(&stub.arguments)).collect();
    let mut documents = Vec::new();
    for (room, Stub { identifier, arguments, result, .. }) in &mut stubs {
        let server = rooms.get(*room).map_or("", |room| room.identifier.as_str());
        let naming = |whole, definitions| Naming { server, tool: identifier.as_str(), whole, definitions };
        documents.push(naming("arguments", taken(Some(arguments))));
        documents.push(naming("result", taken(result.as_mut())));
    }
    let (types, tables) = named_types(documents);
    let mut tables = tables.into_iter();
    let entry = |((room, stub), can_be_left_out)| {
        let argument_names = tables.next().unwrap_or_default();
        let result_names = tables.next().unwrap_or_default();
        Entry::of(room, stub, can_be_left_out, argument_names, result_names)
    };
    (types, stubs.into_iter().zip(can_be_left_out).map(entry).collect())
}

impl<'a> Entry<'a> {
    fn of(
        room: usize,
        stub: Stub<'a>,
        arguments_can_be_left_out: bool,
        argument_names: Arc<TypeNames>,
        result_names: Arc<TypeNames>,
    ) -> Entry<'a> {
        let notes = stub.notes().chain(stub.rest_notes()).cloned().collect();
        let (result, result_doc) = stub.result.map(|result| (result.shape, result.doc)).unzip();
        let method = Method {
            tool: stub.tool,
            identifier: stub.identifier,
            arguments: stub.arguments.shape,
            argument_doc: stub.arguments.doc,
            argument_names,
            arguments_can_be_left_out,
            result,
            result_doc: result_doc.unwrap_or_default(),
            result_names,
        };
        Entry { room, method, notes }
    }
}
