//! A safe wrapper around the C API of QuickJS: values that free themselves, and results instead of pending exceptions.
//!
//! A guest has one runtime and one thread, so the runtime is global.
#![allow(unsafe_code, reason = "the interface is C")]

use std::cell::Cell;
use std::ffi::{CStr, CString, c_int};
use std::ptr;

use callbox_engine_guest::abi;
use callbox_engine_guest::engine::{Class, Type};
use rquickjs_sys as js;

thread_local! {
    static RUNTIME: Cell<*mut js::JSRuntime> = const { Cell::new(ptr::null_mut()) };
}

fn runtime() -> *mut js::JSRuntime {
    RUNTIME.get()
}

/// A value, kept alive by this handle.
#[repr(transparent)]
#[derive(Debug)]
pub(crate) struct Value(js::JSValue);

impl Clone for Value {
    fn clone(&self) -> Self {
        // SAFETY: this handle keeps the value alive.
        Self(unsafe { js::JS_DupValueRT(runtime(), self.0) })
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        // SAFETY: this handle owns a reference to the value, and does not use it again.
        unsafe { js::JS_FreeValueRT(runtime(), self.0) }
    }
}

impl Value {
    pub(crate) const UNDEFINED: Self = Self(js::JS_UNDEFINED);
    pub(crate) const NULL: Self = Self(js::JS_NULL);

    pub(crate) fn boolean(flag: bool) -> Self {
        Self(if flag { js::JS_TRUE } else { js::JS_FALSE })
    }

    pub(crate) fn number(number: f64) -> Self {
        Self(js::JS_NewFloat64(number))
    }

    pub(crate) fn integer(number: i32) -> Self {
        Self(js::JS_MKVAL(js::JS_TAG_INT, number))
    }

    /// Returns the type of the value; `class` gives the class of an object.
    pub(crate) fn type_of(&self, class: impl FnOnce() -> Class) -> Type {
        let value = self.0;
        // SAFETY: these only read the bits of the value.
        unsafe {
            match js::JS_VALUE_GET_NORM_TAG(value) {
                js::JS_TAG_INT => Type::Number(js::JS_VALUE_GET_INT(value).into()),
                js::JS_TAG_FLOAT64 => Type::Number(js::JS_VALUE_GET_FLOAT64(value)),
                js::JS_TAG_BOOL => Type::Boolean(js::JS_VALUE_GET_BOOL(value)),
                js::JS_TAG_NULL => Type::Null,
                js::JS_TAG_STRING | js::JS_TAG_STRING_ROPE => Type::Text,
                js::JS_TAG_OBJECT => Type::Object(class()),
                js::JS_TAG_SYMBOL => Type::Symbol,
                js::JS_TAG_BIG_INT | js::JS_TAG_SHORT_BIG_INT => Type::BigInt,
                _ => Type::Undefined,
            }
        }
    }

    pub(crate) fn is_object(&self) -> bool {
        // SAFETY: this only reads the bits of the value.
        unsafe { js::JS_IsObject(self.0) }
    }

    pub(crate) fn is_text(&self) -> bool {
        // SAFETY: this only reads the bits of the value.
        unsafe { js::JS_IsString(self.0) }
    }

    pub(crate) fn is_symbol(&self) -> bool {
        // SAFETY: this only reads the bits of the value.
        unsafe { js::JS_IsSymbol(self.0) }
    }

    /// Returns the class number; 0 for a value that is not an object.
    pub(crate) fn class(&self) -> u32 {
        // SAFETY: the value is alive.
        unsafe { js::JS_GetClassID(self.0) }
    }

    pub(crate) fn is_proxy(&self) -> bool {
        // SAFETY: the value is alive.
        unsafe { js::JS_IsProxy(self.0) }
    }

    /// Transfers ownership of the value to C code.
    fn give(self) -> js::JSValue {
        let value = self.0;
        std::mem::forget(self);
        value
    }
}

/// A property key, kept alive by this handle.
#[derive(Debug)]
pub(crate) struct Atom(js::JSAtom);

impl Clone for Atom {
    fn clone(&self) -> Self {
        // SAFETY: this handle keeps the atom alive.
        Self(unsafe { js::JS_DupAtomRT(runtime(), self.0) })
    }
}

impl Drop for Atom {
    fn drop(&mut self) {
        // SAFETY: this handle owns a reference to the atom, and does not use it again.
        unsafe { js::JS_FreeAtomRT(runtime(), self.0) }
    }
}

/// Why an operation has no result.
#[derive(Debug)]
pub(crate) enum Failed {
    /// This value was thrown.
    Threw(Value),
    /// The stack limit was reached; scripts cannot catch this error.
    Stack(Value),
}

impl Failed {
    /// Makes a failure of a thrown value; the engine marks its own error for the stack limit.
    pub(crate) fn of(thrown: Value) -> Self {
        // SAFETY: the value is alive.
        if unsafe { js::JS_IsUncatchableError(thrown.0) } { Self::Stack(thrown) } else { Self::Threw(thrown) }
    }
}

/// The result of an operation that can run script code.
pub(crate) type Result<T> = std::result::Result<T, Failed>;

/// An own property; an accessor is not called.
pub(crate) enum Property {
    /// A data property with this value.
    Value(Value),
    /// A property with a getter or setter.
    Accessor,
}

/// Attributes of a property, as [`Realm::define`] takes them.
pub(crate) mod attributes {
    /// Writable and configurable.
    pub(crate) const HIDDEN: u32 = rquickjs_sys::JS_PROP_CONFIGURABLE | rquickjs_sys::JS_PROP_WRITABLE;
    /// Writable, configurable and enumerable.
    pub(crate) const SHOWN: u32 = HIDDEN | rquickjs_sys::JS_PROP_ENUMERABLE;
}

/// How to parse a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    Script,
    Module,
}

/// The state of a promise.
pub(crate) enum Promise {
    Pending,
    Fulfilled(Value),
    Rejected(Value),
}

/// The operations that give an object of a custom class its properties.
pub(crate) struct Exotic {
    pub(crate) get: fn(Realm, u32, &str) -> Result<Value>,
    pub(crate) own: fn(Realm, u32, &str) -> Result<Option<Value>>,
    pub(crate) names: fn(Realm, u32) -> Vec<String>,
}

/// A realm. It lives as long as the guest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Realm(*mut js::JSContext);

/// Starts the runtime. `stack_bytes_max` limits the stack of code that checks it; the first garbage collection happens
/// after `garbage_bytes` have been allocated.
pub(crate) fn start(stack_bytes_max: usize, garbage_bytes: usize) {
    // SAFETY: the first call into the library; its result is checked.
    unsafe {
        let runtime = js::JS_NewRuntime();
        if runtime.is_null() {
            abi::bug("there is no memory for the runtime");
        }
        RUNTIME.set(runtime);
        js::JS_SetMaxStackSize(runtime, stack_bytes_max as js::size_t);
        js::JS_SetGCThreshold(runtime, garbage_bytes as js::size_t);
        js::JS_SetHostPromiseRejectionTracker(runtime, Some(track), ptr::null_mut());
    }
}

unsafe extern "C" {
    /// Added by the patch: whether the stack limit was reached.
    fn JS_HasOverflowed(runtime: *mut js::JSRuntime) -> bool;
}

/// Checks whether the stack limit was reached, after which the engine runs no more script code.
pub(crate) fn has_overflowed() -> bool {
    // SAFETY: the runtime was started.
    unsafe { JS_HasOverflowed(runtime()) }
}

/// Measures the stack from its current position; called when the host enters.
pub(crate) fn enter() {
    // SAFETY: the runtime was started.
    unsafe { js::JS_UpdateStackTop(runtime()) }
}

/// Collects garbage.
pub(crate) fn collect_garbage() {
    // SAFETY: the runtime was started.
    unsafe { js::JS_RunGC(runtime()) }
}

/// Runs the oldest job; `None` if there is none.
pub(crate) fn run_job() -> Option<Result<()>> {
    let mut context = ptr::null_mut();
    // SAFETY: the runtime was started.
    match unsafe { js::JS_ExecutePendingJob(runtime(), &raw mut context) } {
        0 => None,
        done if done > 0 => Some(Ok(())),
        _ => Some(Err(Realm(context).failure())),
    }
}

unsafe extern "C" fn track(
    context: *mut js::JSContext,
    promise: js::JSValue,
    _reason: js::JSValue,
    is_handled: bool,
    _: *mut std::ffi::c_void,
) {
    // SAFETY: the library lends the promise for this call; it is not freed here, and a clone has its own reference.
    let promise = std::mem::ManuallyDrop::new(Value(promise));
    crate::boot::track_rejection(Realm(context), &promise, is_handled);
}

impl Realm {
    /// Creates a realm with all built-ins.
    pub(crate) fn new() -> Self {
        // SAFETY: the runtime was started.
        let context = unsafe { js::JS_NewContext(runtime()) };
        if context.is_null() {
            abi::bug("there is no memory for a realm");
        }
        Self(context)
    }

    /// Takes the pending exception.
    fn failure(self) -> Failed {
        // SAFETY: the context lives as long as the guest.
        Failed::of(Value(unsafe { js::JS_GetException(self.0) }))
    }

    fn checked(self, value: js::JSValue) -> Result<Value> {
        // SAFETY: this only reads the bits of the value.
        if unsafe { js::JS_IsException(value) } { Err(self.failure()) } else { Ok(Value(value)) }
    }

    fn done(self, answer: c_int) -> Result<bool> {
        if answer < 0 { Err(self.failure()) } else { Ok(answer > 0) }
    }

    /// Makes a failure the pending exception, as C code expects.
    fn raise(self, failed: Failed) -> js::JSValue {
        // SAFETY: the context lives as long as the guest, and ownership of the value is transferred.
        unsafe {
            match failed {
                Failed::Threw(value) => js::JS_Throw(self.0, value.give()),
                Failed::Stack(value) => {
                    js::JS_SetUncatchableError(self.0, value.0);
                    js::JS_Throw(self.0, value.give())
                }
            }
        }
    }

    /// Unwraps the result of a constructor. It fails only without memory: the host's limit was reached, or a length is
    /// beyond the address space.
    fn made(self, value: js::JSValue) -> Value {
        match self.checked(value) {
            Ok(value) => value,
            Err(_) => {
                abi::want_all_memory();
                abi::bug("the engine made no value")
            }
        }
    }

    pub(crate) fn global(self) -> Value {
        // SAFETY: the context lives as long as the guest.
        Value(unsafe { js::JS_GetGlobalObject(self.0) })
    }

    pub(crate) fn text(self, text: &str) -> Value {
        // SAFETY: the bytes are borrowed for the call.
        self.made(unsafe { js::JS_NewStringLen(self.0, text.as_ptr().cast(), text.len() as js::size_t) })
    }

    pub(crate) fn text_of_units(self, units: &[u16]) -> Value {
        // SAFETY: the units are borrowed for the call.
        self.made(unsafe { js::JS_NewStringUTF16(self.0, units.as_ptr(), units.len() as js::size_t) })
    }

    pub(crate) fn object(self) -> Value {
        // SAFETY: the context lives as long as the guest.
        self.made(unsafe { js::JS_NewObject(self.0) })
    }

    pub(crate) fn array(self, items: Vec<Value>) -> Value {
        let count = c_int::try_from(items.len()).unwrap_or(c_int::MAX);
        // SAFETY: `Value` is a `JSValue`, and the library takes ownership of the items.
        let array = unsafe { js::JS_NewArrayFrom(self.0, count, items.as_ptr().cast()) };
        items.into_iter().for_each(std::mem::forget);
        self.made(array)
    }

    pub(crate) fn atom(self, name: &str) -> Atom {
        // SAFETY: the bytes are borrowed for the call.
        Atom(unsafe { js::JS_NewAtomLen(self.0, name.as_ptr().cast(), name.len() as js::size_t) })
    }

    /// Converts a string to a key; `None` if memory runs out.
    pub(crate) fn atom_of(self, name: &Value) -> Option<Atom> {
        // SAFETY: the value is alive.
        let atom = unsafe { js::JS_ValueToAtom(self.0, name.0) };
        (atom != js::JS_ATOM_NULL).then_some(Atom(atom))
    }

    /// Calls `read` with the text of a string; a lone surrogate is U+FFFD.
    pub(crate) fn with_text<R>(self, text: &Value, read: impl FnOnce(&str) -> R) -> R {
        let mut len: js::size_t = 0;
        // SAFETY: the text is freed after it is read; converting a string runs no script.
        unsafe {
            let bytes = js::JS_ToCStringLen2(self.0, &raw mut len, text.0, false);
            if bytes.is_null() {
                abi::want_all_memory();
                return read("");
            }
            let answer = match std::str::from_utf8(std::slice::from_raw_parts(bytes.cast(), len as usize)) {
                Ok(text) => read(text),
                Err(_) => read(&self.lossy(text)),
            };
            js::JS_FreeCString(self.0, bytes);
            answer
        }
    }

    fn lossy(self, text: &Value) -> String {
        let mut len: js::size_t = 0;
        // SAFETY: as above.
        unsafe {
            let units = js::JS_ToCStringLenUTF16(self.0, &raw mut len, text.0);
            if units.is_null() {
                return String::new();
            }
            let text = String::from_utf16_lossy(std::slice::from_raw_parts(units, len as usize));
            js::JS_FreeCStringUTF16(self.0, units);
            text
        }
    }

    /// Converts a key to a value, a string or a symbol.
    pub(crate) fn atom_value(self, atom: &Atom) -> Value {
        // SAFETY: the atom is alive.
        self.made(unsafe { js::JS_AtomToValue(self.0, atom.0) })
    }

    /// ToString.
    pub(crate) fn to_text(self, value: &Value) -> Result<Value> {
        // SAFETY: the value is alive.
        self.checked(unsafe { js::JS_ToString(self.0, value.0) })
    }

    pub(crate) fn is_function(self, value: &Value) -> bool {
        // SAFETY: the value is alive.
        unsafe { js::JS_IsFunction(self.0, value.0) }
    }

    pub(crate) fn same(self, one: &Value, other: &Value) -> bool {
        // SAFETY: the values are alive.
        unsafe { js::JS_IsSameValue(self.0, one.0, other.0) }
    }

    pub(crate) fn truthy(self, value: &Value) -> bool {
        // SAFETY: the value is alive.
        unsafe { js::JS_ToBool(self.0, value.0) > 0 }
    }

    pub(crate) fn to_number(self, value: &Value) -> Result<f64> {
        let mut number = 0.0;
        // SAFETY: the value is alive.
        self.done(unsafe { js::JS_ToFloat64(self.0, &raw mut number, value.0) })?;
        Ok(number)
    }

    pub(crate) fn get(self, value: &Value, key: &Atom) -> Result<Value> {
        // SAFETY: value and key are alive.
        self.checked(unsafe { js::JS_GetProperty(self.0, value.0, key.0) })
    }

    pub(crate) fn item(self, object: &Value, index: u64) -> Result<Value> {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        // SAFETY: the value is alive.
        self.checked(unsafe { js::JS_GetPropertyInt64(self.0, object.0, index) })
    }

    pub(crate) fn length(self, object: &Value) -> Result<u64> {
        let mut length = 0;
        // SAFETY: the value is alive.
        self.done(unsafe { js::JS_GetLength(self.0, object.0, &raw mut length) })?;
        Ok(u64::try_from(length).unwrap_or(0))
    }

    /// Defines an own property.
    pub(crate) fn define(self, object: &Value, key: &Atom, value: Value, attributes: u32) -> Result<()> {
        let flags = attributes | js::JS_PROP_THROW;
        // SAFETY: object and key are alive, and the library takes ownership of the value.
        let done = unsafe { js::JS_DefinePropertyValue(self.0, object.0, key.0, value.give(), flags as c_int) };
        self.done(done).map(drop)
    }

    /// Returns an own property; triggers the traps of a proxy.
    pub(crate) fn own(self, object: &Value, key: &Atom) -> Result<Option<Property>> {
        let mut found = js::JSPropertyDescriptor {
            flags: 0,
            value: js::JS_UNDEFINED,
            getter: js::JS_UNDEFINED,
            setter: js::JS_UNDEFINED,
        };
        // SAFETY: object and key are alive; the values found are ours to free.
        if !self.done(unsafe { js::JS_GetOwnProperty(self.0, &raw mut found, object.0, key.0) })? {
            return Ok(None);
        }
        let value = Value(found.value);
        let _ = Value(found.getter);
        let _ = Value(found.setter);
        let is_accessor = found.flags & (js::JS_PROP_GETSET as c_int) != 0;
        Ok(Some(if is_accessor { Property::Accessor } else { Property::Value(value) }))
    }

    /// Returns the enumerable own keys, with or without symbols.
    pub(crate) fn keys(self, object: &Value, symbols: bool) -> Result<Vec<Atom>> {
        let (mut table, mut count) = (ptr::null_mut(), 0);
        let symbols = if symbols { js::JS_GPN_SYMBOL_MASK } else { 0 };
        let flags = (js::JS_GPN_STRING_MASK | js::JS_GPN_ENUM_ONLY | symbols) as c_int;
        // SAFETY: the object is alive; the table is freed, its atoms are ours.
        unsafe {
            self.done(js::JS_GetOwnPropertyNames(self.0, &raw mut table, &raw mut count, object.0, flags))?;
            if table.is_null() {
                return Ok(Vec::new());
            }
            let entries = std::slice::from_raw_parts(table, count as usize);
            let keys = entries.iter().map(|entry| Atom(entry.atom)).collect();
            js::js_free(self.0, table.cast());
            Ok(keys)
        }
    }

    /// Returns the prototype; triggers the traps of a proxy.
    pub(crate) fn prototype(self, object: &Value) -> Option<Value> {
        // SAFETY: the value is alive.
        let prototype = self.checked(unsafe { js::JS_GetPrototype(self.0, object.0) }).ok()?;
        prototype.is_object().then_some(prototype)
    }

    pub(crate) fn set_prototype(self, object: &Value, prototype: &Value) {
        // SAFETY: the values are alive.
        unsafe { js::JS_SetPrototype(self.0, object.0, prototype.0) };
    }

    /// Returns the target of a proxy; `None` once it is revoked.
    pub(crate) fn proxy_target(self, proxy: &Value) -> Option<Value> {
        // SAFETY: the value is alive.
        self.checked(unsafe { js::JS_GetProxyTarget(self.0, proxy.0) }).ok().filter(Value::is_object)
    }

    pub(crate) fn call(self, function: &Value, this: &Value, arguments: &[Value]) -> Result<Value> {
        let count = c_int::try_from(arguments.len()).unwrap_or(c_int::MAX);
        // SAFETY: `Value` is a `JSValue`; the library only reads the arguments.
        self.checked(unsafe { js::JS_Call(self.0, function.0, this.0, count, arguments.as_ptr().cast_mut().cast()) })
    }

    pub(crate) fn construct(self, constructor: &Value, arguments: &[Value]) -> Result<Value> {
        let count = c_int::try_from(arguments.len()).unwrap_or(c_int::MAX);
        // SAFETY: as above.
        self.checked(unsafe {
            js::JS_CallConstructor(self.0, constructor.0, count, arguments.as_ptr().cast_mut().cast())
        })
    }

    /// Compiles a text for [`Realm::run`].
    pub(crate) fn compile(self, source: &str, path: &CStr, goal: Goal) -> Result<Value> {
        let kind = match goal {
            Goal::Script => js::JS_EVAL_TYPE_GLOBAL,
            Goal::Module => js::JS_EVAL_TYPE_MODULE,
        };
        let flags = (kind | js::JS_EVAL_FLAG_COMPILE_ONLY) as c_int;
        // The library requires a NUL after the text.
        let text = [source.as_bytes(), &[0]].concat();
        // SAFETY: text and path are borrowed for the call.
        self.checked(unsafe {
            js::JS_Eval(self.0, text.as_ptr().cast(), source.len() as js::size_t, path.as_ptr(), flags)
        })
    }

    /// Runs compiled code; a module returns its promise.
    pub(crate) fn run(self, compiled: Value) -> Result<Value> {
        // SAFETY: the library takes ownership of the value.
        self.checked(unsafe { js::JS_EvalFunction(self.0, compiled.give()) })
    }

    /// Creates a promise and the functions that fulfil and reject it.
    pub(crate) fn promise(self) -> Result<(Value, [Value; 2])> {
        let mut resolvers = [js::JS_UNDEFINED; 2];
        // SAFETY: the library writes both functions if it returns a promise.
        let promise = self.checked(unsafe { js::JS_NewPromiseCapability(self.0, resolvers.as_mut_ptr()) })?;
        Ok((promise, resolvers.map(Value)))
    }

    pub(crate) fn promise_state(self, promise: &Value) -> Promise {
        // SAFETY: the value is alive.
        unsafe {
            let state = js::JS_PromiseState(self.0, promise.0);
            let result = |context| Value(js::JS_PromiseResult(context, promise.0));
            match state {
                js::JSPromiseStateEnum_JS_PROMISE_FULFILLED => Promise::Fulfilled(result(self.0)),
                js::JSPromiseStateEnum_JS_PROMISE_REJECTED => Promise::Rejected(result(self.0)),
                _ => Promise::Pending,
            }
        }
    }

    /// Creates a native function that is not a constructor; the numbers are passed back with each call.
    pub(crate) fn function(self, name: &str, length: u32, (kind, one, two): (i32, u32, u32)) -> Value {
        let name = CString::new(name).unwrap_or_default();
        let mut data = [one, two].map(|number| js::JS_MKVAL(js::JS_TAG_INT, number.cast_signed()));
        let length = c_int::try_from(length).unwrap_or(0);
        // SAFETY: name and data are borrowed for the call.
        self.made(unsafe {
            js::JS_NewCFunctionData2(self.0, Some(called), name.as_ptr(), length, kind, 2, data.as_mut_ptr())
        })
    }

    /// Creates an object of a custom class, with a number that is passed to its operations.
    pub(crate) fn exotic(self, class: u32, number: u32) -> Result<Value> {
        // SAFETY: the class was made by `new_class`; its opaque pointer is a number and never followed.
        unsafe {
            let object = self.checked(js::JS_NewObjectProtoClass(self.0, js::JS_NULL, class))?;
            js::JS_SetOpaque(object.0, ptr::without_provenance_mut(number as usize + 1));
            // This also fixes its prototype.
            js::JS_PreventExtensions(self.0, object.0);
            Ok(object)
        }
    }

    /// Makes a `TypeError` the pending exception.
    fn refuse(self) -> c_int {
        // SAFETY: the format string takes no arguments.
        unsafe { js::JS_ThrowTypeError(self.0, c"the tools of a run cannot be changed".as_ptr()) };
        -1
    }

    /// Detaches an array buffer.
    pub(crate) fn detach(self, buffer: &Value) {
        // SAFETY: the value is alive.
        unsafe { js::JS_DetachArrayBuffer(self.0, buffer.0) }
    }
}

unsafe extern "C" fn called(
    context: *mut js::JSContext,
    _this: js::JSValue,
    count: c_int,
    arguments: *mut js::JSValue,
    kind: c_int,
    data: *mut js::JSValue,
) -> js::JSValue {
    let realm = Realm(context);
    let count = usize::try_from(count).unwrap_or(0);
    // SAFETY: the library lends the arguments for this call, and `function` stored two numbers in the data.
    let (arguments, one, two) = unsafe {
        let arguments = if count == 0 { &[] } else { std::slice::from_raw_parts(arguments.cast::<Value>(), count) };
        (arguments, js::JS_VALUE_GET_INT(*data), js::JS_VALUE_GET_INT(*data.add(1)))
    };
    match crate::engine::called(realm, (kind, one.cast_unsigned(), two.cast_unsigned()), arguments) {
        Ok(value) => value.give(),
        Err(failed) => realm.raise(failed),
    }
}

/// Registers the class of objects whose operations are [`crate::namespace::EXOTIC`].
pub(crate) fn new_class(name: &'static CStr) -> u32 {
    static METHODS: Methods = Methods(js::JSClassExoticMethods {
        get_own_property: Some(exotic_own),
        get_own_property_names: Some(exotic_names),
        delete_property: Some(exotic_delete),
        define_own_property: Some(exotic_define),
        has_property: Some(exotic_has),
        get_property: Some(exotic_get),
        set_property: None,
    });
    let definition = js::JSClassDef {
        class_name: name.as_ptr(),
        finalizer: None,
        gc_mark: None,
        call: None,
        exotic: (&raw const METHODS.0).cast_mut(),
    };
    let mut class = 0;
    // SAFETY: the library copies the definition; the methods live as long as the guest and are never written.
    unsafe {
        js::JS_NewClassID(runtime(), &raw mut class);
        js::JS_NewClass(runtime(), class, &raw const definition);
    }
    class
}

struct Methods(js::JSClassExoticMethods);

// SAFETY: it holds only function pointers, which never change.
unsafe impl Sync for Methods {}

const EXOTIC: &Exotic = &crate::namespace::EXOTIC;

/// Returns the number of an object of the custom class.
unsafe fn number(object: js::JSValue) -> u32 {
    let mut class = 0;
    // SAFETY: the caller lends an object of the class, whose opaque pointer is its number plus one.
    let opaque = unsafe { js::JS_GetAnyOpaque(object, &raw mut class) };
    u32::try_from(opaque.addr().wrapping_sub(1)).unwrap_or(0)
}

/// Calls `ask` with the name of a key; `None` for a symbol, since these objects have no symbol keys.
unsafe fn asked<R>(context: *mut js::JSContext, key: js::JSAtom, ask: impl FnOnce(Realm, &str) -> R) -> Option<R> {
    let realm = Realm(context);
    // SAFETY: the library lends the atom for this call.
    let key = unsafe { Value(js::JS_AtomToValue(context, key)) };
    key.is_text().then(|| realm.with_text(&key, |name| ask(realm, name)))
}

unsafe extern "C" fn exotic_get(
    context: *mut js::JSContext,
    object: js::JSValue,
    key: js::JSAtom,
    _receiver: js::JSValue,
) -> js::JSValue {
    // SAFETY: the library lends object and key for this call.
    let answer = unsafe { asked(context, key, |realm, name| (EXOTIC.get)(realm, number(object), name)) };
    match answer.unwrap_or(Ok(Value::UNDEFINED)) {
        Ok(value) => value.give(),
        Err(failed) => Realm(context).raise(failed),
    }
}

unsafe extern "C" fn exotic_own(
    context: *mut js::JSContext,
    found: *mut js::JSPropertyDescriptor,
    object: js::JSValue,
    key: js::JSAtom,
) -> c_int {
    // SAFETY: as above.
    let answer = unsafe { asked(context, key, |realm, name| (EXOTIC.own)(realm, number(object), name)) };
    match answer {
        None | Some(Ok(None)) => 0,
        Some(Ok(Some(value))) => {
            if !found.is_null() {
                let flags = (js::JS_PROP_ENUMERABLE | js::JS_PROP_CONFIGURABLE) as c_int;
                let (getter, setter) = (js::JS_UNDEFINED, js::JS_UNDEFINED);
                // SAFETY: the library provides `found` for writing the property.
                unsafe { found.write(js::JSPropertyDescriptor { flags, value: value.give(), getter, setter }) };
            }
            1
        }
        Some(Err(failed)) => {
            Realm(context).raise(failed);
            -1
        }
    }
}

unsafe extern "C" fn exotic_has(context: *mut js::JSContext, object: js::JSValue, key: js::JSAtom) -> c_int {
    // SAFETY: as above.
    unsafe { exotic_own(context, ptr::null_mut(), object, key) }
}

unsafe extern "C" fn exotic_names(
    context: *mut js::JSContext,
    table: *mut *mut js::JSPropertyEnum,
    count: *mut u32,
    object: js::JSValue,
) -> c_int {
    let realm = Realm(context);
    // SAFETY: the library takes ownership of the table and its atoms.
    unsafe {
        let names = (EXOTIC.names)(realm, number(object));
        let bytes = (names.len().max(1) * size_of::<js::JSPropertyEnum>()) as js::size_t;
        let entries: *mut js::JSPropertyEnum = js::js_malloc(context, bytes).cast();
        if entries.is_null() {
            return -1;
        }
        for (place, name) in names.iter().enumerate() {
            let atom = realm.atom(name);
            entries.add(place).write(js::JSPropertyEnum { is_enumerable: true, atom: atom.0 });
            std::mem::forget(atom);
        }
        table.write(entries);
        count.write(u32::try_from(names.len()).unwrap_or(u32::MAX));
    }
    0
}

unsafe extern "C" fn exotic_delete(_context: *mut js::JSContext, _object: js::JSValue, _key: js::JSAtom) -> c_int {
    0
}

unsafe extern "C" fn exotic_define(
    context: *mut js::JSContext,
    _object: js::JSValue,
    _key: js::JSAtom,
    _value: js::JSValue,
    _getter: js::JSValue,
    _setter: js::JSValue,
    flags: c_int,
) -> c_int {
    if flags & (js::JS_PROP_THROW as c_int) != 0 { Realm(context).refuse() } else { 0 }
}
