//! Why something could not be compiled.

use std::fmt;

use crate::{error::Error, outcome::End};

/// Why a component could not be compiled or linked.
#[derive(Debug)]
pub enum CompileError {
    /// It was rejected, or stopped by a limit: the end that a run with it would have.
    Ended(Box<End>),
    /// The machine failed.
    Failed(Error),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(end) => f.write_str(&end.lines(usize::MAX).join("\n")),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CompileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Ended(_) => None,
            Self::Failed(error) => error.source(),
        }
    }
}

impl From<Error> for CompileError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Box<End>> for CompileError {
    fn from(end: Box<End>) -> Self {
        Self::Ended(end)
    }
}
