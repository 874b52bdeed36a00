//! Imports the servers of agent hosts: the files in `init/`, each as its host writes it, in a separate home; and what
//! may be wrong with such files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::{Place, Ran};

/// A user with a home and a working folder.
struct User {
    home: TempDir,
    place: Place,
}

impl User {
    /// A user without any host.
    fn bare() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder"), place: Place::new(&[]) }
    }

    /// A user with all hosts, most of which list servers.
    fn of_all_hosts() -> Self {
        let user = Self::bare();
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("init");
        copy(&fixtures.join("home"), user.home.path());
        copy(&fixtures.join("project"), user.place.0.path());
        let claude = user.home.path().join(".claude.json");
        let text = fs::read_to_string(&claude).expect("a fixture");
        let folder = user.folder().display().to_string();
        fs::write(&claude, text.replace("@PROJECT@", &folder)).expect("a file");
        user
    }

    fn folder(&self) -> PathBuf {
        self.place.0.path().canonicalize().expect("a folder")
    }

    fn put(&self, name: &str, text: &str) {
        let file = self.home.path().join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, text).expect("a file");
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let home = self.home.path();
        let mut command = self.place.command(arguments);
        command.env("HOME", home).env("APPDATA", home.join("AppData/Roaming"));
        Ran::of(command.output().expect("the program starts"))
    }

    fn init(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["init"], arguments].concat())
    }

    fn written(&self) -> Value {
        serde_json::from_str(&self.place.read(".mcp.json")).expect("JSON")
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { fs::copy(&from, &to).map(|_| ()).expect("a copy") }
    }
}

fn names(config: &Value) -> Vec<&str> {
    config["mcpServers"].as_object().expect("servers").keys().map(String::as_str).collect()
}

#[test]
fn every_host_is_taken_over() {
    let user = User::of_all_hosts();
    let ran = user.init(&[]).ends(0);
    let expected = [
        "notes",
        "playwright",
        "microsoft-docs",
        "local",
        "sentry",
        "airtable",
        "github",
        "files",
        "linear",
        "perplexity",
        "context7",
        "figma",
        "off",
        "github-claude-desktop",
    ];
    let written = user.written();
    assert_eq!(names(&written), expected);
    let servers = &written["mcpServers"];
    assert_eq!(servers["notes"]["command"], "${HOME}/bin/notes");
    assert!(!ran.out.contains("HOME for"), "nobody has to set what every process has: {}", ran.out);
    assert_eq!(
        servers["local"]["args"],
        json!(["mcp-local", "--api-key", "${LOCAL_API_KEY}", "--port=${LOCAL_PORT:-8080}"])
    );
    assert_eq!(servers["local"]["env"], json!({"LOCAL_HOST": "127.0.0.1", "LOCAL_SECRET": "${LOCAL_SECRET}"}));
    let airtable = json!({"AIRTABLE_API_KEY": "${AIRTABLE_API_KEY}", "LOG_LEVEL": "debug"});
    assert_eq!(servers["airtable"]["env"], airtable);
    assert_eq!(servers["github"]["type"], "http");
    assert_eq!(servers["github"]["headers"]["Authorization"], "Bearer ${GITHUB_TOKEN}");
    assert_eq!(servers["linear"]["args"][2], "https://mcp.linear.app/mcp?apiKey=${LINEAR_API_KEY}");
    assert_eq!(servers["perplexity"]["env"], json!({"PERPLEXITY_API_KEY": "${PERPLEXITY_KEY}"}));
    assert_eq!(servers["context7"]["callTimeoutMs"], 45_500);
    assert_eq!(servers["figma"]["headers"]["Authorization"], "Bearer ${FIGMA_OAUTH_TOKEN}");
    assert_eq!(servers["off"]["disabled"], true);
    for (name, origin) in [
        ("`files`", ".cursor/mcp.json`) and the same from Claude Desktop ("),
        ("`github-claude-desktop`", "claude_desktop_config.json`), there `github`"),
        ("`sentry`", ".codex/config.toml`), there `sentry_again`"),
    ] {
        let line = ran.out.lines().find(|line| line.trim_start().starts_with(name)).expect("a line");
        assert!(line.contains(origin), "{line}");
    }
    ran.says(&[
        "`asana` of Claude Code",
        "unsupported_transport",
        "`websocket` of VS Code",
        "`callbox` of Claude Desktop",
        "it is callbox itself",
        "`envFile` dropped",
        "`startup_timeout_sec`",
        "`enabled_tools`",
    ]);
}

#[test]
fn no_secret_is_written_or_said() {
    let user = User::of_all_hosts();
    let mut texts = Vec::new();
    for arguments in [&["--dry-run"][..], &["--dry-run", "--json"], &[], &["--force", "--json"]] {
        let ran = user.init(arguments).ends(0);
        texts.extend([ran.out, ran.err]);
    }
    texts.push(user.place.read(".mcp.json"));
    // Each variable is listed with the place of its value, except for those that were variables before.
    for text in &texts {
        assert!(!text.contains("canary"), "{text}");
    }
    for name in ["AIRTABLE_API_KEY for `env.AIRTABLE_API_KEY` of `airtable`, its value is in", "CONTEXT7_API_KEY for"] {
        assert!(texts[0].contains(name), "{name} is not in {}", texts[0]);
    }
}

/// Anything in a host's list that is not clearly a setting.
#[test]
fn no_secret_of_a_command_line_or_an_address_is_written_or_said() {
    let user = User::bare();
    let args: &[&str] = &[
        "--connection-string=Server=db;User Id=sa;Password=canary-1;Encrypt=true",
        "--connection-string",
        "Endpoint=sb://h/;SharedAccessKeyName=k;SharedAccessKey=canary-2",
        "-p",
        "canary-3",
        "me:canary-4@db.example",
        "postgres://me:canary-5@h/db",
        "https://h/mcp?k=canary-6",
        "--pem",
        "-----BEGIN RSA PRIVATE KEY-----\ncanary-7\n-----END RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOjh9.canary-8",
        "AKIACANARY9EXAMPLE00",
        "ghp_canary10canary10canary10canary10",
        "xoxb-123456789012-canary11",
        "--header",
        "X-Whatever: canary-12",
        "--unknown",
        "canary13x4canary",
        "--with-default=${T:-ghp_canary14canary14}",
        "--json={\"a\":{\"password\":\"canary-15\",\"any\":\"me:canary-16@h\"}}",
        "-c",
        "DB_PASSWORD=canary-17 npx server --token canary-18 -p canary-19",
    ];
    let servers = json!({ "mcpServers": {
        "line": { "command": "npx", "args": args, "env": { "ANY": "canary-20", "URL": "https://h/?k=canary-21" } },
        "whole": { "command": "npx server --password canary-22 me:canary-23@h" },
        "at": { "url": "https://me:canary-24@h/mcp?k=canary-25", "headers": { "X-Any": "canary-26" } },
    }});
    user.put(".cursor/mcp.json", &servers.to_string());
    let mut texts = Vec::new();
    for arguments in [&["--dry-run"][..], &["--dry-run", "--json"], &[], &["--force", "--json"]] {
        let ran = user.init(arguments).ends(0);
        texts.extend([ran.out, ran.err]);
    }
    texts.push(user.place.read(".mcp.json"));
    for text in &texts {
        assert!(!text.to_lowercase().contains("canary"), "{text}");
    }
    assert_eq!(names(&user.written()).get(..3), Some(&["line", "whole", "at"][..]));
}

#[test]
fn what_is_written_is_read_without_complaint() {
    let user = User::of_all_hosts();
    let ran = user.init(&["--json"]).ends(0);
    assert_eq!(ran.err, "");
    let report = ran.json();
    assert_eq!(report["config"], user.written());
    let set = |name: &str| report["variables"].as_array().expect("variables").iter().any(|v| v["name"] == name);
    assert!(set("AIRTABLE_API_KEY") && set("LOCAL_SECRET") && !set("LOCAL_PORT"), "{}", report["variables"]);
    let lookup = |_: &str| Some("value".to_owned());
    let config = callbox_mcp::Config::read(&user.folder().join(".mcp.json"), &lookup).expect("a list");
    assert!(config.notes.is_empty(), "{:?}", config.notes);
    assert_eq!(config.servers.len(), 14);
    for server in &config.servers {
        assert!(server.launch.is_ok(), "{server:?}");
    }
    user.place.put("a.js", "return typeof tools.airtable;");
    user.run(&["check", "--offline", "a.js"]).ends(0);
}

#[test]
fn the_doctor_finds_a_server_that_was_taken_over() {
    let user = User::bare();
    let server = crate::upstreams::fault_server();
    user.put(".cursor/mcp.json", &json!({"mcpServers": {"s": {"command": server}}}).to_string());
    user.init(&[]).ends(0).says(&["note: Claude Code also reads `.mcp.json`"]);
    let ran = user.run(&["doctor"]).ends(0);
    assert!(ran.out.contains("ok    s"), "{}", ran.out);
}

#[test]
fn snippets_name_the_file_in_each_hosts_format() {
    let user = User::of_all_hosts();
    let report = user.init(&["--json"]).ends(0).json();
    let file = user.folder().join(".mcp.json").display().to_string();
    assert_eq!(report["file"], file.as_str());
    let snippet = |host: &str| {
        let snippets = report["snippets"].as_array().expect("snippets");
        let snippet = snippets.iter().find(|snippet| snippet["host"] == host).expect("a snippet");
        snippet["text"].as_str().expect("text").to_owned()
    };
    let parsed = |host: &str| serde_json::from_str::<Value>(&snippet(host)).expect("JSON");
    let args = json!(["serve", "--config", file]);
    let desktop = parsed("claude-desktop");
    let cursor = parsed("cursor");
    let vscode = parsed("vscode");
    let codex: Value = toml::from_str(&snippet("codex")).expect("TOML");
    for server in [
        &desktop["mcpServers"]["callbox"],
        &cursor["mcpServers"]["callbox"],
        &vscode["servers"]["callbox"],
        &codex["mcp_servers"]["callbox"],
    ] {
        assert_eq!(server["command"], "callbox");
        assert_eq!(server["args"], args);
    }
    assert_eq!(cursor["mcpServers"]["callbox"]["env"]["TEAM"], "${env:TEAM}");
    assert_eq!(vscode["servers"]["callbox"]["env"]["TEAM"], "${input:TEAM}");
    assert!(vscode["inputs"].as_array().expect("inputs").iter().any(|input| input["id"] == "TEAM"));
    assert!(codex["mcp_servers"]["callbox"]["env_vars"].as_array().expect("names").contains(&json!("TEAM")));
    assert_eq!(snippet("claude-code"), format!("claude mcp add callbox -- callbox serve --config {file}"));
}

#[test]
fn without_variables_the_snippet_is_the_plain_one() {
    let user = User::bare();
    user.put(".cursor/mcp.json", r#"{"mcpServers": {"s": {"command": "c"}}}"#);
    let report = user.init(&["--json", "--output", "servers.json"]).ends(0).json();
    let file = user.folder().join("servers.json").display().to_string();
    let expected = json!({"mcpServers": {"callbox": {"command": "callbox", "args": ["serve", "--config", file]}}});
    let text = report["snippets"][0]["text"].as_str().expect("text");
    assert_eq!(serde_json::from_str::<Value>(text).expect("JSON"), expected);
    assert!(user.place.0.path().join("servers.json").is_file() && !user.place.0.path().join(".mcp.json").exists());
}

#[test]
fn a_file_is_replaced_only_when_asked_and_kept() {
    let user = User::bare();
    user.put(".cursor/mcp.json", r#"{"mcpServers": {"s": {"command": "c"}}}"#);
    let old = r#"{"mcpServers": {"old": {"command": "o", "env": {"TOKEN": "canary"}}}}"#;
    user.place.put(".mcp.json", old);
    let refused = user.init(&[]).ends(2).says(&["[file_exists]", ".mcp.json", "--force"]);
    assert_eq!(refused.out, "");
    assert_eq!(user.init(&["--json"]).ends(2).json()["end"]["code"], "file_exists");
    user.init(&["--dry-run"]).ends(0).says(&["without `--force` it is not replaced"]);
    assert_eq!(user.place.read(".mcp.json"), old);
    user.init(&["--force"]).ends(0);
    assert_eq!(names(&user.written()), ["old", "s"], "the file itself is one of a host's");
    assert_eq!(user.place.read(".mcp.json.bak"), old);
    user.init(&["--force", "--from", "cursor"]).ends(0);
    assert_eq!(names(&user.written()), ["s"]);
    assert!(user.place.read(".mcp.json.bak2").contains("\"old\""));
    let left: Vec<_> = fs::read_dir(user.folder()).expect("a folder").collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn a_dry_run_shows_and_writes_nothing() {
    let user = User::of_all_hosts();
    let ran = user.init(&["--dry-run", "--from", "codex", "cursor"]).ends(0);
    assert!(ran.out.contains("not written") && ran.out.contains("\"mcpServers\""), "{}", ran.out);
    assert!(!ran.out.contains("airtable"), "{}", ran.out);
    assert!(!user.folder().join(".mcp.json").exists());
}

#[test]
fn a_broken_file_does_not_keep_the_others_out() {
    let user = User::of_all_hosts();
    user.put(".cursor/mcp.json", "{\n  \"mcpServers\": {\n    \"x\": { \"command\" \"canary\" }\n  }\n}");
    user.put(".codex/config.toml", "model = \"m\"\n[mcp_servers.x]\ncommand = canary\n");
    user.put(".config/Code/User/mcp.json", r#"{"servers": ["canary"]}"#);
    let ran = user.init(&[]).ends(0);
    assert!(!ran.err.contains("canary"), "{}", ran.err);
    ran.says(&[".cursor/mcp.json:3:", ".codex/config.toml:3:", "malformed TOML", "`/servers`"]);
    assert!(names(&user.written()).contains(&"airtable"));
    let report = user.init(&["--dry-run", "--json"]).ends(0).json();
    let files = report["files"].as_array().expect("files").iter();
    let codes: Vec<_> = files.filter_map(|file| file["error"]["code"].as_str()).collect();
    assert_eq!(codes, ["config_malformed", "config_shape", "config_malformed"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_named() {
    let user = User::bare();
    user.put(".codex/config.toml", "[mcp_servers.s]\ncommand = \"c\"\n");
    user.put(".cursor/mcp.json/folder", "");
    user.put(".claude.json", "");
    fs::write(user.home.path().join(".claude.json"), b"{\"a\": \"\xff\"}").expect("a file");
    user.init(&[]).ends(0).says(&[".cursor/mcp.json` is not a file", ".claude.json` is not UTF-8"]);
}

#[test]
fn nothing_found_says_where_was_looked() {
    let user = User::bare();
    user.put(".cursor/mcp.json", "{}");
    let ran = user.init(&[]).ends(2);
    assert_eq!(ran.out, "");
    ran.says(&[
        "[nothing_to_import]",
        ".claude.json`: does not exist",
        ".cursor/mcp.json`: lists no servers",
        ".codex",
    ]);
    user.put(".cursor/mcp.json", r#"{"mcpServers": {"s": {"url": "https://h/sse", "type": "sse"}}}"#);
    let end = user.init(&["--json"]).ends(2).json()["end"].clone();
    assert_eq!(end["code"], "nothing_to_import");
    let notes = end["notes"].to_string();
    assert!(notes.contains("unsupported_transport") && notes.contains(".claude.json"), "{notes}");
    user.init(&["--from", "codex"]).ends(2).says(&[".codex/config.toml`: does not exist"]);
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let user = User::of_all_hosts();
    user.init(&["--output", "no/such/folder/x.json"]).ends(2).says(&["cannot write", "no/such/folder/x.json"]);
    user.init(&["--output", "."]).ends(2).says(&["it is a folder"]);
    user.init(&["--from", "emacs"]).ends(2).says(&["emacs", "cursor"]);
    user.init(&["--config", "x.json"]).ends(2).says(&["--output"]);
    user.init(&["--demo"]).ends(2);
}

#[test]
fn a_name_does_not_steer_the_terminal() {
    let user = User::bare();
    user.put(".cursor/mcp.json", r#"{"mcpServers": {"s\u001b[31m": {"command": "c", "x\u001b[2J": 1}}}"#);
    let ran = user.init(&[]).ends(0);
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{}{}", ran.out, ran.err);
    assert_eq!(names(&user.written()), ["s\u{1b}[31m"]);
}
