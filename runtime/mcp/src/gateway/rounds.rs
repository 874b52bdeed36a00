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

use super::Inner;
use super::desk::{self, Asked, Desk};
use super::owner::Owner;
use super::parked::Fingerprint;
use super::underway::{Underway, Work};
use crate::open_request::OpenRequest;
use crate::person::{Answer, QuestionForms};

/// The capabilities that a client declares.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared {
    /// The forms of questions that it can show to a user.
    pub(super) forms: QuestionForms,
    tasks: bool,
    /// Whether the protocol is 2026-07-28 or later, in which structured content may be any JSON.
    pub(super) is_modern: bool,
}

/// Identifies the requester and what its client supports.
pub(super) struct Request {
    pub(super) owner: Owner,
    /// Set only if the request may be suspended: computing it costs in proportion to the request's length.
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) declared: Declared,
}

impl Declared {
    pub(super) fn of(context: &RequestContext<RoleServer>) -> Self {
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
    pub(super) fn in_rounds(self) -> bool {
        self.is_modern && (self.tasks || self.forms != QuestionForms::default())
    }
}

/// Does the work and answers.
pub(super) async fn answer(
    gateway: &Arc<Inner>,
    work: Work,
    request: Request,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    if request.declared.in_rounds() {
        return go_on(gateway, Underway::start(work), request, context).await;
    }
    let telling = work.progress.tell(context);
    let result = within(work, &context.peer).await;
    telling.done().await;
    Ok(result.into())
}

/// Does the work and sends questions on the way, for clients that cannot answer in rounds.
async fn within(work: Work, peer: &Peer<RoleServer>) -> CallToolResult {
    let Work { work, desk, .. } = work;
    let mut work = pin!(work);
    let mut asked = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            result = &mut work => return result,
            questions = desk.asked() => asked.extend(questions.into_iter().map(|question| ask(peer, question))),
            Some((key, answer)) = asked.next(), if !asked.is_empty() => desk.reply(&key, answer),
        }
    }
}

async fn ask(peer: &Peer<RoleServer>, (key, params): Asked) -> (String, Answer) {
    let request = ServerRequest::ElicitRequest(ElicitRequest::new(params));
    let reply = match peer.send_cancellable_request(request, PeerRequestOptions::no_options()).await {
        Ok(open) => OpenRequest::new(open).answer().await,
        Err(error) => Err(error),
    };
    let reply = reply.map_err(|error| error.to_string());
    let answer = reply.and_then(|reply| desk::read(&to_value(reply).unwrap_or_default()));
    let answer = answer.unwrap_or_else(|why| {
        tracing::warn!(%why, "a client that can be asked did not answer");
        Answer::Declined
    });
    (key, answer)
}

/// The outcome of waiting for a detached request.
enum Came {
    Ended(Result<CallToolResult, ErrorData>),
    Asked(Vec<Asked>),
    Long,
}

/// Follows a request until it ends, or the client has to do something.
pub(super) async fn go_on(
    gateway: &Arc<Inner>,
    mut underway: Underway,
    request: Request,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let telling = underway.progress.tell(context);
    let mut can_be_task = request.declared.tasks;
    loop {
        let came = next(gateway, &mut underway, can_be_task, context).await;
        match came {
            Came::Ended(result) => {
                telling.done().await;
                return result.map(Into::into);
            }
            Came::Asked(questions) => match park(gateway, underway, &request, questions) {
                Ok(response) => return Ok(response),
                Err(back) => underway = back,
            },
            Came::Long => match gateway.tasks.begin(&request.owner, underway) {
                Ok(task) => return Ok(CallToolResponse::Task(CreateTaskResult::new(task))),
                Err(back) => (underway, can_be_task) = (back, false),
            },
        }
    }
}

async fn next(
    gateway: &Inner,
    underway: &mut Underway,
    can_be_task: bool,
    context: &RequestContext<RoleServer>,
) -> Came {
    let desk = underway.desk.clone();
    let task_after = Duration::from_millis(gateway.options.task_after_ms);
    tokio::select! {
        biased;
        result = underway.ended() => Came::Ended(result),
        questions = desk.asked() => Came::Asked(questions),
        () = sleep(task_after), if can_be_task => Came::Long,
        () = context.ct.cancelled() => Came::Ended(underway.cancelled().await),
    }
}

/// Suspends the request and sends the questions to the client, which returns with the answers. If too many requests
/// are suspended already, the questions are declined.
fn park(
    gateway: &Inner,
    underway: Underway,
    request: &Request,
    questions: Vec<Asked>,
) -> Result<CallToolResponse, Underway> {
    let desk = underway.desk.clone();
    let parked = match request.fingerprint {
        Some(fingerprint) => gateway.parked.park(&request.owner, fingerprint, underway),
        None => Err(underway),
    };
    match parked {
        Ok(handle) => Ok(asking(questions, handle).into()),
        Err(underway) => {
            tracing::warn!("questions are declined: too many requests wait for a user");
            decline(&desk, questions);
            Err(underway)
        }
    }
}

fn asking(questions: Vec<Asked>, handle: String) -> InputRequiredResult {
    let requests = questions.into_iter();
    let requests = requests.map(|(key, params)| (key, InputRequest::Elicitation(ElicitRequest::new(params))));
    InputRequiredResult::new(Some(requests.collect()), Some(handle))
}

fn decline(desk: &Desk, questions: Vec<Asked>) {
    for (key, _) in questions {
        desk.reply(&key, Answer::Declined);
    }
}
