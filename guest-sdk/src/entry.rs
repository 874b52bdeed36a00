//! The code between the world's `run` and the script's own function; `#[callbox::script]` expands to calls of it.

use std::future::Future;

use serde::{Serialize, de::DeserializeOwned};

use crate::{Error, bindings::callbox::script::types, executor};

/// A script's failure in the type of the world.
pub type Failure = types::Error;

/// Reads the input, runs a plain function and returns its result.
pub fn enter<I: DeserializeOwned>(
    input: &str,
    script: impl FnOnce(I) -> Result<String, Failure>,
) -> Result<String, Failure> {
    script(read(input)?)
}

/// Reads the input, runs an async function and returns its result.
pub fn enter_async<I: DeserializeOwned, F: Future<Output = Result<String, Failure>>>(
    input: &str,
    script: impl FnOnce(I) -> F,
) -> Result<String, Failure> {
    executor::block_on(script(read(input)?)).unwrap_or_else(|executor::Deadlock| {
        let error = Error::new("the script waits for something that no call will provide");
        Err(failure(error.with_code("deadlock")))
    })
}

/// Writes the script's return value as JSON.
pub fn finish<T: Serialize, E: Into<Error>>(returned: Result<T, E>) -> Result<String, Failure> {
    let value = returned.map_err(|error| failure(error.into()))?;
    serde_json::to_string(&value)
        .map_err(|error| failure(Error::new(format!("the returned value is not JSON: {error}")).with_code("not_json")))
}

/// Accepts any JSON as the input of a script that takes none.
pub fn no_input(_: serde::de::IgnoredAny) {}

fn read<I: DeserializeOwned>(input: &str) -> Result<I, Failure> {
    serde_json::from_str(input).map_err(|error| {
        let message = format!("the input does not fit the script's input type: {error}");
        failure(Error::new(message).with_code("invalid_input"))
    })
}

fn failure(error: Error) -> Failure {
    let Error { message, code, data } = error;
    Failure { message, code, data: data.map(|data| data.to_string()) }
}
