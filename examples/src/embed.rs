//! A minimal embedding of callbox in Rust: async functions as tools, two scripts, one set of limits.

use callbox::{Catalog, End, Limits, Outcome, RunRequest, Sandbox, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Arguments of the tool. The schema that calls are checked against is derived from this type, doc comments included.
#[derive(Deserialize, JsonSchema)]
struct Place {
    /// Name of a city.
    city: String,
}

/// Result of the tool.
#[derive(Serialize, JsonSchema)]
struct Weather {
    /// Degrees Celsius.
    degrees: f64,
    /// Chance of rain, from 0 to 1.
    rain: f64,
}

/// Asks for all cities at the same time, and carries on without a city that fails.
const FORECAST: &str = r#"
type Row = { city: string; degrees: number; rain: number };

const rows = await Promise.all(input.cities.map(async (city: string): Promise<Row | null> => {
  try {
    return { city, ...(await tools.weather.current({ city })) };
  } catch (error) {
    console.warn(`${error.code}: ${error.message}`);
    return null;
  }
}));
const dry = rows.filter(row => row !== null && row.rain < 0.5);
return dry.map(({ city, degrees }) => `${city} ${degrees}`);
"#;

/// Never ends by itself.
const ENDLESS: &str = "for (;;) await tools.weather.current({ city: 'Oslo' });";

/// Builds the tools. State they share moves into the closures, in an `Arc` if it is large.
fn catalog() -> Catalog {
    let known = [("Lagos", 31.0, 0.7), ("Lima", 19.0, 0.1), ("Oslo", 4.5, 0.2)];
    Catalog::builder()
        .function("weather", "current", "The weather in a city, now.", move |place: Place| async move {
            let found = known.iter().find(|(city, ..)| *city == place.city);
            let &(_, degrees, rain) =
                found.ok_or_else(|| ToolError::failed(format!("no station in `{}`", place.city)))?;
            Ok(Weather { degrees, rain })
        })
        .build()
}

/// Sets two limits. The others keep their defaults; no limit can be switched off.
fn limits() -> Limits {
    Limits { tool_calls_max: 10, wall_ms_max: 5_000, ..Limits::default() }
}

/// Runs both scripts and reports how each ended.
///
/// # Errors
///
/// Fails only for problems with the machine; a script's own errors are in its outcome.
pub async fn example() -> Result<String, callbox::Error> {
    // Load it once and share it: each run gets a fresh instance of the engine.
    let sandbox = Sandbox::new()?;
    let catalog = catalog();
    let cities = json!({ "cities": ["Oslo", "Lagos", "Atlantis", "Lima"] });

    let forecast = RunRequest::new(FORECAST).input(cities).limits(limits());
    let endless = RunRequest::new(ENDLESS).limits(limits());
    let forecast = sandbox.run(&catalog, forecast).await?;
    let endless = sandbox.run(&catalog, endless).await?;
    Ok(report(&forecast) + &report(&endless))
}

/// Describes how a run ended. The five cases differ by type; no message has to be parsed.
fn report(outcome: &Outcome) -> String {
    let end = match &outcome.end {
        End::Returned(returned) => format!("returned {}", returned.shown()),
        End::Threw(thrown) => format!("threw {thrown}"),
        End::Stopped(stopped) => format!("stopped: {stopped}"),
        End::Rejected(diagnostics) => format!("rejected: {} mistakes", diagnostics.len()),
        End::Faulted(message) => format!("a bug of callbox: {message}"),
    };
    let logs: String = outcome.logs.iter().map(|log| format!("  {}: {}\n", log.level.as_str(), log.text)).collect();
    format!("{end}, {} tool calls\n{logs}", outcome.calls.len())
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn the_example_prints_what_it_promises() {
        let text = super::example().await.expect("an engine");
        let expected = "\
returned [\"Oslo 4.5\",\"Lima 19\"], 4 tool calls
  warn: tool_failed: no station in `Atlantis`
stopped: limit `tool_calls` of 10 reached, 11 used, 10 tool calls
";
        assert_eq!(text, expected);
    }
}
