//! The examples of SCRIPTS.md as trials: each fenced script must return what its last comment says.

use callbox::{Catalog, End, Engine, Outcome, RunRequest, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::stage;

/// The contract for scripts in JavaScript and TypeScript.
pub const SCRIPTS: &str = include_str!("../../guest-sdk/SCRIPTS.md");

/// One fenced example.
#[derive(Clone)]
pub struct Example {
    /// Its line in SCRIPTS.md.
    pub line: usize,
    source: String,
}

/// Returns every example, in order.
#[must_use]
pub fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    let mut open: Option<Example> = None;
    for (at, line) in SCRIPTS.lines().enumerate() {
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
        match run(&self.source, engine) {
            Outcome { end: End::Returned(returned), .. } if returned.value == expected => Ok(()),
            outcome => Err(format!("expected: {expected}\nfound:\n{}", outcome.transcript())),
        }
    }
}

/// One row of the table of differences.
#[derive(Clone)]
pub struct Difference {
    /// Its line in SCRIPTS.md.
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
    SCRIPTS.lines().enumerate().filter_map(|(at, line)| difference(at + 1, line)).collect()
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
        match (run(&format!("return {};", self.expression), engine), expected) {
            (Outcome { end: End::Returned(returned), .. }, Some(expected)) if returned.value == *expected => Ok(()),
            (Outcome { end: End::Threw(_), .. }, None) => Ok(()),
            (outcome, expected) => Err(format!("expected: {expected:?}\nfound:\n{}", outcome.transcript())),
        }
    }
}

/// Runs a script with the tools and the gateway's functions that the examples use.
fn run(source: &str, engine: Engine) -> Outcome {
    let issues = || json!((1..=ISSUES).map(issue).collect::<Vec<_>>());
    let request = RunRequest::new(source)
        .engine(engine)
        .function("results.get", move |_| async move { Ok::<_, ToolError>(issues()) })
        .function("emit", |blocks| async move { Ok::<_, ToolError>(json!(blocks.len())) });
    stage::run(&catalog(), request)
}

/// Issues of the tracker.
const ISSUES: u32 = 40;
/// Issues on a page.
const PAGE: u32 = 15;

#[derive(Deserialize, JsonSchema)]
struct Asked {
    number: u32,
}

#[derive(Deserialize, JsonSchema)]
struct PageAsked {
    cursor: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Page {
    issues: Vec<Issue>,
    next_cursor: Option<u32>,
}

#[derive(Serialize, JsonSchema)]
struct Issue {
    number: u32,
    title: String,
}

fn issue(number: u32) -> Issue {
    Issue { number, title: format!("issue {number}") }
}

fn catalog() -> Catalog {
    let get = |Asked { number }: Asked| async move {
        let missing = || ToolError::failed(format!("there is no issue {number}"));
        (number <= ISSUES).then(|| issue(number)).ok_or_else(missing)
    };
    let list = |PageAsked { cursor }: PageAsked| async move {
        let first = cursor.unwrap_or(1);
        let next = first.saturating_add(PAGE);
        let issues = (first..next.min(ISSUES + 1)).map(issue).collect();
        Ok::<_, ToolError>(Page { issues, next_cursor: (next <= ISSUES).then_some(next) })
    };
    let picture = || json!([{ "type": "image", "data": "aGk=", "mimeType": "image/png" }]);
    let draw = move |_: Asked| async move { Ok::<_, ToolError>(picture()) };
    let tracker = Catalog::builder()
        .function("tracker", "get_issue", "One issue.", get)
        .function("tracker", "list_issues", "A page of issues.", list)
        .function("tracker", "draw_issue", "A picture.", draw);
    let nothing = |(): ()| async { Ok::<_, ToolError>(()) };
    let names = ["get-file", "get_file", "delete", "2fa"];
    names.into_iter().fold(tracker, |tools, name| tools.function("my-server", name, "Nothing.", nothing)).build()
}
