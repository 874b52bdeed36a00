//! What one run has in flight: queued calls and timers, pending promises, the clock; it runs nothing.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::engine::Resolvers;
use crate::frames::{Call, Sleep, Thrown};
use crate::functions::Functions;
use crate::random::Random;
use crate::tools::Objects;

/// State that native functions share with the step machine. Values held here are held for the whole run.
pub struct Run<V> {
    /// Milliseconds since the epoch, constant inside a step.
    pub now_ms: Cell<f64>,
    /// What `Math.random` draws from.
    pub(crate) random: Random,
    /// The servers and tools that a script may name.
    pub(crate) catalog: Catalog,
    /// The objects made for them.
    pub(crate) objects: Objects<V>,
    /// The host's functions beside the tools.
    pub(crate) functions: Functions<V>,
    /// Deepest nesting of a value that crosses.
    pub(crate) json_depth_max: Cell<usize>,
    /// Calls queued in this step.
    pub(crate) calls: RefCell<Vec<Call>>,
    /// Timers set in this step.
    pub(crate) sleeps: RefCell<Vec<Sleep>>,
    /// Timers cleared in this step that earlier steps had set.
    pub(crate) cleared: RefCell<Vec<u32>>,
    /// What waits for the host, by id.
    pub(crate) pending: RefCell<BTreeMap<u32, Pending<V>>>,
    /// Rejected promises that nothing has handled yet.
    pub rejected: RefCell<Vec<V>>,
    /// Errors that left a timer's callback in this step.
    pub(crate) strays: RefCell<Vec<Thrown>>,
    /// Values thrown that are no error objects, and where.
    pub(crate) sites: RefCell<Vec<ThrowSite<V>>>,
    /// `ToolError.prototype`, as it was at boot.
    pub(crate) tool_error: OnceCell<V>,
    /// The script's own promise.
    pub(crate) main: OnceCell<V>,
    /// Whether the state of `main` has been given to the host.
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

/// What waits for the host.
pub(crate) enum Pending<V> {
    /// A tool call.
    Call {
        /// Settles the promise that the script holds.
        promise: Resolvers<V>,
        /// An error object made where the script called, for its stack.
        site: V,
    },
    /// A timer.
    Timer {
        /// The callback.
        callback: V,
        /// What it is called with.
        arguments: Vec<V>,
    },
}

/// Where the author's text threw a value that has no stack.
pub(crate) struct ThrowSite<V> {
    pub(crate) value: V,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// More than a script has in the air at once between a throw and its catch.
const SITES_MAX: usize = 32;

impl<V> Run<V> {
    /// A number that no other call or timer of this run has.
    pub(crate) fn next_id(&self) -> u32 {
        let id = self.next_id.get().wrapping_add(1);
        self.next_id.set(id);
        id
    }

    /// Remembers where a value was thrown.
    pub(crate) fn remember(&self, site: ThrowSite<V>) {
        let mut sites = self.sites.borrow_mut();
        if sites.len() == SITES_MAX {
            sites.remove(0);
        }
        sites.push(site);
    }
}
