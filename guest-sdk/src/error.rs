//! The error of a script, into which `?` converts any error.

use std::{any::Any, error, fmt};

use serde_json::Value;

use crate::ToolError;

/// The result of a script and of most of its functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a script fails. `?` converts every error into one: a [`ToolError`] keeps its code and data, any other error its
/// message and the messages of its sources.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Error {
    /// What happened.
    pub message: String,
    /// Stable code for readers of the outcome.
    pub code: Option<String>,
    /// Additional data.
    pub data: Option<Value>,
}

impl Error {
    /// Creates an error with only a message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: None, data: None }
    }

    /// Sets the code.
    #[must_use]
    pub fn with_code(self, code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..self }
    }

    /// Sets the data.
    #[must_use]
    pub fn with_data(self, data: Value) -> Self {
        Self { data: Some(data), ..self }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

// `Error` does not implement `std::error::Error`, because this would then conflict with `From<T> for T`.
impl<E: error::Error + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        match (&error as &dyn Any).downcast_ref::<ToolError>() {
            Some(ToolError { code, message, data, .. }) => {
                Self { message: message.clone(), code: Some(code.clone()), data: data.clone() }
            }
            None => Self::new(with_sources(&error)),
        }
    }
}

fn with_sources(error: &dyn error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// Returns from the function with an [`Error`](crate::Error) whose message has the arguments of [`format!`].
#[macro_export]
macro_rules! bail {
    ($($argument:tt)*) => {
        return ::core::result::Result::Err($crate::Error::new(::std::format!($($argument)*)).into())
    };
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_tool_error_keeps_its_code_and_data() {
        let failed = || -> Result<()> {
            Err(ToolError { data: Some(json!(7)), ..ToolError::unfit("timeout", "a.b".into(), "too late".into()) })?;
            Ok(())
        };
        assert_eq!(failed(), Err(Error::new("too late").with_code("timeout").with_data(json!(7))));
    }

    #[test]
    fn other_errors_bring_their_sources() {
        #[derive(Debug)]
        struct Outer(std::num::ParseIntError);
        impl fmt::Display for Outer {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("no port")
            }
        }
        impl error::Error for Outer {
            fn source(&self) -> Option<&(dyn error::Error + 'static)> {
                Some(&self.0)
            }
        }
        let error = "x".parse::<u16>().map_err(Outer).map_err(Error::from);
        assert_eq!(error, Err(Error::new("no port: invalid digit found in string")));
    }

    #[test]
    fn bail_returns_from_the_function() {
        let refuse = |n: u8| -> Result<()> { bail!("{n} is too many") };
        assert_eq!(refuse(3), Err(Error::new("3 is too many")));
    }
}
