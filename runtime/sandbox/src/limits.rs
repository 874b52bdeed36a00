//! The limits on a run, their defaults and their names. Nothing is counted here.

use std::fmt;

use serde::{Deserialize, Serialize};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

/// The limits of one run. All are on by default; none can be switched off.
///
/// A field's name contains its unit. Unless a field says otherwise, reaching a limit ends the run with
/// [`End::Stopped`](crate::End::Stopped), which the script cannot catch. Write
/// `Limits { tool_calls_max: 8, ..Limits::default() }`: new fields do not break this form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// CPU time inside the guest, milliseconds, including compilation of the script. Default 5,000. Waiting for tools
    /// does not count. Checks of arguments and results count unless they are clearly cheap; a check that would take
    /// more than half of the remaining time fails its call.
    pub cpu_ms_max: u64,
    /// Time from start to end, milliseconds. Default 60,000. A component may wait this long for its turn to be
    /// compiled, before it starts.
    pub wall_ms_max: u64,
    /// The guest's linear memory, bytes, and before that the linear memory of the script compiler; for a component, all
    /// memories and tables together. Default 64 MiB; a fresh engine already uses about 10 MiB, a fresh compiler 8 MiB.
    /// The same limit applies to what the host builds from returned JSON, and four times the limit to all arguments
    /// that it keeps, both estimated from the number of values. A check of arguments or results that is not clearly
    /// cheap has its own memory of the same size, at least 16 MiB.
    pub memory_bytes_max: u64,
    /// Tool calls in the whole run. Default 256. If a batch would exceed it, none of the batch is started.
    pub tool_calls_max: u64,
    /// Tool calls in flight at the same time. Default 32. Further calls wait for a slot.
    pub tool_calls_at_once_max: u64,
    /// Time for one tool call, milliseconds. Default 30,000. Exceeding it fails that call with a
    /// [`ToolError`](crate::ToolError) that the script can catch.
    pub tool_call_ms_max: u64,
    /// The arguments of one call as JSON, bytes. Default 1 MiB.
    pub argument_bytes_max: u64,
    /// The result of one call as JSON, bytes. Default 16 MiB.
    pub result_bytes_max: u64,
    /// The returned value as JSON, bytes. Default 64 KiB. Beyond it the run still returns: the outcome carries a
    /// shortened preview in addition to the whole value.
    pub returned_bytes_max: u64,
    /// All console output, bytes of UTF-8; each line end counts as one byte. Default 64 KiB.
    pub log_bytes_max: u64,
    /// The script, bytes of UTF-8. Default 256 KiB.
    pub source_bytes_max: u64,
    /// A WebAssembly script, bytes; [`source_bytes_max`](Self::source_bytes_max) is for text. Default 32 MiB.
    pub component_bytes_max: u64,
    /// Time to compile a WebAssembly script, milliseconds. Default 60,000. It does not count as wall time, and is spent
    /// once per component.
    pub component_compile_ms_max: u64,
    /// Nesting of brackets and operators in the script. Default 200.
    pub source_nesting_max: u64,
    /// Nesting of JSON that enters or leaves the sandbox: input, arguments, results, returned value. Default 100, at
    /// most 120.
    pub json_depth_max: u64,
    /// The run's `input` as JSON, bytes. Default 16 MiB.
    pub input_bytes_max: u64,
    /// What the run writes to its granted folders, bytes, including gaps in files; whatever may create a file, folder
    /// or link counts another 4,096. Default 64 MiB. Exceeding it fails that write with an error that the script can
    /// catch: a [`ToolError`](crate::ToolError), or in a component the error for a full disk.
    pub file_bytes_max: u64,
    /// Time for calls still in flight after the script has returned, milliseconds. Default 5,000.
    /// Calls not finished by then are cancelled and reported as unknown; the value stands.
    pub drain_ms_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cpu_ms_max: 5_000,
            wall_ms_max: 60_000,
            memory_bytes_max: 64 * MIB,
            tool_calls_max: 256,
            tool_calls_at_once_max: 32,
            tool_call_ms_max: 30_000,
            argument_bytes_max: MIB,
            result_bytes_max: 16 * MIB,
            returned_bytes_max: 64 * KIB,
            log_bytes_max: 64 * KIB,
            source_bytes_max: 256 * KIB,
            component_bytes_max: 32 * MIB,
            component_compile_ms_max: 60_000,
            source_nesting_max: 200,
            json_depth_max: 100,
            input_bytes_max: 16 * MIB,
            file_bytes_max: 64 * MIB,
            drain_ms_max: 5_000,
        }
    }
}

/// serde_json rejects text nested deeper than 127 levels; a reply wraps a value in a few more levels.
const JSON_DEPTH_CEILING: u64 = 120;

impl Limits {
    /// Checks that each limit can be enforced as it is set. [`Sandbox::run`](crate::Sandbox::run) does so first.
    ///
    /// ```
    /// use callbox::Limits;
    ///
    /// assert!(Limits::default().validate().is_ok());
    /// let mut limits = Limits::default();
    /// limits.json_depth_max = 1_000;
    /// assert_eq!(limits.validate().unwrap_err().to_string(), "`json_depth_max` is 1000, but at most 120 is possible");
    /// ```
    ///
    /// # Errors
    ///
    /// Names the limit whose value is out of range.
    pub fn validate(&self) -> Result<(), InvalidLimit> {
        let (least, most) =
            (|name, value: u64, min| (name, value, min, u64::MAX), |name, value, max| (name, value, 0, max));
        let ranges = [
            least("tool_calls_at_once_max", self.tool_calls_at_once_max, 1),
            most("json_depth_max", self.json_depth_max, JSON_DEPTH_CEILING),
        ];
        let wrong = ranges.into_iter().find(|(_, value, min, max)| value < min || value > max);
        wrong.map_or(Ok(()), |(name, value, min, max)| Err(InvalidLimit { name, value, min, max }))
    }

    /// Returns the depth as the JSON parser takes it.
    pub(crate) fn json_depth(&self) -> u32 {
        u32::try_from(self.json_depth_max.min(JSON_DEPTH_CEILING)).unwrap_or(u32::MAX)
    }

    /// Returns the limit on one call's arguments. A function of the host accepts as much as a tool result, so that
    /// results can be passed on unchanged.
    pub(crate) fn arguments(&self, to_host: bool) -> (Limit, u64) {
        match to_host {
            true => (Limit::ResultBytes, self.result_bytes_max),
            false => (Limit::ArgumentBytes, self.argument_bytes_max),
        }
    }
}

/// A limit whose value cannot be enforced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidLimit {
    name: &'static str,
    value: u64,
    min: u64,
    max: u64,
}

impl fmt::Display for InvalidLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, min, max } = self;
        match value < min {
            true => write!(f, "`{name}` is {value}, but at least {min} is needed"),
            false => write!(f, "`{name}` is {value}, but at most {max} is possible"),
        }
    }
}

impl std::error::Error for InvalidLimit {}

/// Which limit ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::cpu_ms_max`].
    CpuMs,
    /// [`Limits::wall_ms_max`].
    WallMs,
    /// [`Limits::memory_bytes_max`].
    MemoryBytes,
    /// The engine's stack: 8 MiB of guest stack plus 16 MiB of WebAssembly stack, fixed when the engine is built. A
    /// component has 1 MiB besides the stack in its own memory.
    StackBytes,
    /// [`Limits::tool_calls_max`].
    ToolCalls,
    /// [`Limits::argument_bytes_max`].
    ArgumentBytes,
    /// [`Limits::result_bytes_max`].
    ResultBytes,
    /// [`Limits::log_bytes_max`].
    LogBytes,
    /// [`Limits::source_bytes_max`].
    SourceBytes,
    /// [`Limits::component_bytes_max`].
    ComponentBytes,
    /// [`Limits::component_compile_ms_max`].
    ComponentCompileMs,
    /// `CompileProcess::memory_bytes_max`.
    ComponentCompileBytes,
    /// [`Limits::source_nesting_max`].
    SourceNesting,
    /// [`Limits::json_depth_max`].
    JsonDepth,
    /// [`Limits::input_bytes_max`].
    InputBytes,
    /// [`RunRequest::person_ms_max`](crate::RunRequest::person_ms_max).
    PersonMs,
    /// [`Capacity::runs_waiting_max`](crate::Capacity::runs_waiting_max).
    RunsWaiting,
}

impl Limit {
    /// Returns the stable name used in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CpuMs => "cpu_ms",
            Self::WallMs => "wall_ms",
            Self::MemoryBytes => "memory_bytes",
            Self::StackBytes => "stack_bytes",
            Self::ToolCalls => "tool_calls",
            Self::ArgumentBytes => "argument_bytes",
            Self::ResultBytes => "result_bytes",
            Self::LogBytes => "log_bytes",
            Self::SourceBytes => "source_bytes",
            Self::ComponentBytes => "component_bytes",
            Self::ComponentCompileMs => "component_compile_ms",
            Self::ComponentCompileBytes => "component_compile_bytes",
            Self::SourceNesting => "source_nesting",
            Self::JsonDepth => "json_depth",
            Self::InputBytes => "input_bytes",
            Self::PersonMs => "person_ms",
            Self::RunsWaiting => "runs_waiting",
        }
    }

    /// Returns advice for the script's author, as a full sentence.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Self::CpuMs => "Do less work in the script, or raise the limit on CPU time.",
            Self::WallMs => "Call fewer or faster tools, call them in parallel, or raise the limit on wall time.",
            Self::MemoryBytes => "Keep less data at once, or raise the memory limit.",
            Self::StackBytes => "Recurse less deeply; use a loop.",
            Self::ToolCalls => "Call fewer tools, ask each for more, or raise the limit on tool calls.",
            Self::ArgumentBytes => "Send smaller arguments.",
            Self::ResultBytes => "Ask the tool for less: a page, a filter, fewer fields.",
            Self::LogBytes => "Log less; return what matters.",
            Self::SourceBytes => "Shorten the script; pass data in as `input`.",
            Self::ComponentBytes => "Build the component optimised and stripped, or raise the limit on its size.",
            Self::ComponentCompileMs => "Build a smaller component, or raise the limit on the time to compile it.",
            Self::ComponentCompileBytes => "Build a smaller component; split functions that are very large.",
            Self::SourceNesting => "Nest the script less deeply.",
            Self::JsonDepth => "Flatten the value.",
            Self::InputBytes => "Pass less input.",
            Self::PersonMs => "Make sure the user is there to answer, or avoid the tool that asks.",
            Self::RunsWaiting => "Try again when fewer runs are in progress.",
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
