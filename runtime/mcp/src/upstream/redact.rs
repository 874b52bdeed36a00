//! Takes a server's own secrets out of what it says when something fails. Results are not touched:
//! what a granted tool answers is its business.

use serde_json::Value;

use crate::config::{Launch, Secret, ServerConfig};

/// Shorter values are ports, flags and words, whose removal would spoil messages and hide nothing.
const BYTES_MIN: usize = 8;

/// The values to be taken out, longest first.
#[derive(Clone, Default)]
pub(super) struct Redactor(Vec<String>);

impl std::fmt::Debug for Redactor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Redactor({} values)", self.0.len())
    }
}

impl Redactor {
    /// Knows the variables and the headers of that server.
    pub(super) fn of(server: &ServerConfig) -> Self {
        let secrets: &[(String, Secret)] = match &server.launch {
            Ok(Launch::Stdio(stdio)) => &stdio.env,
            Ok(Launch::Http(http)) => &http.headers,
            Err(_) => &[],
        };
        let values = secrets.iter().map(|(_, secret)| secret.reveal());
        // The token of `Bearer token` alone is as secret as the whole.
        let words = values.clone().flat_map(str::split_whitespace);
        let mut all: Vec<String> =
            values.chain(words).filter(|value| value.len() >= BYTES_MIN).map(str::to_owned).collect();
        all.sort_by_key(|value| std::cmp::Reverse(value.len()));
        all.dedup();
        Self(all)
    }

    /// `text` without the values.
    pub(super) fn text(&self, text: String) -> String {
        self.0.iter().fold(text, |text, secret| match text.contains(secret.as_str()) {
            true => text.replace(secret.as_str(), "<hidden>"),
            false => text,
        })
    }

    /// `value` with the values taken out of every string in it.
    pub(super) fn value(&self, value: Value) -> Value {
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
    }
}
