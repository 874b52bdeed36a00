//! The examples of GUEST.md as trials: each fenced script must return what its last comment says.

use callbox::{Catalog, End, Outcome, RunRequest, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::stage;

const GUIDE: &str = include_str!("../../guest-sdk/GUEST.md");

/// One fenced example.
#[derive(Clone)]
pub struct Example {
    /// Its line in the guide.
    pub line: usize,
    source: String,
}

/// Every example, in order.
#[must_use]
pub fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    let mut open: Option<Example> = None;
    for (at, line) in GUIDE.lines().enumerate() {
        match (&mut open, line) {
            (None, "```js" | "```ts") => open = Some(Example { line: at + 1, source: String::new() }),
            (Some(_), "```") => examples.extend(open.take()),
            (Some(example), line) => example.source += &format!("{line}\n"),
            (None, _) => {}
        }
    }
    examples
}

impl Example {
    /// Runs it.
    ///
    /// # Errors
    /// What differs from what the example says.
    pub fn check(&self) -> Result<(), String> {
        let (_, expected) = self.source.rsplit_once("// => ").ok_or("the example says no result")?;
        let expected: Value =
            serde_json::from_str(expected.lines().next().unwrap_or_default()).map_err(|e| e.to_string())?;
        match stage::run(&catalog(), RunRequest::new(self.source.clone())) {
            Outcome { end: End::Returned(returned), .. } if returned.value == expected => Ok(()),
            outcome => Err(format!("expected: {expected}\nfound:\n{}", outcome.transcript())),
        }
    }
}

#[derive(Deserialize, JsonSchema)]
struct Asked {
    number: u32,
}

#[derive(Serialize, JsonSchema)]
struct Issue {
    number: u32,
    title: String,
}

fn catalog() -> Catalog {
    let issue = |asked: Asked| async move {
        Ok::<_, ToolError>(Issue { number: asked.number, title: format!("issue {}", asked.number) })
    };
    Catalog::builder().function("tracker", "get_issue", "One issue.", issue).build()
}
