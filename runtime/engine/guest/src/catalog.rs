//! The server and tool names of a run: lookup by identifier or wire name, and suggestions for unknown names. Makes no
//! objects.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};

use crate::frames::{Name, ServerNames};

/// The names of a run's servers and their tools.
#[derive(Default)]
pub struct Catalog {
    servers: OnceCell<Vec<ServerNames>>,
    server_index: OnceCell<Index>,
    tool_indexes: RefCell<BTreeMap<u32, Index>>,
}

/// The index of each identifier and wire name; an identifier takes precedence over an equal wire name.
type Index = HashMap<String, u32>;

/// The list of names that are the properties of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Namespace {
    /// `tools` itself: the servers.
    Servers,
    /// The tools of the server with this number.
    Tools(u32),
}

/// Number of names suggested for an unknown one.
const NEAREST_MAX: usize = 3;

/// Similarity, relative to the best match, from which a name is suggested.
const NEAR: f64 = 0.85;

impl Catalog {
    /// Sets the names, once.
    pub(crate) fn fill(&self, servers: Vec<ServerNames>) {
        let _ = self.servers.set(servers);
    }

    /// Returns `server.tool` with wire names.
    pub(crate) fn full_name(&self, server: u32, tool: u32) -> String {
        let server_name = self.names(Namespace::Servers).nth(place(server)).map_or("", |name| &name.wire);
        let tool_name = self.names(Namespace::Tools(server)).nth(place(tool)).map_or("", |name| &name.wire);
        format!("{server_name}.{tool_name}")
    }

    /// Returns the names of a list, in the order of the host's numbers.
    pub(crate) fn names(&self, namespace: Namespace) -> Box<dyn Iterator<Item = &Name> + '_> {
        let servers = self.servers.get().map_or(&[][..], Vec::as_slice);
        match namespace {
            Namespace::Servers => Box::new(servers.iter().map(|server| &server.name)),
            Namespace::Tools(server) => {
                Box::new(servers.get(place(server)).into_iter().flat_map(|server| &server.tools))
            }
        }
    }

    /// Formats the names for a log.
    pub(crate) fn describe(&self, namespace: Namespace) -> String {
        /// More than anyone reads in one log line.
        const SHOWN_MAX: usize = 100;
        let names: Vec<_> = self.names(namespace).take(SHOWN_MAX).map(|name| name.identifier.as_str()).collect();
        format!("{{ {} }}", names.join(", "))
    }

    /// Returns the names nearest to an unknown one, `others` included, as the end of a sentence.
    pub(crate) fn nearest(&self, namespace: Namespace, others: &[String], unknown: &str) -> String {
        let names = self.names(namespace).map(|known| (likeness(unknown, known), known.identifier.as_str()));
        let others = others.iter().map(|other| (rate(unknown, other), other.as_str()));
        let mut rated: Vec<_> = names.chain(others).collect();
        rated.sort_by(|a, b| b.0.total_cmp(&a.0));
        let Some((best, _)) = rated.first().copied() else { return "; there are none".to_owned() };
        let near = rated.iter().take(NEAREST_MAX).filter(|(likeness, _)| *likeness >= best * NEAR);
        let list: Vec<_> = near.map(|(_, name)| format!("`{name}`")).collect();
        format!("; nearest: {}", list.join(", "))
    }

    /// Returns the index of a name in its list.
    pub(crate) fn find(&self, namespace: Namespace, name: &str) -> Option<u32> {
        match namespace {
            Namespace::Servers => self.server_index.get_or_init(|| index(self.names(namespace))).get(name).copied(),
            Namespace::Tools(server) => {
                let mut indexes = self.tool_indexes.borrow_mut();
                let index = indexes.entry(server).or_insert_with(|| index(self.names(namespace)));
                index.get(name).copied()
            }
        }
    }
}

/// Converts a number from the host to an index.
pub(crate) fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn index<'a>(names: impl Iterator<Item = &'a Name>) -> Index {
    let mut index = Index::new();
    let mut wires = Vec::new();
    for (name, place) in names.zip(0..) {
        index.entry(name.identifier.clone()).or_insert(place);
        wires.push((&name.wire, place));
    }
    for (wire, place) in wires {
        index.entry(wire.clone()).or_insert(place);
    }
    index
}

fn likeness(name: &str, known: &Name) -> f64 {
    rate(name, &known.identifier).max(rate(name, &known.wire))
}

fn rate(name: &str, known: &str) -> f64 {
    strsim::jaro_winkler(&name.to_lowercase(), &known.to_lowercase())
}
