//! The commands, one file each. Each ends in an exit code or in the reason why it was not carried out.

mod call;
mod check;
mod completions;
mod doctor;
mod init;
mod login;
mod new;
mod run;
mod serve;
mod tools;
mod types;

use std::path::Path;

use callbox::{CancellationToken, Capacity, Engine, Limits, Program, Sandbox};

pub(crate) use completions::completions;

use crate::{
    args::Command,
    compiler, demo, environment,
    error::CliError,
    exit::ExitCode,
    interrupt,
    render::ScriptText,
    settings::{Settings, Source},
    text_file,
    toolbox::{ServerNames, Toolbox, Wanted},
};

/// Carries one command out.
pub(crate) async fn carry_out(command: &Command, settings: &Settings) -> Result<ExitCode, CliError> {
    let cancel = interrupt::listen();
    let cancel = cancel.map_err(|error| CliError::internal(format!("cannot listen for signals: {error}")))?;
    match command {
        Command::Run(args) => run::run(args, settings, cancel).await,
        Command::Check(args) => check::check(args, settings, &cancel).await,
        Command::Tools(args) => tools::tools(args, settings, &cancel).await,
        Command::Types(args) => types::types(args, settings, &cancel).await,
        Command::Call(args) => call::call(args, settings, &cancel).await,
        Command::Doctor(args) => doctor::doctor(args, settings, &cancel).await,
        Command::Serve(args) => serve::serve(args, settings, cancel).await,
        Command::Init(args) => init::init(args, settings),
        Command::New(args) => new::new(args),
        Command::Login(args) => login::login(args, settings, &cancel).await,
        Command::Logout(args) => login::logout(args, settings, &cancel).await,
        Command::Completions(args) => completions(args),
    }
}

/// The script of a command: its text, which is empty for a component, and what is to be run. At most one byte more
/// than the larger of the limits on its size is read.
fn script(file: Option<&Path>, settings: &Settings, limits: &Limits) -> Result<(ScriptText, Program), CliError> {
    let Some(file) = file else {
        if settings.demo() {
            let text = demo::SCRIPT.to_owned();
            return Ok((ScriptText::new("<demo>", text.as_str()), text.into()));
        }
        return Err(CliError::usage("expected a script: FILE, or `-` for standard input").hint("Try `--demo`."));
    };
    let name = if file == Path::new("-") { "<stdin>".to_owned() } else { file.display().to_string() };
    let bytes_max = limits.source_bytes_max.max(limits.component_bytes_max);
    let bytes = text_file::read_bytes(file, bytes_max)?;
    match Program::detect(bytes) {
        Ok(Program::Script(text)) => Ok((ScriptText::new(name, text.as_str()), text.into())),
        Ok(component) => Ok((ScriptText::new(name, ""), component)),
        Err(refused) => {
            Err(CliError::file(format!("{}: {}", name, refused.message)).hint(refused.hint.unwrap_or_default()))
        }
    }
}

/// A sandbox for one run, which keeps what it compiles.
fn sandbox(engine: Engine) -> Result<Sandbox, CliError> {
    let mut capacity = Capacity::default();
    // One place: further ones would only reserve address space.
    capacity.runs_at_once_max = 1;
    Ok(Sandbox::builder().engine(engine).capacity(capacity).build()?)
}

/// The same for a component.
fn component_sandbox() -> Result<Sandbox, CliError> {
    let sandbox = sandbox(Engine::default())?;
    prepare_for_components(&sandbox)?;
    Ok(sandbox)
}

/// Has the sandbox compile components in processes of their own, and keep them.
fn prepare_for_components(sandbox: &Sandbox) -> Result<(), CliError> {
    if let Some(process) = compiler::process() {
        sandbox.compile_components_in(process)?;
    }
    keep_components(sandbox);
    Ok(())
}

/// Has the sandbox keep what it compiles. Where the user has no folder for it, each process compiles anew.
fn keep_components(sandbox: &Sandbox) {
    if let Some(folder) = environment::cache_folder()
        && let Err(error) = sandbox.keep_components_in(&folder.join("components"))
    {
        tracing::info!(%error, "compiled components are not cached");
    }
}

/// All tools, or those of the servers that the `names` on the command line can mean; a name that
/// means one server needs it. What was learned of them is `known` only to commands that show it: reading
/// the file takes time.
async fn open(
    settings: &Settings,
    names: &[String],
    known: bool,
    cancel: &CancellationToken,
) -> Result<Toolbox, CliError> {
    if let Source::Demo = settings.source {
        return Ok(Toolbox::demo());
    }
    let config = settings.source.config()?.config;
    let learning = settings.learning(&config);
    let learning = if known { learning.with_known() } else { learning };
    if names.is_empty() {
        return Toolbox::open(&config, &Wanted::All, learning, cancel).await;
    }
    let listed = ServerNames::of_config(&config);
    let (mut wanted, mut needed) = (Vec::new(), Vec::new());
    for name in names {
        let meant = listed.meant_by(name)?;
        if let [only] = meant.as_slice() {
            needed.push(only.clone());
        }
        wanted.extend(meant);
    }
    wanted.sort();
    wanted.dedup();
    Toolbox::open(&config, &Wanted::Named(wanted), learning, cancel).await?.with_needed(&needed).await
}
