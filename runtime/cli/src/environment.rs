//! The only place that reads the process's environment and working folder, but for the variables that the
//! OpenTelemetry SDK reads by itself (`OTEL_*`).

use std::{
    borrow::Cow,
    env,
    ffi::OsString,
    io::{IsTerminal, stderr, stdout},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use callbox_mcp::{Config, TraceContext, base_environment, find_upward, shell_word};

use crate::error::CliError;

/// A list of servers and the files it came from.
pub(crate) struct Found {
    pub(crate) config: Config,
    pub(crate) files: Vec<PathBuf>,
}

/// Reads the lists of servers: those given, else the nearest `.mcp.json` from the working folder
/// upward. `None` where neither is there.
pub(crate) fn find_config(given: &[PathBuf]) -> Result<Option<Found>, CliError> {
    let files = match given {
        [] => env::current_dir().ok().and_then(|folder| find_upward(&folder)).into_iter().collect(),
        given => given.to_vec(),
    };
    if files.is_empty() {
        return Ok(None);
    }
    let config = Config::read_all(&files, &|name| env::var(name).ok())?;
    Ok(Some(Found { config, files }))
}

/// Why there is no list of servers and how to make one.
pub(crate) fn no_config() -> CliError {
    let folder = env::current_dir().map_or_else(|_| "the working folder".to_owned(), |f| format!("`{}`", f.display()));
    CliError::no_config(format!("no list of MCP servers: no `--config`, and no `.mcp.json` in {folder} or above")).hint(
        r#"Write `.mcp.json`, such as {"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]}}}, or try `--demo`."#,
    )
}

/// Folders under which programs keep what is a user's own; nothing where it is not known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Folders {
    /// The working folder.
    pub(crate) working: PathBuf,
    /// The user's home.
    pub(crate) home: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`.
    pub(crate) xdg_config: Option<PathBuf>,
    /// `APPDATA` of Windows.
    pub(crate) app_data: Option<PathBuf>,
    /// `LOCALAPPDATA` of Windows.
    pub(crate) local_app_data: Option<PathBuf>,
    /// `CLAUDE_CONFIG_DIR`, which moves what Claude Code keeps.
    pub(crate) claude_config: Option<PathBuf>,
    /// `CODEX_HOME`, which moves what Codex keeps.
    pub(crate) codex_home: Option<PathBuf>,
}

/// The folders of the user who runs this.
pub(crate) fn folders() -> Result<Folders, CliError> {
    let working = env::current_dir();
    let working = working.map_err(|error| CliError::file(format!("cannot use the working folder: {error}")))?;
    // A relative path would mean another folder in each place it is used from.
    let named = |name| env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    Ok(Folders {
        working,
        home: env::home_dir().filter(|home| home.is_absolute()),
        xdg_config: named("XDG_CONFIG_HOME"),
        app_data: named("APPDATA"),
        local_app_data: named("LOCALAPPDATA"),
        claude_config: named("CLAUDE_CONFIG_DIR"),
        codex_home: named("CODEX_HOME"),
    })
}

/// The few variables that servers are started with.
pub(crate) fn for_servers() -> Vec<(OsString, OsString)> {
    base_environment(env::vars_os())
}

/// The folder for callbox's data about this user, if there is one.
pub(crate) fn data_folder() -> Option<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library").join("Application Support"))
    } else {
        folder("XDG_DATA_HOME").or_else(|| folder("HOME").map(|home| home.join(".local").join("share")))
    };
    base.map(|base| base.join("callbox"))
}

/// The folder for what callbox can make again, if there is one.
pub(crate) fn cache_folder() -> Option<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library").join("Caches"))
    } else {
        folder("XDG_CACHE_HOME").or_else(|| folder("HOME").map(|home| home.join(".cache")))
    };
    base.map(|base| base.join("callbox"))
}

/// The command that signs in to a server of this list, whose name follows it.
pub(crate) fn login_command(config: &Config) -> String {
    let found = env::current_dir().ok().and_then(|folder| find_upward(&folder));
    let mut command = "callbox login".to_owned();
    let mut named: Vec<&Path> = Vec::new();
    for source in config.servers.iter().map(|server| server.source.as_path()) {
        if found.as_deref() != Some(source) && !named.contains(&source) {
            named.push(source);
            command.push_str(&format!(" --config {}", shell_word(&source.display().to_string())));
        }
    }
    command
}

/// Shows an address in the user's browser; the address was printed as well, so it does not matter if
/// there is none.
pub(crate) fn open_browser(url: &str) {
    let mut opener = if cfg!(target_os = "macos") {
        Command::new("open")
    } else if cfg!(windows) {
        let mut opener = Command::new("rundll32");
        opener.arg("url.dll,FileProtocolHandler");
        opener
    } else {
        Command::new("xdg-open")
    };
    opener.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = opener.spawn() {
        tracing::info!(%error, "no browser was opened");
    }
}

/// The filter for logs of the program itself, if one is set.
pub(crate) fn log_filter() -> Option<String> {
    variable("CALLBOX_LOG")
}

/// Where the standard variables send traces, if anywhere.
pub(crate) fn traces_endpoint() -> Option<String> {
    if variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return None;
    }
    let base = || variable("OTEL_EXPORTER_OTLP_ENDPOINT").map(|base| traces_path(&base));
    variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").or_else(base)
}

/// The address for traces at a collector.
pub(crate) fn traces_path(collector: &str) -> String {
    let base = collector.trim_end_matches('/');
    if base.ends_with("/v1/traces") { base.to_owned() } else { format!("{base}/v1/traces") }
}

/// The name by which this process is known to collectors, if one is given.
#[cfg(feature = "otlp")]
pub(crate) fn service_name() -> Option<String> {
    variable("OTEL_SERVICE_NAME")
}

/// The trace that this process is a part of: `TRACEPARENT`, `TRACESTATE` and, if it is wanted, `BAGGAGE`, as who
/// started it may have set them.
pub(crate) fn trace_context(with_baggage: bool) -> TraceContext {
    let get = |name: &str| variable(&name.to_ascii_uppercase()).map(Cow::from);
    if with_baggage { TraceContext::read_with_baggage(get) } else { TraceContext::read(get) }
}

/// A variable that is set to something.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// What standard output and standard error are connected to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Standard output is a terminal, so text of third parties must not steer it.
    pub(crate) out: bool,
    /// Standard error is a terminal that can be redrawn.
    pub(crate) err: bool,
    /// Standard error may be coloured.
    pub(crate) colour: bool,
}

impl Terminal {
    pub(crate) fn look() -> Self {
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let err = stderr().is_terminal() && !dumb;
        let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { out: stdout().is_terminal(), err, colour: err && !no_color }
    }
}
