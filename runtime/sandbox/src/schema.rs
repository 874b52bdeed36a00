//! Checks values against a tool's JSON Schema and says what is wrong in one bounded message. What is plainly cheap to
//! check is checked here; everything else behind the wall, under the limits of the run.

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

/// Steps of a check that is done at once, at some 30 ns: about a millisecond.
const STEPS_AT_ONCE_MAX: u64 = 32_768;
/// Steps of a check that is done on a thread of its own, where it holds nobody up: a tenth of a second. Results that a
/// script has room for stay below it, where behind the wall there may be no room for them.
const STEPS_MAX: u64 = 1 << 22;
/// The same for a recursive schema, where counting the steps takes longer than the check.
const RECURSIVE_STEPS_MAX: u64 = 1 << 17;
/// Steps to say what is wrong; each may make an error of some hundred bytes.
const ERROR_STEPS_MAX: u64 = 16_384;
/// Values and text of a schema that is made ready at once; a larger one is made ready on a thread of its own.
const SCHEMA_STEPS_AT_ONCE_MAX: u64 = 1_024;

/// Why a value is not let through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It breaks the schema, and how.
    Wrong(String),
    /// It is not known whether it does, and why.
    Unchecked(String),
}

/// A schema that is made ready when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct LazySchema {
    /// Nothing for a schema that is held against values behind the wall only.
    ready: OnceLock<Option<Arc<Ready>>>,
    /// Found behind the wall.
    defect: OnceLock<String>,
}

/// What the host found out about a value.
enum Checked {
    Fits,
    /// It differs, in this.
    Wrong(String),
    /// It differs, and this is what is known of it; what is wrong in full costs more than the host gives.
    Differs(String),
    /// It is not plain what the check costs.
    Dear,
}

/// A schema of plain cost.
#[derive(Debug)]
struct Ready {
    plan: Plan,
    validator: Validator,
}

impl LazySchema {
    /// Checks `value` and gives it back; a schema that cannot be enforced checks nothing (see [`Self::defect`]).
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

    /// Why the schema cannot be enforced, where a check has found out that it cannot.
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
    /// Nothing for a schema whose cost is not plain. One that has a defect here, because of a pattern or in truth, has
    /// it behind the wall, or not.
    fn of(schema: &Value) -> Option<Self> {
        let plan = Plan::of(schema)?;
        let compiled = catch_unwind(AssertUnwindSafe(|| checker::compile(schema, Patterns::Linear)));
        Some(Self { plan, validator: compiled.ok()?.ok()? })
    }

    /// The check, whose verdict takes no more than so many steps. Where the library panics, nothing is known.
    fn check(&self, value: &Value, steps_max: u64) -> Checked {
        let checked = catch_unwind(AssertUnwindSafe(|| match self.validator.is_valid(value) {
            true => Checked::Fits,
            false => self.reason(value, steps_max),
        }));
        checked.unwrap_or(Checked::Dear)
    }

    /// What is wrong with a value that differs. The first thing costs as much as the verdict where no schema has
    /// alternatives, whose errors are all collected.
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

    /// The same on a thread of its own; nothing where that takes long there, too.
    async fn check_aside(self: &Arc<Self>, value: Value, bounds: &Bounds) -> (Value, Checked) {
        let _turn = bounds.turn().await;
        let ready = Arc::clone(self);
        let check = move || {
            let steps_max = if ready.plan.recursive { RECURSIVE_STEPS_MAX } else { STEPS_MAX };
            let within = ready.plan.verdict_within(&value, steps_max);
            let checked = if within { ready.check(&value, steps_max) } else { Checked::Dear };
            (value, checked)
        };
        // Where the thread ends without an answer, the value is gone as well.
        spawn_blocking(check).await.unwrap_or_else(|_| (Value::Null, Checked::Wrong(wall::NO_REASON.to_owned())))
    }
}

#[cfg(test)]
mod tests;
