//! The command line as typed flags. Nothing is resolved here.

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

/// Run a script against the tools of MCP servers in a sandbox, and get back only what it returns.
#[derive(Debug, Parser)]
#[command(name = "callbox", version, after_help = exit::HELP, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags shared by every command.
#[derive(Debug, ClapArgs)]
pub(crate) struct GlobalArgs {
    /// A list of MCP servers (`mcpServers` or `servers`). May be repeated; later files take precedence. Default: the
    /// nearest `.mcp.json`, from the working folder upward.
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Vec<PathBuf>,
    /// Use the built-in demo tools instead of servers.
    #[arg(long, global = true)]
    pub(crate) demo: bool,
    /// Neither learn types from results nor show learned ones. By default, the shapes of results (no values) of tools
    /// without an output schema are kept in `.callbox/` next to the list of servers.
    #[arg(long, global = true)]
    pub(crate) no_learn: bool,
    /// Log callbox's own activity to standard error; more with -vv. CALLBOX_LOG sets a filter.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(crate) verbose: u8,
    /// Format of that log.
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text", global = true)]
    pub(crate) log_format: LogFormat,
}

/// Formats of the program's own log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Text for humans.
    Text,
    /// One JSON object per line.
    Json,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a script; its result goes to standard output, everything else to standard error.
    #[command(after_help = exit::HELP)]
    Run(Box<RunArgs>),
    /// Compile a script and check the names it uses, without calling any tool.
    Check(CheckArgs),
    /// List the tools, or only those whose name or description contains every word of QUERY.
    Tools(ToolsArgs),
    /// Print typed declarations of the tools, as shown to a model.
    Types(TypesArgs),
    /// Call one tool.
    Call(CallArgs),
    /// Start every server and report its status.
    Doctor(DoctorArgs),
    /// Run a gateway between an MCP host and its servers: the host's model finds tools and runs scripts that call them.
    Serve(Box<ServeArgs>),
    /// Write a list of servers from the lists of agent hosts on this machine, and print how to set up each host to use
    /// callbox instead.
    Init(InitArgs),
    /// Create a project for a script in another language, built as a WebAssembly component.
    New(NewArgs),
    /// Sign in to a server over HTTP, in a browser.
    Login(LoginArgs),
    /// Delete the tokens for a server, and revoke them if the server supports it.
    Logout(LogoutArgs),
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct RunArgs {
    /// The script: JavaScript, TypeScript or a WebAssembly component; `-` for standard input. May be omitted with
    /// --demo.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    /// Seed of `Math.random()`; equal seeds and clocks give equal runs. Default: a fresh seed.
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// The time that the script sees, in milliseconds since 1970. Default: the real clock.
    #[arg(long, value_name = "MS", allow_negative_numbers = true, value_parser = units::time)]
    pub(crate) clock: Option<f64>,
    /// Grant access to a folder, read-write, or read-only with `:ro`; may be repeated. JavaScript uses it through
    /// `files.read`, `files.write` and `files.list`, a component through WASI.
    #[arg(long, value_name = "HOST::GUEST[:ro]")]
    pub(crate) allow_dir: Vec<AllowDir>,
    /// Set an environment variable for a component; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    pub(crate) env: Vec<(String, String)>,
    /// Print one JSON object with the whole outcome and nothing else.
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
    /// The script; `-` for standard input. May be omitted with --demo.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Start no servers; tool names are then not checked.
    #[arg(long)]
    pub(crate) offline: bool,
    /// Print one JSON object and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ToolsArgs {
    /// Words that the name or description must contain.
    #[arg(value_name = "QUERY")]
    pub(crate) query: Vec<String>,
    /// Print one JSON object with the schemas and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TypesArgs {
    /// `SERVER.TOOL`, or `SERVER` for all of its tools. Default: everything. With --budget, tools named first keep the
    /// most detail.
    #[arg(value_name = "TOOL")]
    pub(crate) tools: Vec<String>,
    /// How much of each tool to show.
    #[arg(long, value_enum, default_value_t = LevelArg::Full)]
    pub(crate) level: LevelArg,
    /// Maximum number of o200k tokens in the whole text; the least relevant detail is dropped first. Default: no limit.
    #[arg(long, value_name = "TOKENS")]
    pub(crate) budget: Option<usize>,
    /// Language of the types.
    #[arg(long, value_enum, default_value_t = TargetArg::Ts)]
    pub(crate) target: TargetArg,
    /// Print a report on the tools instead: which are fully typed, degraded or left out, and why.
    #[arg(long, conflicts_with_all = ["level", "budget", "target"])]
    pub(crate) report: bool,
    /// Print one JSON object and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How much of each tool to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelArg {
    /// Name only.
    Name,
    /// Name and the first sentence of the description.
    Line,
    /// TypeScript signature without comments.
    Signature,
    /// TypeScript signature with comments.
    Full,
}

/// Language of the types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum TargetArg {
    /// TypeScript declarations, as a script sees the tools.
    Ts,
    /// A WIT package with one interface for each server, for WebAssembly components.
    Wit,
    /// The same with async functions, for languages that support them.
    WitAsync,
    /// Rust types with serde, one module for each server.
    Rust,
    /// The same plus a function that calls each tool, for scripts with `callbox-guest`.
    RustCalls,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CallArgs {
    /// `SERVER.TOOL`.
    #[arg(value_name = "TOOL")]
    pub(crate) tool: String,
    /// The arguments as a JSON object, or `@FILE` to read them from a file.
    #[arg(long = "args", value_name = "JSON|@FILE", default_value = "{}")]
    pub(crate) arguments: String,
    /// Time limit for the call, in milliseconds; a server's own setting takes precedence.
    #[arg(long, value_name = "MS", default_value_t = callbox::Limits::default().tool_call_ms_max)]
    pub(crate) tool_call_ms: u64,
    /// Print one JSON object and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DoctorArgs {
    /// Print one JSON object and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LoginArgs {
    /// The server's name in the list.
    #[arg(value_name = "SERVER")]
    pub(crate) server: String,
    /// Open no browser; only print the URL.
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// Keep the tokens in a file that only you can read instead of the keyring.
    #[arg(long)]
    pub(crate) no_keyring: bool,
    /// Print one JSON object and nothing else; the URL goes to standard error.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LogoutArgs {
    /// The server's name in the list.
    #[arg(value_name = "SERVER")]
    pub(crate) server: String,
    /// Print one JSON object and nothing else.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    pub(crate) shell: Shell,
}

impl Command {
    /// Returns the telemetry flags of commands that make traces.
    pub(crate) fn telemetry(&self) -> Option<&TelemetryArgs> {
        match self {
            Self::Run(args) => Some(&args.telemetry),
            Self::Serve(args) => Some(&args.telemetry),
            _ => None,
        }
    }

    /// Whether standard output must hold exactly one JSON object.
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
