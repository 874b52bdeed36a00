//! The set of upstream servers of a gateway, shared by all its clients, and the current catalogue of all their tools.
//! `scope` decides what one principal may see of it.

use std::sync::Arc;
use std::time::Duration;

use callbox::{Catalog, Tool, ToolHost};
use tokio::sync::{Notify, watch};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::learner::Learner;
use crate::supervisor;
use crate::upstream_slot::{UpstreamHost, UpstreamSlot};
use callbox_mcp::{Config, ConnectOptions, UpstreamError};

/// Delay before a snapshot, so that simultaneous changes are published together.
const GATHER: Duration = Duration::from_millis(5);

/// All tools at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    /// Number of changes so far.
    pub(crate) generation: u64,
    pub(crate) catalog: Catalog,
    /// Servers that cannot be reached now, with the reason.
    pub(crate) down: Vec<(String, UpstreamError)>,
    /// Servers that have not been tried yet.
    pub(crate) starting: Vec<String>,
    /// Instructions that servers give about themselves.
    pub(crate) instructions: Vec<(String, String)>,
}

/// The upstream servers. Dropping it stops the ones it started.
pub(crate) struct SupervisedUpstreams {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl SupervisedUpstreams {
    /// Wraps a catalogue that never changes.
    pub(crate) fn fixed(catalog: Catalog) -> Self {
        let snapshot = Snapshot { generation: 1, catalog, ..Snapshot::default() };
        let (_, snapshots) = watch::channel(Arc::new(snapshot));
        Self { snapshots, stop: CancellationToken::new(), tasks: TaskTracker::new() }
    }

    /// Starts every server that is not disabled and keeps it up.
    pub(crate) fn start(config: &Config, options: ConnectOptions, learner: &Learner) -> Self {
        let enabled = config.servers.iter().filter(|server| !server.disabled);
        let slots: Vec<_> =
            enabled.map(|server| Arc::new(UpstreamSlot::new(server.clone(), learner.clone()))).collect();
        let mut listed = ListedUpstreams::new(slots.clone(), learner);
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let changed = Arc::new(Notify::new());
        let options = Arc::new(options);
        for slot in &slots {
            let supervising =
                supervisor::supervise(Arc::clone(slot), Arc::clone(&options), Arc::clone(&changed), stop.clone());
            tasks.spawn(supervising);
        }
        let (sender, snapshots) = watch::channel(Arc::new(listed.snapshot(0)));
        tasks.spawn(publish(listed, changed, sender, stop.clone()));
        Self { snapshots, stop, tasks }
    }

    /// Returns the current tools.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshots.borrow())
    }

    /// Waits up to `wait` for a snapshot in which every server has been tried once. Returns whether there is one.
    pub(crate) async fn tried(&self, wait: Duration) -> bool {
        timeout(wait, self.all_tried()).await.unwrap_or(false)
    }

    /// Waits like [`Self::tried`] without a time limit. Ends early if the servers are stopped; does not keep them up.
    pub(crate) fn all_tried(&self) -> impl Future<Output = bool> + Send + 'static {
        let mut snapshots = self.snapshots.clone();
        async move { snapshots.wait_for(|snapshot| snapshot.starting.is_empty()).await.is_ok() }
    }

    /// Ends every server.
    pub(crate) async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for SupervisedUpstreams {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn publish(
    mut listed: ListedUpstreams,
    changed: Arc<Notify>,
    sender: watch::Sender<Arc<Snapshot>>,
    stop: CancellationToken,
) {
    for generation in 1.. {
        tokio::select! {
            () = changed.notified() => {}
            () = stop.cancelled() => return,
        }
        tokio::time::sleep(GATHER).await;
        // Naming thousands of tools takes a while; other tasks should not wait for it.
        let mut next = listed.clone();
        let listing = spawn_blocking(move || {
            let snapshot = next.snapshot(generation);
            (next, snapshot)
        });
        match listing.await {
            Ok((next, snapshot)) => {
                listed = next;
                sender.send_replace(Arc::new(snapshot));
            }
            Err(error) => tracing::error!(%error, "the tools could not be listed again"),
        }
    }
}

/// The servers with the catalogue of their tools. Refreshing it prepares only what changed.
#[derive(Clone)]
struct ListedUpstreams {
    upstreams: Vec<(Arc<UpstreamSlot>, Arc<dyn ToolHost>)>,
    catalog: Catalog,
}

impl ListedUpstreams {
    /// Lists every server, none of whose tools is known yet: their identifiers do not change later.
    fn new(slots: Vec<Arc<UpstreamSlot>>, learner: &Learner) -> Self {
        let hosted = slots.into_iter().map(|slot| {
            let host: Arc<dyn ToolHost> = Arc::new(UpstreamHost(Arc::clone(&slot)));
            (slot, host)
        });
        let upstreams: Vec<_> = hosted.collect();
        let builder = upstreams.iter().fold(learner.observe(Catalog::builder()), |builder, (slot, host)| {
            builder.server(slot.name(), Vec::<Tool>::new(), Arc::clone(host))
        });
        Self { upstreams, catalog: builder.build() }
    }

    /// Adopts the current state of each server.
    fn snapshot(&mut self, generation: u64) -> Snapshot {
        let mut snapshot = Snapshot { generation, ..Snapshot::default() };
        for (slot, host) in &self.upstreams {
            let state = slot.state();
            let name = slot.name().to_owned();
            if let Some(catalog) = self.catalog.with_tools(&name, state.tools, host) {
                self.catalog = catalog;
            }
            snapshot.starting.extend((!state.is_tried).then(|| name.clone()));
            snapshot.down.extend(state.failure.map(|error| (name.clone(), error)));
            snapshot.instructions.extend(state.instructions.map(|words| (name, words)));
        }
        snapshot.catalog = self.catalog.clone();
        snapshot
    }
}
