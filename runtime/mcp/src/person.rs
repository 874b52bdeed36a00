//! A person behind a call, who can be asked what a server wants to know in the middle of it. How he is
//! reached is the implementor's.

use futures::future::BoxFuture;
use serde_json::{Map, Value};

/// Answers the questions of servers.
///
/// One `Person` stands for one caller: calls on a shared connection that have the same one are taken to be of
/// the same caller.
pub trait Person: Send + Sync + 'static {
    /// Asks, and waits for the answer. Dropping the future withdraws the question.
    fn answer(&self, question: Question) -> BoxFuture<'static, Answer>;

    /// The forms of question that can be shown. Default: all.
    fn forms(&self) -> QuestionForms {
        QuestionForms { fields: true, address: true }
    }
}

/// Which forms of question a person can be shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QuestionForms {
    /// [`Wanted::Fields`].
    pub fields: bool,
    /// [`Wanted::Address`].
    pub address: bool,
}

/// What a server wants to know. All texts are the server's words, bounded, with its own secrets taken out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// The server, by its name in the configuration.
    pub server: String,
    /// The number of the call in its run, where one call alone can have led to it.
    pub call_id: Option<u32>,
    /// What it says, at most 4 KiB.
    pub message: String,
    /// What it wants.
    pub wanted: Wanted,
}

/// What a person is to give or to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Values for the properties of this JSON Schema, which is an object's.
    Fields(Map<String, Value>),
    /// A visit to this `https` or `http` address; nothing typed there comes back through callbox.
    Address(String),
}

/// What a person says to a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Yes, with the values of the fields, if there were any.
    Accepted(Option<Map<String, Value>>),
    /// No.
    Declined,
    /// Neither: he does not want to go on.
    Cancelled,
}

impl Question {
    /// A question of that server.
    #[must_use]
    pub fn new(server: impl Into<String>, message: impl Into<String>, wanted: Wanted) -> Self {
        Self { server: server.into(), call_id: None, message: message.into(), wanted }
    }
}

impl Wanted {
    /// Whether it is among `forms`.
    #[doc(hidden)]
    pub fn is_in(&self, forms: QuestionForms) -> bool {
        match self {
            Self::Fields(_) => forms.fields,
            Self::Address(_) => forms.address,
        }
    }
}
