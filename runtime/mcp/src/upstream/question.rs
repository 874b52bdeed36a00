//! Translates a server's question into our terms, and an answer into the server's. `questions` decides who is asked.

use reqwest::Url;
use serde_json::{Map, Value, json};

use super::redact::Redactor;
use crate::auth::names_a_user;
use crate::person::{Answer, Question, Wanted};
use callbox::internal::foreign;

/// Maximum bytes of a question's text.
const MESSAGE_BYTES_MAX: usize = 4096;

/// Maximum bytes of the schema of its fields: a form that a user fills in is far smaller.
const SCHEMA_BYTES_MAX: usize = 16 * 1024;

/// Maximum bytes of an address, as browsers accept them.
const ADDRESS_BYTES_MAX: usize = 2048;

/// Reads the parameters of `elicitation/create`, or says why the question cannot be put to anybody.
pub(super) fn read(server: &str, params: &Value, redactor: &Redactor) -> Result<Question, String> {
    let message = params.get("message").and_then(Value::as_str).unwrap_or_default();
    let message = foreign::block(&redactor.text(message.to_owned()), MESSAGE_BYTES_MAX);
    let wanted = match params.get("mode").and_then(Value::as_str).unwrap_or("form") {
        "form" => fields(params.get("requestedSchema"), redactor)?,
        "url" => address(params.get("url"))?,
        other => return Err(format!("its mode `{}` is unknown", foreign::line(other, 40))),
    };
    Ok(Question::new(server, message, wanted))
}

fn fields(schema: Option<&Value>, redactor: &Redactor) -> Result<Wanted, String> {
    let Some(Value::Object(schema)) = schema else { return Err("it has no schema".to_owned()) };
    let bytes = json!(schema).to_string().len();
    if bytes > SCHEMA_BYTES_MAX {
        return Err(format!("its schema has {bytes} bytes; at most {SCHEMA_BYTES_MAX} are shown to a user"));
    }
    let schema = schema.iter().map(|(name, value)| (name.clone(), redactor.value(value.clone())));
    Ok(Wanted::Fields(schema.collect()))
}

/// Accepts only `http` and `https`, since other schemes could act on the user's machine by themselves. An address with
/// a user name is rejected because it looks like another host's.
fn address(url: Option<&Value>) -> Result<Wanted, String> {
    let url = url.and_then(Value::as_str).filter(|url| url.len() <= ADDRESS_BYTES_MAX);
    let parsed = url.and_then(|url| Url::parse(url).ok());
    match parsed.filter(|url| matches!(url.scheme(), "https" | "http") && !names_a_user(url)) {
        Some(url) => Ok(Wanted::Address(url.into())),
        None => Err("its address is not an `https` or `http` address of reasonable length, or names a user".to_owned()),
    }
}

/// Returns the result of `elicitation/create`.
pub(super) fn result(answer: Answer) -> Value {
    match answer {
        Answer::Accepted(None) => json!({ "action": "accept" }),
        Answer::Accepted(Some(content)) => json!({ "action": "accept", "content": content }),
        Answer::Declined => json!({ "action": "decline" }),
        Answer::Cancelled => json!({ "action": "cancel" }),
    }
}

/// Returns the parameters of `elicitation/create` for a question.
pub fn params(question: &Question) -> Map<String, Value> {
    let mut params = Map::new();
    let message = format!("The server `{}` asks: {}", question.server, question.message);
    params.insert("message".to_owned(), message.into());
    match &question.wanted {
        Wanted::Fields(schema) => {
            params.insert("mode".to_owned(), "form".into());
            params.insert("requestedSchema".to_owned(), Value::Object(schema.clone()));
        }
        Wanted::Address(url) => {
            params.insert("mode".to_owned(), "url".into());
            params.insert("url".to_owned(), url.as_str().into());
        }
    }
    params
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Redactor, Wanted, read};

    fn of(params: &Value) -> Result<Wanted, String> {
        read("s", params, &Redactor::default()).map(|question| question.wanted)
    }

    #[test]
    fn a_form_keeps_its_schema_and_loses_what_is_secret() {
        let redactor = Redactor::default();
        redactor.learn("canary-1234");
        let schema = json!({"type": "object", "properties": {"a": {"type": "string", "title": "not canary-1234"}}});
        let params = json!({"message": "is it canary-1234?\u{1b}", "requestedSchema": schema});
        let question = read("s", &params, &redactor).expect("a question");
        assert_eq!(question.message, "is it <hidden>?\\u{1b}");
        let Wanted::Fields(schema) = question.wanted else { panic!("a form") };
        assert_eq!(schema["properties"]["a"]["title"], "not <hidden>");
    }

    #[test]
    fn what_no_person_can_be_shown_is_refused() {
        let long = "x".repeat(20_000);
        assert!(of(&json!({"message": "m"})).is_err());
        assert!(of(&json!({"message": "m", "requestedSchema": {"title": long}})).is_err());
        assert!(of(&json!({"message": "m", "mode": "hologram"})).is_err());
        for url in ["javascript:alert(1)", "file:///etc/passwd", "https://x@y/z", "", &format!("https://x/{long}")] {
            assert!(of(&json!({"message": "m", "mode": "url", "url": url})).is_err(), "{url:.40}");
        }
        let url = of(&json!({"message": "m", "mode": "url", "url": "https://x/y"}));
        assert_eq!(url, Ok(Wanted::Address("https://x/y".to_owned())));
    }
}
