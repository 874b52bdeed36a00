//! What a JavaScript engine must be able to do for the rest of a guest.

use std::rc::Rc;

use crate::catalog::Shelf;
use crate::frames::{Frame, Goal, Thrown};
use crate::natives::Native;
use crate::run::Run;

/// The result of something that can run a script's code.
pub type Result<T, E> = std::result::Result<T, <E as Engine>::Error>;

/// A realm of an engine, and the run in it.
///
/// What is said to run no script neither calls a getter nor asks a proxy.
pub trait Engine: Sized {
    /// A value, held as long as this is.
    type Value: Clone;
    /// A property's key.
    type Key: Clone;
    /// What a script's code, or the engine, failed with.
    type Error;

    /// The run.
    fn run(&self) -> Rc<Run<Self::Value>>;

    // Values.

    /// `undefined`
    fn undefined(&self) -> Self::Value;
    /// `null`
    fn null(&self) -> Self::Value;
    /// A boolean.
    fn boolean(&self, flag: bool) -> Self::Value;
    /// A number.
    fn number(&self, number: f64) -> Self::Value;
    /// A string.
    fn text(&mut self, text: &str) -> Self::Value;
    /// An empty plain object.
    fn object(&mut self) -> Self::Value;
    /// An array of these items.
    fn array(&mut self, items: Vec<Self::Value>) -> Self::Value;
    /// A function of ours, which cannot be constructed.
    fn function(&mut self, native: Native, name: &str, length: u32) -> Self::Value;
    /// The object whose properties are the names on a shelf; what it answers is asked of [`crate::tools`].
    fn shelf(&mut self, shelf: Shelf) -> Result<Self::Value, Self>;
    /// A pending promise, and what settles it.
    fn promise(&mut self) -> Result<(Self::Value, Resolvers<Self::Value>), Self>;
    /// A fresh error whose stack begins where the script is now.
    fn error(&mut self, kind: ErrorKind, message: &str) -> Result<Self::Value, Self>;
    /// The value of a JSON text.
    fn parse(&mut self, json: &[u8]) -> Result<Self::Value, Self>;

    // Looking at values; none of it runs a script.

    /// What a value is.
    fn type_of(&self, value: &Self::Value) -> Type;
    /// Whether it can be called.
    fn is_callable(&self, value: &Self::Value) -> bool;
    /// Whether both are the same value, as `Object.is` says.
    fn same(&self, one: &Self::Value, other: &Self::Value) -> bool;
    /// Calls `read` with a string's text, in which a lone surrogate is U+FFFD.
    fn with_text<R>(&mut self, text: &Self::Value, read: impl FnOnce(&str) -> R) -> R;
    /// A BigInt in digits, a symbol as `Symbol(description)`.
    fn primitive_text(&mut self, value: &Self::Value) -> String;
    /// The prototype; a proxy has none here.
    fn prototype(&mut self, object: &Self::Value) -> Option<Self::Value>;
    /// An own property.
    fn own(&mut self, object: &Self::Value, name: &str) -> Option<OwnProperty<Self::Value>>;
    /// The enumerable own properties, in order.
    fn own_properties(&mut self, object: &Self::Value) -> Vec<(Label, OwnProperty<Self::Value>)>;
    /// Where a promise stands.
    fn promise_state(&mut self, promise: &Self::Value) -> PromiseState<Self::Value>;
    /// A date's milliseconds since the epoch; NaN is an invalid date.
    fn date_ms(&mut self, date: &Self::Value) -> f64;
    /// A regular expression as it is written.
    fn regexp_text(&mut self, regexp: &Self::Value) -> String;
    /// Keys and values of a map.
    fn map_entries(&mut self, map: &Self::Value) -> Vec<(Self::Value, Self::Value)>;
    /// Values of a set.
    fn set_values(&mut self, set: &Self::Value) -> Vec<Self::Value>;
    /// Items of a typed array.
    fn typed_array_length(&mut self, array: &Self::Value) -> u64;
    /// The frames kept when an error was made, innermost first.
    fn frames(&mut self, error: &Self::Value) -> Vec<Frame>;

    // Using values; all of it can run a script.

    /// The global object.
    fn global(&mut self) -> Self::Value;
    /// A property of an object, or of a primitive's prototype.
    fn get(&mut self, value: &Self::Value, name: &str) -> Result<Self::Value, Self>;
    /// A property of an object by its key.
    fn get_key(&mut self, object: &Self::Value, key: &Self::Key) -> Result<Self::Value, Self>;
    /// A property of an object by its index.
    fn item(&mut self, object: &Self::Value, index: u64) -> Result<Self::Value, Self>;
    /// The enumerable own keys that are no symbols.
    fn keys(&mut self, object: &Self::Value) -> Result<Vec<Self::Key>, Self>;
    /// The text of a key.
    fn with_key<R>(&mut self, key: &Self::Key, read: impl FnOnce(&str) -> R) -> R;
    /// The property `length` as a length.
    fn length(&mut self, object: &Self::Value) -> Result<u64, Self>;
    /// Whether it is an array, also behind a proxy.
    fn is_array(&mut self, object: &Self::Value) -> Result<bool, Self>;
    /// The primitive in a boxed one.
    fn unboxed(&mut self, object: &Self::Value) -> Result<Self::Value, Self>;
    /// The text of an object that `JSON.rawJSON` made.
    fn raw_json(&mut self, object: &Self::Value) -> Result<Option<String>, Self>;
    /// Defines an own property that can be written and removed.
    fn define(
        &mut self,
        object: &Self::Value,
        name: &str,
        value: Self::Value,
        enumerable: Enumerable,
    ) -> Result<(), Self>;
    /// Gives a fresh object another prototype.
    fn set_prototype(&mut self, object: &Self::Value, prototype: &Self::Value);
    /// Calls a function.
    fn call(
        &mut self,
        function: &Self::Value,
        this: &Self::Value,
        arguments: &[Self::Value],
    ) -> Result<Self::Value, Self>;
    /// ToBoolean
    fn truthy(&mut self, value: &Self::Value) -> bool;
    /// ToNumber
    fn to_number(&mut self, value: &Self::Value) -> Result<f64, Self>;

    // Errors.

    /// The value that was thrown, or the bound of the engine that was reached.
    fn thrown(&mut self, error: Self::Error) -> std::result::Result<Self::Value, Fatal>;
    /// Whether the stack was at its bound, whatever the script has made of the error.
    fn stack_exceeded(&self) -> bool {
        false
    }
    /// The value that was thrown; a bound of the engine stays an error.
    ///
    /// # Errors
    ///
    /// The bound.
    fn caught(&mut self, error: Self::Error) -> Result<Self::Value, Self>;
    /// The error of throwing a value; that of a bound, where it is the engine's own error of one.
    fn throw(&mut self, value: Self::Value) -> Self::Error;
    /// Gives an error of compiling its place, where the engine says it in words.
    fn place(&mut self, error: Thrown) -> Thrown;

    // The steps of a run.

    /// Compiles a text and runs it.
    fn evaluate(&mut self, source: &str, goal: Goal) -> std::result::Result<Self::Value, Unevaluated<Self::Error>>;
    /// Defines what conformance tests expect of their host.
    fn prepare_conformance(&mut self) -> Result<(), Self>;
    /// Runs the oldest job; `None` when there is none.
    fn run_job(&mut self) -> Option<Result<(), Self>>;
    /// Forgets all jobs.
    fn forget_jobs(&mut self);
    /// Lets go what weak references have kept for the length of a step.
    fn end_step(&mut self);
}

/// What settles a promise: two functions.
#[derive(Debug, Clone)]
pub struct Resolvers<V> {
    /// Called with its value.
    pub resolve: V,
    /// Called with its reason.
    pub reject: V,
}

/// The classes of errors that a guest makes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// `Error`
    Error,
    /// `TypeError`
    Type,
}

/// Whether a property is enumerable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enumerable {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// What a value is.
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

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the language's")]
pub enum Class {
    /// None of the others.
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
    /// A primitive in an object.
    Boxed,
    ArrayBuffer,
    SharedArrayBuffer,
    DataView,
    WeakMap,
    WeakSet,
    WeakRef,
    FinalizationRegistry,
}

/// An own property, unread.
#[derive(Debug, Clone)]
pub enum OwnProperty<V> {
    /// Its value.
    Value(V),
    /// It has a getter or a setter.
    Accessor,
}

impl<V> OwnProperty<V> {
    /// Its value, where no getter stands before it.
    pub fn value(self) -> Option<V> {
        match self {
            Self::Value(value) => Some(value),
            Self::Accessor => None,
        }
    }
}

/// A property's key, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Label {
    /// A name.
    Name(String),
    /// An array index.
    Index(u32),
    /// A symbol as `Symbol(description)`.
    Symbol(String),
}

/// Where a promise stands.
#[derive(Debug, Clone)]
pub enum PromiseState<V> {
    /// It is pending.
    Pending,
    /// It has this value.
    Fulfilled(V),
    /// It was rejected with this reason.
    Rejected(V),
}

/// Why there is no thrown value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fatal {
    /// The engine's stack or recursion bound was reached.
    Stack,
    /// The engine has a bug.
    Bug(String),
}

/// Why a text gave no value.
#[derive(Debug)]
pub enum Unevaluated<E> {
    /// It did not compile.
    Compile(E),
    /// It threw.
    Run(E),
}
