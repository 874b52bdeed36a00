//! `callbox login` signs the user in to a server in a browser, once; `callbox logout` undoes that.

use std::{sync::Arc, time::Duration};

use callbox::{
    CancellationToken,
    internal::{SCHEMA_VERSION, printable},
};
use callbox_mcp::{Config, Login, SignedIn, SignedOut, TokenStore, log_out};
use serde_json::json;

use crate::{
    args::{LoginArgs, LogoutArgs},
    environment,
    error::CliError,
    exit::ExitCode,
    render,
    settings::Settings,
    tokens::{self, Place},
};

/// How long the user may take.
const WAIT: Duration = Duration::from_secs(300);

pub(crate) async fn login(
    args: &LoginArgs,
    settings: &Settings,
    cancel: &CancellationToken,
) -> Result<ExitCode, CliError> {
    let config = config(settings)?;
    let store = store(if args.no_keyring { Place::File } else { Place::Keyring })?;
    let signed_in = tokio::select! {
        signed_in = sign_in(args, &config, store) => signed_in?,
        () = cancel.cancelled() => return Err(CliError::interrupted("the sign-in was interrupted; nothing was stored")),
    };
    let text = if args.json { json_of(&args.server, &signed_in) } else { words_of(&args.server, &signed_in) };
    render::print(&format!("{text}\n"))?;
    Ok(ExitCode::Returned)
}

pub(crate) async fn logout(
    args: &LogoutArgs,
    settings: &Settings,
    cancel: &CancellationToken,
) -> Result<ExitCode, CliError> {
    let config = config(settings)?;
    let store = store(Place::File)?;
    let signed_out = tokio::select! {
        signed_out = log_out(&config, &args.server, store) => signed_out?,
        () = cancel.cancelled() => return Err(CliError::interrupted("interrupted while signing out")),
    };
    let server = printable(&args.server);
    let text = match (args.json, signed_out) {
        (true, SignedOut { was_signed_in, is_revoked }) => json!({
            "schema_version": SCHEMA_VERSION,
            "server": args.server,
            "state": "signed_out",
            "was_signed_in": was_signed_in,
            "revoked": is_revoked,
        })
        .to_string(),
        (false, SignedOut { was_signed_in: false, .. }) => format!("nobody was signed in to server `{server}`"),
        (false, SignedOut { is_revoked: true, .. }) => {
            format!("signed out of server `{server}`; its tokens are revoked")
        }
        (false, SignedOut { is_revoked: false, .. }) => {
            format!("signed out of server `{server}`; its tokens are deleted here and expire on their own there")
        }
    };
    render::print(&format!("{text}\n"))?;
    Ok(ExitCode::Returned)
}

fn config(settings: &Settings) -> Result<Config, CliError> {
    match settings.demo() {
        true => Err(CliError::usage("the demo has no server to sign in to")),
        false => Ok(settings.source.config()?.config),
    }
}

fn store(place: Place) -> Result<Arc<dyn TokenStore>, CliError> {
    tokens::store(place).ok_or_else(|| {
        CliError::file("there is no folder for tokens").hint("Set `HOME`, or `XDG_DATA_HOME` to a folder.")
    })
}

async fn sign_in(args: &LoginArgs, config: &Config, store: Arc<dyn TokenStore>) -> Result<SignedIn, CliError> {
    let waiting = match Login::begin(config, &args.server, store).await? {
        Login::SignedIn(signed_in) => return Ok(signed_in),
        Login::Waiting(waiting) => waiting,
    };
    let scopes = waiting.scopes();
    let scopes = if scopes.is_empty() { String::new() } else { format!(" It asks for: {}.", scopes.join(" ")) };
    render::tell(&format!(
        "Sign in to server `{}` in a browser on this machine:{scopes}\n\n  {}\n\nWaiting for up to {} minutes; press Ctrl-C to cancel.\n",
        printable(&args.server),
        printable(waiting.url()),
        WAIT.as_secs() / 60,
    ));
    if !args.no_browser {
        environment::open_browser(waiting.url());
    }
    Ok(waiting.finish(WAIT).await?)
}

fn words_of(server: &str, signed_in: &SignedIn) -> String {
    let at = signed_in.issuer.as_ref().map_or_else(String::new, |issuer| format!(" at {}", printable(issuer)));
    let lasts = match (signed_in.lifetime_s, signed_in.is_renewable) {
        (_, true) => "; it is renewed automatically".to_owned(),
        (Some(seconds), false) => format!("; it lasts {} minutes", seconds / 60),
        (None, false) => String::new(),
    };
    format!("signed in to server `{}`{at}{lasts}", printable(server))
}

fn json_of(server: &str, signed_in: &SignedIn) -> String {
    json!({
        "schema_version": SCHEMA_VERSION,
        "server": server,
        "state": "signed_in",
        "issuer": signed_in.issuer,
        "scopes": signed_in.scopes,
        "lifetime_s": signed_in.lifetime_s,
        "renewable": signed_in.is_renewable,
    })
    .to_string()
}
