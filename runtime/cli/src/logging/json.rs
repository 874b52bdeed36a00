//! Formats an event as one JSON object: `timestamp`, `level`, `target`, `message`, and the event's fields.
//!
//! tracing-subscriber's own JSON format is behind a feature that changes features of distant dependencies, in HTTP and
//! WASI.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use callbox::internal::foreign;
use serde_json::{Map, Value};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

/// Writes events as JSON.
pub(super) struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut line = Line(Map::new());
        line.0.insert("timestamp".to_owned(), since.as_secs_f64().into());
        line.0.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.0.insert("target".to_owned(), event.metadata().target().into());
        event.record(&mut line);
        writeln!(writer, "{}", foreign::json(&Value::Object(line.0).to_string()))
    }
}

struct Line(Map<String, Value>);

impl Line {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }
}
