//! The command line as typed flags; nothing is resolved here.

mod addresses;
mod engine;
mod grants;
mod init;
mod input;
mod limits;
mod new;
mod serve;
mod telemetry;
mod units;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use engine::EngineArgs;
pub(crate) use grants::{AllowDir, variable};
pub(crate) use init::{Host, InitArgs};
pub(crate) use input::{InputArgs, json as json_argument};
pub(crate) use limits::{LimitArgs, flag as limit_flag};
pub(crate) use new::{Language, NewArgs};
pub(crate) use serve::ServeArgs;
pub(crate) use telemetry::TelemetryArgs;

use crate::exit;

/// Run a script against the tools of MCP servers, in a sandbox, and get back only what it returned.
#[derive(Debug, Parser)]
#[command(name = "callbox", version, after_help = exit::HELP, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, ClapArgs)]
pub(crate) struct GlobalArgs {
    /// List of MCP servers (`mcpServers` or `servers`); may be repeated, a later file wins.
    /// Without it, the nearest `.mcp.json` from the working folder upward.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Vec<PathBuf>,
    /// Use the built-in demo tools instead of servers.
    #[arg(long, global = true)]
    pub(crate) demo: bool,
    /// Learn no types from results, and show none that were learned. Without it, the shapes of results
    /// (no values) of tools without an output schema are kept in `.callbox/` beside the list of servers.
    #[arg(long, global = true)]
    pub(crate) no_learn: bool,
    /// Log what callbox itself does to standard error; more with -vv. CALLBOX_LOG sets a filter.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
    /// How lines of that log are written.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text", global = true)]
    pub(crate) log_format: LogFormat,
}

/// Forms of the program's own log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for people.
    Text,
    /// A line of JSON.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a script; its result goes to standard output, everything else to standard error.
    #[command(after_help = exit::HELP)]
    Run(Box<RunArgs>),
    /// Compile a script and check the names it uses; no tool is called.
    Check(CheckArgs),
    /// List the tools, or those whose name or description has every word of QUERY.
    Tools(ToolsArgs),
    /// Print typed declarations of the tools, as a model is shown them.
    Types(TypesArgs),
    /// Call one tool.
    Call(CallArgs),
    /// Start every server and say how it stands.
    Doctor(DoctorArgs),
    /// Stand between an MCP host and its servers: the host's model finds tools, and runs scripts that call
    /// them.
    Serve(Box<ServeArgs>),
    /// Write a list of servers from those that agent hosts on this machine have, and print how each
    /// host uses callbox in their place.
    Init(InitArgs),
    /// Make a project for a script in another language, as a WebAssembly component.
    New(NewArgs),
    /// Sign in to a server over HTTP, in a browser.
    Login(LoginArgs),
    /// Forget the sign-in to a server, and revoke it where the server can.
    Logout(LogoutArgs),
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RunArgs {
    /// The script, JavaScript, TypeScript or a WebAssembly component; `-` for standard input. With --demo it may
    /// be left out.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    /// Seed of `Math.random()`; equal seeds and clocks make equal runs. Default: fresh.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Time the script sees, milliseconds since 1970. Default: the real clock.
    #[arg(long, value_name = "MS", allow_negative_numbers = true, value_parser = units::time)]
    pub(crate) clock: Option<f64>,
    /// Grant a folder, read and write, or with `:ro` only to be read; may be repeated. JavaScript sees it through
    /// `files.read`, `files.write` and `files.list`, a component through WASI.
    #[arg(long, value_name = "HOST::GUEST[:ro]")]
    pub(crate) allow_dir: Vec<AllowDir>,
    /// An environment variable that a component sees; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) env: Vec<(String, String)>,
    /// Print one JSON object with the whole outcome, and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the whole returned value to FILE as JSON, however large it is.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Show tool calls on standard error as they happen.
    #[arg(long)]
    pub(crate) trace: bool,
    #[command(flatten)]
    pub(crate) telemetry: TelemetryArgs,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CheckArgs {
    /// The script; `-` for standard input. With --demo it may be left out.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Start no server; names of tools are then not checked.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ToolsArgs {
    /// Words that the name or description must have.
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// Print one JSON object with the schemas, and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TypesArgs {
    /// `SERVER.TOOL`, or `SERVER` for all of its tools. Default: everything. With --budget, those
    /// that come first keep most.
    #[arg(value_name = "TOOL")]
    pub(crate) tools: Vec<String>,
    /// How much of each tool is shown.
    #[arg(long, value_enum, default_value_t = LevelArg::Full)]
    pub(crate) level: LevelArg,
    /// Most o200k tokens of the whole text; the least relevant detail goes first. Default: no limit.
    #[arg(long, value_name = "TOKENS")]
    pub(crate) budget: Option<usize>,
    /// The language of the types.
    #[arg(long, value_enum, default_value_t = TargetArg::Ts)]
    pub(crate) target: TargetArg,
    /// Print what became of the tools instead: typed fully, degraded, left out, and why.
    #[arg(long, conflicts_with_all = ["level", "budget", "target"])]
    pub(crate) report: bool,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How much of each tool is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelArg {
    /// Its name.
    Name,
    /// Its name and the first sentence of its description.
    Line,
    /// Its TypeScript signature without comments.
    Signature,
    /// Its TypeScript signature with comments.
    Full,
}

/// The language of the types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TargetArg {
    /// TypeScript declarations, as a script sees the tools.
    Ts,
    /// A WIT package with one interface for each server, for WebAssembly components.
    Wit,
    /// The same with async functions, for languages that have them.
    WitAsync,
    /// Rust types with serde, one module for each server.
    Rust,
    /// The same with a function for each tool that calls it, for scripts with `callbox-guest`.
    RustCalls,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CallArgs {
    /// `SERVER.TOOL`.
    #[arg(value_name = "TOOL")]
    pub(crate) tool: String,
    /// The arguments, a JSON object, or `@FILE` with one.
    #[arg(long = "args", value_name = "JSON|@FILE", default_value = "{}")]
    pub(crate) arguments: String,
    /// Longest time for the call, milliseconds; a server's own setting goes first.
    #[arg(long, value_name = "MS", default_value_t = callbox::Limits::default().tool_call_ms_max)]
    pub(crate) tool_call_ms: u64,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LoginArgs {
    /// The server, as the list calls it.
    #[arg(value_name = "SERVER")]
    pub(crate) server: String,
    /// Open no browser; only print the address.
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Keep the tokens in a file that only you can read, not in the keyring.
    #[arg(long)]
    pub(crate) no_keyring: bool,
    /// Print one JSON object, and nothing else; the address goes to standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LogoutArgs {
    /// The server, as the list calls it.
    #[arg(value_name = "SERVER")]
    pub(crate) server: String,
    /// Print one JSON object, and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub(crate) shell: Shell,
}

impl Command {
    /// What is said of traces, by those commands that make any.
    pub(crate) fn telemetry(&self) -> Option<&TelemetryArgs> {
        match self {
            Self::Run(args) => Some(&args.telemetry),
            Self::Serve(args) => Some(&args.telemetry),
            _ => None,
        }
    }

    /// Whether standard output is promised to hold one JSON object.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Run(args) => args.json,
            Self::Check(args) => args.json,
            Self::Tools(args) => args.json,
            Self::Call(args) => args.json,
            Self::Doctor(args) => args.json,
            Self::Types(args) => args.json,
            Self::Init(args) => args.json,
            Self::New(args) => args.json,
            Self::Login(args) => args.json,
            Self::Logout(args) => args.json,
            Self::Serve(_) | Self::Completions(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definitions_hold_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn global_flags_stand_before_or_behind_the_command() {
        for line in [&["callbox", "--demo", "--config", "a", "tools"], &["callbox", "tools", "--demo", "--config", "a"]]
        {
            let args = Args::try_parse_from(line).expect("it parses");
            assert!(args.global.demo);
            assert_eq!(args.global.config, [PathBuf::from("a")]);
        }
    }

    #[test]
    fn exit_codes_stand_in_the_help() {
        let help = Args::command().render_help().to_string();
        assert!(help.contains(exit::HELP), "{help}");
    }
}
