//! The only place that reads the process's environment and working folder, except for the `OTEL_*` variables that the
//! OpenTelemetry SDK reads itself.

use std::{
    borrow::Cow,
    env,
    ffi::OsString,
    io::{IsTerminal, stderr, stdout},
    path::{Path, PathBuf},
};

use callbox_gateway::TraceContext;
use callbox_mcp::{Config, base_environment, find_upward, shell_word};

use crate::error::CliError;

/// A list of servers and the files it came from.
pub(crate) struct Found {
    pub(crate) config: Config,
    pub(crate) files: Vec<PathBuf>,
}

/// Reads the given lists of servers, else the nearest `.mcp.json` from the working folder upward. `None` if there is
/// neither.
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

/// The error for a missing list of servers, with advice on how to write one.
pub(crate) fn no_config() -> CliError {
    let folder = env::current_dir().map_or_else(|_| "the working folder".to_owned(), |f| format!("`{}`", f.display()));
    CliError::no_config(format!("no list of MCP servers: no `--config`, and no `.mcp.json` in {folder} or above")).hint(
        r#"Write `.mcp.json`, such as {"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]}}}, or try `--demo`."#,
    )
}

/// Folders in which programs keep a user's data; `None` if unknown.
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
    /// `CLAUDE_CONFIG_DIR`, which moves Claude Code's settings.
    pub(crate) claude_config: Option<PathBuf>,
    /// `CODEX_HOME`, which moves Codex's settings.
    pub(crate) codex_home: Option<PathBuf>,
}

/// Returns the current user's folders.
pub(crate) fn folders() -> Result<Folders, CliError> {
    let working = env::current_dir();
    let working = working.map_err(|error| CliError::file(format!("cannot use the working folder: {error}")))?;
    // A relative path would name a different folder wherever it is used.
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

/// Returns the few variables that servers are started with.
pub(crate) fn for_servers() -> Vec<(OsString, OsString)> {
    base_environment(env::vars_os())
}

/// Returns the folder for callbox's data about this user, if there is one. On Windows, that is the folder that stays on
/// the machine: `etcetera` gives the one that roams, and tokens are stored here.
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

/// Returns the folder for data that callbox can recreate, if there is one.
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

/// Returns the command that signs in to a server in this list, without the server's name.
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

/// Opens a URL in the user's browser. The URL is also printed, so failing is harmless.
pub(crate) fn open_browser(url: &str) {
    if let Err(error) = open::that_detached(url) {
        tracing::info!(%error, "no browser was opened");
    }
}

/// Returns the filter for the program's own log, if set.
pub(crate) fn log_filter() -> Option<String> {
    variable("CALLBOX_LOG")
}

/// Returns the endpoint for traces set by the standard variables, if any.
pub(crate) fn traces_endpoint() -> Option<String> {
    if variable("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return None;
    }
    let base = || variable("OTEL_EXPORTER_OTLP_ENDPOINT").map(|base| traces_path(&base));
    variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").or_else(base)
}

/// Returns the URL for traces at a collector.
pub(crate) fn traces_path(collector: &str) -> String {
    let base = collector.trim_end_matches('/');
    if base.ends_with("/v1/traces") { base.to_owned() } else { format!("{base}/v1/traces") }
}

/// Returns the name under which this process reports to collectors, if set.
#[cfg(feature = "otlp")]
pub(crate) fn service_name() -> Option<String> {
    variable("OTEL_SERVICE_NAME")
}

/// Returns the parent process's trace: `TRACEPARENT`, `TRACESTATE` and, if wanted, `BAGGAGE`.
pub(crate) fn trace_context(with_baggage: bool) -> TraceContext {
    let get = |name: &str| variable(&name.to_ascii_uppercase()).map(Cow::from);
    if with_baggage { TraceContext::read_with_baggage(get) } else { TraceContext::read(get) }
}

/// Returns a variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// What standard output and standard error are connected to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    /// Standard output is a terminal, so control characters in third-party text must be removed.
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
