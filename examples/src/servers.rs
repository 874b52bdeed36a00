//! Runs a script against the MCP servers listed in a file: starts the servers, makes their tools functions of the
//! script, and shuts them all down afterwards.

use std::{error::Error, path::Path};

use callbox::{RunRequest, Sandbox};
use callbox_mcp::{Config, ConnectOptions, Status, Upstreams, base_environment};

/// Runs the script with the servers that the file lists, and reports the outcome. A server that does not start is
/// reported and does not stop the others.
pub async fn run(file: &Path, script: &str) -> Result<String, Box<dyn Error>> {
    let config = Config::read(file, &|name| std::env::var(name).ok())?;
    let options = ConnectOptions::new(base_environment(std::env::vars_os()));
    let upstreams = Upstreams::connect(&config, None, &options).await;
    let failed = upstreams.iter().filter_map(|upstream| match upstream.status() {
        Status::Ready(_) => None,
        Status::Failed(error) => Some(format!("{}: {error}\n", upstream.name())),
    });
    let failed: String = failed.collect();
    let outcome = Sandbox::new()?.run(&upstreams.catalog(), RunRequest::new(script)).await;
    upstreams.shutdown().await;
    Ok(failed + &outcome?.transcript())
}

#[cfg(all(test, unix))]
mod tests {
    use serde_json::json;

    /// A server simulated by a shell script: one tool, called once.
    const SERVER: &str = r#"
read -r l; echo '{"jsonrpc":"2.0","id":0,"error":{"code":-32601,"message":"no"}}'
read -r l; echo '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"sh","version":"1"}}}'
read -r l
read -r l; echo '{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"greet","inputSchema":{"type":"object"}}]}}'
read -r l; echo '{"jsonrpc":"2.0","id":3,"result":{"content":[{"type":"text","text":"hello"}]}}'
read -r l
"#;

    #[tokio::test]
    async fn a_script_calls_a_server_of_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("servers.json");
        let servers = json!({
            "shell": { "command": "sh", "args": ["-c", SERVER] },
            "gone": { "command": "no-such-program" },
        });
        std::fs::write(&file, json!({ "mcpServers": servers }).to_string()).expect("a file");
        let told = super::run(&file, "return await tools.shell.greet({})").await.expect("it runs");
        assert!(told.contains("hello") && told.contains("no-such-program"), "{told}");
    }
}
