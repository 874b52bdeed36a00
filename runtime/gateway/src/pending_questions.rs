//! Pending questions: those that servers ask during one request of a client, until they are answered. `elicitation` brings
//! them to the client.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use callbox::{Event, RunObserver};
use futures::FutureExt;
use futures::future::BoxFuture;
use rmcp::model::ElicitRequestParams;
use serde_json::{Value, from_value};
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

use callbox_mcp::internal::question_params;
use callbox_mcp::{Answer, Person, Question, QuestionForms};

/// How long a question waits for questions of other calls, so that the user is asked once for all of them.
const GATHER: Duration = Duration::from_millis(200);

/// Maximum bytes of what a user fills in.
const CONTENT_BYTES_MAX: usize = 64 * 1024;

/// The pending questions of one request. Clones share them.
#[derive(Clone)]
pub(crate) struct PendingQuestions(Arc<Shared>);

struct Shared {
    forms: QuestionForms,
    state: Mutex<Questions>,
    changed: Notify,
}

#[derive(Default)]
struct Questions {
    asked: u64,
    calls_in_flight: usize,
    open: BTreeMap<String, OpenQuestion>,
}

struct OpenQuestion {
    params: ElicitRequestParams,
    is_told: bool,
    reply: oneshot::Sender<Answer>,
}

/// A question with the name that its answer will bear.
pub(crate) type NamedQuestion = (String, ElicitRequestParams);

impl PendingQuestions {
    pub(crate) fn new(forms: QuestionForms) -> Self {
        Self(Arc::new(Shared { forms, state: Mutex::default(), changed: Notify::new() }))
    }

    /// Returns the user behind the client, who gets questions through this handle; `None` if the client can show no
    /// questions.
    pub(crate) fn person(&self) -> Option<Arc<dyn Person>> {
        let can_show = self.0.forms != QuestionForms::default();
        can_show.then(|| Arc::new(self.clone()) as Arc<dyn Person>)
    }

    /// Waits for questions that the client has not been told of yet and marks them as told: once every call in flight
    /// waits for an answer, or [`GATHER`] after the first.
    pub(crate) async fn asked(&self) -> Vec<NamedQuestion> {
        self.until(Questions::has_untold).await;
        // After the timeout, the pending questions have waited long enough.
        let _ = timeout(GATHER, self.until(|state| state.open.len() >= state.calls_in_flight)).await;
        let mut state = self.0.state();
        let untold = state.open.iter_mut().filter(|(_, open)| !open.is_told);
        untold
            .map(|(key, open)| {
                open.is_told = true;
                (key.clone(), open.params.clone())
            })
            .collect()
    }

    async fn until(&self, holds: impl Fn(&Questions) -> bool) {
        while !holds(&self.0.state()) {
            self.0.changed.notified().await;
        }
    }

    /// Answers one question; does nothing if it is no longer open.
    pub(crate) fn reply(&self, key: &str, answer: Answer) {
        if let Some(open) = self.0.state().open.remove(key) {
            // The asking call may be gone.
            let _ = open.reply.send(answer);
        }
    }

    /// Answers questions with a client's replies and marks the others as not told, so that they are asked again.
    ///
    /// # Errors
    ///
    /// What is wrong with one of the answers; then none is accepted.
    pub(crate) fn reply_all(&self, mut replies: BTreeMap<String, Value>) -> Result<(), String> {
        let open: Vec<String> = self.0.state().open.keys().cloned().collect();
        let answers = open.into_iter().filter_map(|key| {
            let reply = replies.remove(&key)?;
            Some(read(&reply).map(|answer| (key, answer)))
        });
        for (key, answer) in answers.collect::<Result<Vec<_>, _>>()? {
            self.reply(&key, answer);
        }
        self.0.state().open.values_mut().for_each(|open| open.is_told = false);
        self.0.changed.notify_one();
        Ok(())
    }
}

impl RunObserver for PendingQuestions {
    /// Counts the calls in flight.
    fn event(&self, event: &Event) {
        let mut state = self.0.state();
        match event {
            Event::CallStarted { .. } => state.calls_in_flight += 1,
            Event::CallEnded { .. } => state.calls_in_flight = state.calls_in_flight.saturating_sub(1),
            _ => return,
        }
        drop(state);
        self.0.changed.notify_one();
    }
}

/// Reads the result of `elicitation/create`.
pub(crate) fn read(reply: &Value) -> Result<Answer, String> {
    let content = reply.get("content").filter(|content| !content.is_null());
    if content.is_some_and(|content| content.to_string().len() > CONTENT_BYTES_MAX) {
        return Err(format!("an answer has more than {CONTENT_BYTES_MAX} bytes"));
    }
    match (reply.get("action").and_then(Value::as_str), content) {
        (Some("accept"), None) => Ok(Answer::Accepted(None)),
        (Some("accept"), Some(Value::Object(content))) => Ok(Answer::Accepted(Some(content.clone()))),
        (Some("accept"), Some(_)) => Err("expected an object as the `content` of an answer".to_owned()),
        (Some("decline"), _) => Ok(Answer::Declined),
        (Some("cancel"), _) => Ok(Answer::Cancelled),
        _ => Err("expected `accept`, `decline` or `cancel` as the `action` of an answer".to_owned()),
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, Questions> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Questions {
    fn has_untold(&self) -> bool {
        self.open.values().any(|open| !open.is_told)
    }
}

impl Person for PendingQuestions {
    fn answer(&self, question: Question) -> BoxFuture<'static, Answer> {
        let questions = self.clone();
        async move {
            let params = match from_value(Value::Object(question_params(&question))) {
                Ok(params) => params,
                Err(error) => {
                    tracing::warn!(server = question.server, %error, "a question is declined: no client can show it");
                    return Answer::Declined;
                }
            };
            let (reply, answer) = oneshot::channel();
            let _withdrawn = Withdrawn::unless_answered(&questions, params, reply);
            answer.await.unwrap_or(Answer::Cancelled)
        }
        .boxed()
    }

    fn forms(&self) -> QuestionForms {
        self.0.forms
    }
}

/// An open question, withdrawn when nobody waits for the answer any more.
struct Withdrawn<'d> {
    questions: &'d PendingQuestions,
    key: String,
}

impl<'d> Withdrawn<'d> {
    fn unless_answered(
        questions: &'d PendingQuestions,
        params: ElicitRequestParams,
        reply: oneshot::Sender<Answer>,
    ) -> Self {
        let mut state = questions.0.state();
        state.asked += 1;
        let key = format!("question-{}", state.asked);
        state.open.insert(key.clone(), OpenQuestion { params, is_told: false, reply });
        drop(state);
        questions.0.changed.notify_one();
        Self { questions, key }
    }
}

impl Drop for Withdrawn<'_> {
    fn drop(&mut self) {
        self.questions.0.state().open.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use callbox::RunObserver as _;
    use serde_json::{Value, json};

    use super::{Answer, Event, GATHER, PendingQuestions, Question, QuestionForms, read, timeout};
    use callbox_mcp::{Person as _, Wanted};

    fn question() -> Question {
        let Value::Object(schema) = json!({"type": "object", "properties": {}}) else { panic!("an object") };
        Question::new("s", "?", Wanted::Fields(schema))
    }

    #[tokio::test]
    async fn questions_asked_together_are_told_together_and_answered_apart() {
        let questions = PendingQuestions::new(QuestionForms { fields: true, address: false });
        let client = async {
            let asked = questions.asked().await;
            assert_eq!(asked.len(), 2);
            assert!(questions.reply_all([("question-1".to_owned(), json!({"action": "wave"}))].into()).is_err());
            questions.reply_all([("question-1".to_owned(), json!({"action": "decline"}))].into()).expect("taken");
            let again = questions.asked().await;
            assert_eq!(again[0].0, "question-2", "it was not answered");
            questions.reply("question-2", Answer::Cancelled);
            questions.reply("question-2", Answer::Declined);
        };
        let (first, second, ()) = tokio::join!(questions.answer(question()), questions.answer(question()), client);
        assert_eq!((first, second), (Answer::Declined, Answer::Cancelled));
    }

    #[tokio::test]
    async fn a_question_waits_for_those_of_other_calls_in_flight() {
        let questions = PendingQuestions::new(QuestionForms { fields: true, address: false });
        for id in 0..2 {
            let server = "s".to_owned();
            let tool = "t".to_owned();
            let name = "s.t".to_owned();
            questions.event(&Event::CallStarted { id, name, server, tool, arguments: json!({}) });
        }
        let _first = tokio::spawn(questions.answer(question()));
        let mut asked = Box::pin(questions.asked());
        assert!(timeout(GATHER / 100, &mut asked).await.is_err(), "another call may ask too");
        let _second = tokio::spawn(questions.answer(question()));
        assert_eq!(asked.await.len(), 2);
    }

    #[tokio::test]
    async fn a_question_that_nobody_waits_for_is_withdrawn() {
        let questions = PendingQuestions::new(QuestionForms { fields: true, address: false });
        let waits = tokio::spawn(questions.answer(question()));
        assert_eq!(questions.asked().await.len(), 1);
        waits.abort();
        assert!(waits.await.is_err());
        assert!(questions.0.state().open.is_empty());
    }

    #[test]
    fn an_answer_is_read_strictly() {
        assert_eq!(read(&json!({"action": "accept"})), Ok(Answer::Accepted(None)));
        for wrong in [json!({}), json!(7), json!({"action": "accept", "content": "text"}), json!({"action": 1})] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
        assert!(read(&json!({"action": "accept", "content": {"a": "x".repeat(100_000)}})).is_err());
    }
}
