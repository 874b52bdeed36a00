//! Reads and replaces what a store keeps, off the threads that serve connections.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use super::by_issuer;
use super::error::{SignInCode, SignInError};
use super::grant::Grant;
use super::store::{StoreError, StoreLock, TokenKey, TokenStore};
use super::target::Target;

/// How long another process may take to renew the same access. One takes a second or two.
const LOCK: Duration = Duration::from_secs(15);

/// How often a lock is asked for.
const LOCK_POLL: Duration = Duration::from_millis(50);

/// What is kept; nothing if it is of another client than the configured one.
pub(super) async fn load(target: &Target) -> Result<Option<Grant>, SignInError> {
    let text = blocking(target, by_issuer::load).await?;
    let grant = text.map(|text| Grant::read(&text)).transpose()?;
    Ok(grant.filter(|grant| grant.is_of(&target.auth)))
}

/// Whether there is a configured client, and it signed in elsewhere than at `issuer` so far.
pub(super) async fn is_client_of_another(target: &Target, issuer: Option<&str>) -> bool {
    let issuer = issuer.unwrap_or_default().to_owned();
    let is_stranger = blocking(target, move |store, key| by_issuer::is_stranger(store, key, &issuer)).await;
    target.auth.client_id.is_some() && is_stranger.unwrap_or(false)
}

/// What is kept of that authorization server, which is the server's from now on.
pub(super) async fn turn(target: &Target, issuer: Option<&str>) -> Result<Option<Grant>, SignInError> {
    let issuer = issuer.unwrap_or_default().to_owned();
    blocking(target, move |store, key| by_issuer::turn(store, key, &issuer)).await?;
    load(target).await
}

/// Keeps a grant in the place of the one before.
pub(super) async fn save(target: &Target, grant: &Grant) -> Result<(), SignInError> {
    let (issuer, text) = (grant.issuer.clone().unwrap_or_default(), grant.text()?);
    Ok(blocking(target, move |store, key| by_issuer::save(store, key, &issuer, &text)).await?)
}

/// Forgets what is kept; says whether there was anything.
pub(super) async fn remove(target: &Target) -> Result<bool, SignInError> {
    Ok(blocking(target, by_issuer::remove).await?)
}

/// The right to replace what is kept.
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
        Err(StoreError::Access { place: "the store of tokens".to_owned(), reason: "it broke down".to_owned() })
    })
}
