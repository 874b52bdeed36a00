//! `callbox completions`: prints a completion script for a shell.

use clap::CommandFactory;

use crate::{
    args::{Args, CompletionsArgs},
    error::CliError,
    exit::ExitCode,
    render,
};

pub(crate) fn completions(args: &CompletionsArgs) -> Result<ExitCode, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "callbox", &mut script);
    render::print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::Returned)
}
