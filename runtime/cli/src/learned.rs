//! Types learned from results, stored in files next to the lists of servers. `callbox_gateway` decides what is stored
//! of a result, and in which form.

mod learning_thread;
mod lesson_file;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use callbox::{Tool, internal::printable};
use callbox_bindings::LearnedOutput;
use callbox_gateway::{Learner, Lessons, Sample};
use callbox_mcp::Config;

use crate::render;
use learning_thread::{LearningThread, Observation};
use lesson_file::{FileFailure, LessonFile};

/// How long the end of a command may wait for other processes that write to the same file. One write takes
/// milliseconds.
const SAVE: Duration = Duration::from_secs(5);

/// What a command learns and knows about the servers' tools; nothing by default. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Learning {
    stores: Vec<Arc<LessonStore>>,
    thread: Arc<LearningThread>,
}

/// One file, next to one list of servers.
struct LessonStore {
    file: LessonFile,
    /// The servers of that list.
    servers: Vec<String>,
    /// Contents of the file, once read.
    known: OnceLock<Lessons>,
    /// Learned by this command and not yet saved.
    fresh: Mutex<Lessons>,
    /// The file cannot be used, and the user has been told.
    is_given_up: AtomicBool,
}

impl Learning {
    /// Learns about the servers in `config`. Each server's types are stored next to the file that lists it.
    pub(crate) fn of(config: &Config) -> Self {
        let mut stores: Vec<(PathBuf, Vec<String>)> = Vec::new();
        for server in &config.servers {
            let folder = folder_beside(&server.source);
            match stores.iter_mut().find(|(other, _)| *other == folder) {
                Some((_, servers)) => servers.push(server.name.clone()),
                None => stores.push((folder, vec![server.name.clone()])),
            }
        }
        let stores = stores.into_iter().map(|(folder, servers)| Arc::new(LessonStore::new(folder, servers)));
        Self { stores: stores.collect(), thread: Arc::default() }
    }

    /// Whether there is anything to learn or know.
    fn is_on(&self) -> bool {
        !self.stores.is_empty()
    }

    /// Also loads what was learned before.
    pub(crate) fn with_known(self) -> Self {
        self.stores.iter().for_each(|store| store.read());
        self
    }

    /// Returns what is known of a tool's results.
    fn recall(&self, server: &str, tool: &Tool) -> Option<LearnedOutput> {
        self.store(server)?.known.get()?.of(server, tool)
    }

    /// Returns the two ends of learning, for a catalogue.
    pub(crate) fn learner(&self) -> Learner {
        if !self.is_on() {
            return Learner::default();
        }
        let (known, observed) = (self.clone(), self.clone());
        Learner::new(
            move |server, tool| known.recall(server, tool),
            move |server, tool, value| observed.observe(server, tool, value),
        )
    }

    /// Queues a result to be learned from.
    fn observe(&self, server: &str, tool: &Arc<Tool>, value: &serde_json::Value) {
        // A tool with an output schema has nothing to learn.
        let open = tool.output_schema.is_none();
        if let Some(store) = self.store(server).filter(|store| open && !store.is_given_up.load(Relaxed)) {
            let (tool, sample) = (Arc::clone(tool), Sample::of(value));
            self.thread.learn(Observation { store: Arc::clone(store), server: server.to_owned(), tool, sample });
        }
    }

    /// Adds what was learned to the files. Errors are ignored: the command has already done its work.
    pub(crate) async fn save(&self) {
        if tokio::time::timeout(SAVE, self.thread.saved()).await.is_err() {
            tracing::debug!("another process holds the file of learned types; nothing was added");
        }
    }

    fn store(&self, server: &str) -> Option<&Arc<LessonStore>> {
        let lists = |store: &&Arc<LessonStore>| store.servers.iter().any(|name| name == server);
        self.stores.iter().find(lists)
    }
}

/// Returns `.callbox` in the folder of a list of servers.
fn folder_beside(list: &Path) -> PathBuf {
    let folder = list.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.join(".callbox")
}

impl LessonStore {
    fn new(folder: PathBuf, servers: Vec<String>) -> Self {
        Self {
            file: LessonFile::new(folder),
            servers,
            known: OnceLock::new(),
            fresh: Mutex::default(),
            is_given_up: AtomicBool::new(false),
        }
    }

    fn read(&self) {
        match self.file.read() {
            Ok(known) => drop(self.known.set(known)),
            Err(failure) => self.give_up(&failure),
        }
    }

    fn learn(&self, server: &str, tool: &Tool, value: &serde_json::Value) {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).observe(server, tool, value);
    }

    fn save(&self) {
        let fresh = std::mem::take(&mut *self.fresh.lock().unwrap_or_else(PoisonError::into_inner));
        if fresh.is_empty() || self.is_given_up.load(Relaxed) {
            return;
        }
        if let Err(failure) = self.file.add(fresh) {
            self.give_up(&failure);
        }
    }

    /// Leaves a malformed file alone and tells the user: nothing is learned until it is removed. A folder that cannot
    /// be written to may be intended, so it is only logged.
    fn give_up(&self, failure: &FileFailure) {
        let file = printable(&self.file.path().display().to_string());
        match failure {
            _ if self.is_given_up.swap(true, Relaxed) => {}
            FileFailure::Content(reason) => {
                let reason = printable(reason);
                render::tell(&format!(
                    "note: no types are learned: `{file}` cannot be used: {reason}. Remove it to start anew.\n"
                ));
            }
            FileFailure::Access(error) => tracing::debug!(%file, %error, "no types are learned"),
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
