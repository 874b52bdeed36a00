//! Types learned from results, stored in files next to the lists of servers. `callbox_bindings` decides what is stored
//! of a result, and in which form.

mod pupil;
mod shelf;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use callbox::{Tool, internal::printable};
use callbox_gateway::Lessons;
use callbox_gateway::Sample;
use callbox_mcp::Config;

use crate::render;
use pupil::{Lesson, Pupil};
use shelf::{File, Trouble};

/// How long the end of a command may wait for other processes that write to the same file. One write takes
/// milliseconds.
const SAVE: Duration = Duration::from_secs(5);

/// Tools remembered for later results, as many as can be learned. Bounded, since a server may invent new names for
/// ever.
const TOOLS_MAX: usize = 2_000;

/// What a command learns and knows about the servers' tools; nothing by default. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Learning {
    shelves: Vec<Arc<Shelf>>,
    pupil: Arc<Pupil>,
}

/// One file, next to one list of servers.
struct Shelf {
    file: File,
    /// The servers of that list.
    servers: Vec<String>,
    /// Contents of the file, once read.
    known: OnceLock<Lessons>,
    /// Learned by this command and not yet saved.
    fresh: Mutex<Lessons>,
    /// Tools with learned results, by server and name.
    tools: RwLock<HashMap<(String, String), Arc<Tool>>>,
    /// The file cannot be used, and the user has been told.
    is_given_up: AtomicBool,
}

impl Learning {
    /// Learns about the servers in `config`. Each server's types are stored next to the file that lists it.
    pub(crate) fn of(config: &Config) -> Self {
        let mut shelves: Vec<(PathBuf, Vec<String>)> = Vec::new();
        for server in &config.servers {
            let folder = folder_beside(&server.source);
            match shelves.iter_mut().find(|(other, _)| *other == folder) {
                Some((_, servers)) => servers.push(server.name.clone()),
                None => shelves.push((folder, vec![server.name.clone()])),
            }
        }
        let shelves = shelves.into_iter().map(|(folder, servers)| Arc::new(Shelf::new(folder, servers)));
        Self { shelves: shelves.collect(), pupil: Arc::default() }
    }

    /// Whether there is anything to learn or know.
    pub(crate) fn is_on(&self) -> bool {
        !self.shelves.is_empty()
    }

    /// Also loads what was learned before.
    pub(crate) fn with_known(self) -> Self {
        self.shelves.iter().for_each(|shelf| shelf.read());
        self
    }

    /// Adds what is known to a server's tools.
    pub(crate) fn teach(&self, server: &str, tools: &mut [Tool]) {
        if let Some(known) = self.shelf(server).and_then(|shelf| shelf.known.get()) {
            tools.iter_mut().for_each(|tool| known.teach(server, tool));
        }
    }

    /// Queues a result to be learned from.
    pub(crate) fn observe(&self, server: &str, tool: &Tool, value: &serde_json::Value) {
        // A tool with an output schema has nothing to learn.
        let open = tool.output_schema.is_none();
        if let Some(shelf) = self.shelf(server).filter(|shelf| open && !shelf.is_given_up.load(Relaxed)) {
            let (tool, sample) = (shelf.tool(server, tool), Sample::of(value));
            self.pupil.learn(Lesson { shelf: Arc::clone(shelf), server: server.to_owned(), tool, sample });
        }
    }

    /// Adds what was learned to the files. Errors are ignored: the command has already done its work.
    pub(crate) async fn save(&self) {
        if tokio::time::timeout(SAVE, self.pupil.saved()).await.is_err() {
            tracing::debug!("another process holds the file of learned types; nothing was added");
        }
    }

    fn shelf(&self, server: &str) -> Option<&Arc<Shelf>> {
        let lists = |shelf: &&Arc<Shelf>| shelf.servers.iter().any(|name| name == server);
        self.shelves.iter().find(lists)
    }
}

/// Returns `.callbox` in the folder of a list of servers.
fn folder_beside(list: &Path) -> PathBuf {
    let folder = list.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.join(".callbox")
}

impl Shelf {
    fn new(folder: PathBuf, servers: Vec<String>) -> Self {
        Self {
            file: File::new(folder),
            servers,
            known: OnceLock::new(),
            fresh: Mutex::default(),
            tools: RwLock::default(),
            is_given_up: AtomicBool::new(false),
        }
    }

    fn read(&self) {
        match self.file.read() {
            Ok(known) => drop(self.known.set(known)),
            Err(trouble) => self.give_up(&trouble),
        }
    }

    /// Returns a copy of the tool, shared by all its results.
    fn tool(&self, server: &str, tool: &Tool) -> Arc<Tool> {
        let named = (server.to_owned(), tool.name.clone());
        let known = self.tools.read().unwrap_or_else(PoisonError::into_inner).get(&named).cloned();
        if let Some(known) = known.filter(|known| **known == *tool) {
            return known;
        }
        let mut tools = self.tools.write().unwrap_or_else(PoisonError::into_inner);
        if tools.len() >= TOOLS_MAX {
            tools.clear();
        }
        let copy = Arc::new(tool.clone());
        tools.insert(named, Arc::clone(&copy));
        copy
    }

    fn learn(&self, server: &str, tool: &Tool, value: &serde_json::Value) {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).observe(server, tool, value);
    }

    fn save(&self) {
        let fresh = std::mem::take(&mut *self.fresh.lock().unwrap_or_else(PoisonError::into_inner));
        if fresh.is_empty() || self.is_given_up.load(Relaxed) {
            return;
        }
        if let Err(trouble) = self.file.add(fresh) {
            self.give_up(&trouble);
        }
    }

    /// Leaves a malformed file alone and tells the user: nothing is learned until it is removed. A folder that cannot
    /// be written to may be intended, so it is only logged.
    fn give_up(&self, trouble: &Trouble) {
        let file = printable(&self.file.path().display().to_string());
        match trouble {
            _ if self.is_given_up.swap(true, Relaxed) => {}
            Trouble::Content(reason) => {
                let reason = printable(reason);
                render::tell(&format!(
                    "note: no types are learned: `{file}` cannot be used: {reason}. Remove it to start anew.\n"
                ));
            }
            Trouble::Access(error) => tracing::debug!(%file, %error, "no types are learned"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_learned_stands_beside_the_list() {
        assert_eq!(folder_beside(Path::new("/p/.mcp.json")), Path::new("/p/.callbox"));
        assert_eq!(folder_beside(Path::new("mcp.json")), Path::new("./.callbox"));
    }
}
