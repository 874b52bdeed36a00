//! Puts a server's questions to the user behind a call. If nobody can be asked, the call fails and says what was
//! wanted.

mod declines;
mod slots;

use std::collections::BTreeMap;

use callbox::{Caller, ToolError, ToolErrorCode};
use futures::future::try_join_all;
use serde_json::{Value, json};

pub(super) use self::declines::Declines;
pub(super) use self::slots::QuestionSlots;
use super::callers::{Asked, Callers, person};
use super::question;
use super::redact::Redactor;
use crate::person::{Answer, Question};
use callbox::internal::foreign;

/// Maximum characters quoted of a question that fails a call.
const QUOTED_CHARS_MAX: usize = 300;

/// A server that asks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Questions<'a> {
    pub(super) server: &'a str,
    pub(super) redactor: &'a Redactor,
    pub(super) declines: &'a Declines,
}

impl Questions<'_> {
    /// Answers everything that a modern server (protocol 2026-07-28) wants before it continues with one call.
    ///
    /// # Errors
    ///
    /// The call's failure, if there is nobody to ask or the request cannot be put to a user.
    pub(super) async fn all(
        self,
        requests: Vec<(String, Value)>,
        caller: &Caller,
    ) -> Result<BTreeMap<String, Value>, ToolError> {
        let answers = requests.into_iter().map(async |(key, request)| {
            let answer = self.request(request, caller).await?;
            Ok::<_, ToolError>((key, answer))
        });
        Ok(try_join_all(answers).await?.into_iter().collect())
    }

    async fn request(self, mut request: Value, caller: &Caller) -> Result<Value, ToolError> {
        match request.get("method").and_then(Value::as_str).unwrap_or_default() {
            "elicitation/create" => {
                let params = request.get_mut("params").map(Value::take).unwrap_or_default();
                self.ask(params, Some(caller.call_id), caller).await
            }
            // An empty list is how the protocol says that no folders are shared; for sampling it has no such answer.
            "roots/list" => Ok(json!({ "roots": [] })),
            other => {
                Err(self.refused(&format!("wants `{}`, which is not offered to servers", foreign::line(other, 80))))
            }
        }
    }

    /// Answers a question that a legacy server (earlier protocol) sent while calls were in flight.
    pub(super) async fn unbidden(self, params: Value, callers: &Callers) -> Value {
        let declined = question::result(Answer::Declined);
        match callers.asked() {
            Asked::Of(caller) => self.ask(params, callers.only_call(), &caller).await.unwrap_or(declined),
            Asked::Nobody(Some(call)) => {
                callers.fail(call, self.unanswerable(&params));
                declined
            }
            Asked::Nobody(None) => {
                self.decline("nobody can be asked");
                declined
            }
            Asked::Unclear => {
                self.decline("it may belong to any of several clients");
                declined
            }
        }
    }

    /// Logs that a question is declined.
    pub(super) fn decline(self, why: &str) {
        self.declines.tell(self.server, why);
    }

    async fn ask(self, params: Value, call_id: Option<u32>, caller: &Caller) -> Result<Value, ToolError> {
        let question = match question::read(self.server, &params, self.redactor) {
            Ok(question) => Question { call_id, ..question },
            Err(why) => {
                self.decline(&why);
                return Ok(question::result(Answer::Declined));
            }
        };
        let Some(person) = person(caller).filter(|person| question.wanted.is_in(person.forms())) else {
            return Err(self.unanswerable(&params));
        };
        // They may be large, and the answer may take long.
        drop(params);
        let _held = caller.hold_clock();
        Ok(question::result(person.answer(question).await))
    }

    fn unanswerable(self, params: &Value) -> ToolError {
        let words = params.get("message").and_then(Value::as_str).unwrap_or_default();
        let words = foreign::line(&self.redactor.text(words.to_owned()), QUOTED_CHARS_MAX);
        self.refused(&format!("asks the user: `{words}`, but nobody can be asked here"))
    }

    fn refused(self, what: &str) -> ToolError {
        ToolError::new(ToolErrorCode::InputRequired, format!("server `{}` {what}", self.server))
    }
}
