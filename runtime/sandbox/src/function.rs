//! Async Rust functions as tools, with schemas derived from their types.

use std::{future::Future, marker::PhantomData, sync::Arc};

use callbox_bindings::Tool;
use futures::{FutureExt, future::BoxFuture};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    host::{ToolHost, ToolReply, ToolRequest},
    tool_error::{ToolError, ToolErrorCode},
};

/// Describes a function from `A` to `R` as a tool.
pub(crate) fn describe<A: JsonSchema, R: JsonSchema>(name: &str, description: &str) -> Tool {
    Tool {
        name: name.to_owned(),
        title: None,
        description: Some(description.to_owned()),
        input_schema: arguments_schema(schema_of::<A>(SchemaSettings::draft2020_12().for_deserialize())),
        output_schema: Some(schema_of::<R>(SchemaSettings::draft2020_12().for_serialize())),
        annotations: None,
        learned: None,
    }
}

/// Returns the schema of a tool's arguments, which are an object: a function that takes `()` takes an empty one.
fn arguments_schema(schema: Value) -> Value {
    let is_unit = schema.get("type").is_some_and(|kind| kind == "null");
    if is_unit { json!({ "type": "object", "additionalProperties": false }) } else { schema }
}

/// Reads the arguments; an empty object is also `()`.
fn arguments<A: DeserializeOwned>(arguments: Value) -> Result<A, serde_json::Error> {
    let is_empty = arguments.as_object().is_some_and(serde_json::Map::is_empty);
    let read = serde_json::from_value(arguments);
    if is_empty { read.or_else(|error| serde_json::from_value(Value::Null).map_err(|_| error)) } else { read }
}

fn schema_of<T: JsonSchema>(settings: SchemaSettings) -> Value {
    settings.into_generator().into_root_schema_for::<T>().to_value()
}

/// A host for one function. It stores no values of these types; they only say what is passed.
pub(crate) struct Function<A, R, F> {
    function: Arc<F>,
    types: PhantomData<fn(A) -> R>,
}

impl<A, R, F> Function<A, R, F> {
    pub(crate) fn new(function: F) -> Self {
        Self { function: Arc::new(function), types: PhantomData }
    }
}

impl<A, R, F, Fut> ToolHost for Function<A, R, F>
where
    A: DeserializeOwned + Send + 'static,
    R: Serialize + 'static,
    F: Fn(A) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<R, ToolError>> + Send + 'static,
{
    fn call(&self, request: ToolRequest) -> BoxFuture<'static, Result<ToolReply, ToolError>> {
        let function = Arc::clone(&self.function);
        async move {
            let arguments = arguments(request.arguments).map_err(|error| invalid_arguments(&error))?;
            let pending = function(arguments);
            let result = pending.await?;
            let value = serde_json::to_value(result).map_err(|error| invalid_result(&error))?;
            Ok(ToolReply::from(value))
        }
        .boxed()
    }
}

fn invalid_arguments(error: &serde_json::Error) -> ToolError {
    ToolError::new(ToolErrorCode::InvalidArguments, error.to_string())
}

fn invalid_result(error: &serde_json::Error) -> ToolError {
    ToolError::new(ToolErrorCode::InvalidResult, error.to_string())
}
