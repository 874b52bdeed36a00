//! The question sent into the sandbox: schema and value as text of bounded size.

use std::io;

use callbox_engine::validate::Question;
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::{bounds::Bounds, weight::Weight};

/// Maximum size of a schema as text, bytes.
const SCHEMA_BYTES_MAX: usize = 4 << 20;
/// Maximum weight serialised on the current thread; more is serialised on a worker thread.
const STEPS_AT_ONCE_MAX: u64 = 16_384;

/// Returns the value and the question; no question if schema or value is too large.
pub(super) async fn of(schema: &Value, value: Value, bounds: &Bounds) -> (Value, Option<Vec<u8>>) {
    let limits = &bounds.limits;
    let bytes_max = limits.result_bytes_max.max(limits.argument_bytes_max);
    let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
    let light = Weight::of(schema, STEPS_AT_ONCE_MAX).is_some() && Weight::of(&value, STEPS_AT_ONCE_MAX).is_some();
    if light {
        let question = written(schema, &value, bytes_max);
        return (value, question);
    }
    let schema = schema.clone();
    let write = move || {
        let question = written(&schema, &value, bytes_max);
        (value, question)
    };
    spawn_blocking(write).await.unwrap_or((Value::Null, None))
}

fn written(schema: &Value, value: &Value, bytes_max: usize) -> Option<Vec<u8>> {
    let mut text = Text { bytes: Vec::new(), bytes_max: SCHEMA_BYTES_MAX };
    serde_json::to_writer(&mut text, schema).ok()?;
    let bytes = Question::begun(&text.bytes);
    let mut text = Text { bytes_max: bytes.len().saturating_add(bytes_max), bytes };
    serde_json::to_writer(&mut text, value).ok()?;
    Some(text.bytes)
}

/// A writer that accepts a limited number of bytes.
struct Text {
    bytes: Vec<u8>,
    bytes_max: usize,
}

impl io::Write for Text {
    fn write(&mut self, more: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(more.len()) > self.bytes_max {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(more);
        Ok(more.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
