//! The lists of MCP servers that users already have: `mcpServers` as Claude and others write it, `servers` as VS Code
//! does. Reading them starts nothing.

mod entry;
mod expand;
mod file;
mod find;
mod jsonc;
mod secret;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

pub use find::find_upward;
pub use jsonc::parse as parse_jsonc;
pub use secret::Secret;

use crate::error::{ConfigError, EntryError};

/// Looks up an environment variable.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A list of servers, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The servers; their names are unique.
    pub servers: Vec<ServerConfig>,
    /// Ignored parts of the list, one sentence each.
    pub notes: Vec<String>,
}

/// One server of the list.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Its name, as scripts write it after `tools.`.
    pub name: String,
    /// The file it comes from.
    pub source: PathBuf,
    /// Whether the entry says `"disabled": true`.
    pub disabled: bool,
    /// Longest time one call may take, milliseconds (`callTimeoutMs` or `timeout`).
    pub call_ms_max: Option<u64>,
    /// How to reach it, or why that is unknown.
    pub launch: Result<Launch, EntryError>,
}

/// How to reach a server.
#[derive(Debug, Clone)]
pub enum Launch {
    /// A child process that speaks over its standard input and output.
    Stdio(StdioLaunch),
    /// An address that speaks Streamable HTTP.
    Http(HttpLaunch),
}

/// The child process of a server.
#[derive(Debug, Clone)]
pub struct StdioLaunch {
    /// The program.
    pub command: String,
    /// Its arguments; they may hold secrets.
    pub args: Vec<Secret>,
    /// Variables besides the base environment.
    pub env: Vec<(String, Secret)>,
    /// Its working folder, absolute unless the configuration's path is relative; a relative `cwd` is resolved against
    /// the folder of the configuration file.
    pub cwd: Option<PathBuf>,
}

/// The address of a server.
#[derive(Debug, Clone)]
pub struct HttpLaunch {
    /// The address; it may hold a secret.
    pub url: Secret,
    /// Headers sent with each request.
    pub headers: Vec<(String, Secret)>,
    /// How to sign in (`auth` or `oauth`), if the entry says so.
    pub auth: Option<AuthConfig>,
}

/// How to sign in to a server; the default applies to a server that asks for a sign-in without an `auth` entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthConfig {
    /// Who signs in.
    pub grant: GrantKind,
    /// Identifier under which callbox is registered at the authorization server (`clientId`).
    pub client_id: Option<String>,
    /// The secret of that client (`clientSecret`).
    pub client_secret: Option<Secret>,
    /// Address of a client metadata document, https (`clientMetadataUrl`).
    pub client_metadata_url: Option<String>,
    /// Scopes to request, instead of those that the server names.
    pub scopes: Vec<String>,
    /// Port of the loopback redirect, for clients registered with a fixed one (`callbackPort`).
    pub callback_port: Option<u16>,
    /// Whether the authorization server may have a private address even if the server itself does not
    /// (`allowPrivateAddresses`).
    pub private_addresses: bool,
}

/// Who signs in to a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum GrantKind {
    /// A user, in a browser (`authorization_code`).
    #[default]
    AuthorizationCode,
    /// The program itself, with its own secret (`client_credentials`).
    ClientCredentials,
}

impl HttpLaunch {
    /// Checks whether the headers authenticate the requests, so that there is no need to sign in.
    #[must_use]
    pub fn has_fixed_access(&self) -> bool {
        self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"))
    }
}

impl Config {
    /// Reads one file. `lookup` returns environment variables.
    ///
    /// # Errors
    ///
    /// If the file as a whole cannot be used. An invalid entry is kept, with its own error in
    /// [`ServerConfig::launch`].
    pub fn read(file: &Path, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        Self::parse(&file::read(file)?, file, lookup)
    }

    /// Reads several files; a later one replaces servers of the same name in an earlier one.
    ///
    /// # Errors
    ///
    /// The error of [`Config::read`] for the first file that has one.
    pub fn read_all<P: AsRef<Path>>(files: &[P], lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        files
            .iter()
            .try_fold(Self::default(), |config, file| Ok(config.overridden_by(Self::read(file.as_ref(), lookup)?)))
    }

    /// Reads text that came from `source`.
    ///
    /// # Errors
    ///
    /// See [`Config::read`].
    pub fn parse(text: &str, source: &Path, lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let root = jsonc::parse(text, source)?;
        let entries = file::entries(&root, source)?.into_iter();
        let (servers, notes): (_, Vec<_>) =
            entries.map(|(name, value)| entry::read(name, value, source, lookup)).unzip();
        Ok(Self::default().overridden_by(Self { servers, notes: notes.into_iter().flatten().collect() }))
    }

    /// Adds each server of `later`, replacing one of the same name.
    #[must_use]
    pub fn overridden_by(mut self, later: Self) -> Self {
        self.notes.extend(later.notes);
        // A generated file may list very many servers.
        let named = |(at, server): (usize, &ServerConfig)| (server.name.clone(), at);
        let mut places: HashMap<String, usize> = self.servers.iter().enumerate().map(named).collect();
        for server in later.servers {
            match places.get(&server.name).and_then(|at| self.servers.get_mut(*at)) {
                Some(old) => *old = server,
                None => {
                    places.insert(server.name.clone(), self.servers.len());
                    self.servers.push(server);
                }
            }
        }
        self
    }

    /// Returns the server of that name.
    #[must_use]
    pub fn server(&self, name: &str) -> Option<&ServerConfig> {
        self.servers.iter().find(|server| server.name == name)
    }
}

#[cfg(test)]
mod tests;
