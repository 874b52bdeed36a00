//! Renews access that has expired or was rejected, without the user.

use std::time::Duration;

use rmcp::transport::auth::ClientCredentialsConfig;
use tokio::time::timeout;

use super::authority::Authority;
use super::error::{SignInCode, SignInError};
use super::grant::Grant;
use super::scopes::Scopes;
use super::stored_grant;
use super::target::Target;
use crate::config::{GrantKind, Secret};

/// Longest time for one exchange.
const EXCHANGE: Duration = Duration::from_secs(15);

/// Not used by a renewal, but a client must have one.
const REDIRECT: &str = "http://127.0.0.1/callback";

/// Returns access that is not `stale`: what another process has stored meanwhile, otherwise what the authorization
/// server issues now. `None` if nobody has signed in.
pub(super) async fn renew(target: &Target, stale: Option<&Secret>) -> Result<Option<Grant>, SignInError> {
    match target.auth.grant {
        GrantKind::AuthorizationCode => {
            let _lock = stored_grant::lock(target).await?;
            match stored_grant::load(target).await? {
                Some(kept) if is_new(&kept, stale) => Ok(Some(kept)),
                Some(kept) => match of_person(target, &kept).await? {
                    Some(renewed) => Ok(Some(kept_at_best(target, renewed).await)),
                    None => Ok(None),
                },
                None => Ok(None),
            }
        }
        // A program can always request a new token, so it does not matter if nothing can be stored.
        GrantKind::ClientCredentials => {
            let _lock = stored_grant::lock(target).await.ok();
            match stored_grant::load(target).await.ok().flatten() {
                Some(kept) if is_new(&kept, stale) => Ok(Some(kept)),
                kept => {
                    let scopes = kept.map(|kept| kept.scopes_wanted).unwrap_or_default();
                    Ok(Some(kept_at_best(target, of_client(target, &scopes).await?).await))
                }
            }
        }
    }
}

/// Checks whether another process was first.
fn is_new(kept: &Grant, stale: Option<&Secret>) -> bool {
    stale.is_none_or(|stale| stale.reveal() != kept.access_token()) && !kept.is_due()
}

async fn kept_at_best(target: &Target, renewed: Grant) -> Grant {
    if let Err(error) = stored_grant::save(target, &renewed).await {
        tracing::warn!(server = target.server, %error, "renewed access cannot be stored");
    }
    renewed
}

/// Gets access with additional `scopes`, for a program that signs in by itself; `None` if more scopes make no
/// difference.
pub(super) async fn widen(
    target: &Target,
    scopes: &Scopes,
    stale: Option<&Secret>,
) -> Result<Option<Grant>, SignInError> {
    let _lock = stored_grant::lock(target).await.ok();
    let kept = stored_grant::load(target).await.ok().flatten();
    let before = kept.as_ref().map(|kept| kept.scopes_wanted.clone()).unwrap_or_default();
    if before.contains_all(scopes) {
        return Ok(kept.filter(|kept| is_new(kept, stale)));
    }
    let wider = of_client(target, &before.and(scopes)).await?;
    Ok(Some(kept_at_best(target, wider).await))
}

/// Returns what a user has granted since `stale`, in this or another process.
pub(super) async fn signed_in_anew(target: &Target, stale: Option<&Secret>) -> Option<Grant> {
    stored_grant::load(target).await.ok().flatten().filter(|kept| is_new(kept, stale))
}

/// Records scopes that the next sign-in should request.
pub(super) async fn want(target: &Target, scopes: &Scopes) -> Result<(), SignInError> {
    let _lock = stored_grant::lock(target).await?;
    let Some(kept) = stored_grant::load(target).await? else { return Ok(()) };
    let scopes_wanted = kept.scopes_wanted.and(scopes);
    if scopes_wanted == kept.scopes_wanted {
        return Ok(());
    }
    stored_grant::save(target, &kept.wanting(scopes_wanted)).await
}

/// Renews `kept`; `None` if nobody has signed in at the authorization server that the server names now.
async fn of_person(target: &Target, kept: &Grant) -> Result<Option<Grant>, SignInError> {
    if kept.refresh_token().is_none() {
        return Err(refused());
    }
    let authority = Authority::find(target).await?;
    if authority.issuer() == kept.issuer.as_deref() {
        return exchange(target, authority, kept).await.map(Some);
    }
    tracing::warn!(server = target.server, "the server has a different authorization server than before");
    match stored_grant::turn(target, authority.issuer()).await? {
        // Its age is unknown, so refresh it.
        Some(theirs) if theirs.refresh_token().is_some() => exchange(target, authority, &theirs).await.map(Some),
        theirs => Ok(theirs),
    }
}

/// Asks the authorization server that gave `kept`. Nothing of it may be sent to another one.
async fn exchange(target: &Target, mut authority: Authority, kept: &Grant) -> Result<Grant, SignInError> {
    let Some(stored) = kept.stored() else { return Err(refused()) };
    let secret = kept.client_secret(&target.auth);
    authority.speak_as(&kept.client_id, secret.as_ref(), REDIRECT)?;
    authority.renewing(stored).await;
    let token = kept.refresh_token();
    let secrets: Vec<&Secret> = [token.as_ref(), secret.as_ref()].into_iter().flatten().collect();
    match timeout(EXCHANGE, authority.manager.refresh_token()).await {
        Err(_) => Err(slow()),
        Ok(Err(error)) => {
            let error = SignInError::of(&error, SignInCode::RenewalFailed, &secrets);
            if error.code == SignInCode::RenewalRefused {
                // Otherwise every call would ask again, in vain.
                let _ = stored_grant::save(target, &kept.spent()).await;
            }
            Err(error)
        }
        Ok(Ok(_)) => {
            let received = authority.received().await;
            let renewed = received.and_then(|stored| Grant::received(&stored, kept.registered_secret()));
            let renewed = renewed.ok_or_else(refused)?;
            Ok(renewed.wanting(kept.scopes_wanted.clone()))
        }
    }
}

fn refused() -> SignInError {
    SignInError::new(SignInCode::RenewalRefused, "the sign-in is no longer valid")
}

/// Gets access for a program that signs in by itself, with `scopes` besides those of the configuration.
pub(super) async fn of_client(target: &Target, scopes: &Scopes) -> Result<Grant, SignInError> {
    let auth = &target.auth;
    let (Some(id), Some(secret)) = (&auth.client_id, &auth.client_secret) else {
        let message = "`clientId` and `clientSecret` are needed to sign in without a user";
        return Err(SignInError::new(SignInCode::Misconfigured, message));
    };
    let authority = Authority::find_for_client(target).await?;
    let configured: Scopes = auth.scopes.iter().map(String::as_str).collect();
    let named: Scopes = match configured.is_empty() {
        false => configured,
        true => authority.manager.select_initial_scopes(&[]).await.iter().map(String::as_str).collect(),
    };
    let client = ClientCredentialsConfig::ClientSecret {
        client_id: id.clone(),
        client_secret: secret.reveal().to_owned(),
        scopes: named.and(scopes).iter().filter(|scope| *scope != "offline_access").map(str::to_owned).collect(),
        resource: Some(target.address.clone()),
    };
    match timeout(EXCHANGE, obtain(authority, &client)).await {
        Err(_) => Err(slow()),
        Ok(Err(error)) => Err(SignInError::of(&error, SignInCode::ClientRefused, &[secret])),
        Ok(Ok(Some(grant))) => Ok(grant.wanting(scopes.clone())),
        Ok(Ok(None)) => Err(SignInError::new(SignInCode::ClientRefused, "the response contains no token")),
    }
}

async fn obtain(
    mut authority: Authority,
    client: &ClientCredentialsConfig,
) -> Result<Option<Grant>, rmcp::transport::auth::AuthError> {
    authority.manager.validate_client_credentials_metadata(client)?;
    authority.manager.configure_client_credentials(client)?;
    authority.manager.exchange_client_credentials(client).await?;
    Ok(authority.received().await.and_then(|stored| Grant::received(&stored, None)))
}

fn slow() -> SignInError {
    SignInError::new(SignInCode::RenewalFailed, "the authorization server does not answer in time")
}
