//! The access of one connection: the token for the next request, and a new one when it expires or is rejected. At most
//! one renewal runs at a time, however many calls wait for it.

use std::fmt;
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};

use tokio::sync::Mutex;

use super::error::{SignInCode, SignInError};
use super::failure::AuthFailure;
use super::grant::Grant;
use super::renew;
use super::scopes::Scopes;
use super::store::TokenStore;
use super::stored_grant;
use super::target::Target;
use crate::config::{GrantKind, HttpLaunch, Secret};
use crate::upstream::Redactor;

/// Access to one server.
pub(crate) struct Access {
    target: Target,
    /// Whether the configured headers authenticate the requests.
    is_fixed: bool,
    /// Whether the configuration expects a sign-in.
    is_expected: bool,
    redactor: Redactor,
    held: Mutex<AccessState>,
    auth_failure: SyncMutex<Option<AuthFailure>>,
}

enum AccessState {
    Unread,
    Read(Option<Grant>),
}

impl AccessState {
    fn token(&self) -> Option<Secret> {
        match self {
            Self::Read(Some(grant)) => Some(Secret::new(grant.access_token())),
            Self::Read(None) | Self::Unread => None,
        }
    }
}

/// No request should be sent; the recorded authentication failure says why.
pub(crate) struct NoAccess;

impl Access {
    /// Returns the access to the server at that address.
    pub(crate) fn new(server: &str, launch: &HttpLaunch, store: Arc<dyn TokenStore>, redactor: Redactor) -> Arc<Self> {
        Arc::new(Self {
            target: Target::at(server, launch, store),
            is_fixed: launch.has_fixed_access(),
            is_expected: launch.auth.is_some(),
            redactor,
            held: Mutex::new(AccessState::Unread),
            auth_failure: SyncMutex::default(),
        })
    }

    /// Returns the last authentication failure.
    pub(crate) fn auth_failure(&self) -> Option<AuthFailure> {
        self.auth_failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the token for the next request; none for a server without a sign-in, which may not need one.
    pub(crate) async fn token(self: &Arc<Self>) -> Result<Option<Secret>, NoAccess> {
        if self.is_fixed {
            return Ok(None);
        }
        let stale = match self.held().await? {
            Some(grant) if !grant.is_due() => return Ok(Some(Secret::new(grant.access_token()))),
            None if self.target.auth.grant == GrantKind::AuthorizationCode => return Ok(None),
            other => other,
        };
        let renewed = self.renewed(stale.as_ref().map(|grant| Secret::new(grant.access_token()))).await;
        match (renewed, stale) {
            (Some(token), _) => Ok(Some(token)),
            // It could not be renewed but is still valid.
            (None, Some(grant)) if !grant.is_over() => Ok(Some(Secret::new(grant.access_token()))),
            _ => Err(NoAccess),
        }
    }

    /// Gets a token after one was rejected, or after a request without one. `is_challenge` says whether the server
    /// asked for a token.
    pub(crate) async fn after_refusal(self: &Arc<Self>, sent: Option<Secret>, is_challenge: bool) -> Option<Secret> {
        if self.is_fixed {
            return None;
        }
        let fresh = self.renewed(sent).await;
        if fresh.is_none() && !is_challenge && !self.is_expected && self.auth_failure() == Some(AuthFailure::SignedOut)
        {
            self.set_failure(None);
        }
        fresh
    }

    /// Gets a token with more scopes than the one that was sent, if the program can get it by itself.
    pub(crate) async fn after_scope_refusal(self: &Arc<Self>, missing: &str) -> Option<Secret> {
        if self.is_fixed {
            return None;
        }
        let (this, missing) = (Arc::clone(self), Scopes::parse(missing));
        self.run(async move { this.widen(&missing).await }).await
    }

    /// Records that even a fresh token was rejected.
    pub(crate) fn give_up(&self) {
        if !self.is_fixed {
            self.set_failure(Some(AuthFailure::Refused));
        }
    }

    /// Clears the authentication failure: the server rejects for a reason that no sign-in changes.
    pub(crate) fn forget_failure(&self) {
        self.set_failure(None);
    }

    async fn held(&self) -> Result<Option<Grant>, NoAccess> {
        let mut held = self.held.lock().await;
        if let AccessState::Read(grant) = &*held {
            return Ok(grant.clone());
        }
        let loaded = match self.target.auth.grant {
            GrantKind::AuthorizationCode => stored_grant::load(&self.target).await,
            // A program can always request a new one.
            GrantKind::ClientCredentials => Ok(stored_grant::load(&self.target).await.ok().flatten()),
        };
        match loaded {
            Ok(grant) => {
                self.learn(grant.as_ref());
                *held = AccessState::Read(grant.clone());
                Ok(grant)
            }
            Err(error) => {
                self.set_failure(Some(AuthFailure::Failed(error)));
                Err(NoAccess)
            }
        }
    }

    async fn renewed(self: &Arc<Self>, stale: Option<Secret>) -> Option<Secret> {
        let this = Arc::clone(self);
        self.run(async move { this.renew(stale).await }).await
    }

    /// Runs to its end even if the call that wanted it is cancelled: losing the successor of a used token would end the
    /// sign-in.
    async fn run(&self, work: impl Future<Output = Option<Secret>> + Send + 'static) -> Option<Secret> {
        tokio::spawn(work).await.ok().flatten()
    }

    async fn renew(&self, stale: Option<Secret>) -> Option<Secret> {
        let mut held = self.held.lock().await;
        if let AccessState::Read(Some(grant)) = &*held
            && stale.as_ref().is_none_or(|stale| stale.reveal() != grant.access_token())
            && !grant.is_due()
        {
            // Another call was first.
            return Some(Secret::new(grant.access_token()));
        }
        match renew::renew(&self.target, stale.as_ref()).await {
            Ok(Some(grant)) => Some(self.hold(&mut held, grant)),
            Ok(None) => {
                *held = AccessState::Read(None);
                self.set_failure(Some(AuthFailure::SignedOut));
                None
            }
            Err(error) => {
                tracing::info!(server = self.target.server, code = %error.code, "access was not renewed");
                self.set_failure(Some(match error.code {
                    SignInCode::RenewalRefused => AuthFailure::Refused,
                    _ => AuthFailure::Failed(error),
                }));
                None
            }
        }
    }

    async fn widen(&self, missing: &Scopes) -> Option<Secret> {
        let mut held = self.held.lock().await;
        self.set_failure(Some(AuthFailure::scopes(missing)));
        match self.target.auth.grant {
            GrantKind::AuthorizationCode => match renew::signed_in_anew(&self.target, held.token().as_ref()).await {
                Some(grant) => Some(self.hold(&mut held, grant)),
                None => {
                    self.note_want(missing).await;
                    None
                }
            },
            GrantKind::ClientCredentials => {
                let stale = held.token();
                match renew::widen(&self.target, missing, stale.as_ref()).await {
                    Ok(grant) => grant.map(|grant| self.hold(&mut held, grant)),
                    Err(error) => {
                        self.set_failure(Some(AuthFailure::Failed(error)));
                        None
                    }
                }
            }
        }
    }

    async fn note_want(&self, missing: &Scopes) {
        let noted: Result<(), SignInError> = renew::want(&self.target, missing).await;
        if let Err(error) = noted {
            tracing::info!(server = self.target.server, %error, "the request for more scopes is not stored");
        }
    }

    fn hold(&self, held: &mut AccessState, grant: Grant) -> Secret {
        self.learn(Some(&grant));
        self.set_failure(None);
        let token = Secret::new(grant.access_token());
        *held = AccessState::Read(Some(grant));
        token
    }

    fn learn(&self, grant: Option<&Grant>) {
        grant.iter().flat_map(|grant| grant.secrets()).for_each(|secret| self.redactor.learn(secret));
    }

    fn set_failure(&self, auth_failure: Option<AuthFailure>) {
        *self.auth_failure.lock().unwrap_or_else(PoisonError::into_inner) = auth_failure;
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("server", &self.target.server).finish_non_exhaustive()
    }
}
