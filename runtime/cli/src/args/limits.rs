//! One flag per limit of a run, named as in reports.

use callbox::{Limit, Limits};
use clap::Args;

use super::units::Bytes;

/// The limits of a run. Sizes accept units: `500kB`, `64MiB`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// CPU time of the script, in milliseconds; time spent waiting for tools does not count.
    #[arg(long, value_name = "MS", default_value_t = Limits::default().cpu_ms_max)]
    cpu_ms: u64,
    /// Wall-clock time of the whole run, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = Limits::default().wall_ms_max)]
    wall_ms: u64,
    /// Memory of the script; a fresh engine already uses about 10 MiB.
    #[arg(long, value_name = "BYTES", default_value_t = Bytes(Limits::default().memory_bytes_max))]
    memory_bytes: Bytes,
    /// Tool calls in the whole run.
    #[arg(long, value_name = "N", default_value_t = Limits::default().tool_calls_max)]
    tool_calls: u64,
    /// Tool calls in flight at once; further calls wait.
    #[arg(long, value_name = "N", default_value_t = Limits::default().tool_calls_at_once_max)]
    tool_calls_at_once: u64,
    /// Time for one tool call, in milliseconds; exceeding it fails only that call.
    #[arg(long, value_name = "MS", default_value_t = Limits::default().tool_call_ms_max)]
    tool_call_ms: u64,
    /// Size of one call's arguments, as JSON.
    #[arg(long, value_name = "BYTES", default_value_t = Bytes(Limits::default().argument_bytes_max))]
    argument_bytes: Bytes,
    /// Size of one call's result, as JSON.
    #[arg(long, value_name = "BYTES", default_value_t = Bytes(Limits::default().result_bytes_max))]
    result_bytes: Bytes,
    /// Size of the returned value, as JSON; a larger value is shown shortened.
    #[arg(long, value_name = "BYTES", default_value_t = Bytes(Limits::default().returned_bytes_max))]
    returned_bytes: Bytes,
    /// Total console output.
    #[arg(long, value_name = "BYTES", default_value_t = Bytes(Limits::default().log_bytes_max))]
    log_bytes: Bytes,
    /// Size of the script.
    #[arg(long, value_name = "BYTES", default_value_t = Bytes(Limits::default().source_bytes_max))]
    source_bytes: Bytes,
    /// Size of the script if it is a WebAssembly component.
    #[arg(long, value_name = "BYTES", default_value_t = Bytes(Limits::default().component_bytes_max))]
    component_bytes: Bytes,
    /// Time to compile a WebAssembly component, in milliseconds; spent once.
    #[arg(long, value_name = "MS", default_value_t = Limits::default().component_compile_ms_max)]
    component_compile_ms: u64,
    /// Nesting depth of brackets and operators in the script.
    #[arg(long, value_name = "N", default_value_t = Limits::default().source_nesting_max)]
    source_nesting: u64,
    /// Nesting depth of JSON that goes in or out.
    #[arg(long, value_name = "N", default_value_t = Limits::default().json_depth_max,
        value_parser = clap::value_parser!(u64).range(..=120))]
    json_depth: u64,
    /// Size of the input, as JSON.
    #[arg(long, value_name = "BYTES", default_value_t = Bytes(Limits::default().input_bytes_max))]
    input_bytes: Bytes,
    /// Total bytes written to granted folders.
    #[arg(long, value_name = "BYTES", default_value_t = Bytes(Limits::default().file_bytes_max))]
    file_bytes: Bytes,
    /// Time for calls still in flight after the script has returned, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = Limits::default().drain_ms_max)]
    drain_ms: u64,
}

impl LimitArgs {
    /// Returns the limits as given.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            cpu_ms_max: self.cpu_ms,
            wall_ms_max: self.wall_ms,
            memory_bytes_max: self.memory_bytes.0,
            tool_calls_max: self.tool_calls,
            tool_calls_at_once_max: self.tool_calls_at_once,
            tool_call_ms_max: self.tool_call_ms,
            argument_bytes_max: self.argument_bytes.0,
            result_bytes_max: self.result_bytes.0,
            returned_bytes_max: self.returned_bytes.0,
            log_bytes_max: self.log_bytes.0,
            source_bytes_max: self.source_bytes.0,
            component_bytes_max: self.component_bytes.0,
            component_compile_ms_max: self.component_compile_ms,
            source_nesting_max: self.source_nesting,
            json_depth_max: self.json_depth,
            input_bytes_max: self.input_bytes.0,
            file_bytes_max: self.file_bytes.0,
            drain_ms_max: self.drain_ms,
        }
    }
}

/// Returns the flag that raises a limit of a run. The stack and the compiler's memory have none.
pub(crate) fn flag(limit: Limit) -> Option<String> {
    (!matches!(limit, Limit::StackBytes | Limit::ComponentCompileBytes))
        .then(|| format!("--{}", limit.as_str().replace('_', "-")))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        limits: LimitArgs,
    }

    fn parsed(line: &[&str]) -> Limits {
        Line::try_parse_from([&["x"], line].concat()).expect("it parses").limits.limits()
    }

    #[test]
    fn without_flags_the_limits_are_the_defaults() {
        assert_eq!(parsed(&[]), Limits::default());
    }

    #[test]
    fn each_flag_sets_its_own_limit() {
        let defaults = serde_json::to_value(Limits::default()).expect("limits are JSON");
        for (field, default) in defaults.as_object().expect("an object") {
            let flag = format!("--{}", field.trim_end_matches("_max").replace('_', "-"));
            let set = serde_json::to_value(parsed(&[&flag, "17"])).expect("limits are JSON");
            let mut expected = defaults.clone();
            expected[field] = 17.into();
            assert_ne!(*default, 17);
            assert_eq!(set, expected, "{flag}");
        }
    }

    #[test]
    fn a_limit_that_stops_a_run_names_a_flag_that_is_there() {
        let command = Line::command();
        let names: Vec<_> = command.get_arguments().filter_map(|arg| arg.get_long()).collect();
        for limit in [Limit::CpuMs, Limit::WallMs, Limit::MemoryBytes, Limit::ToolCalls, Limit::ArgumentBytes] {
            let flag = flag(limit).expect("a flag");
            assert!(names.contains(&flag.trim_start_matches('-')), "{flag}");
        }
    }

    #[test]
    fn the_help_shows_defaults_in_units() {
        let help = Line::command().render_help().to_string();
        assert!(help.contains("[default: 64MiB]") && help.contains("[default: 5000]"), "{help}");
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [["x", "--cpu-ms", "-1"], ["x", "--memory-bytes", "64XB"], ["x", "--json-depth", "121"]] {
            assert!(Line::try_parse_from(line).is_err(), "{line:?}");
        }
    }
}
