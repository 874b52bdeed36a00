//! A sign-in from beginning to end: where to go, what comes back, what is stored. Showing the address to the user is up
//! to the caller.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use tokio::time::timeout;

use super::authority::{Authority, is_protected};
use super::error::{SignInCode, SignInError, words};
use super::grant::Grant;
use super::redirect::{AuthorizationResponse, Redirect};
use super::renew;
use super::scopes::Scopes;
use super::store::TokenStore;
use super::stored_grant;
use super::target::Target;
use crate::config::{Config, GrantKind, Secret};

/// Longest time for exchanging a code for a token.
const EXCHANGE: Duration = Duration::from_secs(30);

/// A scope that some authorization servers require before access can be renewed.
const OFFLINE: &str = "offline_access";

/// A sign-in that has begun.
#[derive(Debug)]
pub enum Login {
    /// A user has to go to an address.
    Waiting(Box<Waiting>),
    /// The program signed in by itself, with its own secret.
    SignedIn(SignedIn),
}

/// A sign-in that waits for the user.
pub struct Waiting {
    target: Target,
    authority: Authority,
    redirect: Redirect,
    url: String,
    state: Secret,
    registered_secret: Option<String>,
    scopes: Scopes,
}

/// The result of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The authorization server's name for itself.
    pub issuer: Option<String>,
    /// The granted scopes.
    pub scopes: Vec<String>,
    /// How long the access lasts, seconds, if known.
    pub lifetime_s: Option<u64>,
    /// Whether it can be renewed without the user.
    pub is_renewable: bool,
}

impl Login {
    /// Finds out where to sign in to the server `name`, and prepares for the answer.
    ///
    /// # Errors
    ///
    /// If that server has no sign-in, or its authorization server cannot be used.
    pub async fn begin(config: &Config, name: &str, store: Arc<dyn TokenStore>) -> Result<Self, SignInError> {
        let target = Target::of(config, name, store)?;
        let redactor = target.redactor.clone();
        let begun = match target.auth.grant {
            GrantKind::ClientCredentials => by_itself(&target).await.map(Self::SignedIn),
            GrantKind::AuthorizationCode => {
                Waiting::begin(target).await.map(|waiting| Self::Waiting(Box::new(waiting)))
            }
        };
        begun.map_err(|error| error.redacted(|text| redactor.text(text)))
    }
}

async fn by_itself(target: &Target) -> Result<SignedIn, SignInError> {
    let _lock = stored_grant::lock(target).await?;
    let grant = renew::of_client(target, &Scopes::default()).await?;
    stored_grant::save(target, &grant).await?;
    Ok(SignedIn::of(&grant, true))
}

impl Waiting {
    async fn begin(target: Target) -> Result<Self, SignInError> {
        // A stored grant may be unusable, but then it is not worth a message: it will be replaced.
        let before = stored_grant::load(&target).await.ok().flatten();
        let mut authority = Authority::find_for_client(&target).await?;
        let before = before.filter(|before| before.issuer.as_deref() == authority.issuer());
        let scopes = choose(&target, &authority, before.as_ref()).await;
        let asked: Vec<&str> = scopes.iter().collect();
        let redirect = Redirect::open(target.auth.callback_port).await?;
        let registered_secret = authority.identify(&target.auth, &redirect.uri(), &asked).await?;
        let url = authority.manager.get_authorization_url(&asked).await;
        let url = url.map_err(|error| SignInError::of(&error, SignInCode::Discovery, &[]))?;
        // Check again, in parsed form: this text goes to a browser.
        let url = Url::parse(&url).ok().map(String::from).filter(|url| is_protected(url)).ok_or_else(|| {
            SignInError::new(SignInCode::InsecureEndpoint, "the authorization server's address cannot be opened safely")
        })?;
        let state = state(&url).ok_or_else(|| {
            SignInError::new(SignInCode::Discovery, "the authorization server's address cannot carry a `state`")
        })?;
        Ok(Self { target, authority, redirect, url, state, registered_secret, scopes })
    }

    /// Returns the address that the user has to go to, https or on this machine.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the scopes that are requested.
    #[must_use]
    pub fn scopes(&self) -> Vec<String> {
        self.scopes.iter().map(str::to_owned).collect()
    }

    /// Waits for the user, and stores the resulting grant. Dropping the future ends the sign-in.
    ///
    /// # Errors
    ///
    /// If nobody signs in within `wait`, or the answer is invalid.
    pub async fn finish(self, wait: Duration) -> Result<SignedIn, SignInError> {
        let redactor = self.target.redactor.clone();
        self.finished(wait).await.map_err(|error| error.redacted(|text| redactor.text(text)))
    }

    async fn finished(self, wait: Duration) -> Result<SignedIn, SignInError> {
        let Self { target, authority, redirect, state, registered_secret, .. } = self;
        let answer = redirect.answer(&state, wait).await?;
        check_issuer(&authority, &answer)?;
        let AuthorizationResponse { code, issuer } = answer;
        let code = code.map_err(|said| {
            let said = words(&said, &[]);
            SignInError::new(SignInCode::Denied, format!("the authorization server refuses: `{said}`"))
        })?;
        exchange(&target, &authority, &code, &state, issuer.as_deref()).await?;
        let grant = authority.received().await.and_then(|stored| Grant::received(&stored, registered_secret));
        let grant = grant.ok_or_else(|| SignInError::new(SignInCode::Exchange, "the response contains no token"))?;
        let _lock = stored_grant::lock(&target).await?;
        stored_grant::save(&target, &grant).await?;
        Ok(SignedIn::of(&grant, grant.refresh_token().is_some()))
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Waiting").field("target", &self.target).field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

impl SignedIn {
    fn of(grant: &Grant, is_renewable: bool) -> Self {
        Self {
            issuer: grant.issuer.clone(),
            scopes: grant.scopes.iter().map(str::to_owned).collect(),
            lifetime_s: grant.left_s(),
            is_renewable,
        }
    }
}

/// Returns the scopes from the configuration or else the server, with those granted before and found missing.
async fn choose(target: &Target, authority: &Authority, before: Option<&Grant>) -> Scopes {
    let configured: Scopes = target.auth.scopes.iter().map(String::as_str).collect();
    let chosen = match configured.is_empty() {
        false => configured,
        true => authority.manager.select_initial_scopes(&[]).await.iter().map(String::as_str).collect(),
    };
    let chosen = match before {
        Some(grant) if !grant.scopes_wanted.is_empty() => chosen.and(&grant.scopes).and(&grant.scopes_wanted),
        _ => chosen,
    };
    let supported = authority.metadata.scopes_supported.as_deref().unwrap_or_default();
    match !chosen.is_empty() && supported.iter().any(|scope| scope == OFFLINE) {
        true => chosen.and(&Scopes::parse(OFFLINE)),
        false => chosen,
    }
}

fn state(url: &str) -> Option<Secret> {
    let url = Url::parse(url).ok()?;
    let (_, state) = url.query_pairs().find(|(name, _)| name == "state")?;
    Some(Secret::new(state)).filter(|state| !state.reveal().is_empty())
}

/// RFC 9207: if the answer names its issuer, that must be the expected one; if the server announced that it would,
/// the answer must name it. A rejection counts as an answer.
fn check_issuer(authority: &Authority, answer: &AuthorizationResponse) -> Result<(), SignInError> {
    let said = answer.issuer.as_deref();
    let is_right = match (said, authority.issuer()) {
        (Some(said), Some(expected)) => said == expected,
        (Some(_), None) => true,
        (None, _) => !authority.says("authorization_response_iss_parameter_supported"),
    };
    if is_right {
        return Ok(());
    }
    let said = words(said.unwrap_or("nobody"), &[]);
    let expected = words(authority.issuer().unwrap_or("nobody"), &[]);
    let message = format!("the answer comes from `{said}` but was expected from `{expected}`");
    Err(SignInError::new(SignInCode::WrongIssuer, message)
        .with_hint("Do not sign in there again; ask the operator of the server."))
}

async fn exchange(
    target: &Target,
    authority: &Authority,
    code: &Secret,
    state: &Secret,
    issuer: Option<&str>,
) -> Result<(), SignInError> {
    let exchanged = authority.manager.exchange_code_for_token_with_issuer(code.reveal(), state.reveal(), issuer);
    let error = match timeout(EXCHANGE, exchanged).await {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(error)) => error,
        Err(_) => {
            let message = "the authorization server does not answer in time";
            return Err(SignInError::new(SignInCode::Exchange, message));
        }
    };
    let secrets: Vec<&Secret> = [Some(code), target.auth.client_secret.as_ref()].into_iter().flatten().collect();
    Err(SignInError::of(&error, SignInCode::Exchange, &secrets))
}
