//! Third-party clients in front of the gateway, with real servers behind it. Each lists tools, searches and runs a
//! script, over both transports.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::cli::{Place, program};
use crate::gateway::Served;
use crate::real_servers::installed;

/// Two servers at once, in Python and in JavaScript, legacy and modern.
const SCRIPT: &str = "
    const [now, echo] = await Promise.all([
        tools.time.get_current_time({ timezone: 'Asia/Tokyo' }),
        tools.everything.echo({ message: 'hello' }),
    ]);
    return { zone: now.timezone, echo: String(echo).includes('hello') };";

/// Real servers start slowly on a busy machine.
const FLAGS: [&str; 5] = ["--inline-percent", "0", "--no-learn", "--start-ms", "60000"];

/// A folder with a list of real servers.
fn place(folder: &Path) -> Place {
    let bin = |name: &str| folder.join("node_modules/.bin").join(name);
    let servers = json!({ "mcpServers": {
        "time": { "command": folder.join("venv/bin/mcp-server-time") },
        "everything": { "command": bin("mcp-server-everything") },
    } });
    Place::new(&[(".mcp.json", &servers.to_string())])
}

/// Returns what the client printed, a JSON object.
fn seen(place: &Place, program: &Path, arguments: &[String], folder: &Path) -> Value {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(place.0.path()).env("CALLBOX_TEST_SERVERS", folder);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().expect("a pipe").write_all(SCRIPT.as_bytes()).expect("the script goes in");
    let output = child.wait_with_output().expect("it ends");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let line = out.lines().rfind(|line| line.starts_with('{'));
    serde_json::from_str(line.unwrap_or_else(|| panic!("{out}\n{err}"))).expect("JSON")
}

fn is_served(seen: &Value) {
    assert_eq!(seen["tools"], json!(["search_tools", "describe_tools", "run_script"]));
    assert!(seen["found"].as_str().expect("a text").starts_with("tools.time.get_current_time"), "{seen}");
    assert_eq!(seen["value"], json!({ "zone": "Asia/Tokyo", "echo": true }), "{seen}");
    assert_eq!(seen["failed"][0], json!(true), "{seen}");
    assert!(seen["failed"][1].as_str().expect("a text").contains("on purpose"), "{seen}");
    assert_eq!(seen["resources"], json!(1), "{seen}");
}

fn stdio(place: &Place) -> Vec<String> {
    let config = place.0.path().join(".mcp.json").display().to_string();
    let served = ["stdio", &program().display().to_string(), "serve", "--config", &config].map(str::to_owned);
    [&served[..], &FLAGS.map(str::to_owned)].concat()
}

/// The client in `tests/clients`, run by `interpreter`, over both transports.
fn both_ways(interpreter: &Path, client: &str, folder: &Path) -> [Value; 2] {
    let place = place(folder);
    let client = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("clients").join(client).display().to_string();
    let over = |rest: Vec<String>| seen(&place, interpreter, &[vec![client.clone()], rest].concat(), folder);
    let local = over(stdio(&place));
    let served = Served::start(&place, &FLAGS);
    let remote = over(vec!["http".to_owned(), format!("http://{}/mcp", served.address)]);
    is_served(&local);
    is_served(&remote);
    [local, remote]
}

#[test]
fn the_python_sdk() {
    let Some(folder) = installed() else { return };
    let seen = both_ways(&folder.join("venv/bin/python"), "mcp_client.py", &folder);
    for seen in seen {
        let told = seen["progress"].as_array().expect("a list");
        assert_eq!(told.len(), 2, "{seen}");
        assert!(
            told.iter().any(
                |line| line == "everything.echo finished (1 calls)" || line == "everything.echo finished (2 calls)"
            ),
            "{seen}"
        );
    }
}

#[test]
fn fastmcp() {
    let Some(folder) = installed() else { return };
    let _ = both_ways(&folder.join("venv/bin/python"), "fastmcp_client.py", &folder);
}

#[test]
fn the_typescript_sdk() {
    let Some(folder) = installed() else { return };
    let _ = both_ways(&folder.join("node_modules/.bin/node"), "typescript_client.mjs", &folder);
}

/// The MCP Inspector's command line: one method per invocation.
#[test]
fn the_inspector() {
    let Some(folder) = installed() else { return };
    let place = place(&folder);
    let served = Served::start(&place, &FLAGS);
    let [_, command, arguments @ ..] = &stdio(&place)[..] else { panic!("a command") };
    let servers = json!({ "mcpServers": {
        "stdio": { "type": "stdio", "command": command, "args": arguments },
        "http": { "type": "streamable-http", "url": format!("http://{}/mcp", served.address) },
    } });
    place.put("inspector.json", &servers.to_string());
    for server in ["stdio", "http"] {
        let listed = inspected(&place, &folder, server, &["--method", "tools/list"]);
        assert!(listed.contains("run_script") && listed.contains("search_tools"), "{listed}");
        let search = ["--method", "tools/call", "--tool-name", "search_tools", "--tool-arg", "query=current time"];
        let found = inspected(&place, &folder, server, &search);
        assert!(found.contains("tools.time.get_current_time"), "{found}");
        let code = format!("code={SCRIPT}");
        let call = ["--method", "tools/call", "--tool-name", "run_script", "--tool-arg", &code];
        let ran = inspected(&place, &folder, server, &call);
        assert!(ran.contains("Asia/Tokyo"), "{ran}");
    }
}

fn inspected(place: &Place, folder: &Path, server: &str, arguments: &[&str]) -> String {
    let inspector = folder.join("node_modules/.bin/mcp-inspector");
    let mut command = Command::new(folder.join("node_modules/.bin/node"));
    command
        .arg(inspector)
        .args(["--cli", "--config", "inspector.json", "--server", server])
        .args(arguments)
        .current_dir(place.0.path());
    let output = command.stdin(Stdio::null()).output().expect("it starts");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    out.into_owned()
}
