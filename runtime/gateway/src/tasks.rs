//! Requests that became tasks: the protocol's extension `io.modelcontextprotocol/tasks`. `rmcp` manages the tasks and
//! their states; this module tracks their owners and number.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use rmcp::ErrorData;
use rmcp::model::{CallToolResult, DetailedTask, ElicitRequest, InputRequest, InputResponses, Task};
use rmcp::task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions};

use crate::detached::DetachedRequest;
use crate::options::GatewayOptions;
use crate::owner::Owner;
use crate::pending_questions;
use callbox_mcp::Answer;

/// The tasks of all clients.
pub(crate) struct Tasks {
    manager: TaskManager,
    options: TaskOptions,
    tasks_max: usize,
    principal_tasks_max: usize,
    owners: Mutex<HashMap<String, Owner>>,
}

impl Tasks {
    pub(crate) fn new(options: &GatewayOptions) -> Self {
        let (ttl_ms, poll_ms) = (options.task_ttl_ms, options.task_poll_ms);
        Self {
            manager: TaskManager::new(),
            options: TaskOptions::new().with_ttl_ms(ttl_ms).with_poll_interval_ms(poll_ms),
            tasks_max: options.tasks_max,
            principal_tasks_max: options.principal_tasks_max,
            owners: Mutex::default(),
        }
    }

    /// Turns a request into a task; gives it back if there are too many.
    pub(crate) fn begin(&self, owner: &Owner, detached: DetachedRequest) -> Result<Task, DetachedRequest> {
        let mut owners = self.owners();
        if !self.has_room(&owners, owner) {
            owners.retain(|id, _| self.manager.get_task(id).is_ok());
        }
        if !self.has_room(&owners, owner) {
            return Err(detached);
        }
        let task = self.manager.spawn(self.options.clone(), |context| Box::pin(follow(detached, context)));
        owners.insert(task.task_id.clone(), owner.clone());
        Ok(task)
    }

    fn has_room(&self, owners: &HashMap<String, Owner>, owner: &Owner) -> bool {
        let of_principal = owners.values().filter(|found| found.principal() == owner.principal()).count();
        owners.len() < self.tasks_max && of_principal < self.principal_tasks_max
    }

    /// Returns the state of a task.
    pub(crate) fn get(&self, owner: &Owner, id: &str) -> Result<DetailedTask, ErrorData> {
        self.check(owner, id)?;
        self.manager.get_task(id)
    }

    /// Passes answers to a task's questions.
    pub(crate) fn update(&self, owner: &Owner, id: &str, responses: InputResponses) -> Result<(), ErrorData> {
        self.check(owner, id)?;
        self.manager.update_task(id, responses)
    }

    /// Cancels a task.
    pub(crate) fn cancel(&self, owner: &Owner, id: &str) -> Result<(), ErrorData> {
        self.check(owner, id)?;
        self.manager.cancel_task(id)
    }

    /// Checks the owner. Another owner's task gives the same error as an unknown one.
    fn check(&self, owner: &Owner, id: &str) -> Result<(), ErrorData> {
        match self.owners().get(id) {
            Some(found) if found == owner => Ok(()),
            _ => Err(ErrorData::invalid_params("there is no such task; tasks are kept only for a while", None)),
        }
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<String, Owner>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Follows a request to its end. Aborting this, which is how a task expires, drops the request and so ends it.
async fn follow(mut detached: DetachedRequest, context: TaskContext) -> Result<CallToolResult, TaskExit> {
    let questions = detached.questions.clone();
    let mut asked = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            result = detached.ended() => return result.map_err(TaskExit::Error),
            () = context.cancelled() => {
                // Its result is dropped: a cancelled task has none.
                let _ = detached.cancelled().await;
                return Err(TaskExit::Cancelled);
            }
            questions = questions.asked() => for (key, params) in questions {
                let context = context.clone();
                let request = InputRequest::Elicitation(ElicitRequest::new(params));
                asked.push(async move { (key.clone(), context.request_input(key, request).await) });
            },
            Some((key, reply)) = asked.next(), if !asked.is_empty() => {
                let answer = reply.ok().map(|reply| pending_questions::read(&reply)).and_then(Result::ok);
                questions.reply(&key, answer.unwrap_or(Answer::Declined));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use callbox::CancellationToken;
    use futures::FutureExt;

    use super::{DetachedRequest, GatewayOptions, Owner, Tasks};
    use crate::detached::RequestWork;
    use crate::pending_questions::PendingQuestions;
    use crate::progress::Progress;
    use callbox_mcp::QuestionForms;

    fn detached() -> DetachedRequest {
        let questions = PendingQuestions::new(QuestionForms::default());
        let progress = Progress::default();
        let (work, cancel) = (std::future::pending().boxed(), CancellationToken::new());
        DetachedRequest::start(RequestWork { work, questions, progress, cancel })
    }

    #[tokio::test]
    async fn one_principal_has_its_share_of_tasks_alone() {
        let tasks = Tasks::new(&GatewayOptions { principal_tasks_max: 2, ..GatewayOptions::default() });
        let begin = |principal: &str, session| tasks.begin(&Owner::new(principal, session), detached());
        assert!(begin("greedy", None).is_ok() && begin("greedy", Some("1")).is_ok());
        assert!(begin("greedy", Some("2")).is_err(), "whatever its session");
        assert!(begin("honest", None).is_ok());
    }
}
