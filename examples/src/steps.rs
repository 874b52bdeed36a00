//! A run driven step by step: the embedder sees each batch of calls, and answers them when and as it likes.

use std::error::Error;

use callbox::{
    Catalog, Outcome, RunRequest, Sandbox, ToolError,
    stepping::{Progress, WaitingCall},
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// The arguments of the tool.
#[derive(Deserialize, JsonSchema)]
#[allow(dead_code, reason = "only its schema is used")]
struct Number {
    number: u64,
}

/// Runs a script whose calls are answered here; returns its outcome and the batches of calls.
pub async fn run() -> Result<(Outcome, Vec<Vec<Value>>), Box<dyn Error>> {
    // The functions say what the tools are; their bodies are not called.
    let catalog = Catalog::builder()
        .function("math", "double", "Twice a number.", |_: Number| async { Ok::<_, ToolError>(0) })
        .build();
    let script = r#"
        const [a, b] = await Promise.all([tools.math.double({ number: 1 }), tools.math.double({ number: 2 })]);
        return tools.math.double({ number: a + b });
    "#;
    let mut batches = Vec::new();
    let mut progress = Sandbox::new()?.start(&catalog, RunRequest::new(script)).await?;
    loop {
        match progress {
            Progress::Waiting(run) => {
                batches.push(run.calls().map(|call| call.arguments.clone()).collect());
                let answers: Vec<_> = run.calls().map(|call| (call.id, Ok(answer(call).into()))).collect();
                progress = run.resume(answers).await?;
            }
            Progress::Ended(outcome) => return Ok((*outcome, batches)),
        }
    }
}

fn answer(call: &WaitingCall) -> Value {
    json!(2 * call.arguments["number"].as_u64().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use callbox::End;
    use serde_json::json;

    #[tokio::test]
    async fn calls_come_in_batches() {
        let (outcome, batches) = super::run().await.expect("it runs");
        let End::Returned(returned) = &outcome.end else { panic!("{}", outcome.transcript()) };
        assert_eq!(returned.value, json!(12));
        assert_eq!(json!(batches), json!([[{ "number": 1 }, { "number": 2 }], [{ "number": 6 }]]));
    }
}
