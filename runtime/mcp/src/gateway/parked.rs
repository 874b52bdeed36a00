//! Requests that wait for the client to come back with a person's answers. Each belongs to one principal and
//! goes on once for each handle; to others it does not exist.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rmcp::ErrorData;
use rmcp::model::{CallToolRequestParams, InputResponses};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::underway::Underway;

/// How long the end of a request that nobody came back for is kept beyond the time for answers.
const GRACE: Duration = Duration::from_secs(60);

/// The requests that wait.
pub(super) struct Parked {
    requests_max: usize,
    age_max: Duration,
    waiting: Mutex<HashMap<String, Waiting>>,
}

struct Waiting {
    owner: String,
    request: Fingerprint,
    underway: Underway,
    since: Instant,
}

/// Tells a request from others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(request: &CallToolRequestParams) -> Self {
        Self(Sha256::digest(json!([request.name, request.arguments]).to_string()).into())
    }
}

impl Parked {
    /// Each person is asked for `person_ms_max` at most.
    pub(super) fn new(requests_max: usize, person_ms_max: u64) -> Self {
        let age_max = Duration::from_millis(person_ms_max).saturating_add(GRACE);
        Self { requests_max, age_max, waiting: Mutex::default() }
    }

    /// Keeps a request, and gives the handle under which it goes on; gives it back where too many wait.
    pub(super) fn park(&self, owner: &str, request: Fingerprint, underway: Underway) -> Result<String, Underway> {
        let mut waiting = self.swept();
        let Some(handle) = fresh_handle().filter(|_| waiting.len() < self.requests_max) else { return Err(underway) };
        let entry = Waiting { owner: owner.to_owned(), request, underway, since: Instant::now() };
        waiting.insert(handle.clone(), entry);
        Ok(handle)
    }

    /// Takes the answers, and the request out; the handle is worth nothing afterwards.
    ///
    /// # Errors
    ///
    /// What the client can do about it. A handle that was made up, used, has expired or is another's is told
    /// apart from none of these.
    pub(super) fn take(
        &self,
        owner: &str,
        handle: &str,
        request: Fingerprint,
        responses: InputResponses,
    ) -> Result<Underway, ErrorData> {
        let mut waiting = self.swept();
        let Some(found) = waiting.get(handle).filter(|found| found.owner == owner) else {
            let message = "nothing waits under this `requestState`: it was used already, has expired, or was not \
                           given to this client; call the tool again without it";
            return Err(ErrorData::invalid_params(message, None));
        };
        if found.request != request {
            let message = "the request is not the one that was asked about; repeat that one unchanged";
            return Err(ErrorData::invalid_params(message, None));
        }
        found.underway.desk.reply_all(responses).map_err(|message| ErrorData::invalid_params(message, None))?;
        match waiting.remove(handle) {
            Some(found) => Ok(found.underway),
            None => Err(ErrorData::internal_error("the request is gone", None)),
        }
    }

    /// Ends all of them.
    pub(super) fn clear(&self) {
        self.swept().clear();
    }

    fn swept(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, entry| entry.since.elapsed() < self.age_max);
        waiting
    }
}

/// 128 random bits; none where the system has no randomness.
fn fresh_handle() -> Option<String> {
    let (high, low) = (getrandom::u64().ok()?, getrandom::u64().ok()?);
    let mut handle = String::new();
    // Writing into a `String` cannot fail.
    let _ = write!(handle, "{high:016x}{low:016x}");
    Some(handle)
}

#[cfg(test)]
mod tests {
    use callbox::CancellationToken;
    use futures::FutureExt;
    use rmcp::model::CallToolRequestParams;

    use super::{Fingerprint, Parked, Underway};
    use crate::gateway::desk::Desk;
    use crate::gateway::progress::Progress;
    use crate::gateway::script::failed;
    use crate::gateway::underway::Work;
    use crate::person::QuestionForms;

    fn underway(cancel: &CancellationToken) -> Underway {
        let (desk, progress) = (Desk::new(QuestionForms::default()), Progress::default());
        Underway::start(Work { work: async { failed("x") }.boxed(), desk, progress, cancel: cancel.clone() })
    }

    fn request(name: &'static str) -> Fingerprint {
        Fingerprint::of(&CallToolRequestParams::new(name))
    }

    #[tokio::test]
    async fn a_request_goes_on_once_for_its_owner_alone() {
        let parked = Parked::new(8, 1_000);
        let cancel = CancellationToken::new();
        let handle = parked.park("anna", request("a"), underway(&cancel)).ok().expect("parked");
        let take = |owner, handle: &str, name| parked.take(owner, handle, request(name), [].into());
        let foreign = take("boris", &handle, "a").err().expect("not his");
        let made_up = take("anna", &"0".repeat(32), "a").err().expect("made up");
        assert_eq!(foreign.message, made_up.message);
        assert!(take("anna", &handle, "b").is_err(), "another request");
        assert!(!cancel.is_cancelled(), "no try has ended it");
        assert!(take("anna", &handle, "a").is_ok());
        assert!(take("anna", &handle, "a").is_err(), "used already");
        assert!(cancel.is_cancelled(), "dropped");
    }

    #[tokio::test]
    async fn there_is_an_end_to_waiting_and_to_their_number() {
        let cancel = CancellationToken::new();
        let mut parked = Parked::new(1, 1_000);
        let handle = parked.park("a", request("a"), underway(&cancel)).ok().expect("parked");
        assert!(parked.park("a", request("a"), underway(&CancellationToken::new())).is_err(), "too many");
        parked.age_max = std::time::Duration::ZERO;
        assert!(parked.take("a", &handle, request("a"), [].into()).is_err(), "expired");
        assert!(cancel.is_cancelled());
    }
}
