//! The access of one connection: the token for the next request, and a new one when it expires or is rejected. At most
//! one renewal runs at a time, however many calls wait for it.

use std::fmt;
use std::sync::{Arc, Mutex as SyncMutex, PoisonError};

use tokio::sync::Mutex;

use super::error::{SignInCode, SignInError};
use super::grant::Grant;
use super::hurdle::Hurdle;
use super::keep;
use super::renew;
use super::scopes::Scopes;
use super::store::TokenStore;
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
    held: Mutex<Held>,
    hurdle: SyncMutex<Option<Hurdle>>,
}

enum Held {
    Unread,
    Read(Option<Grant>),
}

impl Held {
    fn token(&self) -> Option<Secret> {
        match self {
            Self::Read(Some(grant)) => Some(Secret::new(grant.access_token())),
            Self::Read(None) | Self::Unread => None,
        }
    }
}

/// No request should be sent; the recorded authentication failure says why.
pub(crate) struct Blocked;

impl Access {
    /// Returns the access to the server at that address.
    pub(crate) fn new(server: &str, launch: &HttpLaunch, store: Arc<dyn TokenStore>, redactor: Redactor) -> Arc<Self> {
        Arc::new(Self {
            target: Target::at(server, launch, store),
            is_fixed: launch.has_fixed_access(),
            is_expected: launch.auth.is_some(),
            redactor,
            held: Mutex::new(Held::Unread),
            hurdle: SyncMutex::default(),
        })
    }

    /// Returns the last authentication failure.
    pub(crate) fn hurdle(&self) -> Option<Hurdle> {
        self.hurdle.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the token for the next request; none for a server without a sign-in, which may not need one.
    pub(crate) async fn token(self: &Arc<Self>) -> Result<Option<Secret>, Blocked> {
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
            _ => Err(Blocked),
        }
    }

    /// Gets a token after one was rejected, or after a request without one. `is_challenge` says whether the server
    /// asked for a token.
    pub(crate) async fn after_refusal(self: &Arc<Self>, sent: Option<Secret>, is_challenge: bool) -> Option<Secret> {
        if self.is_fixed {
            return None;
        }
        let fresh = self.renewed(sent).await;
        if fresh.is_none() && !is_challenge && !self.is_expected && self.hurdle() == Some(Hurdle::SignedOut) {
            self.stumble(None);
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
            self.stumble(Some(Hurdle::Refused));
        }
    }

    /// Clears the authentication failure: the server rejects for a reason that no sign-in changes.
    pub(crate) fn forget_hurdle(&self) {
        self.stumble(None);
    }

    async fn held(&self) -> Result<Option<Grant>, Blocked> {
        let mut held = self.held.lock().await;
        if let Held::Read(grant) = &*held {
            return Ok(grant.clone());
        }
        let loaded = match self.target.auth.grant {
            GrantKind::AuthorizationCode => keep::load(&self.target).await,
            // A program can always request a new one.
            GrantKind::ClientCredentials => Ok(keep::load(&self.target).await.ok().flatten()),
        };
        match loaded {
            Ok(grant) => {
                self.learn(grant.as_ref());
                *held = Held::Read(grant.clone());
                Ok(grant)
            }
            Err(error) => {
                self.stumble(Some(Hurdle::Failed(error)));
                Err(Blocked)
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
        if let Held::Read(Some(grant)) = &*held
            && stale.as_ref().is_none_or(|stale| stale.reveal() != grant.access_token())
            && !grant.is_due()
        {
            // Another call was first.
            return Some(Secret::new(grant.access_token()));
        }
        match renew::renew(&self.target, stale.as_ref()).await {
            Ok(Some(grant)) => Some(self.hold(&mut held, grant)),
            Ok(None) => {
                *held = Held::Read(None);
                self.stumble(Some(Hurdle::SignedOut));
                None
            }
            Err(error) => {
                tracing::info!(server = self.target.server, code = %error.code, "access was not renewed");
                self.stumble(Some(match error.code {
                    SignInCode::RenewalRefused => Hurdle::Refused,
                    _ => Hurdle::Failed(error),
                }));
                None
            }
        }
    }

    async fn widen(&self, missing: &Scopes) -> Option<Secret> {
        let mut held = self.held.lock().await;
        self.stumble(Some(Hurdle::scopes(missing)));
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
                        self.stumble(Some(Hurdle::Failed(error)));
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

    fn hold(&self, held: &mut Held, grant: Grant) -> Secret {
        self.learn(Some(&grant));
        self.stumble(None);
        let token = Secret::new(grant.access_token());
        *held = Held::Read(Some(grant));
        token
    }

    fn learn(&self, grant: Option<&Grant>) {
        grant.iter().flat_map(|grant| grant.secrets()).for_each(|secret| self.redactor.learn(secret));
    }

    fn stumble(&self, hurdle: Option<Hurdle>) {
        *self.hurdle.lock().unwrap_or_else(PoisonError::into_inner) = hurdle;
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("server", &self.target.server).finish_non_exhaustive()
    }
}
