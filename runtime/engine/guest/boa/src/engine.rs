//! Implements the engine interface with boa.

use std::path::Path;
use std::rc::Rc;

use boa_engine::builtins::promise::PromiseState as State;
use boa_engine::error::EngineError;
use boa_engine::module::Module;
use boa_engine::object::builtins::{JsArray, JsDate, JsMap, JsPromise, JsRegExp, JsSet, JsTypedArray};
use boa_engine::object::{FunctionObjectBuilder, JsObject};
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::script::Script;
use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue, NativeFunction, Source, js_string};
use callbox_boa_builtins::json::{raw_json, unboxed};
use callbox_boa_builtins::operations::{self, is_array, key_text, keys_of, length_of};
use callbox_engine_guest::catalog::Namespace;
use callbox_engine_guest::engine::{
    Engine, Enumerable, ErrorKind, Fatal, Label, OwnProperty, PromiseState, Resolvers, Type, Unevaluated,
};
use callbox_engine_guest::frames::{Frame, Goal, Thrown};
use callbox_engine_guest::natives::{self, Native};
use callbox_engine_guest::run::Run;
use callbox_engine_guest::stack::{self, SCRIPT_PATH};

use crate::boot::Originals;
use crate::jobs::Jobs;
use crate::{conformance, json, namespace, value};

/// A context of boa.
pub(crate) struct Boa<'a>(pub(crate) &'a mut Context);

/// The engine's name for the top level of a script in a stack.
const TOP_LEVEL: &str = "<main>";

impl Boa<'_> {
    fn originals(&self) -> Option<Rc<Originals>> {
        self.0.get_data::<Rc<Originals>>().cloned()
    }

    fn jobs(&self) -> Option<Rc<Jobs>> {
        self.0.get_data::<Rc<Jobs>>().cloned()
    }
}

fn object(value: &JsValue) -> JsResult<JsObject> {
    value.as_object().ok_or_else(|| JsNativeError::typ().with_message("the value is not an object").into())
}

fn key(name: &str) -> PropertyKey {
    PropertyKey::from(js_string!(name))
}

impl Engine for Boa<'_> {
    type Value = JsValue;
    type Key = PropertyKey;
    type Error = JsError;

    fn run(&self) -> Rc<Run<JsValue>> {
        self.0.get_data::<Rc<Run<JsValue>>>().cloned().unwrap_or_default()
    }

    fn undefined(&self) -> JsValue {
        JsValue::undefined()
    }

    fn null(&self) -> JsValue {
        JsValue::null()
    }

    fn boolean(&self, flag: bool) -> JsValue {
        flag.into()
    }

    fn number(&self, number: f64) -> JsValue {
        number.into()
    }

    fn text(&mut self, text: &str) -> JsValue {
        js_string!(text).into()
    }

    fn object(&mut self) -> JsValue {
        JsObject::with_object_proto(self.0.intrinsics()).into()
    }

    fn array(&mut self, items: Vec<JsValue>) -> JsValue {
        JsArray::from_iter(items, self.0).into()
    }

    fn function(&mut self, native: Native, name: &str, length: u32) -> JsValue {
        let call = NativeFunction::from_copy_closure(move |_this, arguments, context| {
            natives::call(&mut Boa(context), native, arguments)
        });
        let function = FunctionObjectBuilder::new(self.0.realm(), call).name(js_string!(name));
        JsObject::from(function.length(usize::try_from(length).unwrap_or(0)).constructor(false).build()).into()
    }

    fn namespace(&mut self, namespace: Namespace) -> JsResult<JsValue> {
        namespace::proxy(namespace, self.0).map(Into::into)
    }

    fn promise(&mut self) -> JsResult<(JsValue, Resolvers<JsValue>)> {
        let (promise, resolvers) = JsPromise::new_pending(self.0);
        let resolvers = Resolvers { resolve: resolvers.resolve.into(), reject: resolvers.reject.into() };
        Ok((promise.into(), resolvers))
    }

    fn error(&mut self, kind: ErrorKind, message: &str) -> JsResult<JsValue> {
        let constructors = self.0.intrinsics().constructors();
        let constructor = match kind {
            ErrorKind::Error => constructors.error().constructor(),
            ErrorKind::Type => constructors.type_error().constructor(),
        };
        let arguments: &[JsValue] = if message.is_empty() { &[] } else { &[js_string!(message).into()] };
        constructor.construct(arguments, None, self.0).map(Into::into)
    }

    fn parse(&mut self, json: &[u8]) -> JsResult<JsValue> {
        json::parse(json, self.0)
    }

    fn type_of(&self, value: &JsValue) -> Type {
        value::type_of(value, self.0)
    }

    fn is_callable(&self, value: &JsValue) -> bool {
        value.is_callable()
    }

    fn same(&self, one: &JsValue, other: &JsValue) -> bool {
        JsValue::same_value(one, other)
    }

    fn with_text<R>(&mut self, text: &JsValue, read: impl FnOnce(&str) -> R) -> R {
        match text.as_string() {
            Some(text) => value::with_text(&text, read),
            None => read(""),
        }
    }

    fn primitive_text(&mut self, value: &JsValue) -> String {
        value::primitive_text(value)
    }

    fn prototype(&mut self, object: &JsValue) -> Option<JsValue> {
        object.as_object()?.prototype().map(Into::into)
    }

    fn own(&mut self, object: &JsValue, name: &str) -> Option<OwnProperty<JsValue>> {
        value::own(&object.as_object()?, &key(name))
    }

    fn own_properties(&mut self, object: &JsValue) -> Vec<(Label, OwnProperty<JsValue>)> {
        object.as_object().map_or_else(Vec::new, |object| value::own_properties(&object, self.0))
    }

    fn promise_state(&mut self, promise: &JsValue) -> PromiseState<JsValue> {
        let state = promise.as_object().and_then(|promise| JsPromise::from_object(promise).ok());
        match state.map(|promise| promise.state()) {
            None | Some(State::Pending) => PromiseState::Pending,
            Some(State::Fulfilled(value)) => PromiseState::Fulfilled(value),
            Some(State::Rejected(reason)) => PromiseState::Rejected(reason),
        }
    }

    fn date_ms(&mut self, date: &JsValue) -> f64 {
        let date = date.as_object().and_then(|date| JsDate::from_object(date).ok());
        let time = date.and_then(|date| date.get_time(self.0).ok());
        time.and_then(|time| time.as_number()).unwrap_or(f64::NAN)
    }

    fn regexp_text(&mut self, regexp: &JsValue) -> String {
        let regexp = regexp.as_object().and_then(|regexp| JsRegExp::from_object(regexp).ok());
        regexp.and_then(|regexp| regexp.to_string(self.0).ok()).unwrap_or_else(|| "[RegExp]".to_owned())
    }

    fn map_entries(&mut self, map: &JsValue) -> Vec<(JsValue, JsValue)> {
        let mut entries = Vec::new();
        if let Some(Ok(map)) = map.as_object().map(JsMap::from_object) {
            let _ = map.for_each_native(|key, value| {
                entries.push((key, value));
                Ok(())
            });
        }
        entries
    }

    fn set_values(&mut self, set: &JsValue) -> Vec<JsValue> {
        let mut values = Vec::new();
        if let Some(Ok(set)) = set.as_object().map(JsSet::from_object) {
            let _ = set.for_each_native(|value| {
                values.push(value);
                Ok(())
            });
        }
        values
    }

    fn typed_array_length(&mut self, array: &JsValue) -> u64 {
        let array = array.as_object().and_then(|array| JsTypedArray::from_object(array).ok());
        array.and_then(|array| array.length(self.0).ok()).unwrap_or(0) as u64
    }

    fn frames(&mut self, error: &JsValue) -> Vec<Frame> {
        let Some(originals) = self.originals() else { return Vec::new() };
        let Some(getter) = &originals.stack else { return Vec::new() };
        let stack = getter.call(error, &[], self.0).ok().and_then(|stack| stack.as_string());
        stack.map_or_else(Vec::new, |stack| stack::frames(&stack.to_std_string_lossy(), &[TOP_LEVEL]))
    }

    fn global(&mut self) -> JsValue {
        self.0.global_object().into()
    }

    fn get(&mut self, value: &JsValue, name: &str) -> JsResult<JsValue> {
        match value.as_object() {
            Some(object) => object.get(key(name), self.0),
            None => operations::get_of_primitive(value, &js_string!(name), self.0),
        }
    }

    fn get_key(&mut self, of: &JsValue, key: &PropertyKey) -> JsResult<JsValue> {
        object(of)?.get(key.clone(), self.0)
    }

    fn item(&mut self, of: &JsValue, index: u64) -> JsResult<JsValue> {
        object(of)?.get(index, self.0)
    }

    fn keys(&mut self, of: &JsValue) -> JsResult<Vec<PropertyKey>> {
        keys_of(&object(of)?, self.0)
    }

    fn with_key<R>(&mut self, key: &PropertyKey, read: impl FnOnce(&str) -> R) -> R {
        value::with_text(&key_text(key), read)
    }

    fn length(&mut self, of: &JsValue) -> JsResult<u64> {
        length_of(&object(of)?, self.0)
    }

    fn is_array(&mut self, value: &JsValue) -> JsResult<bool> {
        is_array(&object(value)?, self.0)
    }

    fn unboxed(&mut self, value: &JsValue) -> JsResult<JsValue> {
        unboxed(value.clone(), &object(value)?, self.0)
    }

    fn raw_json(&mut self, value: &JsValue) -> JsResult<Option<String>> {
        let object = object(value)?;
        let Some(original) = self.originals().and_then(|originals| originals.is_raw_json.clone()) else {
            return Ok(None);
        };
        Ok(raw_json(&object, &original, self.0)?.map(|raw| raw.to_std_string_lossy()))
    }

    fn define(&mut self, holder: &JsValue, name: &str, value: JsValue, enumerable: Enumerable) -> JsResult<()> {
        let property = PropertyDescriptor::builder().value(value).writable(true).configurable(true);
        let property = property.enumerable(enumerable == Enumerable::Yes);
        object(holder)?.define_property_or_throw(key(name), property, self.0).map(drop)
    }

    fn set_prototype(&mut self, object: &JsValue, prototype: &JsValue) {
        if let Some(object) = object.as_object() {
            object.set_prototype(prototype.as_object());
        }
    }

    fn call(&mut self, function: &JsValue, this: &JsValue, arguments: &[JsValue]) -> JsResult<JsValue> {
        match function.as_callable() {
            Some(function) => function.call(this, arguments, self.0),
            None => Err(JsNativeError::typ().with_message("the value is not a function").into()),
        }
    }

    fn truthy(&mut self, value: &JsValue) -> bool {
        value.to_boolean()
    }

    fn to_number(&mut self, value: &JsValue) -> JsResult<f64> {
        value.to_number(self.0)
    }

    fn thrown(&mut self, error: JsError) -> Result<JsValue, Fatal> {
        match error.as_engine() {
            Some(EngineError::RuntimeLimit(_)) => return Err(Fatal::Stack),
            Some(panic @ EngineError::Panic(_)) if hides_a_limit(panic) => return Err(Fatal::Stack),
            Some(bug) => return Err(Fatal::Bug(bug.to_string())),
            None => {}
        }
        error.into_opaque(self.0).map_err(|error| Fatal::Bug(error.to_string()))
    }

    fn caught(&mut self, error: JsError) -> JsResult<JsValue> {
        error.into_opaque(self.0)
    }

    fn throw(&mut self, value: JsValue) -> JsError {
        JsError::from_opaque(value)
    }

    fn place(&mut self, error: Thrown) -> Thrown {
        match place_of_syntax_error(&error.message) {
            Some((message, frame)) => Thrown { message: message.to_owned(), frames: vec![frame], ..error },
            None => error,
        }
    }

    fn evaluate(&mut self, source: &str, goal: Goal) -> Result<JsValue, Unevaluated<JsError>> {
        let source = Source::from_bytes(source).with_path(Path::new(SCRIPT_PATH));
        if goal == Goal::Module {
            let module = Module::parse(source, None, self.0).map_err(Unevaluated::Compile)?;
            return Ok(module.load_link_evaluate(self.0).into());
        }
        let script = Script::parse(source, None, self.0).map_err(Unevaluated::Compile)?;
        script.codeblock(self.0).map_err(Unevaluated::Compile)?;
        script.evaluate(self.0).map_err(Unevaluated::Run)
    }

    fn prepare_conformance(&mut self) -> JsResult<()> {
        conformance::install(self.0)
    }

    fn run_job(&mut self) -> Option<JsResult<()>> {
        self.jobs()?.run_one(self.0)
    }

    fn forget_jobs(&mut self) {
        if let Some(jobs) = self.jobs() {
            jobs.clear();
        }
    }

    fn end_step(&mut self) {
        self.0.clear_kept_objects();
    }
}

/// Checks whether a limit is the cause of a panic: the engine panics when it reaches a limit where the standard does
/// not allow an operation to fail.
fn hides_a_limit(panic: &dyn std::error::Error) -> bool {
    let limit = |error: &(dyn std::error::Error + 'static)| {
        let error =
            error.downcast_ref::<JsError>().or_else(|| error.downcast_ref::<Box<JsError>>().map(|boxed| &**boxed));
        error.is_some_and(|error| matches!(error.as_engine(), Some(EngineError::RuntimeLimit(_))))
    };
    std::iter::successors(panic.source(), |error| error.source()).any(limit)
}

/// Splits `message at line 7, col 3`, the form of all parser errors with a place.
fn place_of_syntax_error(message: &str) -> Option<(&str, Frame)> {
    let (message, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(", col ")?;
    let frame =
        Frame { function: String::new(), line: line.parse().ok()?, column: column.parse().ok()?, author: false };
    Some((message, frame))
}
