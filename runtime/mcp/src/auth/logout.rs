//! Ends a sign-in: removes the stored grants, and revokes the tokens if the authorization server supports it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::authority::{Authority, is_protected};
use super::error::SignInError;
use super::grant::Grant;
use super::store::TokenStore;
use super::stored_grant;
use super::target::Target;
use crate::config::{Config, Secret};

/// Longest time for a revocation.
const REVOKE: Duration = Duration::from_secs(10);

/// The outcome of ending a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedOut {
    /// Whether anything was stored.
    pub was_signed_in: bool,
    /// Whether the authorization server confirmed the revocation of the tokens.
    pub is_revoked: bool,
}

/// Removes the sign-in to the server `name` and revokes its tokens where possible.
///
/// # Errors
///
/// If that server has no sign-in, or the stored grants cannot be removed.
pub async fn log_out(config: &Config, name: &str, store: Arc<dyn TokenStore>) -> Result<SignedOut, SignInError> {
    let target = Target::of(config, name, store)?;
    let signed_out = forget(&target).await;
    signed_out.map_err(|error| error.redacted(|text| target.redactor.text(text)))
}

async fn forget(target: &Target) -> Result<SignedOut, SignInError> {
    let (kept, was_signed_in) = {
        let _lock = stored_grant::lock(target).await?;
        // An unreadable grant cannot be revoked, but it can be removed.
        let kept = stored_grant::load(target).await.ok().flatten();
        (kept, stored_grant::remove(target).await?)
    };
    let is_revoked = match kept {
        Some(grant) => revoke(target, &grant).await,
        None => false,
    };
    Ok(SignedOut { was_signed_in, is_revoked })
}

/// Revokes at the authorization server that gave the tokens, and at no other.
async fn revoke(target: &Target, grant: &Grant) -> bool {
    let Ok(authority) = Authority::find(target).await else { return false };
    let same = authority.issuer() == grant.issuer.as_deref();
    let endpoint = authority.endpoint("revocation_endpoint").filter(|endpoint| same && is_protected(endpoint));
    let (Some(endpoint), Some(client)) = (endpoint, client()) else { return false };
    let secret = grant.client_secret(&target.auth);
    let mut all_gone = true;
    // The longer-lived token first; most servers revoke the other one with it.
    for (hint, token) in
        [("refresh_token", grant.refresh_token()), ("access_token", Some(Secret::new(grant.access_token())))]
    {
        let Some(token) = token else { continue };
        let fields = [
            ("token", token.reveal()),
            ("token_type_hint", hint),
            ("client_id", &grant.client_id),
            ("client_secret", secret.as_ref().map_or("", Secret::reveal)),
        ];
        let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
        all_gone &= post(&client, endpoint, &form(fields)).await;
    }
    all_gone
}

fn client() -> Option<Client> {
    // `Authority` has chosen the cryptography provider.
    Client::builder().redirect(Policy::none()).timeout(REVOKE).build().ok()
}

async fn post(client: &Client, endpoint: &str, form: &str) -> bool {
    let request = client.post(endpoint).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(form.to_owned()).send().await.is_ok_and(|answer| answer.status().is_success())
}

fn form<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let Ok(mut url) = Url::parse("http://127.0.0.1/") else { return String::new() };
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}
