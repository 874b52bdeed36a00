//! The examples of GUEST.md as trials: each fenced script must return what its last comment says.

use callbox::{Catalog, End, Engine, Outcome, RunRequest, ToolError};
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

/// Returns every example, in order.
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
    /// Runs it in an engine.
    ///
    /// # Errors
    ///
    /// How the result differs from what the example says.
    pub fn check(&self, engine: Engine) -> Result<(), String> {
        let (_, expected) = self.source.rsplit_once("// => ").ok_or("the example says no result")?;
        let expected: Value =
            serde_json::from_str(expected.lines().next().unwrap_or_default()).map_err(|e| e.to_string())?;
        match stage::run(&catalog(), RunRequest::new(self.source.clone()).engine(engine)) {
            Outcome { end: End::Returned(returned), .. } if returned.value == expected => Ok(()),
            outcome => Err(format!("expected: {expected}\nfound:\n{}", outcome.transcript())),
        }
    }
}

/// One row of the table of differences.
#[derive(Clone)]
pub struct Difference {
    /// Its line in the guide.
    pub line: usize,
    /// The returned expression.
    expression: String,
    /// The result in QuickJS and in boa: JSON, or `None` if the run fails.
    expected: [Option<Value>; 2],
}

/// What the table says for a run that fails.
const FAILS: &str = "an error";

/// Returns every row of the table of differences, in order.
#[must_use]
pub fn differences() -> Vec<Difference> {
    GUIDE.lines().enumerate().filter_map(|(at, line)| difference(at + 1, line)).collect()
}

/// Parses `| `expression` | `JSON` | an error |`.
fn difference(line: usize, row: &str) -> Option<Difference> {
    let cells: Vec<&str> = row.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ").collect();
    let [expression, quickjs, boa] = cells.as_slice() else { return None };
    let expected = |cell: &str| match cell {
        FAILS => Some(None),
        json => serde_json::from_str(json.strip_prefix('`')?.strip_suffix('`')?).ok().map(Some),
    };
    let expected = [expected(quickjs)?, expected(boa)?];
    Some(Difference { line, expression: expression.strip_suffix('`')?.to_owned(), expected })
}

impl Difference {
    /// Runs it in an engine.
    ///
    /// # Errors
    ///
    /// How the result differs from what the row says.
    pub fn check(&self, engine: Engine) -> Result<(), String> {
        let [quickjs, boa] = &self.expected;
        let expected = if engine.to_string() == "boa" { boa } else { quickjs };
        let source = format!("return {};", self.expression);
        match (stage::run(&catalog(), RunRequest::new(source).engine(engine)), expected) {
            (Outcome { end: End::Returned(returned), .. }, Some(expected)) if returned.value == *expected => Ok(()),
            (Outcome { end: End::Threw(_), .. }, None) => Ok(()),
            (outcome, expected) => Err(format!("expected: {expected:?}\nfound:\n{}", outcome.transcript())),
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
