//! Calls of the modern protocol (2026-07-28) that take several rounds: reads what a server wants before it continues,
//! and repeats the call with the answers. The server's state is returned to it unchanged.

use std::time::Duration;

use callbox::{ToolError, ToolErrorCode};
use rmcp::model::CallToolRequestParams;
use serde_json::Value;

/// Maximum rounds of one call; other clients also stop at ten.
pub(super) const ROUNDS_MAX: u32 = 10;

/// Maximum requests of one round.
const REQUESTS_MAX: usize = 16;

/// Maximum bytes of a server's state, which is sent back with a call.
const STATE_BYTES_MAX: usize = 256 * 1024;

/// First pause before retrying if the server wants nothing but a retry; doubles each time.
const PAUSE: Duration = Duration::from_millis(100);

/// What a server wants before it continues.
#[derive(Debug, PartialEq)]
pub(super) struct Round {
    pub(super) requests: Vec<(String, Value)>,
    state: Option<String>,
}

/// Reads the result of `tools/call`; `None` if it is final.
pub(super) fn wanted(result: &Value) -> Result<Option<Round>, ToolError> {
    if result.get("resultType").and_then(Value::as_str) != Some("input_required") {
        return Ok(None);
    }
    let requests = match result.get("inputRequests") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Object(requests)) => requests.clone().into_iter().collect(),
        Some(_) => return Err(protocol("the server's `inputRequests` is not an object")),
    };
    let state = result.get("requestState").and_then(Value::as_str).map(str::to_owned);
    if requests.is_empty() && state.is_none() {
        return Err(protocol("the server wants input but does not say which"));
    }
    if requests.len() > REQUESTS_MAX || state.as_ref().is_some_and(|state| state.len() > STATE_BYTES_MAX) {
        return Err(protocol(&format!(
            "a server may want at most {REQUESTS_MAX} answers at once and send a state of at most {STATE_BYTES_MAX} bytes"
        )));
    }
    Ok(Some(Round { requests, state }))
}

impl Round {
    /// Returns how long to wait before the next round.
    pub(super) fn pause(&self, round: u32) -> Duration {
        if self.requests.is_empty() { PAUSE * 2_u32.pow(round.min(5)) } else { Duration::ZERO }
    }

    /// Returns the call that carries the answers.
    pub(super) fn repeat(
        self,
        mut call: CallToolRequestParams,
        answers: std::collections::BTreeMap<String, Value>,
    ) -> CallToolRequestParams {
        call.input_responses = (!answers.is_empty()).then_some(answers);
        call.request_state = self.state;
        call
    }
}

/// Makes the error for too many rounds.
pub(super) fn endless() -> ToolError {
    protocol(&format!("the server still wants input after {ROUNDS_MAX} rounds"))
}

fn protocol(message: &str) -> ToolError {
    ToolError::new(ToolErrorCode::Protocol, message)
}

#[cfg(test)]
mod tests {
    use rmcp::model::CallToolRequestParams;
    use serde_json::{Value, json};

    use super::wanted;

    fn refused(result: &Value) -> bool {
        wanted(result).is_err()
    }

    #[test]
    fn a_last_answer_wants_nothing() {
        assert_eq!(wanted(&json!({"content": []})), Ok(None));
        assert_eq!(wanted(&json!({"resultType": "complete", "requestState": "x"})), Ok(None));
    }

    #[test]
    fn a_state_goes_back_as_it_came_and_none_is_made_up() {
        let round = wanted(&json!({"resultType": "input_required", "requestState": " s\u{1}"}));
        let round = round.expect("readable").expect("a round");
        let again = round.repeat(CallToolRequestParams::new("t"), [].into());
        assert_eq!((again.request_state.as_deref(), again.input_responses), (Some(" s\u{1}"), None));
        let round = wanted(&json!({"resultType": "input_required", "inputRequests": {"a": {}}}));
        let round = round.expect("readable").expect("a round");
        let again = round.repeat(CallToolRequestParams::new("t"), [("a".to_owned(), json!(1))].into());
        assert_eq!(again.request_state, None);
        assert!(again.input_responses.is_some());
    }

    #[test]
    fn what_is_too_much_or_nothing_is_refused() {
        assert!(refused(&json!({"resultType": "input_required"})));
        assert!(refused(&json!({"resultType": "input_required", "inputRequests": []})));
        let many: Value = (0..17).map(|n| (n.to_string(), json!({}))).collect::<serde_json::Map<_, _>>().into();
        assert!(refused(&json!({"resultType": "input_required", "inputRequests": many})));
        assert!(refused(&json!({"resultType": "input_required", "requestState": "x".repeat(300_000)})));
    }
}
