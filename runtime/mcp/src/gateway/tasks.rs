//! Requests that became tasks: the protocol's extension `io.modelcontextprotocol/tasks`. What a task is and how
//! it stands is `rmcp`'s; whose it is and how many there are is looked after here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use rmcp::ErrorData;
use rmcp::model::{CallToolResult, DetailedTask, ElicitRequest, InputRequest, InputResponses, Task};
use rmcp::task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions};

use super::desk;
use super::options::GatewayOptions;
use super::underway::Underway;
use crate::person::Answer;

/// The tasks of all clients.
pub(super) struct Tasks {
    manager: TaskManager,
    options: TaskOptions,
    tasks_max: usize,
    owners: Mutex<HashMap<String, String>>,
}

impl Tasks {
    pub(super) fn new(options: &GatewayOptions) -> Self {
        let (ttl_ms, poll_ms) = (options.task_ttl_ms, options.task_poll_ms);
        Self {
            manager: TaskManager::new(),
            options: TaskOptions::new().with_ttl_ms(ttl_ms).with_poll_interval_ms(poll_ms),
            tasks_max: options.tasks_max,
            owners: Mutex::default(),
        }
    }

    /// Makes a task of a request; gives it back where there are too many.
    pub(super) fn begin(&self, owner: &str, underway: Underway) -> Result<Task, Underway> {
        let mut owners = self.owners();
        if owners.len() >= self.tasks_max {
            owners.retain(|id, _| self.manager.get_task(id).is_ok());
        }
        if owners.len() >= self.tasks_max {
            return Err(underway);
        }
        let task = self.manager.spawn(self.options.clone(), |context| Box::pin(follow(underway, context)));
        owners.insert(task.task_id.clone(), owner.to_owned());
        Ok(task)
    }

    /// How a task stands.
    pub(super) fn get(&self, owner: &str, id: &str) -> Result<DetailedTask, ErrorData> {
        self.check(owner, id)?;
        self.manager.get_task(id)
    }

    /// Takes answers to what a task wants to know.
    pub(super) fn update(&self, owner: &str, id: &str, responses: InputResponses) -> Result<(), ErrorData> {
        self.check(owner, id)?;
        self.manager.update_task(id, responses)
    }

    /// Ends a task.
    pub(super) fn cancel(&self, owner: &str, id: &str) -> Result<(), ErrorData> {
        self.check(owner, id)?;
        self.manager.cancel_task(id)
    }

    /// Another's task is as unknown as one that never was.
    fn check(&self, owner: &str, id: &str) -> Result<(), ErrorData> {
        match self.owners().get(id) {
            Some(found) if found == owner => Ok(()),
            _ => Err(ErrorData::invalid_params("there is no such task; tasks are kept for a while", None)),
        }
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Goes with a request to its end. Aborted, which is how a task expires, it drops the request and so ends it.
async fn follow(mut underway: Underway, context: TaskContext) -> Result<CallToolResult, TaskExit> {
    let desk = underway.desk.clone();
    let mut asked = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            result = underway.ended() => return result.map_err(TaskExit::Error),
            () = context.cancelled() => {
                // What it says at its end, nobody hears: a cancelled task has no result.
                let _ = underway.cancelled().await;
                return Err(TaskExit::Cancelled);
            }
            questions = desk.asked() => for (key, params) in questions {
                let (context, request) = (context.clone(), InputRequest::Elicitation(ElicitRequest::new(params)));
                asked.push(async move { (key.clone(), context.request_input(key, request).await) });
            },
            Some((key, reply)) = asked.next(), if !asked.is_empty() => {
                let answer = reply.ok().map(|reply| desk::read(&reply)).and_then(Result::ok);
                desk.reply(&key, answer.unwrap_or(Answer::Declined));
            }
        }
    }
}
