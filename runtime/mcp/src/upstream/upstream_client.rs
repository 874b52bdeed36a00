//! The client side of a connection, as the server sees it: notices that the list of tools changed, for modern
//! (2026-07-28) and legacy (earlier) protocols, and takes a legacy server's questions. It does not fetch the new list.

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationCapability,
    FormElicitationCapability, Implementation, ProtocolVersion, ServerNotification, SubscriptionFilter,
    UrlElicitationCapability,
};
use rmcp::service::{NotificationContext, Peer, RequestContext};
use rmcp::{ClientHandler, ErrorData, RoleClient};
use serde_json::{from_value, to_value};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::callers::Callers;
use super::questions::{Declines, QuestionSlots, Questions};
use super::redact::Redactor;
use crate::person::QuestionForms;

/// How long a modern server may take to acknowledge the subscription before it is left alone.
const ACKNOWLEDGE: Duration = Duration::from_secs(5);

/// The client side of a connection, as the server sees it.
#[derive(Debug, Clone, Default)]
pub(super) struct UpstreamClient(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    server: String,
    redactor: Redactor,
    forms: QuestionForms,
    callers: Callers,
    places: QuestionSlots,
    declines: Declines,
    /// Whether a change is pending.
    is_marked: watch::Sender<bool>,
}

impl UpstreamClient {
    /// `forms` are the questions that a legacy server is told it may ask; a modern one is told with each call.
    pub(super) fn new(server: &str, redactor: &Redactor, forms: QuestionForms) -> Self {
        Self(Arc::new(Shared { server: server.to_owned(), redactor: redactor.clone(), forms, ..Shared::default() }))
    }

    /// Returns the calls in flight, which questions belong to.
    pub(super) fn callers(&self) -> &Callers {
        &self.0.callers
    }

    /// Returns the means to put the server's questions to users.
    pub(super) fn asking(&self) -> Questions<'_> {
        Questions { server: &self.0.server, redactor: &self.0.redactor, declines: &self.0.declines }
    }

    /// Checks whether the list changed since the last check.
    pub(super) fn take(&self) -> bool {
        self.0.is_marked.send_replace(false)
    }

    /// Waits until a change is pending.
    pub(super) async fn marked(&self) {
        // Fails only without a sender, and `self` holds one.
        let _ = self.0.is_marked.subscribe().wait_for(|is_marked| *is_marked).await;
    }

    fn mark(&self) {
        self.0.is_marked.send_replace(true);
    }

    /// Subscribes to changes at a modern server. Legacy servers send them without a subscription.
    pub(super) fn subscribe(&self, peer: Peer<RoleClient>) -> AbortHandle {
        let changes = self.clone();
        let wish = SubscriptionFilter::builder().tools_list_changed().build();
        let task = tokio::spawn(async move {
            let Ok(Ok(mut subscription)) = timeout(ACKNOWLEDGE, peer.listen(wish)).await else {
                return;
            };
            while let Ok(Some(notification)) = subscription.next().await {
                if matches!(notification, ServerNotification::ToolListChangedNotification(_)) {
                    changes.mark();
                }
            }
        });
        task.abort_handle()
    }
}

impl ClientHandler for UpstreamClient {
    fn get_info(&self) -> ClientConfig {
        let name = Implementation::new("callbox", env!("CARGO_PKG_VERSION"));
        // The version for a plain `initialize`; the modern protocol has none.
        ClientConfig::new(capabilities(self.0.forms), name).with_protocol_version(ProtocolVersion::V_2025_11_25)
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.mark();
    }

    async fn create_elicitation(
        &self,
        params: ElicitRequestParams,
        context: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let Some(_place) = self.0.places.take(self.0.callers.count()) else {
            self.asking().decline("too many others are open");
            return Ok(ElicitResult::new(ElicitationAction::Decline));
        };
        let params = to_value(params).unwrap_or_default();
        let answer = tokio::select! {
            answer = self.asking().unbidden(params, &self.0.callers) => answer,
            () = context.ct.cancelled() => return Ok(ElicitResult::new(ElicitationAction::Cancel)),
        };
        from_value(answer).map_err(|error| ErrorData::internal_error(error.to_string(), None))
    }
}

/// Returns the capabilities that tell a server what it may ask.
pub(super) fn capabilities(forms: QuestionForms) -> ClientCapabilities {
    let mut asked = ElicitationCapability::new();
    asked.form = forms.fields.then(FormElicitationCapability::new);
    asked.url = forms.address.then(UrlElicitationCapability::new);
    let mut capabilities = ClientCapabilities::default();
    capabilities.elicitation = (forms != QuestionForms::default()).then_some(asked);
    capabilities
}
