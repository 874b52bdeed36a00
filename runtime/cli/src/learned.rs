//! Types learned from results, kept in files beside the lists of servers. What is kept of a result, and
//! in which form, is for `callbox_bindings` to say.

mod shelf;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use callbox::{Lessons, Tool, printable};
use callbox_mcp::Config;

use crate::render;
use shelf::Trouble;

/// How long the end of a command may wait for others that write to the same file. One writes for
/// milliseconds.
const SAVE: Duration = Duration::from_secs(5);

/// What a command learns and knows of the servers' tools; nothing, unless it is asked to. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Learning {
    shelves: Vec<Arc<Shelf>>,
}

/// One file, beside one list of servers.
struct Shelf {
    file: PathBuf,
    /// The servers of that list.
    servers: Vec<String>,
    /// What was in the file, once it was read.
    known: OnceLock<Lessons>,
    /// What this command has learned.
    fresh: Mutex<Lessons>,
    /// The file cannot be used, and the user was told.
    is_given_up: AtomicBool,
}

impl Learning {
    /// Learns of the servers in `config`. Each is kept beside the file that lists it.
    pub(crate) fn of(config: &Config) -> Self {
        let mut shelves: Vec<Shelf> = Vec::new();
        for server in &config.servers {
            let file = file_beside(&server.source);
            match shelves.iter_mut().find(|shelf| shelf.file == file) {
                Some(shelf) => shelf.servers.push(server.name.clone()),
                None => shelves.push(Shelf::new(file, server.name.clone())),
            }
        }
        Self { shelves: shelves.into_iter().map(Arc::new).collect() }
    }

    /// Whether there is anything to learn or to know.
    pub(crate) fn is_on(&self) -> bool {
        !self.shelves.is_empty()
    }

    /// The same, with what was learned before.
    pub(crate) fn with_known(self) -> Self {
        self.shelves.iter().for_each(|shelf| shelf.read());
        self
    }

    /// Puts what is known into the tools of a server.
    pub(crate) fn teach(&self, server: &str, tools: &mut [Tool]) {
        if let Some(known) = self.shelf(server).and_then(|shelf| shelf.known.get()) {
            tools.iter_mut().for_each(|tool| known.teach(server, tool));
        }
    }

    /// Learns from a result.
    pub(crate) fn observe(&self, server: &str, tool: &Tool, value: &serde_json::Value) {
        if let Some(shelf) = self.shelf(server) {
            shelf.fresh.lock().unwrap_or_else(PoisonError::into_inner).observe(server, tool, value);
        }
    }

    /// Adds what was learned to the files. Whatever goes wrong, the command has done its work.
    pub(crate) async fn save(&self) {
        for shelf in &self.shelves {
            let shelf = Arc::clone(shelf);
            let saving = tokio::task::spawn_blocking(move || shelf.save());
            if tokio::time::timeout(SAVE, saving).await.is_err() {
                tracing::debug!("another process holds the file of learned types; nothing was added");
            }
        }
    }

    fn shelf(&self, server: &str) -> Option<&Shelf> {
        let lists = |shelf: &&Arc<Shelf>| shelf.servers.iter().any(|name| name == server);
        self.shelves.iter().find(lists).map(Arc::as_ref)
    }
}

/// `.callbox/learned.json` in the folder of a list of servers.
fn file_beside(list: &Path) -> PathBuf {
    let folder = list.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.join(".callbox").join("learned.json")
}

impl Shelf {
    fn new(file: PathBuf, server: String) -> Self {
        Self {
            file,
            servers: vec![server],
            known: OnceLock::new(),
            fresh: Mutex::default(),
            is_given_up: AtomicBool::new(false),
        }
    }

    fn read(&self) {
        match shelf::read(&self.file) {
            Ok(known) => drop(self.known.set(known)),
            Err(trouble) => self.give_up(&trouble),
        }
    }

    fn save(&self) {
        let fresh = std::mem::take(&mut *self.fresh.lock().unwrap_or_else(PoisonError::into_inner));
        if fresh.is_empty() || self.is_given_up.load(Relaxed) {
            return;
        }
        if let Err(trouble) = shelf::add(&self.file, fresh) {
            self.give_up(&trouble);
        }
    }

    /// A file that is not as it should be is left alone, and told: nothing is learned until it is gone. A
    /// folder that cannot be written to is how some want it.
    fn give_up(&self, trouble: &Trouble) {
        let file = printable(&self.file.display().to_string());
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
        assert_eq!(file_beside(Path::new("/p/.mcp.json")), Path::new("/p/.callbox/learned.json"));
        assert_eq!(file_beside(Path::new("mcp.json")), Path::new("./.callbox/learned.json"));
    }
}
