//! Implements the engine interface with QuickJS-ng.

use std::rc::Rc;

use callbox_engine_guest::catalog::Namespace;
use callbox_engine_guest::engine::{
    Class, Engine, Enumerable, ErrorKind, Fatal, Label, OwnProperty, PromiseState, Resolvers, Type, Unevaluated,
};
use callbox_engine_guest::frames::{self, Frame, Thrown};
use callbox_engine_guest::natives::{self, Native};
use callbox_engine_guest::run::Run;
use callbox_engine_guest::stack;

use crate::boot::Shared;
use crate::sys::{self, Atom, Failed, Goal, Promise, Realm, Result, Value, attributes};
use crate::{conformance, json, namespace, value};

/// A realm of QuickJS, and the state shared by all realms of the guest.
#[derive(Clone, Copy)]
pub(crate) struct QuickJs {
    pub(crate) realm: Realm,
    pub(crate) shared: &'static Shared,
}

/// The engine's names for unnamed functions and for the top level of a script in a stack.
const NAMELESS: [&str; 2] = ["<anonymous>", "<eval>"];

/// Calls a native function by its encoding from [`numbers`].
pub(crate) fn called(realm: Realm, numbers: (i32, u32, u32), arguments: &[Value]) -> Result<Value> {
    let native = match numbers {
        (0, server, tool) => Native::Tool(server, tool),
        (1, number, _) => Native::HostFunction(number),
        (2, level, _) => Native::Print(level),
        (3, ..) => Native::Silent,
        (4, ..) => Native::Assert,
        (5, ..) => Native::SetTimeout,
        (6, ..) => Native::ClearTimeout,
        (7, ..) => Native::Random,
        (8, ..) => Native::Thrown,
        (_, number, _) => return conformance::called(realm, number, arguments),
    };
    natives::call(&mut QuickJs::of(realm), native, arguments)
}

fn numbers(native: Native) -> (i32, u32, u32) {
    match native {
        Native::Tool(server, tool) => (0, server, tool),
        Native::HostFunction(number) => (1, number, 0),
        Native::Print(level) => (2, level, 0),
        Native::Silent => (3, 0, 0),
        Native::Assert => (4, 0, 0),
        Native::SetTimeout => (5, 0, 0),
        Native::ClearTimeout => (6, 0, 0),
        Native::Random => (7, 0, 0),
        Native::Thrown => (8, 0, 0),
    }
}

/// The kind of the functions of [`conformance`].
pub(crate) const CONFORMANCE: i32 = 9;

impl QuickJs {
    /// Applies an original function to a value, without running a script.
    fn call_original(&self, original: &Value, value: &Value) -> Option<Value> {
        self.realm.call(original, &Value::UNDEFINED, std::slice::from_ref(value)).ok()
    }

    /// Like [`Self::call_original`], but returns the result as a text.
    pub(crate) fn original_text(&self, original: &Value, value: &Value) -> String {
        match self.call_original(original, value) {
            Some(text) if self.type_of(&text) == Type::Text => self.realm.with_text(&text, str::to_owned),
            _ => String::new(),
        }
    }

    fn original_list(&self, original: &Value, value: &Value) -> Vec<Value> {
        let Some(list) = self.call_original(original, value) else { return Vec::new() };
        let count = self.realm.length(&list).unwrap_or(0);
        (0..count).filter_map(|index| self.realm.item(&list, index).ok()).collect()
    }

    fn original_number(&self, original: &Value, value: &Value) -> f64 {
        match self.call_original(original, value).map(|number| self.type_of(&number)) {
            Some(Type::Number(number)) => number,
            _ => f64::NAN,
        }
    }
}

impl Engine for QuickJs {
    type Value = Value;
    type Key = Atom;
    type Error = Failed;

    fn run(&self) -> Rc<Run<Value>> {
        Rc::clone(&self.shared.run)
    }

    fn undefined(&self) -> Value {
        Value::UNDEFINED
    }

    fn null(&self) -> Value {
        Value::NULL
    }

    fn boolean(&self, flag: bool) -> Value {
        Value::boolean(flag)
    }

    fn number(&self, number: f64) -> Value {
        Value::number(number)
    }

    fn text(&mut self, text: &str) -> Value {
        self.realm.text(text)
    }

    fn object(&mut self) -> Value {
        self.realm.object()
    }

    fn array(&mut self, items: Vec<Value>) -> Value {
        self.realm.array(items)
    }

    fn function(&mut self, native: Native, name: &str, length: u32) -> Value {
        self.realm.function(name, length, numbers(native))
    }

    fn namespace(&mut self, namespace: Namespace) -> Result<Value> {
        namespace::object(namespace, self.realm)
    }

    fn promise(&mut self) -> Result<(Value, Resolvers<Value>)> {
        let (promise, [resolve, reject]) = self.realm.promise()?;
        Ok((promise, Resolvers { resolve, reject }))
    }

    fn error(&mut self, kind: ErrorKind, message: &str) -> Result<Value> {
        let constructor = match kind {
            ErrorKind::Error => &self.shared.originals.error,
            ErrorKind::Type => &self.shared.originals.type_error,
        };
        if message.is_empty() {
            return self.realm.construct(constructor, &[]);
        }
        self.realm.construct(constructor, &[self.realm.text(message)])
    }

    fn parse(&mut self, json: &[u8]) -> Result<Value> {
        json::parse(json, self.realm).map_err(|message| {
            // The host validates what it sends.
            Failed::Threw(self.realm.text(message))
        })
    }

    fn type_of(&self, value: &Value) -> Type {
        value.type_of(|| self.class_of(value))
    }

    fn is_callable(&self, value: &Value) -> bool {
        self.realm.is_function(value)
    }

    fn same(&self, one: &Value, other: &Value) -> bool {
        self.realm.same(one, other)
    }

    fn with_text<R>(&mut self, text: &Value, read: impl FnOnce(&str) -> R) -> R {
        self.realm.with_text(text, read)
    }

    fn primitive_text(&mut self, value: &Value) -> String {
        let originals = &self.shared.originals;
        match self.type_of(value) {
            Type::BigInt => self.original_text(&originals.bigint_text, value),
            _ => self.original_text(&originals.symbol_text, value),
        }
    }

    fn prototype(&mut self, object: &Value) -> Option<Value> {
        if object.is_proxy() { None } else { self.realm.prototype(object) }
    }

    fn own(&mut self, object: &Value, name: &str) -> Option<OwnProperty<Value>> {
        value::own(self.realm, object, &self.realm.atom(name))
    }

    fn own_properties(&mut self, object: &Value) -> Vec<(Label, OwnProperty<Value>)> {
        value::own_properties(self.realm, object)
    }

    fn promise_state(&mut self, promise: &Value) -> PromiseState<Value> {
        match self.realm.promise_state(promise) {
            Promise::Pending => PromiseState::Pending,
            Promise::Fulfilled(value) => PromiseState::Fulfilled(value),
            Promise::Rejected(reason) => PromiseState::Rejected(reason),
        }
    }

    fn date_ms(&mut self, date: &Value) -> f64 {
        self.original_number(&self.shared.originals.date_ms, date)
    }

    fn regexp_text(&mut self, regexp: &Value) -> String {
        self.original_text(&self.shared.originals.regexp_text, regexp)
    }

    fn map_entries(&mut self, map: &Value) -> Vec<(Value, Value)> {
        let mut flat = self.original_list(&self.shared.originals.map_entries, map).into_iter();
        std::iter::from_fn(|| Some((flat.next()?, flat.next()?))).collect()
    }

    fn set_values(&mut self, set: &Value) -> Vec<Value> {
        self.original_list(&self.shared.originals.set_values, set)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length; a cast of NaN is 0")]
    fn typed_array_length(&mut self, array: &Value) -> u64 {
        self.original_number(&self.shared.originals.typed_array_length, array) as u64
    }

    fn frames(&mut self, error: &Value) -> Vec<Frame> {
        let mut text = self.original_text(&self.shared.originals.stack, error);
        // A DOMException has its stack as an own property.
        if text.is_empty()
            && let Some(own) = self.own(error, "stack").and_then(OwnProperty::value)
            && self.type_of(&own) == Type::Text
        {
            text = self.realm.with_text(&own, str::to_owned);
        }
        stack::frames(&text, &NAMELESS)
    }

    fn global(&mut self) -> Value {
        self.realm.global()
    }

    fn get(&mut self, value: &Value, name: &str) -> Result<Value> {
        self.realm.get(value, &self.realm.atom(name))
    }

    fn get_key(&mut self, object: &Value, key: &Atom) -> Result<Value> {
        self.realm.get(object, key)
    }

    fn item(&mut self, object: &Value, index: u64) -> Result<Value> {
        self.realm.item(object, index)
    }

    fn keys(&mut self, object: &Value) -> Result<Vec<Atom>> {
        self.realm.keys(object, false)
    }

    fn with_key<R>(&mut self, key: &Atom, read: impl FnOnce(&str) -> R) -> R {
        self.realm.with_text(&self.realm.atom_value(key), read)
    }

    fn length(&mut self, object: &Value) -> Result<u64> {
        self.realm.length(object)
    }

    fn is_array(&mut self, object: &Value) -> Result<bool> {
        let mut object = object.clone();
        while object.is_proxy() {
            match self.realm.proxy_target(&object) {
                Some(target) => object = target,
                None => {
                    let revoked = self.error(ErrorKind::Type, "the proxy was revoked")?;
                    return Err(self.throw(revoked));
                }
            }
        }
        Ok(self.type_of(&object) == Type::Object(Class::Array))
    }

    fn unboxed(&mut self, object: &Value) -> Result<Value> {
        let inner = self.realm.call(&self.shared.originals.unboxed, &Value::UNDEFINED, std::slice::from_ref(object))?;
        // Numbers and strings come from the object's own `valueOf` and `toString`, as in `JSON.stringify`.
        match self.type_of(&inner) {
            Type::Number(_) => self.realm.to_number(object).map(Value::number),
            Type::Text => self.realm.to_text(object),
            _ => Ok(inner),
        }
    }

    fn raw_json(&mut self, object: &Value) -> Result<Option<String>> {
        if !self.is_raw_json(object) {
            return Ok(None);
        }
        let raw = self.get(object, "rawJSON")?;
        Ok(Some(self.realm.with_text(&raw, str::to_owned)))
    }

    fn define(&mut self, object: &Value, name: &str, value: Value, enumerable: Enumerable) -> Result<()> {
        let attributes = match enumerable {
            Enumerable::Yes => attributes::SHOWN,
            Enumerable::No => attributes::HIDDEN,
        };
        self.realm.define(object, &self.realm.atom(name), value, attributes)
    }

    fn set_prototype(&mut self, object: &Value, prototype: &Value) {
        self.realm.set_prototype(object, prototype);
    }

    fn call(&mut self, function: &Value, this: &Value, arguments: &[Value]) -> Result<Value> {
        self.realm.call(function, this, arguments)
    }

    fn truthy(&mut self, value: &Value) -> bool {
        self.realm.truthy(value)
    }

    fn to_number(&mut self, value: &Value) -> Result<f64> {
        self.realm.to_number(value)
    }

    fn thrown(&mut self, error: Failed) -> std::result::Result<Value, Fatal> {
        match error {
            Failed::Threw(value) => Ok(value),
            Failed::Stack(_) => Err(Fatal::Stack),
        }
    }

    fn caught(&mut self, error: Failed) -> Result<Value> {
        match error {
            Failed::Threw(value) => Ok(value),
            stack @ Failed::Stack(_) => Err(stack),
        }
    }

    fn throw(&mut self, value: Value) -> Failed {
        Failed::of(value)
    }

    fn stack_exceeded(&self) -> bool {
        sys::has_overflowed()
    }

    /// Nothing to add: the stack of a `SyntaxError` begins with its place.
    fn place(&mut self, error: Thrown) -> Thrown {
        error
    }

    fn evaluate(&mut self, source: &str, goal: frames::Goal) -> std::result::Result<Value, Unevaluated<Failed>> {
        let goal = if goal == frames::Goal::Module { Goal::Module } else { Goal::Script };
        let compiled = self.realm.compile(source, SCRIPT_PATH, goal).map_err(Unevaluated::Compile)?;
        self.realm.run(compiled).map_err(Unevaluated::Run)
    }

    fn prepare_conformance(&mut self) -> Result<()> {
        conformance::install(self.realm)
    }

    fn run_job(&mut self) -> Option<Result<()>> {
        if self.shared.stopped.get() { None } else { sys::run_job() }
    }

    /// Keeps the jobs but never runs them.
    fn forget_jobs(&mut self) {
        self.shared.stopped.set(true);
    }

    fn end_step(&mut self) {}
}

/// [`stack::SCRIPT_PATH`] as a C string.
pub(crate) const SCRIPT_PATH: &std::ffi::CStr = c"callbox:script";
