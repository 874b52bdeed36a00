//! Requests that take several rounds in the modern protocol: what is still needed from the client, and the state it
//! passes back. The state is a handle to data stored here, so that it cannot be forged.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rmcp::model::{ClientCapabilities, InputRequests, InputRequiredResult, InputResponses};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer};
use serde_json::{Map, Value};

use crate::data::{Data, typed};

/// Issued handles, each with its name and round.
#[derive(Debug, Default)]
pub(crate) struct Rounds(Mutex<HashMap<String, (String, usize)>>);

/// What a request carries over from the previous round.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) responses: InputResponses,
    pub(crate) state: Option<String>,
}

impl Rounds {
    /// Returns what is needed next; nothing if everything was given.
    pub(crate) fn next(
        &self,
        data: &Data,
        name: &str,
        given: &Given,
        context: &RequestContext<RoleServer>,
    ) -> Result<Option<InputRequiredResult>, ErrorData> {
        let Some(rounds) = data.rounds.get(name) else { return Ok(None) };
        let declared = context.client_capabilities().unwrap_or_default();
        let round = self.round(name, given)?;
        let asked = rounds.get(round).map(|wanted| within(wanted, &declared)).unwrap_or_default();
        let round = if is_answered(&asked, &given.responses) { round + 1 } else { round };
        let Some(wanted) = rounds.get(round) else { return Ok(None) };
        let requests: InputRequests = typed(Value::Object(within(wanted, &declared)))?;
        let state = (!data.stateless_rounds.iter().any(|known| known == name)).then(|| self.remember(name, round));
        Ok(Some(InputRequiredResult::new(Some(requests), state)))
    }

    /// Returns the round that a request answers.
    fn round(&self, name: &str, given: &Given) -> Result<usize, ErrorData> {
        let Some(state) = &given.state else { return Ok(0) };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match known.get(state) {
            Some((owner, round)) if owner == name => Ok(*round),
            _ => Err(ErrorData::invalid_params("`requestState` is not what was handed out", None)),
        }
    }

    fn remember(&self, name: &str, round: usize) -> String {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let handle = format!("{name}-{}", known.len());
        known.insert(handle.clone(), (name.to_owned(), round));
        handle
    }
}

fn is_answered(asked: &Map<String, Value>, responses: &InputResponses) -> bool {
    asked.keys().all(|key| responses.get(key).is_some_and(Value::is_object))
}

/// Returns the requests that the client declares it can answer.
fn within(wanted: &Map<String, Value>, declared: &ClientCapabilities) -> Map<String, Value> {
    let can = |request: &Value| match request["method"].as_str() {
        Some("elicitation/create") => declared.elicitation.is_some(),
        Some("sampling/createMessage") => declared.sampling.is_some(),
        Some("roots/list") => declared.roots.is_some(),
        _ => false,
    };
    wanted.iter().filter(|(_, request)| can(request)).map(|(key, request)| (key.clone(), request.clone())).collect()
}
