//! The conformance client's sign-ins: callbox's own, with the suite's parameters and a user who agrees to everything.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use callbox::{ToolError, ToolErrorCode};
use callbox_mcp::{Config, ConnectOptions, FailureCode, Login, Status, TokenStore, Upstream, Upstreams};
use callbox_tests::browser;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

/// Sign-ins after which a server counts as never satisfied.
const SIGN_INS_MAX: usize = 3;

/// How long the user may take; the suite answers at once.
const WAIT: Duration = Duration::from_secs(10);

/// The client ID metadata URL that the suite expects. Nothing is ever fetched from it.
const CLIENT_METADATA: &str = "https://conformance-test.local/client-metadata.json";

/// Returns the `auth` of the server's entry.
pub fn auth(handed: &Value) -> Value {
    let mut auth = json!({ "clientMetadataUrl": CLIENT_METADATA });
    if let (Some(id), Some(secret)) = (handed["client_id"].as_str(), handed["client_secret"].as_str()) {
        auth["clientId"] = json!(id);
        auth["clientSecret"] = json!(secret);
    }
    if handed["name"].as_str().is_some_and(|scenario| scenario.starts_with("auth/client-credentials")) {
        auth["grant"] = json!("client_credentials");
    }
    auth
}

/// The sign-ins to one server.
pub struct SignIns<'a> {
    config: &'a Config,
    server: &'a str,
    tokens: Arc<dyn TokenStore>,
    left: usize,
}

impl<'a> SignIns<'a> {
    pub fn new(config: &'a Config, server: &'a str, tokens: Arc<dyn TokenStore>) -> Self {
        Self { config, server, tokens, left: SIGN_INS_MAX }
    }

    /// Connects, signing in as often as required.
    pub async fn connect(&mut self, options: &ConnectOptions) -> anyhow::Result<Upstreams> {
        loop {
            let upstreams = Upstreams::connect(self.config, None, options).await;
            let status = upstreams.get(self.server).map(Upstream::status);
            let Some(Status::Failed(error)) = status else { return Ok(upstreams) };
            if error.code != FailureCode::SignInRequired || self.left == 0 {
                bail!("{error}");
            }
            self.go_through().await?;
        }
    }

    /// Whether a call may have failed for lack of a sign-in. If the server was merely unreachable, the error is
    /// retryable.
    pub fn may_help(&self, error: &ToolError) -> bool {
        self.left > 0 && error.code == ToolErrorCode::Unreachable && !error.retryable
    }

    /// Signs in once.
    pub async fn go_through(&mut self) -> anyhow::Result<()> {
        self.left = self.left.saturating_sub(1);
        if let Login::Waiting(waiting) = Login::begin(self.config, self.server, Arc::clone(&self.tokens)).await? {
            let url = waiting.url().to_owned();
            let person = spawn_blocking(move || browser::visit(&url));
            waiting.finish(WAIT).await?;
            person.await?;
        }
        Ok(())
    }
}
