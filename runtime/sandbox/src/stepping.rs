//! A run that its embedder drives: it stops at each batch of calls, and goes on with their answers.

use std::{fmt, sync::Arc};

use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use crate::{
    catalog::Catalog,
    error::Error,
    host::{Answerer, ToolReply, ToolRequest},
    outcome::Outcome,
    request::RunRequest,
    sandbox::Sandbox,
    tool_error::{ToolError, ToolErrorCode},
};

/// How far a run has come.
#[derive(Debug)]
pub enum Progress {
    /// It waits for the answers to calls.
    Waiting(WaitingRun),
    /// It has ended.
    Ended(Box<Outcome>),
}

/// A run that waits for its embedder. Dropping it ends the run.
///
/// The run's clocks go on meanwhile: raise [`Limits::wall_ms_max`](crate::Limits::wall_ms_max) and
/// [`Limits::tool_call_ms_max`](crate::Limits::tool_call_ms_max) if answers take long.
pub struct WaitingRun {
    run: BoxFuture<'static, Result<Outcome, Error>>,
    calls: mpsc::UnboundedReceiver<Asked>,
    waiting: Vec<(WaitingCall, oneshot::Sender<Answer>)>,
}

/// A call that waits for its answer. Its arguments have been checked against the tool's input schema.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WaitingCall {
    /// Number of the call within its run, as in [`CallRecord::id`](crate::outcome::CallRecord::id).
    pub id: u32,
    /// The server's name.
    pub server: String,
    /// The tool's exact name on the wire.
    pub tool: String,
    /// The arguments, a JSON object.
    pub arguments: Value,
}

type Answer = Result<ToolReply, ToolError>;
type Asked = (WaitingCall, oneshot::Sender<Answer>);

/// Passes the calls of a run to whoever drives it.
struct ToDriver(mpsc::UnboundedSender<Asked>);

impl Answerer for ToDriver {
    fn call(&self, server: &str, request: ToolRequest) -> BoxFuture<'static, Answer> {
        let gone = || ToolError::new(ToolErrorCode::Cancelled, "nobody answers the calls of this run any more");
        let (sender, answer) = oneshot::channel();
        let ToolRequest { tool, arguments, caller } = request;
        let call = WaitingCall { id: caller.call_id, server: server.to_owned(), tool, arguments };
        let sent = self.0.send((call, sender)).map_err(|_| gone());
        async move {
            sent?;
            answer.await.unwrap_or_else(|_| Err(gone()))
        }
        .boxed()
    }
}

impl Sandbox {
    /// Begins a run that its embedder drives: the hosts of `catalog` are not called.
    ///
    /// Limits, checks against schemas, the gate and the observers work as in [`Sandbox::run`]. Functions of the host
    /// are called at once.
    ///
    /// ```
    /// use callbox::{Catalog, End, RunRequest, Sandbox, ToolError, stepping::Progress};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let catalog = Catalog::builder()
    ///     .function("math", "one", "The number one.", |(): ()| async { Ok::<_, ToolError>(1) })
    ///     .build();
    /// let request = RunRequest::new("return await tools.math.one() + await tools.math.one()");
    /// let mut progress = Sandbox::new()?.start(&catalog, request).await?;
    /// let outcome = loop {
    ///     match progress {
    ///         Progress::Waiting(run) => {
    ///             let answers: Vec<_> = run.calls().map(|call| (call.id, Ok(json!(21).into()))).collect();
    ///             progress = run.resume(answers).await?;
    ///         }
    ///         Progress::Ended(outcome) => break outcome,
    ///     }
    /// };
    /// assert!(matches!(outcome.end, End::Returned(returned) if returned.value == 42));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// The same as for [`Sandbox::run`].
    pub async fn start(&self, catalog: &Catalog, mut request: RunRequest) -> Result<Progress, Error> {
        let (sender, calls) = mpsc::unbounded_channel();
        request.answerer = Some(Arc::new(ToDriver(sender)));
        let (sandbox, catalog) = (self.clone(), catalog.clone());
        let run = async move { sandbox.run(&catalog, request).await }.boxed();
        WaitingRun { run, calls, waiting: Vec::new() }.advance().await
    }
}

impl WaitingRun {
    /// Returns the calls that wait for an answer, in the order in which the script made them.
    pub fn calls(&self) -> impl Iterator<Item = &WaitingCall> {
        self.waiting.iter().map(|(call, _)| call)
    }

    /// Answers some of the calls, by number, and continues until the run waits again or ends. Calls that are not
    /// answered go on waiting; numbers that are not waiting are ignored.
    ///
    /// # Errors
    ///
    /// The same as for [`Sandbox::run`].
    pub async fn resume(mut self, answers: impl IntoIterator<Item = (u32, Answer)>) -> Result<Progress, Error> {
        for (id, answer) in answers {
            if let Some(at) = self.waiting.iter().position(|(call, _)| call.id == id) {
                // The call may have timed out; then nobody takes its answer.
                let _ = self.waiting.remove(at).1.send(answer);
            }
        }
        self.advance().await
    }

    async fn advance(mut self) -> Result<Progress, Error> {
        tokio::select! {
            biased;
            outcome = &mut self.run => return Ok(Progress::Ended(Box::new(outcome?))),
            Some(asked) = self.calls.recv() => self.waiting.push(asked),
        }
        while let Ok(asked) = self.calls.try_recv() {
            self.waiting.push(asked);
        }
        self.waiting.retain(|(_, sender)| !sender.is_closed());
        Ok(Progress::Waiting(self))
    }
}

impl fmt::Debug for WaitingRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitingRun").field("calls", &self.calls().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}
