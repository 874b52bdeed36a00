//! The server `logs`: the services' log lines, derived from the deployments.

use std::sync::LazyLock;

use callbox::{CatalogBuilder, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    data::{DEPLOYMENTS, Release},
    deploys::require_service,
    minute::{Bound, Minute},
};

const SERVER: &str = "logs";
const LINES_SHOWN: u32 = 50;
/// Lines that each deployment logs; forty deployments make 600.
const LINES_PER_RELEASE: u32 = 15;
/// Minutes between two lines of a deployment.
const LINE_EVERY: u32 = 9;
const ROUTES: [&str; 7] = ["/cart", "/items/42", "/health", "/orders", "/session", "/items?page=3", "/profile"];

static LINES: LazyLock<Vec<LogLine>> = LazyLock::new(|| DEPLOYMENTS.iter().flat_map(lines_of).collect());

/// Adds the server's tools.
pub(super) fn add(builder: CatalogBuilder) -> CatalogBuilder {
    builder.function(SERVER, "query", "Finds log lines of a service, oldest first.", query).function(
        SERVER,
        "count_errors",
        "Counts the errors of a service in a time range.",
        count_errors,
    )
}

/// Severity of a line, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Level {
    Info,
    Warn,
    Error,
}

/// One line of a log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct LogLine {
    /// When it was written.
    at: Minute,
    /// The service that wrote it.
    service: &'static str,
    /// Its severity.
    level: Level,
    /// The message.
    message: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Query {
    /// The service's name.
    service: String,
    /// Only lines of this level or worse.
    level: Option<Level>,
    /// Only lines at this time or later, such as `2026-03-02T09:30:00Z`.
    from: Option<String>,
    /// Only lines before this time.
    to: Option<String>,
    /// Only lines whose message contains this text.
    contains: Option<String>,
    /// Maximum number of lines; 50 by default.
    #[schemars(range(min = 1, max = 200))]
    limit: Option<u32>,
}

/// Lines of a log.
#[derive(Serialize, JsonSchema)]
struct LineList {
    /// The lines, oldest first.
    lines: Vec<LogLine>,
    /// Whether there are more lines than `limit`.
    truncated: bool,
}

async fn query(args: Query) -> Result<LineList, ToolError> {
    let limit = args.limit.unwrap_or(LINES_SHOWN) as usize;
    let text = args.contains.as_deref().unwrap_or_default();
    let level = args.level.unwrap_or(Level::Info);
    let span = Span::read(&args.service, args.from.as_deref(), args.to.as_deref())?;
    let mut found = span.lines(&args.service).filter(|line| line.level >= level && line.message.contains(text));
    let lines = found.by_ref().take(limit).cloned().collect();
    Ok(LineList { lines, truncated: found.next().is_some() })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CountErrors {
    /// The service's name.
    service: String,
    /// From this time on, such as `2026-03-02T09:30:00Z`; from the beginning by default.
    from: Option<String>,
    /// Up to but not including this time; to the end by default.
    to: Option<String>,
}

/// How often a service failed.
#[derive(Serialize, JsonSchema)]
struct ErrorCount {
    /// Number of lines that are errors.
    errors: usize,
    /// Total number of lines.
    lines: usize,
    /// Message of the last error; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message: Option<&'static str>,
}

async fn count_errors(args: CountErrors) -> Result<ErrorCount, ToolError> {
    let span = Span::read(&args.service, args.from.as_deref(), args.to.as_deref())?;
    let lines: Vec<_> = span.lines(&args.service).collect();
    let errors: Vec<_> = lines.iter().filter(|line| line.level == Level::Error).collect();
    let last_message = errors.last().map(|line| line.message.as_str());
    Ok(ErrorCount { errors: errors.len(), lines: lines.len(), last_message })
}

struct Span {
    from: Option<Bound>,
    to: Option<Bound>,
}

impl Span {
    fn read(service: &str, from: Option<&str>, to: Option<&str>) -> Result<Self, ToolError> {
        require_service(service)?;
        Ok(Self { from: Bound::read("from", from)?, to: Bound::read("to", to)? })
    }

    fn lines(&self, service: &str) -> impl Iterator<Item = &'static LogLine> {
        let (from, to) = (self.from.as_ref(), self.to.as_ref());
        LINES.iter().filter(move |line| line.service == service && line.at.is_within(from, to))
    }
}

fn lines_of(release: &'static Release) -> impl Iterator<Item = LogLine> {
    (0..LINES_PER_RELEASE).map(move |nth| line(release, nth))
}

fn line(release: &'static Release, nth: u32) -> LogLine {
    let (level, message) = match level(release, nth) {
        Level::Error => (Level::Error, release.fault.to_owned()),
        Level::Warn => (Level::Warn, format!("slow request: {}", request(release, nth, 900))),
        Level::Info => (Level::Info, request(release, nth, 12)),
    };
    LogLine { at: release.live_from.plus(4 + nth * LINE_EVERY), service: release.service, level, message }
}

/// Spreads the release's errors evenly over its lines.
fn level(release: &Release, nth: u32) -> Level {
    if (nth * release.errors) % LINES_PER_RELEASE < release.errors {
        Level::Error
    } else if (release.id + nth).is_multiple_of(6) {
        Level::Warn
    } else {
        Level::Info
    }
}

/// Varies with the release and the line; the two steps share no divisor.
fn request(release: &Release, nth: u32, at_least_ms: u32) -> String {
    let mix = release.id * 31 + nth * 17;
    let route = ROUTES.iter().cycle().nth(mix as usize % ROUTES.len()).copied().unwrap_or_default();
    format!("GET {route} 200 in {} ms", at_least_ms + mix % 83)
}
