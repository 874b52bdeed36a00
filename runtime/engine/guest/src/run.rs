//! What one run has in flight: queued calls and timers, pending promises, the clock; it runs nothing.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use boa_engine::builtins::promise::ResolvingFunctions;
use boa_engine::object::JsObject;
use boa_engine::{Context, JsValue};

use crate::catalog::Catalog;
use crate::frames::{Call, Sleep, Thrown};
use crate::functions::Functions;
use crate::random::Random;
use crate::tools::Objects;

/// State that native functions share with the step machine.
///
/// Engine values held here count as roots for the collector, because it never traces this struct.
#[derive(Default)]
pub(crate) struct Run {
    /// Milliseconds since the epoch, constant inside a step.
    pub(crate) now_ms: Cell<f64>,
    /// What `Math.random` draws from.
    pub(crate) random: Random,
    /// The servers and tools that a script may name.
    pub(crate) catalog: Catalog,
    /// The objects made for them.
    pub(crate) objects: Objects,
    /// The host's functions beside the tools.
    pub(crate) functions: Functions,
    /// Deepest nesting of a value that crosses.
    pub(crate) json_depth_max: Cell<usize>,
    /// Calls queued in this step.
    pub(crate) calls: RefCell<Vec<Call>>,
    /// Timers set in this step.
    pub(crate) sleeps: RefCell<Vec<Sleep>>,
    /// Timers cleared in this step that earlier steps had set.
    pub(crate) cleared: RefCell<Vec<u32>>,
    /// What waits for the host, by id.
    pub(crate) pending: RefCell<BTreeMap<u32, Pending>>,
    /// Rejected promises that nothing has handled yet.
    pub(crate) rejected: RefCell<Vec<JsObject>>,
    /// Errors that left a timer's callback in this step.
    pub(crate) strays: RefCell<Vec<Thrown>>,
    /// Values thrown that are no error objects, and where.
    pub(crate) sites: RefCell<Vec<ThrowSite>>,
    /// The engine's own getter of `stack`, which no script can replace.
    pub(crate) stack_getter: OnceCell<JsObject>,
    /// `ToolError.prototype`, as it was at boot.
    pub(crate) tool_error: OnceCell<JsObject>,
    next_id: Cell<u32>,
}

/// What waits for the host.
pub(crate) enum Pending {
    /// A tool call.
    Call {
        /// Settles the promise that the script holds.
        promise: ResolvingFunctions,
        /// An error object made where the script called, for its stack.
        site: JsObject,
    },
    /// A timer.
    Timer {
        /// The callback.
        callback: JsObject,
        /// What it is called with.
        arguments: Vec<JsValue>,
    },
}

/// Where the author's text threw a value that has no stack.
pub(crate) struct ThrowSite {
    pub(crate) value: JsValue,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// More than a script has in the air at once between a throw and its catch.
const SITES_MAX: usize = 32;

impl Run {
    /// The run that `context` belongs to.
    pub(crate) fn of(context: &Context) -> Rc<Run> {
        context.get_data::<Rc<Run>>().cloned().unwrap_or_default()
    }

    /// A number that no other call or timer of this run has.
    pub(crate) fn next_id(&self) -> u32 {
        let id = self.next_id.get().wrapping_add(1);
        self.next_id.set(id);
        id
    }

    /// Remembers where a value was thrown.
    pub(crate) fn remember(&self, site: ThrowSite) {
        let mut sites = self.sites.borrow_mut();
        if sites.len() == SITES_MAX {
            sites.remove(0);
        }
        sites.push(site);
    }
}
