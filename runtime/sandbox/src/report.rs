//! The JSON form of an outcome.

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::{
    outcome::{End, Outcome},
    stopped::Stopped,
};

/// Version of the format below; incremented when a field changes its meaning or is removed.
pub const SCHEMA_VERSION: u32 = 1;

impl Outcome {
    /// Returns the outcome as JSON: `schema_version`, `end`, `engine`, `logs`, `calls`, `usage`, `notes`.
    ///
    /// `engine` is the name of the engine that ran the script; `null` for a component, or if nothing was run.
    /// `end.kind` is `returned`, `threw`, `stopped`, `rejected` or `faulted`. A value larger than the limit on returned
    /// bytes is given as its preview, with `end.cut` and `end.whole_bytes`. If there are very many `end.diagnostics`,
    /// only the first 20 are given. The number of the others is in the last diagnostic, whose code is then `more`, or
    /// in `end.diagnostics_left_out`.
    #[must_use]
    pub fn report(&self) -> Value {
        json!({
            "schema_version": SCHEMA_VERSION,
            "end": end(&self.end),
            "engine": self.engine,
            "logs": self.logs,
            "calls": self.calls,
            "usage": self.usage,
            "notes": self.notes,
        })
    }
}

impl Diagnostic {
    /// Returns the `end` of [`Outcome::report`] for a rejected script.
    #[must_use]
    pub fn report(all: &[Self]) -> Value {
        let (first, more) = Self::first(all);
        match more {
            0 => json!({"kind": "rejected", "diagnostics": first}),
            more => json!({"kind": "rejected", "diagnostics": first, "diagnostics_left_out": more}),
        }
    }
}

fn end(end: &End) -> Value {
    let kind = end.kind();
    match end {
        End::Returned(returned) => match &returned.preview {
            None => json!({"kind": kind, "value": returned.value}),
            Some(preview) => json!({
                "kind": kind, "value": preview.value,
                "cut": preview.cut, "whole_bytes": preview.whole_bytes,
            }),
        },
        End::Threw(thrown) => json!({"kind": kind, "error": thrown}),
        End::Stopped(stopped) => json!({"kind": kind, "stopped": stopped, "hint": hint(*stopped)}),
        End::Rejected(diagnostics) => Diagnostic::report(diagnostics),
        End::Faulted(message) => json!({"kind": kind, "message": message}),
    }
}

fn hint(stopped: Stopped) -> Option<&'static str> {
    match stopped {
        Stopped::Limit { limit, .. } => Some(limit.hint()),
        Stopped::Cancelled => None,
    }
}
