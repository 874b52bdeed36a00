//! An embedder's request for one run: the script and everything that varies from run to run.

use std::{any::Any, fmt, future::Future, sync::Arc};

use serde_json::{Value, value::RawValue};
use tokio_util::sync::CancellationToken;

use crate::{
    engine::Engine,
    event::{Event, Observers, RunObserver},
    folder::Folder,
    gate::CallGate,
    host::Answerer,
    host_function::HostFunction,
    limits::Limits,
    program::Program,
    tool_error::ToolError,
};

/// A request for one run.
///
/// ```
/// use callbox::{Limits, RunRequest};
///
/// let request = RunRequest::new("return input.a + 1")
///     .input(serde_json::json!({ "a": 1 }))
///     .limits(Limits { cpu_ms_max: 100, ..Limits::default() })
///     .seed(7)
///     .clock_ms(1_700_000_000_000.0);
/// ```
#[derive(Clone)]
pub struct RunRequest {
    pub(crate) program: Program,
    pub(crate) engine: Option<Engine>,
    pub(crate) input: Input,
    pub(crate) limits: Limits,
    pub(crate) seed: Option<u64>,
    pub(crate) clock_ms: Option<f64>,
    pub(crate) cancel: CancellationToken,
    pub(crate) observers: Observers,
    pub(crate) gate: Option<Arc<dyn CallGate>>,
    pub(crate) answerer: Option<Arc<dyn Answerer>>,
    pub(crate) functions: Vec<HostFunction>,
    pub(crate) context: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) folders: Vec<Folder>,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) person_ms_max: u64,
}

impl RunRequest {
    /// Requests a run of `source` with no input, the default limits, a fresh seed and the real clock.
    #[must_use]
    pub fn new(source: impl Into<String>) -> Self {
        Self::program(Program::Script(source.into()))
    }

    /// Requests a run of a compiled [`Script`](crate::Script), of a WebAssembly component, or of whatever
    /// [`Program::detect`] returns, with the same defaults.
    ///
    /// ```
    /// use callbox::{ComponentSource, RunRequest};
    ///
    /// let request = RunRequest::program(ComponentSource::new(b"(component)"));
    /// ```
    #[must_use]
    pub fn program(program: impl Into<Program>) -> Self {
        Self {
            program: program.into(),
            engine: None,
            input: Input::default(),
            limits: Limits::default(),
            seed: None,
            clock_ms: None,
            cancel: CancellationToken::new(),
            observers: Observers::default(),
            gate: None,
            answerer: None,
            functions: Vec::new(),
            context: None,
            folders: Vec::new(),
            variables: Vec::new(),
            person_ms_max: 0,
        }
    }

    /// Sets the engine that runs the script; a component does not use one. Default: the sandbox's engine. Another
    /// engine is loaded by the first run that asks for it.
    #[must_use]
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = Some(engine);
        self
    }

    /// Sets the value that the script sees as `input`. Default `null`.
    #[must_use]
    pub fn input(mut self, input: Value) -> Self {
        self.input = Input::Value(input);
        self
    }

    /// Sets `input` from JSON text, which is passed to the script without being parsed: for callers that have megabytes
    /// of text.
    ///
    /// ```
    /// let text = r#"{ "a": 1 }"#.to_owned();
    /// let request = callbox::RunRequest::new("return input.a").input_json(serde_json::value::RawValue::from_string(text)?);
    /// # Ok::<_, serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn input_json(mut self, input: Box<RawValue>) -> Self {
        self.input = Input::Json(input);
        self
    }

    /// Sets the limits. Default [`Limits::default`].
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Seeds `Math.random()`, or a component's `wasi:random`. Default: a fresh seed for each run.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Freezes the script's clock at this time, milliseconds since the epoch. Default: the real clock.
    #[must_use]
    pub fn clock_ms(mut self, clock_ms: f64) -> Self {
        self.clock_ms = Some(clock_ms);
        self
    }

    /// Sets a token that, when cancelled, ends the run with [`Stopped::Cancelled`](crate::Stopped::Cancelled).
    #[must_use]
    pub fn cancel(mut self, token: CancellationToken) -> Self {
        self.cancel = token;
        self
    }

    /// Sets the context that tool hosts receive with the run's calls, in [`Caller::context`](crate::Caller::context):
    /// who is asking, which trace to continue. Default: none.
    #[must_use]
    pub fn context<T: Any + Send + Sync>(mut self, context: T) -> Self {
        self.context = Some(Arc::new(context));
        self
    }

    /// Sets for how long, in total, the run's hosts may hold its clocks while the user answers a question
    /// ([`Caller::hold_clock`](crate::Caller::hold_clock)), milliseconds; beyond it the run ends as with any limit.
    /// Default 0: the clocks cannot be held.
    #[must_use]
    pub fn person_ms_max(mut self, ms: u64) -> Self {
        self.person_ms_max = ms;
        self
    }

    /// Gives the script a function in addition to the tools. `path` says where the script finds it: `emit` is a global,
    /// `results.get` is on a global object, `tools.$search` is on `tools`. It receives the script's arguments and
    /// returns a value. To the script it is async like a tool, an error is a `ToolError`, and a call counts as a tool
    /// call whose server name is empty. Default: none.
    ///
    /// ```
    /// use callbox::{RunRequest, ToolError};
    ///
    /// let request = RunRequest::new("return await results.get('r1')")
    ///     .function("results.get", |arguments| async move { Ok::<_, ToolError>(arguments[0].clone()) });
    /// ```
    #[must_use]
    pub fn function<F, Fut>(mut self, path: impl Into<String>, function: F) -> Self
    where
        F: Fn(Vec<Value>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Value, ToolError>> + Send + 'static,
    {
        self.functions.push(HostFunction::new(path.into(), function));
        self
    }

    /// Grants a folder: to JavaScript as `files.read`, `files.write` and `files.list`, to a component through WASI.
    /// Default: none, in which case there is no `files`.
    #[must_use]
    pub fn folder(mut self, folder: Folder) -> Self {
        self.folders.push(folder);
        self
    }

    /// Sets an environment variable for a component; JavaScript sees none. Default: none.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Adds functions of the host.
    pub(crate) fn with_functions(mut self, functions: Vec<HostFunction>) -> Self {
        self.functions.extend(functions);
        self
    }

    pub(crate) fn tell(&self, event: &Event) {
        self.observers.tell(event);
    }

    /// Calls `observer` for each [`Event`], after those that were added before.
    #[must_use]
    pub fn observe(self, observer: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.observer(Arc::new(observer))
    }

    /// Adds an observer, which is also told how the run ended.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn RunObserver>) -> Self {
        self.observers.add(observer);
        self
    }

    /// Asks `gate` before each call of a tool is sent. Default: every call is sent.
    #[must_use]
    pub fn gate(mut self, gate: impl CallGate) -> Self {
        self.gate = Some(Arc::new(gate));
        self
    }
}

/// A run's input.
#[derive(Clone)]
pub(crate) enum Input {
    Value(Value),
    Json(Box<RawValue>),
}

impl Default for Input {
    fn default() -> Self {
        Self::Value(Value::Null)
    }
}

impl Input {
    pub(crate) fn into_text(self) -> String {
        match self {
            Self::Value(value) => serde_json::to_string(&value).unwrap_or_default(),
            Self::Json(json) => Box::<str>::from(json).into_string(),
        }
    }
}

impl fmt::Debug for RunRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunRequest")
            .field("program", &self.program)
            .field("engine", &self.engine)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
