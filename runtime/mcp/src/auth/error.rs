//! Why a sign-in did not come about or is no longer good, as a closed set with stable codes.

use std::error::Error;
use std::fmt;

use rmcp::transport::auth::AuthError;

use super::store::StoreError;
use crate::config::Secret;
use crate::quote;

/// Longer words of an authorization server are shortened.
const WORDS_CHARS_MAX: usize = 300;

/// Why a sign-in failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SignInError {
    /// What kind of failure.
    pub code: SignInCode,
    /// What happened; text of the authorization server is quoted as data, shortened, without secrets.
    pub message: String,
    /// What to do about it, a whole sentence, where that is known.
    pub hint: Option<String>,
}

/// The kinds of failure of a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignInCode {
    /// No configured server has that name.
    UnknownServer,
    /// The entry is wrong.
    Misconfigured,
    /// The server has no address to sign in to, or its headers say who asks.
    NotApplicable,
    /// The server does not say where to sign in.
    NotOffered,
    /// Where to sign in could not be found out.
    Discovery,
    /// The authorization server is another one than it should be.
    WrongIssuer,
    /// An address of the authorization server is not protected by TLS.
    InsecureEndpoint,
    /// callbox is unknown to the authorization server and cannot be registered.
    Registration,
    /// No answer can be received on this machine.
    Redirect,
    /// Answers came that belong to no sign-in of ours.
    WrongState,
    /// The person or the authorization server said no.
    Denied,
    /// The authorization server gave no token for its own code.
    Exchange,
    /// The authorization server refuses the configured client.
    ClientRefused,
    /// What was once given is no longer accepted.
    RenewalRefused,
    /// A renewal did not come about, and may later.
    RenewalFailed,
    /// Tokens cannot be kept, or not be read.
    Store,
    /// Nobody signed in within the time.
    TimedOut,
}

impl SignInCode {
    /// The stable name.
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

    /// What `rmcp` says went wrong while `doing` something; `secrets` are taken out of its words.
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

    /// The same, with every text passed through `hidden`.
    pub(super) fn redacted(self, hidden: impl Fn(String) -> String) -> Self {
        Self { code: self.code, message: hidden(self.message), hint: self.hint.map(hidden) }
    }
}

impl From<StoreError> for SignInError {
    fn from(error: StoreError) -> Self {
        let hint = match &error {
            StoreError::Exposed { .. } => Some("Make it readable for yourself alone (`chmod 600`).".to_owned()),
            StoreError::Malformed { .. } => Some("Remove it and sign in again.".to_owned()),
            StoreError::Access { .. } => None,
        };
        Self { code: SignInCode::Store, message: error.to_string(), hint }
    }
}

/// A third party's words on one line, without the secrets that were sent to it.
pub(super) fn words(text: &str, secrets: &[&Secret]) -> String {
    let hidden = secrets.iter().filter(|secret| !secret.reveal().is_empty());
    let text = hidden.fold(text.to_owned(), |text, secret| text.replace(secret.reveal(), "<hidden>"));
    quote::line(&text, WORDS_CHARS_MAX)
}

/// An error and the last of its causes, which says most.
fn chain(error: &AuthError) -> String {
    let mut cause: &(dyn Error + 'static) = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let (whole, last) = (error.to_string(), cause.to_string());
    if whole.contains(&last) { whole } else { format!("{whole}: {last}") }
}
