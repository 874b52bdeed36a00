//! The time in two places at once, and in one that does not exist.

use callbox::{Result, ToolError, Value, json};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Input {
    timezone: String,
}

#[derive(Deserialize, Serialize)]
struct Time {
    timezone: String,
    datetime: String,
}

#[derive(Serialize)]
struct Output {
    here: Time,
    there: Time,
    refused: String,
}

#[callbox::script]
async fn run(input: Input) -> Result<Output> {
    let (here, there) = callbox::try_join!(time(&input.timezone), time("Asia/Tokyo"))?;
    let refused = match time("Nowhere/Land").await {
        Ok(time) => callbox::bail!("there is a place called {}", time.timezone),
        Err(error) => error.code,
    };
    callbox::log!("{} and {}", here.datetime, there.datetime);
    Ok(Output { here, there, refused })
}

async fn time(timezone: &str) -> Result<Time, ToolError> {
    let arguments: Value = json!({ "timezone": timezone });
    callbox::call("time", "get_current_time", &arguments).await
}
