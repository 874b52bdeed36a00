//! Measures the position of the first right tool in an answer; independent of floors and tables.

use std::collections::HashMap;

use callbox_bindings::Server;
use callbox_gateway::search::{Index, Query};

use crate::{catalogue_files::Catalogue, queries::Asked};

/// How many hits of an answer are considered.
const LOOKED_AT: usize = 20;

/// The servers to search, and their names in the catalogues.
pub(crate) struct Library {
    servers: Vec<Server>,
    index: Index,
    /// Maps `catalogue:server` to the server's name here.
    names: HashMap<String, String>,
}

/// The names in an answer, best first.
pub(crate) type Answer = Vec<(String, String)>;

impl Library {
    /// Adds the tools of these catalogues; a server whose name is taken gets another.
    pub(crate) fn new<'a>(catalogues: impl IntoIterator<Item = &'a Catalogue>) -> Library {
        let mut servers: Vec<Server> = Vec::new();
        let mut names = HashMap::new();
        for catalogue in catalogues {
            for server in &catalogue.servers {
                let taken = servers.iter().any(|known| known.name == server.name);
                let name = if taken { format!("{}-2", server.name) } else { server.name.clone() };
                names.insert(format!("{}:{}", catalogue.name, server.name), name.clone());
                servers.push(Server::new(name, server.tools.clone()));
            }
        }
        Library { index: Index::new(&servers), servers, names }
    }

    pub(crate) fn found(&self, words: &str) -> Answer {
        let found = self.index.find(&Query { words, server: None, limit: LOOKED_AT });
        found.hits.iter().map(|hit| (hit.server.to_owned(), hit.tool.to_owned())).collect()
    }

    /// Returns the tools whose texts contain every word literally, in the catalogue's order.
    pub(crate) fn containing(&self, words: &str) -> Answer {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        let tools = self.servers.iter().flat_map(|server| server.tools.iter().map(move |tool| (server, tool)));
        let having = tools.filter(|(server, tool)| {
            let texts = [Some(&server.name), Some(&tool.name), tool.title.as_ref(), tool.description.as_ref()];
            let text = texts.into_iter().flatten().cloned().collect::<Vec<_>>().join("\n").to_lowercase();
            words.iter().all(|word| text.contains(word))
        });
        having.take(LOOKED_AT).map(|(server, tool)| (server.name.clone(), tool.name.clone())).collect()
    }

    /// Returns the right tools for a query; `Err` names one that does not exist.
    pub(crate) fn right(&self, asked: &Asked) -> Result<Answer, String> {
        let own = asked.tools.iter().map(|tool| format!("{}:{tool}", asked.catalogue));
        let mut right = own.map(|tool| self.tool(&tool).ok_or(tool)).collect::<Result<Answer, String>>()?;
        right.extend(asked.elsewhere.iter().filter_map(|tool| self.tool(tool)));
        Ok(right)
    }

    /// Returns the tool that `catalogue:server/tool` names.
    pub(crate) fn tool(&self, full: &str) -> Option<(String, String)> {
        let (server, tool) = full.rsplit_once('/')?;
        let server = self.names.get(server)?;
        let tools = &self.servers.iter().find(|known| known.name == *server)?.tools;
        tools.iter().any(|known| known.name == tool).then(|| (server.clone(), tool.to_owned()))
    }
}

/// The quality of the answers to some queries.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Score {
    pub(crate) queries: u32,
    /// Queries with a right tool among the first five.
    pub(crate) in_five: u32,
    /// Sum of the reciprocal positions of the first right tools, ignoring any beyond the twentieth.
    pub(crate) inverse_places: f64,
}

impl Score {
    pub(crate) fn add(&mut self, place: Option<u32>) {
        self.queries += 1;
        self.in_five += u32::from(place.is_some_and(|place| place <= 5));
        self.inverse_places += place.map_or(0.0, |place| 1.0 / f64::from(place));
    }

    pub(crate) fn recall(self) -> f64 {
        f64::from(self.in_five) / f64::from(self.queries.max(1))
    }

    pub(crate) fn mrr(self) -> f64 {
        self.inverse_places / f64::from(self.queries.max(1))
    }
}

/// Returns the position of the first right tool, counted from 1.
pub(crate) fn place(answer: &Answer, right: &Answer) -> Option<u32> {
    answer.iter().position(|tool| right.contains(tool)).and_then(|place| u32::try_from(place + 1).ok())
}
