//! Reads and replaces stored grants, off the threads that serve connections.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::by_issuer;
use super::error::{SignInCode, SignInError};
use super::grant::Grant;
use super::store::{StoreError, StoreLock, TokenKey, TokenStore};
use super::target::Target;

/// How long another process may take to renew the same access. Usually it takes a second or two.
const LOCK: Duration = Duration::from_secs(15);

/// How often a lock is tried.
const LOCK_POLL: Duration = Duration::from_millis(50);

/// Returns the stored grant; `None` if it belongs to a client other than the configured one.
pub(super) async fn load(target: &Target) -> Result<Option<Grant>, SignInError> {
    let text = blocking(target, by_issuer::load).await?;
    let grant = text.map(|text| Grant::read(&text)).transpose()?;
    Ok(grant.filter(|grant| grant.is_of(&target.auth)))
}

/// Checks whether there is a configured client that has so far signed in elsewhere than at `issuer`.
pub(super) async fn is_client_of_another(target: &Target, issuer: Option<&str>) -> bool {
    let issuer = issuer.unwrap_or_default().to_owned();
    let is_stranger = blocking(target, move |store, key| by_issuer::is_stranger(store, key, &issuer)).await;
    target.auth.client_id.is_some() && is_stranger.unwrap_or(false)
}

/// Makes `issuer` the server's current authorization server and returns its stored grant.
pub(super) async fn turn(target: &Target, issuer: Option<&str>) -> Result<Option<Grant>, SignInError> {
    let issuer = issuer.unwrap_or_default().to_owned();
    blocking(target, move |store, key| by_issuer::turn(store, key, &issuer)).await?;
    load(target).await
}

/// Stores a grant, replacing the previous one.
pub(super) async fn save(target: &Target, grant: &Grant) -> Result<(), SignInError> {
    let (issuer, text) = (grant.issuer.clone().unwrap_or_default(), grant.text()?);
    Ok(blocking(target, move |store, key| by_issuer::save(store, key, &issuer, &text)).await?)
}

/// Removes all stored grants; returns whether there were any.
pub(super) async fn remove(target: &Target) -> Result<bool, SignInError> {
    Ok(blocking(target, by_issuer::remove).await?)
}

/// Waits for the right to replace what is stored.
pub(super) async fn lock(target: &Target) -> Result<StoreLock, SignInError> {
    let deadline = Instant::now() + LOCK;
    loop {
        if let Some(lock) = blocking(target, |store, key| store.try_lock(key)).await? {
            return Ok(lock);
        }
        if Instant::now() >= deadline {
            let message = format!("another program has held the tokens of server `{}` for too long", target.server);
            return Err(SignInError::new(SignInCode::Store, message));
        }
        sleep(LOCK_POLL).await;
    }
}

async fn blocking<T: Send + 'static>(
    target: &Target,
    work: impl FnOnce(&dyn TokenStore, &TokenKey) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let (store, key) = (Arc::clone(&target.store), target.key.clone());
    let done = spawn_blocking(move || work(store.as_ref(), &key)).await;
    done.unwrap_or_else(|_| {
        Err(StoreError::Access { place: "the token store".to_owned(), reason: "it failed".to_owned() })
    })
}
