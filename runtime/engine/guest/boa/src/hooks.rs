//! boa's host hooks: the time, the time zone and unhandled rejections, all served from the run.

use std::rc::Rc;
use std::time::Duration;

use boa_engine::builtins::promise::{OperationType, Promise};
use boa_engine::context::HostHooks;
use boa_engine::context::time::{Clock, JsInstant};
use boa_engine::object::JsObject;
use boa_engine::realm::Realm;
use boa_engine::{Context, JsNativeError, JsResult, JsString, JsValue};
use callbox_engine_guest::run::Run;

/// The run's clock, which does not advance during a step.
pub(crate) struct RunClock(pub(crate) Rc<Run<JsValue>>);

impl Clock for RunClock {
    fn now(&self) -> JsInstant {
        let seconds = (self.0.now_ms.get() / 1000.0).max(0.0);
        let since_epoch = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        JsInstant::new(since_epoch.as_secs(), since_epoch.subsec_nanos())
    }

    #[allow(clippy::cast_possible_truncation, reason = "a Date has whole milliseconds")]
    fn system_time_millis(&self) -> i64 {
        self.0.now_ms.get() as i64
    }
}

/// Strips leading whitespace other than line ends, and block comments.
fn after_blanks(mut text: &str) -> &str {
    let blank = |c: char| (c.is_whitespace() || c == '\u{feff}') && !['\n', '\r', '\u{2028}', '\u{2029}'].contains(&c);
    loop {
        text = text.trim_start_matches(blank);
        match text.strip_prefix("/*").and_then(|comment| comment.split_once("*/")) {
            Some((_, rest)) => text = rest,
            None => return text,
        }
    }
}

/// Checks whether the word `using` precedes a name on the same line.
fn declares_using(source: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    source.match_indices("using").any(|(at, word)| {
        let before = source.get(..at).unwrap_or_default();
        let after = source.get(at + word.len()..).unwrap_or_default();
        let name = after_blanks(after);
        !before.ends_with(part_of_name) && name.len() < after.len() && name.starts_with(part_of_name)
    })
}

/// Hooks that track unhandled rejections, among others.
pub(crate) struct RunHooks(pub(crate) Rc<Run<JsValue>>);

impl HostHooks for RunHooks {
    fn promise_rejection_tracker(&self, promise: &JsObject<Promise>, operation: OperationType, _context: &mut Context) {
        let promise = JsValue::from(promise.clone().upcast());
        let mut rejected = self.0.rejected.borrow_mut();
        match operation {
            OperationType::Reject => rejected.push(promise),
            OperationType::Handle => rejected.retain(|other| !JsValue::same_value(other, &promise)),
        }
    }

    /// Rejects `using`, because the engine panics at a `using` declaration inside a function. The host has already
    /// checked the script itself; this is a crude check of code compiled at run time.
    fn ensure_can_compile_strings(
        &self,
        _realm: Realm,
        parameters: &[JsString],
        body: &JsString,
        _direct: bool,
        _context: &mut Context,
    ) -> JsResult<()> {
        if parameters.iter().chain([body]).any(|text| declares_using(&text.to_std_string_lossy())) {
            return Err(JsNativeError::syntax().with_message("`using` is not supported").into());
        }
        Ok(())
    }

    /// Always UTC, so that a run gives the same result everywhere.
    fn local_timezone_offset_seconds(&self, _unix_time_seconds: i64) -> i32 {
        0
    }

    /// Half of the 32-bit address space; the memory limit of the run is far lower.
    fn max_buffer_size(&self, _context: &mut Context) -> u64 {
        1 << 31
    }
}
