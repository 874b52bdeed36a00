//! Suspended requests, which wait for the client to return with the user's answers. Each belongs to one owner and
//! resumes once per handle; for others it does not exist.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rmcp::ErrorData;
use rmcp::model::{CallToolRequestParams, InputResponses};
use sha2::{Digest, Sha256};

use crate::detached::DetachedRequest;
use crate::options::GatewayOptions;
use crate::owner::Owner;

/// How long an abandoned request is kept beyond the time for answers.
const GRACE: Duration = Duration::from_secs(60);

/// The suspended requests.
pub(crate) struct SuspendedRequests {
    requests_max: usize,
    principal_requests_max: usize,
    age_max: Duration,
    waiting: Mutex<HashMap<String, SuspendedRequest>>,
}

struct SuspendedRequest {
    owner: Owner,
    request: Fingerprint,
    detached: DetachedRequest,
    since: Instant,
}

/// Distinguishes a request from others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(request: &CallToolRequestParams) -> Self {
        let mut hash = Hashed(Sha256::new());
        // Hashing cannot fail, and the request came as JSON, so it can be written as JSON.
        let _ = serde_json::to_writer(&mut hash, &(&request.name, &request.arguments));
        Self(hash.0.finalize().into())
    }
}

/// Feeds written bytes into a hash, so that no copy is made.
struct Hashed(Sha256);

impl io::Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl SuspendedRequests {
    /// The age limit follows from `person_ms_max`, the time for one user's answers.
    pub(crate) fn new(options: &GatewayOptions) -> Self {
        let age_max = Duration::from_millis(options.person_ms_max).saturating_add(GRACE);
        let requests_max = options.parked_max;
        let principal_requests_max = options.principal_parked_max;
        Self { requests_max, principal_requests_max, age_max, waiting: Mutex::default() }
    }

    /// Suspends a request and returns the handle for resuming it; gives the request back if too many are suspended.
    pub(crate) fn suspend(
        &self,
        owner: &Owner,
        request: Fingerprint,
        detached: DetachedRequest,
    ) -> Result<String, DetachedRequest> {
        let mut waiting = self.swept();
        let of_principal = waiting.values().filter(|entry| entry.owner.principal() == owner.principal()).count();
        let has_room = waiting.len() < self.requests_max && of_principal < self.principal_requests_max;
        let Some(handle) = fresh_handle().filter(|_| has_room) else { return Err(detached) };
        let entry = SuspendedRequest { owner: owner.clone(), request, detached, since: Instant::now() };
        waiting.insert(handle.clone(), entry);
        Ok(handle)
    }

    /// Removes the request and passes it the answers; the handle is void afterwards.
    ///
    /// # Errors
    ///
    /// What the client can do about it. Forged, used, expired and foreign handles all give the same error.
    pub(crate) fn take(
        &self,
        owner: &Owner,
        handle: &str,
        request: Fingerprint,
        responses: InputResponses,
    ) -> Result<DetachedRequest, ErrorData> {
        let mut waiting = self.swept();
        let Some(found) = waiting.get(handle).filter(|found| found.owner == *owner) else {
            let message = "no request waits under this `requestState`: it was used already, has expired, or was not \
                           given to this client; call the tool again without it";
            return Err(ErrorData::invalid_params(message, None));
        };
        if found.request != request {
            let message = "the request differs from the one that waits for answers; repeat that one unchanged";
            return Err(ErrorData::invalid_params(message, None));
        }
        found.detached.questions.reply_all(responses).map_err(|message| ErrorData::invalid_params(message, None))?;
        match waiting.remove(handle) {
            Some(found) => Ok(found.detached),
            None => Err(ErrorData::internal_error("the request is gone", None)),
        }
    }

    /// Ends all suspended requests.
    pub(crate) fn clear(&self) {
        self.swept().clear();
    }

    fn swept(&self) -> MutexGuard<'_, HashMap<String, SuspendedRequest>> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, entry| entry.since.elapsed() < self.age_max);
        waiting
    }
}

/// Returns a handle of 128 random bits; `None` if the system has no randomness.
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

    use super::{DetachedRequest, Fingerprint, GatewayOptions, Owner, SuspendedRequests};
    use crate::detached::RequestWork;
    use crate::pending_questions::PendingQuestions;
    use crate::progress::Progress;
    use crate::run_script::failed;
    use callbox_mcp::QuestionForms;

    fn suspended(parked_max: usize, principal_parked_max: usize) -> SuspendedRequests {
        let options =
            GatewayOptions { parked_max, principal_parked_max, person_ms_max: 1_000, ..GatewayOptions::default() };
        SuspendedRequests::new(&options)
    }

    fn owner(principal: &str) -> Owner {
        Owner::new(principal, None)
    }

    fn detached(cancel: &CancellationToken) -> DetachedRequest {
        let questions = PendingQuestions::new(QuestionForms::default());
        let progress = Progress::default();
        DetachedRequest::start(RequestWork {
            work: async { failed("x", 100) }.boxed(),
            questions,
            progress,
            cancel: cancel.clone(),
        })
    }

    fn request(name: &'static str) -> Fingerprint {
        Fingerprint::of(&CallToolRequestParams::new(name))
    }

    #[tokio::test]
    async fn a_request_goes_on_once_for_its_owner_alone() {
        let suspended = suspended(8, 8);
        let cancel = CancellationToken::new();
        let handle = suspended.suspend(&owner("anna"), request("a"), detached(&cancel)).ok().expect("parked");
        let take = |name_of, handle: &str, name| suspended.take(&owner(name_of), handle, request(name), [].into());
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
        let mut suspended = suspended(1, 1);
        let handle = suspended.suspend(&owner("a"), request("a"), detached(&cancel)).ok().expect("parked");
        assert!(suspended.suspend(&owner("a"), request("a"), detached(&CancellationToken::new())).is_err(), "too many");
        suspended.age_max = std::time::Duration::ZERO;
        assert!(suspended.take(&owner("a"), &handle, request("a"), [].into()).is_err(), "expired");
        assert!(cancel.is_cancelled());
    }

    #[tokio::test]
    async fn one_principal_parks_its_share_alone() {
        let suspended = suspended(8, 2);
        let suspend = |principal: &str, session| {
            let owner = Owner::new(principal, Some(session));
            suspended.suspend(&owner, request("a"), detached(&CancellationToken::new())).is_ok()
        };
        assert!(suspend("greedy", "1") && suspend("greedy", "2"));
        assert!(!suspend("greedy", "3"), "whatever its session");
        assert!(suspend("honest", "1"));
    }
}
