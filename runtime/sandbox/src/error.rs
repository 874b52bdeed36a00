//! Failures of the machine or of the embedder.

use std::error::Error as StdError;
use std::fmt;

/// A failure of the machine or of the embedder, never of a script or a server.
///
/// [`Error::kind`] says which; the message and [`source`](StdError::source) say why.
pub struct Error {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An engine cannot be loaded on this machine.
    Engine,
    /// The address space of this process is limited (`ulimit -v`), and less is left than one run reserves.
    AddressSpace,
    /// The folder for compiled components cannot be used.
    ComponentCache,
    /// A thread cannot be started.
    Thread,
    /// A granted folder can no longer be opened.
    Folder,
    /// The system's source of randomness failed.
    Random,
    /// A limit has a value that no run can have ([`Limits::validate`](crate::Limits::validate)).
    Limits,
}

impl Error {
    /// Returns the kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    fn caused(kind: ErrorKind, what: &str, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { kind, message: format!("{what}: {source}"), source: Some(Box::new(source)) }
    }

    pub(crate) fn engine(error: wasmtime::Error) -> Self {
        let message = format!("cannot load the engine: {error}");
        Self { kind: ErrorKind::Engine, message, source: Some(error.into()) }
    }

    pub(crate) fn address_space(left_bytes: u64, needed_bytes: u64) -> Self {
        let message =
            format!("this process has {left_bytes} bytes of address space left, but a run reserves {needed_bytes}");
        Self::new(ErrorKind::AddressSpace, message)
    }

    #[cfg(feature = "component")]
    pub(crate) fn component_cache(error: std::io::Error) -> Self {
        Self::caused(ErrorKind::ComponentCache, "cannot cache compiled components", error)
    }

    pub(crate) fn thread(error: std::io::Error) -> Self {
        Self::caused(ErrorKind::Thread, "cannot start the ticker thread", error)
    }

    #[cfg(feature = "component")]
    pub(crate) fn folder(error: wasmtime::Error) -> Self {
        let message = format!("cannot open a granted folder: {error}");
        Self { kind: ErrorKind::Folder, message, source: Some(error.into()) }
    }

    pub(crate) fn random(error: getrandom::Error) -> Self {
        Self::caused(ErrorKind::Random, "cannot draw a random seed", error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.kind).field("message", &self.message).finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
