//! The settings of a connection, with their defaults, and the environment variables that a child may see.

use std::ffi::OsString;
use std::sync::Arc;

use crate::auth::{MemoryStore, TokenStore};

/// How servers are started and read.
#[derive(Debug, Clone)]
pub struct ConnectOptions {
    /// Variables that each child process gets besides its own; see [`base_environment`].
    pub(super) base_env: Vec<(OsString, OsString)>,
    /// Longest time from starting a server to its first answer, retries included. Default 20 s, since `npx` and `uvx`
    /// may have to fetch a package first.
    pub connect_ms_max: u64,
    /// How long a server may leave the probe for the modern protocol unanswered before it is taken for a legacy one.
    /// Default 3 s.
    pub probe_ms_max: u64,
    /// Longest time for one page of a list of tools. Default 10 s.
    pub list_page_ms_max: u64,
    /// Shortest time between two fetches of a list of tools because its lifetime ended, however short the server says
    /// that is, and between two fetches because of changes. Default 5 s.
    pub relist_ms_min: u64,
    /// Longest time to wait for one call, whatever the sandbox allows. Default 10 min.
    pub call_ms_ceiling: u64,
    /// Maximum bytes of one message of a server. Default 32 MiB, twice what the sandbox takes as a result, because
    /// servers send a structured result a second time as text.
    pub reply_bytes_max: usize,
    /// How much of a server's standard error is kept. Default 16 KiB.
    pub stderr_bytes_max: usize,
    /// Tokens from sign-ins. Default none; tokens that programs get by themselves are kept while this lasts.
    pub tokens: Arc<dyn TokenStore>,
    /// Whether legacy servers are told that a user can be asked. Default no. Set it if calls are made with a
    /// [`CallerContext`](crate::CallerContext) that has a person; modern servers are told with each call.
    pub asks_people: bool,
    /// The sign-in command for hints, without the server's name. Default `callbox login`.
    pub login_command: String,
}

impl ConnectOptions {
    /// Returns the defaults, with the variables that each child process gets.
    #[must_use]
    pub fn new(base_env: Vec<(OsString, OsString)>) -> Self {
        Self {
            base_env,
            connect_ms_max: 20_000,
            probe_ms_max: 3_000,
            list_page_ms_max: 10_000,
            relist_ms_min: 5_000,
            call_ms_ceiling: 600_000,
            reply_bytes_max: 32 * 1024 * 1024,
            stderr_bytes_max: 16 * 1024,
            tokens: Arc::new(MemoryStore::default()),
            asks_people: false,
            login_command: "callbox login".to_owned(),
        }
    }
}

/// Variables that any program needs to run, none of which is likely to be a secret.
const BASE: [&str; 24] = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LANGUAGE",
    "TMPDIR",
    "TERM",
    "SHELL",
    "TZ",
    // Windows programs do not start without these.
    "APPDATA",
    "COMSPEC",
    "HOMEDRIVE",
    "HOMEPATH",
    "LOCALAPPDATA",
    "PATHEXT",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERNAME",
    "USERPROFILE",
];

/// Picks the few variables of `all` that a child process gets besides its own.
#[must_use]
pub fn base_environment(all: impl IntoIterator<Item = (OsString, OsString)>) -> Vec<(OsString, OsString)> {
    all.into_iter().filter(|(name, _)| name.to_str().is_some_and(is_base)).collect()
}

fn is_base(name: &str) -> bool {
    let same = |base: &&str| if cfg!(windows) { base.eq_ignore_ascii_case(name) } else { *base == name };
    name.starts_with("LC_") || BASE.iter().any(same)
}

#[cfg(test)]
mod tests {
    use super::base_environment;

    #[test]
    fn a_child_sees_no_variable_beside_the_few() {
        let all = ["PATH", "LC_ALL", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "path"];
        let kept = base_environment(all.map(|name| (name.into(), "x".into())));
        let names: Vec<_> = kept.iter().filter_map(|(name, _)| name.to_str()).collect();
        assert_eq!(names, ["PATH", "LC_ALL"]);
    }
}
