//! The interface between a JavaScript engine and the rest of a guest.

use std::rc::Rc;

use crate::catalog::Namespace;
use crate::frames::{Frame, Goal, Thrown};
use crate::natives::Native;
use crate::run::Run;

/// The result of an operation that can run script code.
pub type Result<T, E> = std::result::Result<T, <E as Engine>::Error>;

/// A realm of an engine, and the run in it.
///
/// A method that is documented to run no script neither calls getters nor triggers proxy traps.
pub trait Engine: Sized {
    /// A value, kept alive by this handle.
    type Value: Clone;
    /// A property key.
    type Key: Clone;
    /// A failure of script code or of the engine.
    type Error;

    /// Returns the run.
    fn run(&self) -> Rc<Run<Self::Value>>;

    // Values.

    /// Returns `undefined`.
    fn undefined(&self) -> Self::Value;
    /// Returns `null`.
    fn null(&self) -> Self::Value;
    /// Returns a boolean.
    fn boolean(&self, flag: bool) -> Self::Value;
    /// Returns a number.
    fn number(&self, number: f64) -> Self::Value;
    /// Creates a string.
    fn text(&mut self, text: &str) -> Self::Value;
    /// Creates an empty plain object.
    fn object(&mut self) -> Self::Value;
    /// Creates an array of these items.
    fn array(&mut self, items: Vec<Self::Value>) -> Self::Value;
    /// Creates a native function that is not a constructor.
    fn function(&mut self, native: Native, name: &str, length: u32) -> Self::Value;
    /// Creates the object whose properties are the names of a list, and whose behaviour is in [`crate::tools`].
    fn namespace(&mut self, namespace: Namespace) -> Result<Self::Value, Self>;
    /// Creates a pending promise and the functions that settle it.
    fn promise(&mut self) -> Result<(Self::Value, Resolvers<Self::Value>), Self>;
    /// Creates an error whose stack begins at the script's current position.
    fn error(&mut self, kind: ErrorKind, message: &str) -> Result<Self::Value, Self>;
    /// Parses a JSON text.
    fn parse(&mut self, json: &[u8]) -> Result<Self::Value, Self>;

    // Inspecting values: none of these methods runs a script.

    /// Returns the type of a value.
    fn type_of(&self, value: &Self::Value) -> Type;
    /// Checks whether a value can be called.
    fn is_callable(&self, value: &Self::Value) -> bool;
    /// Checks whether both are the same value, as `Object.is` does.
    fn same(&self, one: &Self::Value, other: &Self::Value) -> bool;
    /// Calls `read` with a string's text, in which a lone surrogate is U+FFFD.
    fn with_text<R>(&mut self, text: &Self::Value, read: impl FnOnce(&str) -> R) -> R;
    /// Formats a BigInt as digits, a symbol as `Symbol(description)`.
    fn primitive_text(&mut self, value: &Self::Value) -> String;
    /// Returns the prototype; `None` for a proxy.
    fn prototype(&mut self, object: &Self::Value) -> Option<Self::Value>;
    /// Returns an own property.
    fn own(&mut self, object: &Self::Value, name: &str) -> Option<OwnProperty<Self::Value>>;
    /// Returns the enumerable own properties, in order.
    fn own_properties(&mut self, object: &Self::Value) -> Vec<(Label, OwnProperty<Self::Value>)>;
    /// Returns the state of a promise.
    fn promise_state(&mut self, promise: &Self::Value) -> PromiseState<Self::Value>;
    /// Returns a date's milliseconds since the epoch; NaN for an invalid date.
    fn date_ms(&mut self, date: &Self::Value) -> f64;
    /// Returns a regular expression as a literal.
    fn regexp_text(&mut self, regexp: &Self::Value) -> String;
    /// Returns the keys and values of a map.
    fn map_entries(&mut self, map: &Self::Value) -> Vec<(Self::Value, Self::Value)>;
    /// Returns the values of a set.
    fn set_values(&mut self, set: &Self::Value) -> Vec<Self::Value>;
    /// Returns the number of items of a typed array.
    fn typed_array_length(&mut self, array: &Self::Value) -> u64;
    /// Returns the frames captured when an error was created, innermost first.
    fn frames(&mut self, error: &Self::Value) -> Vec<Frame>;

    // Using values: all of these methods can run a script.

    /// Returns the global object.
    fn global(&mut self) -> Self::Value;
    /// Reads a property of an object, or of a primitive's prototype.
    fn get(&mut self, value: &Self::Value, name: &str) -> Result<Self::Value, Self>;
    /// Reads a property of an object by key.
    fn get_key(&mut self, object: &Self::Value, key: &Self::Key) -> Result<Self::Value, Self>;
    /// Reads a property of an object by index.
    fn item(&mut self, object: &Self::Value, index: u64) -> Result<Self::Value, Self>;
    /// Returns the enumerable own keys that are not symbols.
    fn keys(&mut self, object: &Self::Value) -> Result<Vec<Self::Key>, Self>;
    /// Calls `read` with the text of a key.
    fn with_key<R>(&mut self, key: &Self::Key, read: impl FnOnce(&str) -> R) -> R;
    /// Reads the property `length` as a length.
    fn length(&mut self, object: &Self::Value) -> Result<u64, Self>;
    /// Checks whether an object is an array, or a proxy of one.
    fn is_array(&mut self, object: &Self::Value) -> Result<bool, Self>;
    /// Returns the primitive in a boxed value.
    fn unboxed(&mut self, object: &Self::Value) -> Result<Self::Value, Self>;
    /// Returns the text of an object made by `JSON.rawJSON`.
    fn raw_json(&mut self, object: &Self::Value) -> Result<Option<String>, Self>;
    /// Defines a writable and configurable own property.
    fn define(
        &mut self,
        object: &Self::Value,
        name: &str,
        value: Self::Value,
        enumerable: Enumerable,
    ) -> Result<(), Self>;
    /// Sets the prototype of a fresh object.
    fn set_prototype(&mut self, object: &Self::Value, prototype: &Self::Value);
    /// Calls a function.
    fn call(
        &mut self,
        function: &Self::Value,
        this: &Self::Value,
        arguments: &[Self::Value],
    ) -> Result<Self::Value, Self>;
    /// ToBoolean.
    fn truthy(&mut self, value: &Self::Value) -> bool;
    /// ToNumber.
    fn to_number(&mut self, value: &Self::Value) -> Result<f64, Self>;

    // Errors.

    /// Returns the thrown value, or the limit or bug of the engine that ended the script.
    fn thrown(&mut self, error: Self::Error) -> std::result::Result<Self::Value, Fatal>;
    /// Checks whether the stack limit was reached, whatever the script did with the error.
    fn stack_exceeded(&self) -> bool {
        false
    }
    /// Returns the thrown value; an engine limit stays an error.
    ///
    /// # Errors
    ///
    /// If an engine limit was reached.
    fn caught(&mut self, error: Self::Error) -> Result<Self::Value, Self>;
    /// Makes an error of a thrown value; the engine's own error for a limit stays one.
    fn throw(&mut self, value: Self::Value) -> Self::Error;
    /// Adds the place to a compile error if the engine reports it only in the message.
    fn place(&mut self, error: Thrown) -> Thrown;

    // The steps of a run.

    /// Compiles and runs a source text.
    fn evaluate(&mut self, source: &str, goal: Goal) -> std::result::Result<Self::Value, Unevaluated<Self::Error>>;
    /// Defines the globals that conformance tests expect from the host.
    fn prepare_conformance(&mut self) -> Result<(), Self>;
    /// Runs the oldest job; `None` if there is none.
    fn run_job(&mut self) -> Option<Result<(), Self>>;
    /// Discards all jobs.
    fn forget_jobs(&mut self);
    /// Releases the objects that weak references kept alive during a step.
    fn end_step(&mut self);
}

/// The functions that settle a promise.
#[derive(Debug, Clone)]
pub struct Resolvers<V> {
    /// Takes the value.
    pub resolve: V,
    /// Takes the reason.
    pub reject: V,
}

/// The classes of error that a guest creates itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// `Error`.
    Error,
    /// `TypeError`.
    Type,
}

/// Whether a property is enumerable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enumerable {
    /// Enumerable.
    Yes,
    /// Not enumerable.
    No,
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs, reason = "the names are the language's")]
pub enum Type {
    Undefined,
    Null,
    Boolean(bool),
    Number(f64),
    Text,
    BigInt,
    Symbol,
    Object(Class),
}

/// The class of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the language's")]
pub enum Class {
    /// Any other object.
    Plain,
    Array,
    Function,
    Error,
    Promise,
    Proxy,
    Date,
    RegExp,
    Map,
    Set,
    TypedArray,
    /// An object that wraps a primitive.
    Boxed,
    ArrayBuffer,
    SharedArrayBuffer,
    DataView,
    WeakMap,
    WeakSet,
    WeakRef,
    FinalizationRegistry,
}

/// An own property; an accessor is not called.
#[derive(Debug, Clone)]
pub enum OwnProperty<V> {
    /// A data property with this value.
    Value(V),
    /// A property with a getter or setter.
    Accessor,
}

impl<V> OwnProperty<V> {
    /// Returns the value of a data property.
    pub fn value(self) -> Option<V> {
        match self {
            Self::Value(value) => Some(value),
            Self::Accessor => None,
        }
    }
}

/// A property key for display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// A name.
    Name(String),
    /// An array index.
    Index(u32),
    /// A symbol as `Symbol(description)`.
    Symbol(String),
}

/// The state of a promise.
#[derive(Debug, Clone)]
pub enum PromiseState<V> {
    /// Pending.
    Pending,
    /// Fulfilled with this value.
    Fulfilled(V),
    /// Rejected with this reason.
    Rejected(V),
}

/// Why there is no thrown value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fatal {
    /// The engine's stack or recursion limit was reached.
    Stack,
    /// The engine has a bug.
    Bug(String),
}

/// Why a source text has no value.
#[derive(Debug)]
pub enum Unevaluated<E> {
    /// It did not compile.
    Compile(E),
    /// It threw.
    Run(E),
}
