//! The grant of a sign-in, and its text form in a store.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use rmcp::transport::auth::{OAuthTokenResponse, StoredCredentials};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::error::SignInError;
use super::scopes::Scopes;
use super::store::StoreError;
use crate::config::{AuthConfig, Secret};

/// The format of the text; others are not read.
const VERSION: u32 = 1;

/// Access is renewed this long before it expires, seconds: a call takes less, and clocks differ. If half of its
/// lifetime is shorter, that applies.
const EARLY_S: u64 = 60;

/// Access to one server, granted by one authorization server to one client.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Grant {
    version: u32,
    /// The authorization server; `None` for one that does not state its name.
    pub(super) issuer: Option<String>,
    pub(super) client_id: String,
    /// The secret of a dynamically registered client; the configured one is not stored.
    client_secret: Option<String>,
    access_token: String,
    refresh_token: Option<String>,
    received_at_s: u64,
    lifetime_s: Option<u64>,
    pub(super) scopes: Scopes,
    /// Scopes that the server has reported missing since, to request at the next sign-in.
    #[serde(default)]
    pub(super) scopes_wanted: Scopes,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The few fields of `rmcp`'s form that are needed here.
#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    expires_in: Option<u64>,
}

impl Grant {
    /// Converts what `rmcp` received; `secret` is that of a dynamically registered client.
    pub(super) fn received(stored: &StoredCredentials, secret: Option<String>) -> Option<Self> {
        let tokens = serde_json::to_value(stored.token_response.as_ref()?).ok()?;
        let tokens: Tokens = serde_json::from_value(tokens).ok()?;
        Some(Self {
            version: VERSION,
            issuer: stored.issuer.clone(),
            client_id: stored.client_id.clone(),
            client_secret: secret,
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            received_at_s: stored.token_received_at.unwrap_or_else(now_s),
            lifetime_s: tokens.expires_in,
            scopes: stored.granted_scopes.iter().map(String::as_str).collect(),
            scopes_wanted: Scopes::default(),
        })
    }

    /// Converts it into the form that `rmcp` renews.
    pub(super) fn stored(&self) -> Option<StoredCredentials> {
        let tokens = json!({
            "access_token": self.access_token,
            "token_type": "bearer",
            "refresh_token": self.refresh_token.as_ref()?,
        });
        let tokens: OAuthTokenResponse = serde_json::from_value(tokens).ok()?;
        let scopes = self.scopes.iter().map(str::to_owned).collect();
        let stored = StoredCredentials::new(self.client_id.clone(), Some(tokens), scopes, Some(self.received_at_s));
        Some(stored.with_issuer(self.issuer.clone()))
    }

    pub(super) fn read(text: &Secret) -> Result<Self, StoreError> {
        let malformed = || StoreError::Malformed { place: "the token store".to_owned() };
        let grant: Self = serde_json::from_str(text.reveal()).map_err(|_| malformed())?;
        if grant.version == VERSION { Ok(grant) } else { Err(malformed()) }
    }

    pub(super) fn text(&self) -> Result<Secret, SignInError> {
        let text = serde_json::to_string(self).map_err(|_| StoreError::Malformed { place: "a grant".to_owned() })?;
        Ok(Secret::new(text))
    }

    pub(super) fn access_token(&self) -> &str {
        &self.access_token
    }

    pub(super) fn refresh_token(&self) -> Option<Secret> {
        self.refresh_token.as_deref().map(Secret::new)
    }

    /// Returns the secret of its client: the configured one if it is that client, otherwise the registered one.
    pub(super) fn client_secret(&self, config: &AuthConfig) -> Option<Secret> {
        match &config.client_id {
            Some(id) if *id == self.client_id => config.client_secret.clone(),
            _ => self.client_secret.as_deref().map(Secret::new),
        }
    }

    /// Returns the secret of a dynamically registered client.
    pub(super) fn registered_secret(&self) -> Option<String> {
        self.client_secret.clone()
    }

    /// Returns everything in it that must not be shown.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let others = [&self.refresh_token, &self.client_secret];
        std::iter::once(&self.access_token).chain(others.into_iter().flatten()).map(String::as_str).collect()
    }

    /// Checks whether it was given to the client that the configuration names.
    pub(super) fn is_of(&self, config: &AuthConfig) -> bool {
        config.client_id.as_ref().is_none_or(|id| *id == self.client_id)
    }

    /// Checks whether it is time to renew it.
    pub(super) fn is_due(&self) -> bool {
        self.left_s().is_some_and(|left| left <= EARLY_S.min(self.lifetime_s.unwrap_or(0) / 2))
    }

    /// Checks whether it has expired.
    pub(super) fn is_over(&self) -> bool {
        self.left_s() == Some(0)
    }

    /// Returns the seconds until it expires; `None` if that is unknown.
    pub(super) fn left_s(&self) -> Option<u64> {
        Some((self.received_at_s.saturating_add(self.lifetime_s?)).saturating_sub(now_s()))
    }

    /// Sets the scopes to request at the next sign-in.
    pub(super) fn wanting(self, scopes_wanted: Scopes) -> Self {
        Self { scopes_wanted, ..self }
    }

    /// Returns it as of no use after a rejected renewal, but with the scopes to request next.
    pub(super) fn spent(&self) -> Self {
        Self { refresh_token: None, lifetime_s: Some(0), received_at_s: 0, ..self.clone() }
    }
}

fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
