//! The state of one run: queued calls and timers, pending promises, the clock.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::engine::Resolvers;
use crate::frames::{Call, Sleep, Thrown};
use crate::functions::Functions;
use crate::random::Random;
use crate::tools::Objects;

/// State that native functions share with the step machine. Values in it stay alive for the whole run.
pub struct Run<V> {
    /// Milliseconds since the epoch, constant during a step.
    pub now_ms: Cell<f64>,
    /// Generator of `Math.random`.
    pub(crate) random: Random,
    /// The servers and tools that a script may name.
    pub(crate) catalog: Catalog,
    /// The objects made for servers and tools.
    pub(crate) objects: Objects<V>,
    /// Host functions other than tools.
    pub(crate) functions: Functions<V>,
    /// Deepest nesting of a value passed to the host.
    pub(crate) json_depth_max: Cell<usize>,
    /// Calls queued in this step.
    pub(crate) calls: RefCell<Vec<Call>>,
    /// Timers set in this step.
    pub(crate) sleeps: RefCell<Vec<Sleep>>,
    /// Timers from earlier steps that were cleared in this step.
    pub(crate) cleared: RefCell<Vec<u32>>,
    /// Calls and timers that wait for the host, by id.
    pub(crate) pending: RefCell<BTreeMap<u32, Pending<V>>>,
    /// Rejected promises that nothing has handled yet.
    pub rejected: RefCell<Vec<V>>,
    /// Errors thrown by timer callbacks in this step.
    pub(crate) strays: RefCell<Vec<Thrown>>,
    /// Thrown values that are not error objects, with their places.
    pub(crate) sites: RefCell<Vec<ThrowSite<V>>>,
    /// The original `ToolError.prototype`.
    pub(crate) tool_error: OnceCell<V>,
    /// The script's own promise.
    pub(crate) main: OnceCell<V>,
    /// Whether the state of `main` has been reported to the host.
    pub(crate) reported: Cell<bool>,
    next_id: Cell<u32>,
}

impl<V> Default for Run<V> {
    fn default() -> Self {
        Self {
            now_ms: Cell::default(),
            random: Random::default(),
            catalog: Catalog::default(),
            objects: Objects::default(),
            functions: Functions::default(),
            json_depth_max: Cell::default(),
            calls: RefCell::default(),
            sleeps: RefCell::default(),
            cleared: RefCell::default(),
            pending: RefCell::default(),
            rejected: RefCell::default(),
            strays: RefCell::default(),
            sites: RefCell::default(),
            tool_error: OnceCell::new(),
            main: OnceCell::new(),
            reported: Cell::default(),
            next_id: Cell::default(),
        }
    }
}

/// A call or timer that waits for the host.
pub(crate) enum Pending<V> {
    /// A tool call.
    Call {
        /// Settles the script's promise.
        promise: Resolvers<V>,
        /// An error object created at the call, for its stack.
        site: V,
    },
    /// A timer.
    Timer {
        /// The callback.
        callback: V,
        /// The callback's arguments.
        arguments: Vec<V>,
    },
}

/// The place in the author's text that threw a value without a stack.
pub(crate) struct ThrowSite<V> {
    pub(crate) value: V,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// More thrown values than a script has between `throw` and `catch` at any time.
const SITES_MAX: usize = 32;

impl<V> Run<V> {
    /// Returns an id that is unique among the calls and timers of this run.
    pub(crate) fn next_id(&self) -> u32 {
        let id = self.next_id.get().wrapping_add(1);
        self.next_id.set(id);
        id
    }

    /// Records where a value was thrown.
    pub(crate) fn remember(&self, site: ThrowSite<V>) {
        let mut sites = self.sites.borrow_mut();
        if sites.len() == SITES_MAX {
            sites.remove(0);
        }
        sites.push(site);
    }
}
