//! The authorization server of an upstream server: finds it, checks it, and identifies the client to it.

use std::time::Duration;

use reqwest::Url;
use rmcp::transport::auth::{
    AuthError, AuthorizationManager, AuthorizationMetadata, CredentialStore as _, InMemoryCredentialStore,
    OAuthClientConfig, StoredCredentials,
};
use tokio::time::timeout;

use super::challenge::challenge;
use super::error::{SignInCode, SignInError};
use super::stored_grant;
use super::target::Target;
use crate::config::{AuthConfig, Secret};
use crate::tls;

/// Longest time for finding out where to sign in: up to nine small requests.
const DISCOVERY: Duration = Duration::from_secs(20);

/// The name under which callbox is registered.
const CLIENT_NAME: &str = "callbox";

/// An authorization server and the exchange with it.
pub(super) struct Authority {
    pub(super) manager: AuthorizationManager,
    pub(super) metadata: AuthorizationMetadata,
    /// Whether the addresses were published, or are the defaults that 2025-03-26 gives servers that publish none.
    is_published: bool,
    received: InMemoryCredentialStore,
}

impl Authority {
    /// Finds the authorization server by asking the upstream server.
    pub(super) async fn find(target: &Target) -> Result<Self, SignInError> {
        match timeout(DISCOVERY, discover(target)).await {
            Ok(found) => found,
            Err(_) => {
                let message = format!("server `{}` did not say in time where to sign in", target.server);
                Err(SignInError::new(SignInCode::Discovery, message))
            }
        }
    }

    /// Finds the authorization server for the configured client. Fails if the client signed in at another one before,
    /// which must be the only one to get its identifier and secret.
    pub(super) async fn find_for_client(target: &Target) -> Result<Self, SignInError> {
        let authority = Self::find(target).await?;
        if !stored_grant::is_client_of_another(target, authority.issuer()).await {
            return Ok(authority);
        }
        let server = &target.server;
        let message = format!(
            "server `{server}` now has a different authorization server from the one `auth.clientId` signed in at"
        );
        let hint = format!("Sign out of `{server}` if that is right, and correct `auth` for the new one.");
        Err(SignInError::new(SignInCode::WrongIssuer, message).with_hint(hint))
    }

    /// Returns its name for itself.
    pub(super) fn issuer(&self) -> Option<&str> {
        self.metadata.issuer.as_deref()
    }

    /// Returns an endpoint besides the usual ones.
    pub(super) fn endpoint(&self, name: &str) -> Option<&str> {
        self.metadata.additional_fields.get(name)?.as_str()
    }

    /// Checks whether the metadata sets the flag.
    pub(super) fn says(&self, name: &str) -> bool {
        self.metadata.additional_fields.get(name).and_then(serde_json::Value::as_bool) == Some(true)
    }

    /// Configures a known client.
    pub(super) fn speak_as(&mut self, id: &str, secret: Option<&Secret>, redirect: &str) -> Result<(), SignInError> {
        let config = OAuthClientConfig::new(id, redirect);
        let config = match secret {
            Some(secret) => config.with_client_secret(secret.reveal()),
            None => config,
        };
        let configured = self.manager.configure_client(config);
        configured.map_err(|error| SignInError::of(&error, SignInCode::Discovery, &[]))
    }

    /// Configures a client: the configured one, the one described at an address, or a newly registered one. Returns the
    /// secret of a new one.
    pub(super) async fn identify(
        &mut self,
        auth: &AuthConfig,
        redirect: &str,
        scopes: &[&str],
    ) -> Result<Option<String>, SignInError> {
        if let Some(id) = &auth.client_id {
            return self.speak_as(id, auth.client_secret.as_ref(), redirect).map(|()| None);
        }
        if let Some(url) = &auth.client_metadata_url
            && self.says("client_id_metadata_document_supported")
        {
            return self.speak_as(url, None, redirect).map(|()| None);
        }
        let registered = self.manager.register_client(CLIENT_NAME, redirect, scopes).await;
        registered.map(|client| client.client_secret).map_err(|error| self.unregistered(&error, redirect))
    }

    fn unregistered(&self, error: &AuthError, redirect: &str) -> SignInError {
        if !self.is_published {
            return not_offered();
        }
        SignInError::of(error, SignInCode::Registration, &[]).with_hint(format!(
            "Register callbox there with the redirect `{redirect}`, and set `auth.clientId` (and `auth.callbackPort`, if the port must be fixed)."
        ))
    }

    /// Returns the credentials received last.
    pub(super) async fn received(&self) -> Option<StoredCredentials> {
        self.received.load().await.ok().flatten()
    }

    /// Sets the credentials to be renewed.
    pub(super) async fn renewing(&self, stored: StoredCredentials) {
        // An in-memory store cannot fail.
        let _ = self.received.save(stored).await;
    }
}

async fn discover(target: &Target) -> Result<Authority, SignInError> {
    tls::choose_provider();
    let failed = |error: AuthError| SignInError::of(&error, SignInCode::Discovery, &[]);
    let address = target.address.as_str();
    let mut manager = match target.auth.private_addresses {
        true => AuthorizationManager::new_allowing_private_addresses(address).await,
        false => AuthorizationManager::new(address).await,
    }
    .map_err(failed)?;
    let received = InMemoryCredentialStore::new();
    manager.set_credential_store(received.clone());
    let challenge = challenge(target).await;
    let found = manager.resolve_metadata_from_challenge(challenge.as_deref()).await.map_err(failed)?;
    let metadata = found.metadata.clone();
    check(&metadata)?;
    manager.set_metadata(found.metadata);
    Ok(Authority { manager, metadata, is_published: found.source.is_discovered(), received })
}

/// Checks the addresses that codes, secrets and tokens are sent to.
fn check(metadata: &AuthorizationMetadata) -> Result<(), SignInError> {
    let registration = metadata.registration_endpoint.as_deref();
    for endpoint in [metadata.authorization_endpoint.as_str(), &metadata.token_endpoint].into_iter().chain(registration)
    {
        if !is_protected(endpoint) {
            let shown = callbox::internal::foreign::line(endpoint, 200);
            let message = format!("the authorization server's address `{shown}` is not https, or names a user");
            return Err(SignInError::new(SignInCode::InsecureEndpoint, message));
        }
    }
    Ok(())
}

/// Checks that nobody on the way can read what is sent there, and that the address is not misleading:
/// `https://login.example@elsewhere` leads to `elsewhere`.
pub(super) fn is_protected(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    if names_a_user(&url) {
        return false;
    }
    let is_loopback = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    match url.scheme() {
        "https" => url.host_str().is_some(),
        "http" => url.host_str().is_some_and(is_loopback),
        _ => false,
    }
}

/// Checks whether the address has a user name or a password.
pub(crate) fn names_a_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn not_offered() -> SignInError {
    SignInError::new(SignInCode::NotOffered, "the server does not say where to sign in")
        .with_hint("Put its credentials into `headers`, such as `Authorization`.")
}

#[cfg(test)]
mod tests {
    use super::is_protected;

    #[test]
    fn a_person_is_sent_to_https_or_this_machine_and_nowhere_else() {
        for address in [
            "https://h/authorize",
            "https://h:8443/a?b=c",
            "http://127.0.0.1:9/a",
            "http://[::1]/",
            "http://localhost/",
        ] {
            assert!(is_protected(address), "{address}");
        }
        for address in [
            "http://h/authorize",
            "https://login.example@elsewhere/authorize",
            "https://login.example:443@elsewhere/",
            "https://:secret@h/",
            "https://login.example%2F@elsewhere/",
            "http://localhost@elsewhere/",
            "http://127.0.0.1.example/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "ms-settings:privacy",
            "data:text/html,x",
            "https:",
            "-a https://h/",
            "",
        ] {
            assert!(!is_protected(address), "{address}");
        }
    }
}
