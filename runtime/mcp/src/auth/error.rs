//! The reasons why a sign-in failed or is no longer valid, as a closed set with stable codes.

use std::error::Error;
use std::fmt;

use rmcp::transport::auth::AuthError;

use super::store::StoreError;
use crate::config::Secret;
use callbox::internal::foreign;

/// Messages of an authorization server longer than this are shortened.
const WORDS_CHARS_MAX: usize = 300;

/// The failure of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SignInError {
    /// The kind of failure.
    pub code: SignInCode,
    /// What happened; text from the authorization server is quoted as data, shortened, without secrets.
    pub message: String,
    /// What to do about it, as a whole sentence, if known.
    pub hint: Option<String>,
}

/// The kinds of sign-in failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInCode {
    /// No configured server has that name.
    UnknownServer,
    /// The entry is invalid.
    Misconfigured,
    /// The server has no address to sign in to, or its headers already authenticate.
    NotApplicable,
    /// The server does not say where to sign in.
    NotOffered,
    /// Finding out where to sign in failed.
    Discovery,
    /// The authorization server is not the expected one.
    WrongIssuer,
    /// An address of the authorization server is not protected by TLS.
    InsecureEndpoint,
    /// callbox is unknown to the authorization server and cannot be registered.
    Registration,
    /// This machine cannot receive an answer.
    Redirect,
    /// Answers arrived that belong to no sign-in of ours.
    WrongState,
    /// The user or the authorization server said no.
    Denied,
    /// The authorization server gave no token for its own code.
    Exchange,
    /// The authorization server rejects the configured client.
    ClientRefused,
    /// The authorization server no longer accepts the grant.
    RenewalRefused,
    /// A renewal failed, but may succeed later.
    RenewalFailed,
    /// Tokens cannot be stored or read.
    Store,
    /// Nobody signed in within the time limit.
    TimedOut,
}

impl SignInCode {
    /// Returns the stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownServer => "unknown_server",
            Self::Misconfigured => "misconfigured",
            Self::NotApplicable => "sign_in_not_applicable",
            Self::NotOffered => "sign_in_not_offered",
            Self::Discovery => "sign_in_discovery",
            Self::WrongIssuer => "sign_in_wrong_issuer",
            Self::InsecureEndpoint => "sign_in_insecure_endpoint",
            Self::Registration => "sign_in_registration",
            Self::Redirect => "sign_in_redirect",
            Self::WrongState => "sign_in_wrong_state",
            Self::Denied => "sign_in_denied",
            Self::Exchange => "sign_in_exchange",
            Self::ClientRefused => "sign_in_client_refused",
            Self::RenewalRefused => "sign_in_renewal_refused",
            Self::RenewalFailed => "sign_in_renewal_failed",
            Self::Store => "sign_in_store",
            Self::TimedOut => "sign_in_timed_out",
        }
    }
}

impl fmt::Display for SignInCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl SignInError {
    pub(super) fn new(code: SignInCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Wraps an error of `rmcp` that occurred while `doing` something; removes `secrets` from its text.
    pub(super) fn of(error: &AuthError, doing: SignInCode, secrets: &[&Secret]) -> Self {
        let code = match error {
            AuthError::AuthorizationServerMismatch { .. } | AuthError::AuthorizationServerMissingIssuer { .. } => {
                SignInCode::WrongIssuer
            }
            AuthError::AuthorizationRequired | AuthError::TokenRefreshRejected(_) => SignInCode::RenewalRefused,
            _ => doing,
        };
        Self::new(code, words(&chain(error), secrets))
    }

    /// Passes every text through `hidden`.
    pub(super) fn redacted(self, hidden: impl Fn(String) -> String) -> Self {
        Self { code: self.code, message: hidden(self.message), hint: self.hint.map(hidden) }
    }
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        let hint = match &error {
            StoreError::Exposed { .. } => Some("Make it readable only by yourself (`chmod 600`).".to_owned()),
            StoreError::Malformed { .. } => Some("Remove it and sign in again.".to_owned()),
            StoreError::Access { .. } => None,
        };
        Self { code: SignInCode::Store, message: error.to_string(), hint }
    }
}

/// Returns a third party's text on one line, without the secrets that were sent to it.
pub(super) fn words(text: &str, secrets: &[&Secret]) -> String {
    let hidden = secrets.iter().filter(|secret| !secret.reveal().is_empty());
    let text = hidden.fold(text.to_owned(), |text, secret| text.replace(secret.reveal(), "<hidden>"));
    foreign::line(&text, WORDS_CHARS_MAX)
}

/// Returns an error and the last of its causes, which says most.
fn chain(error: &AuthError) -> String {
    let mut cause: &(dyn Error + 'static) = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let (whole, last) = (error.to_string(), cause.to_string());
    if whole.contains(&last) { whole } else { format!("{whole}: {last}") }
}
