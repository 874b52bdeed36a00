//! What all clients of a gateway share.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use callbox::{CancellationToken, Event, Outcome, RunObserver, Sandbox};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::time::Instant;

use crate::metrics::Metrics;
use crate::offload::Offload;
use crate::options::GatewayOptions;
use crate::quotas::Quotas;
use crate::result_store::ResultStore;
use crate::supervised::SupervisedUpstreams;
use crate::suspended::SuspendedRequests;
use crate::tasks::Tasks;

/// Counts the runs of a gateway.
pub(crate) struct RunMetrics(pub(crate) Arc<GatewayState>);

impl RunObserver for RunMetrics {
    fn event(&self, _: &Event) {}

    fn ended(&self, outcome: &Outcome) {
        self.0.metrics.count(outcome);
    }
}

/// The state of a gateway.
pub(crate) struct GatewayState {
    pub(crate) sandbox: Sandbox,
    pub(crate) upstreams: SupervisedUpstreams,
    pub(crate) options: GatewayOptions,
    pub(crate) result_store: ResultStore,
    pub(crate) suspended: SuspendedRequests,
    pub(crate) tasks: Tasks,
    pub(crate) quotas: Quotas,
    pub(crate) metrics: Metrics,
    /// Worker slots for searching the catalogue and for texts made from all of it.
    pub(crate) search_offload: Offload,
    /// Worker slots for values of scripts, so that they do not wait behind searches.
    pub(crate) value_offload: Offload,
    /// Cancels the work in progress, which then reports how far it got.
    pub(crate) ending: CancellationToken,
    /// Until when a request waits for servers that have not been tried yet.
    pub(crate) waits_until: Instant,
}

impl GatewayState {
    pub(crate) fn new(sandbox: Sandbox, upstreams: SupervisedUpstreams, options: GatewayOptions) -> Self {
        Self {
            result_store: ResultStore::new(options.result_store),
            suspended: SuspendedRequests::new(&options),
            tasks: Tasks::new(&options),
            quotas: Quotas::new(options.principal_runs_max, options.principal_waiting_max),
            waits_until: Instant::now() + Duration::from_millis(options.start_ms_max),
            metrics: Metrics::default(),
            search_offload: Offload::default(),
            value_offload: Offload::default(),
            ending: CancellationToken::new(),
            sandbox,
            upstreams,
            options,
        }
    }

    /// Does `work`, and fires `cancel` when the gateway cancels the work in progress.
    pub(crate) fn until_ending<T: Send + 'static>(
        self: &Arc<Self>,
        cancel: CancellationToken,
        work: impl Future<Output = T> + Send + 'static,
    ) -> BoxFuture<'static, T> {
        let gateway = Arc::clone(self);
        let work = async move {
            let _at_work = gateway.metrics.at_work();
            let mut work = pin!(work);
            tokio::select! {
                done = &mut work => return done,
                () = gateway.ending.cancelled() => cancel.cancel(),
            }
            work.await
        };
        work.boxed()
    }

    /// Waits for servers that are still starting, within the time allowed. Returns whether all have been tried.
    pub(crate) async fn tried(&self) -> bool {
        self.upstreams.tried(self.waits_until.saturating_duration_since(Instant::now())).await
    }
}
