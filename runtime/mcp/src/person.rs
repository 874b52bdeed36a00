//! The user behind a call, who can be asked questions by a server in the middle of it. The implementor decides how the
//! user is reached.

use futures::future::BoxFuture;
use serde_json::{Map, Value};

/// Answers the questions of servers.
///
/// One `Person` represents one caller: calls on a shared connection with the same `Person` are taken to be from the
/// same caller.
pub trait Person: Send + Sync + 'static {
    /// Asks, and waits for the answer. Dropping the future withdraws the question.
    fn answer(&self, question: Question) -> BoxFuture<'static, Answer>;

    /// Returns the forms of question that can be shown. Default: all.
    fn forms(&self) -> QuestionForms {
        QuestionForms { fields: true, address: true }
    }
}

/// The forms of question that a user can be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuestionForms {
    /// [`Wanted::Fields`].
    pub fields: bool,
    /// [`Wanted::Address`].
    pub address: bool,
}

/// A server's question. All texts are the server's words, bounded, with its own secrets removed.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// The server's name in the configuration.
    pub server: String,
    /// The number of the call in its run, if only one call can have led to it.
    pub call_id: Option<u32>,
    /// The text of the question, at most 4 KiB.
    pub message: String,
    /// What the server wants.
    pub wanted: Wanted,
}

/// What the user should provide or do.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Values for the properties of this JSON Schema, which describes an object.
    Fields(Map<String, Value>),
    /// A visit to this `https` or `http` address; nothing typed there comes back through callbox.
    Address(String),
}

/// The user's answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Yes, with the values of the fields, if there were any.
    Accepted(Option<Map<String, Value>>),
    /// No.
    Declined,
    /// Neither: the user does not want to continue.
    Cancelled,
}

impl Question {
    /// Returns a question of that server.
    #[must_use]
    pub fn new(server: impl Into<String>, message: impl Into<String>, wanted: Wanted) -> Self {
        Self { server: server.into(), call_id: None, message: message.into(), wanted }
    }
}

impl Wanted {
    /// Checks whether it is among `forms`.
    #[doc(hidden)]
    pub fn is_in(&self, forms: QuestionForms) -> bool {
        match self {
            Self::Fields(_) => forms.fields,
            Self::Address(_) => forms.address,
        }
    }
}
