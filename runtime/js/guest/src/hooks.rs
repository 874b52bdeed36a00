//! What boa asks its host: the time, the zone, which rejections went unheard; all answered from the run.

use std::rc::Rc;
use std::time::Duration;

use boa_engine::Context;
use boa_engine::builtins::promise::{OperationType, Promise};
use boa_engine::context::HostHooks;
use boa_engine::context::time::{Clock, JsInstant};
use boa_engine::object::JsObject;

use crate::run::Run;

/// The run's clock: it stands still inside a step.
pub(crate) struct RunClock(pub(crate) Rc<Run>);

impl Clock for RunClock {
    fn now(&self) -> JsInstant {
        let seconds = (self.0.now_ms.get() / 1000.0).max(0.0);
        let since_epoch = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        JsInstant::new(since_epoch.as_secs(), since_epoch.subsec_nanos())
    }

    #[allow(clippy::cast_possible_truncation, reason = "whole milliseconds are what a Date has")]
    fn system_time_millis(&self) -> i64 {
        self.0.now_ms.get() as i64
    }
}

/// Hooks that keep track of rejections nobody handled.
pub(crate) struct RunHooks(pub(crate) Rc<Run>);

impl HostHooks for RunHooks {
    fn promise_rejection_tracker(&self, promise: &JsObject<Promise>, operation: OperationType, _context: &mut Context) {
        let promise = promise.clone().upcast();
        let mut rejected = self.0.rejected.borrow_mut();
        match operation {
            OperationType::Reject => rejected.push(promise),
            OperationType::Handle => rejected.retain(|other| !JsObject::equals(other, &promise)),
        }
    }

    /// Scripts live in UTC, so that a run means the same everywhere.
    fn local_timezone_offset_seconds(&self, _unix_time_seconds: i64) -> i32 {
        0
    }

    /// Half of what a 32-bit guest can address; the memory limit of the run stands long before.
    fn max_buffer_size(&self, _context: &mut Context) -> u64 {
        1 << 31
    }
}
