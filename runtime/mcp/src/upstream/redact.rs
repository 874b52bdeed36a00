//! Takes a server's own secrets out of what it says when something fails. Results are not touched:
//! what a granted tool answers is its business.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use crate::config::{Launch, Secret, ServerConfig};

/// Shorter values are ports, flags and words, whose removal would spoil messages and hide nothing.
const BYTES_MIN: usize = 8;

/// Tokens that are remembered; each renewal brings two, and old ones are worth nothing.
const LEARNED_MAX: usize = 16;

/// The values to be taken out. Clones learn together.
#[derive(Clone, Default)]
pub(crate) struct Redactor {
    /// Those of the configuration, longest first.
    known: Vec<String>,
    /// Those that came later, newest first.
    learned: Arc<RwLock<VecDeque<String>>>,
}

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} values)", self.known.len())
    }
}

impl Redactor {
    /// Knows the variables and the headers of that server.
    pub(crate) fn of(server: &ServerConfig) -> Self {
        let (secrets, auth): (&[(String, Secret)], _) = match &server.launch {
            Ok(Launch::Stdio(stdio)) => (&stdio.env, None),
            Ok(Launch::Http(http)) => (&http.headers, http.auth.as_ref()),
            Err(_) => (&[], None),
        };
        let client = auth.and_then(|auth| auth.client_secret.as_ref());
        let values = secrets.iter().map(|(_, secret)| secret).chain(client).map(Secret::reveal);
        // The token of `Bearer token` alone is as secret as the whole.
        let words = values.clone().flat_map(str::split_whitespace);
        let mut all: Vec<String> =
            values.chain(words).filter(|value| value.len() >= BYTES_MIN).map(str::to_owned).collect();
        all.sort_by_key(|value| std::cmp::Reverse(value.len()));
        all.dedup();
        Self { known: all, learned: Arc::default() }
    }

    /// Takes out `secret` from now on, too.
    pub(crate) fn learn(&self, secret: &str) {
        let mut learned = self.learned.write().unwrap_or_else(PoisonError::into_inner);
        if secret.len() >= BYTES_MIN && !learned.iter().any(|other| other == secret) {
            learned.push_front(secret.to_owned());
            learned.truncate(LEARNED_MAX);
        }
    }

    /// `text` without the values.
    pub(crate) fn text(&self, text: String) -> String {
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        learned.iter().chain(&self.known).fold(text, |text, secret| match text.contains(secret.as_str()) {
            true => text.replace(secret.as_str(), "<hidden>"),
            false => text,
        })
    }

    /// `value` with the values taken out of every string in it.
    pub(crate) fn value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, self.value(value))).collect(),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Redactor;
    use crate::config::Config;

    #[test]
    fn a_token_is_hidden_alone_and_with_its_scheme() {
        let text = r#"{"mcpServers":{"a":{"url":"http://x/","headers":
            {"Authorization":"Bearer canary-1234","X-Port":"80"}}}}"#;
        let config = Config::parse(text, Path::new("c"), &|_| None).expect("valid");
        let redactor = Redactor::of(config.server("a").expect("there"));
        let said = "got canary-1234 on port 80, Bearer canary-1234".to_owned();
        assert_eq!(redactor.text(said), "got <hidden> on port 80, <hidden>");
        redactor.clone().learn("token-canary");
        assert_eq!(redactor.text("a token-canary".to_owned()), "a <hidden>");
    }
}
