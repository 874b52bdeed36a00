//! Boots one realm with its clock, limits and globals, ready to be frozen.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;

use callbox_engine_guest::engine::Class;
use callbox_engine_guest::run::Run;
use callbox_engine_guest::{natives, tool_error};

use crate::engine::QuickJs;
use crate::sys::{self, Failed, Goal, Realm, Result, Value};

/// State shared by all realms of the guest.
pub(crate) struct Shared {
    pub(crate) realm: Realm,
    pub(crate) run: Rc<Run<Value>>,
    pub(crate) originals: Originals,
    pub(crate) classes: Classes,
    pub(crate) namespace_class: u32,
    /// Whether jobs no longer run.
    pub(crate) stopped: Cell<bool>,
}

/// The meaning of an engine class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sample {
    /// A class that the engine interface has.
    Class(Class),
    /// The class of objects made by `JSON.rawJSON`.
    RawJson,
}

/// Functions of the realm, saved before any script runs.
pub(crate) struct Originals {
    pub(crate) error: Value,
    pub(crate) type_error: Value,
    pub(crate) stack: Value,
    pub(crate) date_ms: Value,
    pub(crate) typed_array_length: Value,
    pub(crate) bigint_text: Value,
    pub(crate) symbol_text: Value,
    pub(crate) regexp_text: Value,
    pub(crate) map_entries: Value,
    pub(crate) set_values: Value,
    pub(crate) unboxed: Value,
}

thread_local! {
    static SHARED: OnceCell<&'static Shared> = const { OnceCell::new() };
}

/// The part of the guest's stack that QuickJS may use; `build.rs` sets the whole.
const STACK_BYTES_MAX: usize = 6 << 20;

/// Allocation before the first garbage collection; most runs end earlier.
const GARBAGE_BYTES: usize = 16 << 20;

/// Changes to the engine's own globals. A stack has as many frames as in the other engine, and scripts cannot format
/// it; `performance` is removed because the clock does not advance during a step.
const GLOBALS: &str = "
    Error.stackTraceLimit = 16;
    delete Error.stackTraceLimit;
    delete Error.prepareStackTrace;
    delete globalThis.performance;
";

const ORIGINALS: &str = include_str!("originals.js");

/// Builds the realm and all its globals.
pub(crate) fn boot() -> std::result::Result<(), String> {
    // The standard library draws its hash keys once. Drawing them here freezes them, so that a run does not ask the
    // host for random bytes.
    drop(std::hash::RandomState::new());
    sys::start(STACK_BYTES_MAX, GARBAGE_BYTES);
    let realm = Realm::new();
    install(realm).map_err(|failed| told(realm, &failed))?;
    sys::collect_garbage();
    Ok(())
}

fn told(realm: Realm, failed: &Failed) -> String {
    let (Failed::Threw(value) | Failed::Stack(value)) = failed;
    match realm.to_text(value) {
        Ok(text) => realm.with_text(&text, str::to_owned),
        Err(_) => "an error without a text".to_owned(),
    }
}

fn install(realm: Realm) -> Result<()> {
    evaluate(realm, GLOBALS)?;
    let found = evaluate(realm, ORIGINALS)?;
    let shared = Shared {
        realm,
        run: Rc::default(),
        originals: originals(realm, &found)?,
        classes: classes(realm, &get(realm, &found, "samples")?)?,
        namespace_class: sys::new_class(c"Tools"),
        stopped: Cell::default(),
    };
    SHARED.with(|cell| cell.set(Box::leak(Box::new(shared)))).ok();
    let mut engine = QuickJs::of(realm);
    natives::install(&mut engine)?;
    let class = evaluate(realm, tool_error::CLASS)?;
    tool_error::install(&mut engine, class)
}

fn evaluate(realm: Realm, source: &str) -> Result<Value> {
    let compiled = realm.compile(source, c"callbox:boot", Goal::Script)?;
    realm.run(compiled)
}

fn get(realm: Realm, object: &Value, name: &str) -> Result<Value> {
    realm.get(object, &realm.atom(name))
}

fn originals(realm: Realm, found: &Value) -> Result<Originals> {
    let get = |name| get(realm, found, name);
    Ok(Originals {
        error: get("error")?,
        type_error: get("typeError")?,
        stack: get("stack")?,
        date_ms: get("dateMs")?,
        typed_array_length: get("typedArrayLength")?,
        bigint_text: get("bigintText")?,
        symbol_text: get("symbolText")?,
        regexp_text: get("regexpText")?,
        map_entries: get("mapEntries")?,
        set_values: get("setValues")?,
        unboxed: get("unboxed")?,
    })
}

/// Maps class numbers to classes. The engine does not export the numbers, so they are read from a sample object of each
/// class.
pub(crate) struct Classes(Vec<Option<Sample>>);

impl Classes {
    pub(crate) fn get(&self, number: u32) -> Option<Sample> {
        self.0.get(usize::try_from(number).ok()?).copied().flatten()
    }

    fn set(&mut self, number: u32, sample: Sample) {
        let place = usize::try_from(number).unwrap_or(0);
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        if let Some(slot) = self.0.get_mut(place) {
            *slot = Some(sample);
        }
    }
}

fn classes(realm: Realm, samples: &Value) -> Result<Classes> {
    let mut classes = Classes(Vec::new());
    for key in realm.keys(samples, false)? {
        let name = realm.with_text(&realm.atom_value(&key), str::to_owned);
        let objects = realm.get(samples, &key)?;
        for index in 0..realm.length(&objects)? {
            classes.set(realm.item(&objects, index)?.class(), sample(&name));
        }
    }
    Ok(classes)
}

fn sample(name: &str) -> Sample {
    Sample::Class(match name {
        "Array" => Class::Array,
        "Error" => Class::Error,
        "Promise" => Class::Promise,
        "Date" => Class::Date,
        "RegExp" => Class::RegExp,
        "Map" => Class::Map,
        "Set" => Class::Set,
        "TypedArray" => Class::TypedArray,
        "Boxed" => Class::Boxed,
        "ArrayBuffer" => Class::ArrayBuffer,
        "SharedArrayBuffer" => Class::SharedArrayBuffer,
        "DataView" => Class::DataView,
        "WeakMap" => Class::WeakMap,
        "WeakSet" => Class::WeakSet,
        "WeakRef" => Class::WeakRef,
        "FinalizationRegistry" => Class::FinalizationRegistry,
        _ => return Sample::RawJson,
    })
}

fn shared() -> Option<&'static Shared> {
    SHARED.with(|cell| cell.get().copied())
}

/// Enters the engine from the host; `None` before boot.
pub(crate) fn booted() -> Option<QuickJs> {
    let shared = shared()?;
    sys::enter();
    Some(QuickJs { realm: shared.realm, shared })
}

impl QuickJs {
    /// Returns the engine for one of its realms.
    pub(crate) fn of(realm: Realm) -> Self {
        match shared() {
            Some(shared) => Self { realm, shared },
            None => callbox_engine_guest::abi::bug("the guest was never booted"),
        }
    }
}

/// Returns the class of `tools` and of server objects.
pub(crate) fn namespace_class() -> u32 {
    shared().map_or(0, |shared| shared.namespace_class)
}

/// Returns the time of the run's clock; at boot, the epoch.
pub(crate) fn now_ms() -> f64 {
    shared().map_or(0.0, |shared| shared.run.now_ms.get())
}

/// Tracks unhandled rejections.
pub(crate) fn track_rejection(realm: Realm, promise: &Value, is_handled: bool) {
    let Some(shared) = shared() else { return };
    let mut rejected = shared.run.rejected.borrow_mut();
    if is_handled {
        rejected.retain(|other| !realm.same(other, promise));
    } else {
        rejected.push(promise.clone());
    }
}
