//! Checks values against a tool's JSON Schema and describes what is wrong in one bounded message. Checks that are
//! clearly cheap run on the host; all others run inside the sandbox, under the limits of the run.

mod bounds;
mod plan;
mod question;
mod wall;
mod weight;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
};

use callbox_engine::checker::{self, Patterns, Validator};
use serde_json::Value;
use tokio::task::spawn_blocking;

pub(crate) use self::{bounds::Bounds, weight::Weight};
use self::{plan::Plan, wall::Answer};

#[cfg(feature = "component")]
pub(crate) use checker::bounded;

/// Maximum steps of a check on the current thread, at about 30 ns each: about a millisecond.
const STEPS_AT_ONCE_MAX: u64 = 32_768;
/// Maximum steps of a check on a worker thread, where it blocks nothing else: a tenth of a second. Results that a
/// script has room for stay below this, whereas inside the sandbox there may be no room for them.
const STEPS_MAX: u64 = 1 << 22;
/// The same for a recursive schema, for which counting the steps takes longer than the check.
const RECURSIVE_STEPS_MAX: u64 = 1 << 17;
/// Maximum steps for describing what is wrong; each may produce an error of a few hundred bytes.
const ERROR_STEPS_MAX: u64 = 16_384;
/// Weight of a schema that is prepared on the current thread; a heavier one is prepared on a worker thread.
const SCHEMA_STEPS_AT_ONCE_MAX: u64 = 1_024;

/// Why a value is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It violates the schema, in this way.
    Wrong(String),
    /// The check could not be completed, for this reason.
    Unchecked(String),
}

/// A schema that is prepared on first use.
#[derive(Debug, Default)]
pub(crate) struct LazySchema {
    /// `None` for a schema that is only checked inside the sandbox.
    ready: OnceLock<Option<Arc<Ready>>>,
    /// Defect found inside the sandbox.
    defect: OnceLock<String>,
}

/// Result of a check on the host.
enum Checked {
    Fits,
    /// It does not match, for this reason.
    Wrong(String),
    /// It does not match, and this is what is known so far; a full description costs more than the host allows.
    Differs(String),
    /// The cost of the check is unknown or too high.
    Dear,
}

/// A schema whose cost can be predicted.
#[derive(Debug)]
struct Ready {
    plan: Plan,
    validator: Validator,
}

impl LazySchema {
    /// Checks `value` and returns it; a schema that cannot be enforced accepts everything (see [`Self::defect`]).
    pub(crate) async fn check(&self, schema: &Value, value: Value, bounds: &Bounds) -> (Value, Result<(), Fault>) {
        let (value, checked) = match self.ready(schema).await {
            Some(ready) if ready.plan.verdict_within(&value, STEPS_AT_ONCE_MAX) => {
                let checked = ready.check(&value, STEPS_AT_ONCE_MAX);
                (value, checked)
            }
            Some(ready) => ready.check_aside(value, bounds).await,
            None => (value, Checked::Dear),
        };
        match checked {
            Checked::Fits => (value, Ok(())),
            Checked::Wrong(message) => (value, Err(Fault::Wrong(message))),
            Checked::Differs(known) => match self.check_behind_the_wall(schema, value, bounds).await {
                (value, Err(Fault::Wrong(message))) => (value, Err(Fault::Wrong(message))),
                (value, _) => (value, Err(Fault::Wrong(known))),
            },
            Checked::Dear if self.defect().is_some() => (value, Ok(())),
            Checked::Dear => self.check_behind_the_wall(schema, value, bounds).await,
        }
    }

    /// Returns why the schema cannot be enforced, if a check has found that it cannot.
    pub(crate) fn defect(&self) -> Option<&str> {
        self.defect.get().map(String::as_str)
    }

    async fn ready(&self, schema: &Value) -> Option<&Arc<Ready>> {
        if self.ready.get().is_none() {
            let ready = if Weight::of(schema, SCHEMA_STEPS_AT_ONCE_MAX).is_some() {
                Ready::of(schema)
            } else {
                let schema = schema.clone();
                spawn_blocking(move || Ready::of(&schema)).await.ok().flatten()
            };
            let _ = self.ready.set(ready.map(Arc::new));
        }
        self.ready.get()?.as_ref()
    }

    async fn check_behind_the_wall(&self, schema: &Value, value: Value, bounds: &Bounds) -> (Value, Result<(), Fault>) {
        let (value, question) = question::of(schema, value, bounds).await;
        let answer = match question {
            Some(question) => wall::ask(&question, bounds).await,
            None => Answer::Unchecked("schema and value are too large".to_owned()),
        };
        let checked = match answer {
            Answer::Fits => Ok(()),
            Answer::Differs(message) => Err(Fault::Wrong(message)),
            Answer::Unchecked(why) => Err(Fault::Unchecked(why)),
            Answer::Defect(why) => {
                let _ = self.defect.set(why);
                Ok(())
            }
        };
        (value, checked)
    }
}

impl Ready {
    /// Returns `None` if the cost of the schema cannot be predicted, or if it does not compile here. Whether it is
    /// really defective is then decided inside the sandbox, which supports more patterns.
    fn of(schema: &Value) -> Option<Self> {
        let plan = Plan::of(schema)?;
        let compiled = catch_unwind(AssertUnwindSafe(|| checker::compile(schema, Patterns::Linear)));
        Some(Self { plan, validator: compiled.ok()?.ok()? })
    }

    /// Checks a value whose verdict takes at most `steps_max` steps. If the library panics, the result is unknown.
    fn check(&self, value: &Value, steps_max: u64) -> Checked {
        let checked = catch_unwind(AssertUnwindSafe(|| match self.validator.is_valid(value) {
            true => Checked::Fits,
            false => self.reason(value, steps_max),
        }));
        checked.unwrap_or(Checked::Dear)
    }

    /// Describes what is wrong with a value that does not match. Finding the first error costs as much as the verdict
    /// unless the schema has alternatives, whose errors are all collected.
    fn reason(&self, value: &Value, steps_max: u64) -> Checked {
        let plan = &self.plan;
        if plan.errors_within(value, ERROR_STEPS_MAX)
            && let Some(message) = checker::all(&self.validator, value)
        {
            return Checked::Wrong(message);
        }
        let is_plain = !plan.alternatives && plan.errors_within(value, steps_max);
        let first = if is_plain { checker::first(&self.validator, value) } else { None };
        Checked::Differs(first.map_or_else(|| wall::NO_REASON.to_owned(), |first| wall::and_maybe_more(&first)))
    }

    /// Checks on a worker thread; the result is unknown if that takes too long there, too.
    async fn check_aside(self: &Arc<Self>, value: Value, bounds: &Bounds) -> (Value, Checked) {
        let _turn = bounds.turn().await;
        let ready = Arc::clone(self);
        let check = move || {
            let steps_max = if ready.plan.recursive { RECURSIVE_STEPS_MAX } else { STEPS_MAX };
            let within = ready.plan.verdict_within(&value, steps_max);
            let checked = if within { ready.check(&value, steps_max) } else { Checked::Dear };
            (value, checked)
        };
        // If the thread ends without an answer, the value is lost as well.
        spawn_blocking(check).await.unwrap_or_else(|_| (Value::Null, Checked::Wrong(wall::NO_REASON.to_owned())))
    }
}

#[cfg(test)]
mod tests;
