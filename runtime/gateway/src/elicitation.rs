//! Answers a client's request in the way that the client supports: at once, with questions on the way, in several
//! rounds, or as a task.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use rmcp::model::{
    CallToolResponse, CallToolResult, CreateTaskResult, ElicitRequest, InputRequest, InputRequiredResult, ServerRequest,
};
use rmcp::service::{Peer, PeerRequestOptions, RequestContext};
use rmcp::{ErrorData, RoleServer};
use serde_json::to_value;
use tokio::time::sleep;

use crate::detached::{DetachedRequest, RequestWork};
use crate::owner::Owner;
use crate::pending_questions::{self, NamedQuestion, PendingQuestions};
use crate::state::GatewayState;
use crate::suspended::Fingerprint;
use callbox_mcp::internal::OpenRequest;
use callbox_mcp::{Answer, QuestionForms};

/// The capabilities that a client declares.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientCapabilities {
    /// The forms of questions that it can show to a user.
    pub(crate) forms: QuestionForms,
    tasks: bool,
    /// Whether the protocol is 2026-07-28 or later, in which structured content may be any JSON.
    pub(crate) is_modern: bool,
}

/// Identifies the requester and what its client supports.
pub(crate) struct Request {
    pub(crate) owner: Owner,
    /// Set only if the request may be suspended: computing it costs in proportion to the request's length.
    pub(crate) fingerprint: Option<Fingerprint>,
    pub(crate) declared: ClientCapabilities,
}

impl ClientCapabilities {
    pub(crate) fn of(context: &RequestContext<RoleServer>) -> Self {
        let capabilities = context.client_capabilities().unwrap_or_default();
        let is_modern = context.protocol_version().is_some_and(|version| !version.has_initialize());
        let forms = capabilities.elicitation.as_ref().map(|asked| QuestionForms {
            // Before modes were named, the form was the only one.
            fields: asked.form.is_some() || asked.url.is_none(),
            address: asked.url.is_some(),
        });
        Self { forms: forms.unwrap_or_default(), tasks: is_modern && capabilities.supports_tasks(), is_modern }
    }

    /// Checks whether a request may outlive its answer.
    pub(crate) fn in_rounds(self) -> bool {
        self.is_modern && (self.tasks || self.forms != QuestionForms::default())
    }
}

/// Does the work and answers.
pub(crate) async fn answer(
    gateway: &Arc<GatewayState>,
    work: RequestWork,
    request: Request,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    if request.declared.in_rounds() {
        return continue_detached(gateway, DetachedRequest::start(work), request, context).await;
    }
    let telling = work.progress.tell(context);
    let result = within(work, &context.peer).await;
    telling.done().await;
    Ok(result.into())
}

/// Does the work and sends questions on the way, for clients that cannot answer in rounds.
async fn within(work: RequestWork, peer: &Peer<RoleServer>) -> CallToolResult {
    let RequestWork { work, questions, .. } = work;
    let mut work = pin!(work);
    let mut asked = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            result = &mut work => return result,
            questions = questions.asked() => asked.extend(questions.into_iter().map(|question| ask(peer, question))),
            Some((key, answer)) = asked.next(), if !asked.is_empty() => questions.reply(&key, answer),
        }
    }
}

async fn ask(peer: &Peer<RoleServer>, (key, params): NamedQuestion) -> (String, Answer) {
    let request = ServerRequest::ElicitRequest(ElicitRequest::new(params));
    let reply = match peer.send_cancellable_request(request, PeerRequestOptions::no_options()).await {
        Ok(open) => OpenRequest::new(open).answer().await,
        Err(error) => Err(error),
    };
    let reply = reply.map_err(|error| error.to_string());
    let answer = reply.and_then(|reply| pending_questions::read(&to_value(reply).unwrap_or_default()));
    let answer = answer.unwrap_or_else(|why| {
        tracing::warn!(%why, "a client that can be asked did not answer");
        Answer::Declined
    });
    (key, answer)
}

/// The outcome of waiting for a detached request.
enum Progressed {
    Ended(Result<CallToolResult, ErrorData>),
    NamedQuestion(Vec<NamedQuestion>),
    Long,
}

/// Follows a request until it ends, or the client has to do something.
pub(crate) async fn continue_detached(
    gateway: &Arc<GatewayState>,
    mut detached: DetachedRequest,
    request: Request,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let telling = detached.progress.tell(context);
    let mut can_be_task = request.declared.tasks;
    loop {
        let came = next(gateway, &mut detached, can_be_task, context).await;
        match came {
            Progressed::Ended(result) => {
                telling.done().await;
                return result.map(Into::into);
            }
            Progressed::NamedQuestion(questions) => match suspend(gateway, detached, &request, questions) {
                Ok(response) => return Ok(response),
                Err(back) => detached = back,
            },
            Progressed::Long => match gateway.tasks.begin(&request.owner, detached) {
                Ok(task) => return Ok(CallToolResponse::Task(CreateTaskResult::new(task))),
                Err(back) => (detached, can_be_task) = (back, false),
            },
        }
    }
}

async fn next(
    gateway: &GatewayState,
    detached: &mut DetachedRequest,
    can_be_task: bool,
    context: &RequestContext<RoleServer>,
) -> Progressed {
    let questions = detached.questions.clone();
    let task_after = Duration::from_millis(gateway.options.task_after_ms);
    tokio::select! {
        biased;
        result = detached.ended() => Progressed::Ended(result),
        questions = questions.asked() => Progressed::NamedQuestion(questions),
        () = sleep(task_after), if can_be_task => Progressed::Long,
        () = context.ct.cancelled() => Progressed::Ended(detached.cancelled().await),
    }
}

/// Suspends the request and sends the questions to the client, which returns with the answers. If too many requests
/// are suspended already, the questions are declined.
fn suspend(
    gateway: &GatewayState,
    detached: DetachedRequest,
    request: &Request,
    asked: Vec<NamedQuestion>,
) -> Result<CallToolResponse, DetachedRequest> {
    let questions = detached.questions.clone();
    let suspended = match request.fingerprint {
        Some(fingerprint) => gateway.suspended.suspend(&request.owner, fingerprint, detached),
        None => Err(detached),
    };
    match suspended {
        Ok(handle) => Ok(input_required(asked, handle).into()),
        Err(detached) => {
            tracing::warn!("questions are declined: too many requests wait for a user");
            decline(&questions, asked);
            Err(detached)
        }
    }
}

fn input_required(asked: Vec<NamedQuestion>, handle: String) -> InputRequiredResult {
    let requests = asked.into_iter();
    let requests = requests.map(|(key, params)| (key, InputRequest::Elicitation(ElicitRequest::new(params))));
    InputRequiredResult::new(Some(requests.collect()), Some(handle))
}

fn decline(questions: &PendingQuestions, asked: Vec<NamedQuestion>) {
    for (key, _) in asked {
        questions.reply(&key, Answer::Declined);
    }
}
