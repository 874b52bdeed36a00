//! Authentication failures: why the server rejects requests, and what a user can do about it.

use std::borrow::Cow;

use shlex::Quoter;

use super::error::{SignInCode, SignInError};
use super::scopes::Scopes;
use crate::error::FailureCode;

/// The sign-in command, as a tool's error names it.
const LOGIN: &str = "callbox login";

/// The reason why a request was not authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AuthFailure {
    /// Nobody has signed in.
    SignedOut,
    /// The sign-in has expired, or the server rejects it.
    Refused,
    /// The sign-in lacks scopes.
    Scopes(Vec<String>),
    /// Getting access failed.
    Failed(SignInError),
}

impl AuthFailure {
    pub(super) fn scopes(missing: &Scopes) -> Self {
        Self::Scopes(missing.iter().map(str::to_owned).collect())
    }

    /// Returns the failure code for the server.
    pub(crate) fn code(&self) -> FailureCode {
        match self.needs_person() {
            true => FailureCode::SignInRequired,
            false => FailureCode::Unauthorized,
        }
    }

    /// Describes what happened.
    pub(crate) fn words(&self, server: &str) -> String {
        match self {
            Self::SignedOut => format!("server `{server}` requires a sign-in"),
            Self::Refused => format!("server `{server}` no longer accepts the sign-in"),
            Self::Scopes(missing) if missing.is_empty() => format!("server `{server}` requires more scopes"),
            Self::Scopes(missing) => format!("server `{server}` requires more scopes: `{}`", missing.join("`, `")),
            Self::Failed(error) => format!("no access to server `{server}`: {error} [{}]", error.code),
        }
    }

    /// Says what to do about it; `command` is the sign-in command, which the server's name follows.
    pub(crate) fn hint(&self, server: &str, command: &str) -> Option<String> {
        match self {
            Self::Failed(error) if !self.needs_person() => {
                error.hint.clone().or_else(|| client_hint(error.code).map(str::to_owned))
            }
            _ => Some(format!("Sign in with `{command} {}`.", shell_word(server))),
        }
    }

    /// Describes both on one line, for the script that made the call: without paths and text from third parties.
    pub(crate) fn message_for_script(&self, server: &str) -> String {
        match self {
            Self::Failed(error) if !self.needs_person() => {
                format!("there is no access to server `{server}` now [{}]", error.code)
            }
            _ => format!("{}: sign in with `{LOGIN} {}`", self.words(server), shell_word(server)),
        }
    }

    fn needs_person(&self) -> bool {
        match self {
            Self::SignedOut | Self::Refused | Self::Scopes(_) => true,
            Self::Failed(error) => error.code == SignInCode::RenewalRefused,
        }
    }
}

fn client_hint(code: SignInCode) -> Option<&'static str> {
    match code {
        SignInCode::ClientRefused => Some("Correct `auth.clientId`, `auth.clientSecret` or `auth.scopes`."),
        SignInCode::RenewalFailed | SignInCode::Discovery => Some("Try again; the authorization server may be down."),
        _ => None,
    }
}

/// Quotes a name so that a shell takes it as one word.
#[must_use]
pub fn shell_word(name: &str) -> String {
    // Only a NUL could fail, which no shell takes anyway.
    Quoter::new().allow_nul(true).quote(name).map_or_else(|_| name.to_owned(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::{AuthFailure, shell_word};

    #[test]
    fn the_command_is_one_that_a_shell_takes() {
        assert_eq!(shell_word("my-server"), "my-server");
        assert_eq!(shell_word("a b'; rm"), "\"a b'; rm\"");
        let hint = AuthFailure::SignedOut.hint("my server", "callbox login").expect("a hint");
        assert_eq!(hint, "Sign in with `callbox login 'my server'`.");
    }
}
