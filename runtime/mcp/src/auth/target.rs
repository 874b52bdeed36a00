//! The one server of a configuration to sign in to or out of.

use reqwest::Url;
use std::sync::Arc;

use callbox_bindings::nearest;

use super::error::{SignInCode, SignInError};
use super::store::{TokenKey, TokenStore};
use crate::config::{AuthConfig, Config, HttpLaunch, Launch};
use crate::upstream::Redactor;

/// Maximum suggestions for an unknown name.
const NEAREST_MAX: usize = 3;

/// A server with an address to sign in to.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) server: String,
    /// The address, without parts that do not belong to the resource's name.
    pub(super) address: String,
    pub(super) launch: HttpLaunch,
    pub(super) auth: AuthConfig,
    pub(super) key: TokenKey,
    pub(super) store: Arc<dyn TokenStore>,
    /// Knows the secrets of the entry.
    pub(super) redactor: Redactor,
}

impl Target {
    /// Returns the server of that name.
    pub(super) fn of(config: &Config, name: &str, store: Arc<dyn TokenStore>) -> Result<Self, SignInError> {
        let server = config.server(name).ok_or_else(|| unknown(config, name))?;
        match &server.launch {
            Ok(Launch::Http(launch)) if launch.has_fixed_access() => {
                let message =
                    format!("the headers of server `{name}` already authenticate; there is no separate sign-in");
                let error = SignInError::new(SignInCode::NotApplicable, message);
                Err(error.with_hint("Remove `Authorization` from `headers` to sign in instead."))
            }
            Ok(Launch::Http(launch)) => Ok(Self { redactor: Redactor::of(server), ..Self::at(name, launch, store) }),
            Ok(Launch::Stdio(_)) => {
                let message = format!("server `{name}` is a local program; there is no sign-in to it");
                let error = SignInError::new(SignInCode::NotApplicable, message);
                Err(error.with_hint("Give the program its credentials in `env`."))
            }
            Err(error) => Err(SignInError::new(SignInCode::Misconfigured, error.to_string()).with_hint(error.hint())),
        }
    }

    /// Returns the server at that address, for a caller that redacts messages itself.
    pub(super) fn at(server: &str, launch: &HttpLaunch, store: Arc<dyn TokenStore>) -> Self {
        Self {
            server: server.to_owned(),
            address: address(launch.url.reveal()),
            launch: launch.clone(),
            auth: launch.auth.clone().unwrap_or_default(),
            key: TokenKey::new(server, launch.url.reveal()),
            store,
            redactor: Redactor::default(),
        }
    }
}

fn unknown(config: &Config, name: &str) -> SignInError {
    let error = SignInError::new(SignInCode::UnknownServer, format!("there is no server `{name}`"));
    let near = nearest(name, config.servers.iter().map(|server| server.name.as_str()), NEAREST_MAX);
    match near.is_empty() {
        true => error,
        false => error.with_hint(format!("Did you mean `{}`?", near.join("`, `"))),
    }
}

/// Returns an address as the name of a resource: without user, password, query and fragment, which may be secret.
pub(super) fn address(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return url.to_owned() };
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only for addresses that cannot have a user, and so have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}
