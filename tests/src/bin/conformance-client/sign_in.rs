//! The sign-ins of the conformance client: callbox's own, with what the suite hands over and a person who
//! agrees to everything.

use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;
use callbox::{ToolError, ToolErrorCode};
use callbox_mcp::{Config, ConnectOptions, FailureCode, Login, Status, TokenStore, Upstream, Upstreams};
use callbox_tests::browser;
use serde_json::{Value, json};
use tokio::task::spawn_blocking;

/// Sign-ins before a server counts as one that is never content.
const SIGN_INS_MAX: usize = 3;

/// How long the person may take; the suite answers at once.
const WAIT: Duration = Duration::from_secs(10);

/// The address under which the suite knows its clients. Nobody fetches what is said to stand there.
const CLIENT_METADATA: &str = "https://conformance-test.local/client-metadata.json";

/// The `auth` of the server's entry.
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

    /// Connects, and signs in as often as that is wanted.
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

    /// Whether a call may have failed for want of a sign-in. A server that cannot be reached at all is one that
    /// may be tried again.
    pub fn may_help(&self, error: &ToolError) -> bool {
        self.left > 0 && error.code == ToolErrorCode::Unreachable && !error.retryable
    }

    /// One sign-in.
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
