//! The commands, one file each. Each returns an exit code, or the error that prevented it.

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

use callbox::{CancellationToken, Capacity, Engine, ErrorKind, Limits, Program, Sandbox, SandboxBuilder};

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

/// Runs one command.
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

/// Reads a command's script: its text (empty for a component) and the program to run. Reads at most one byte more than
/// the larger of the two size limits.
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

/// Builds a sandbox for one run.
fn sandbox(engine: Engine) -> Result<Sandbox, CliError> {
    Ok(for_one_run(engine).build()?)
}

/// Builds a sandbox for one run of a component.
fn component_sandbox() -> Result<Sandbox, CliError> {
    build_for_components(for_one_run(Engine::default()))
}

fn for_one_run(engine: Engine) -> SandboxBuilder {
    let mut capacity = Capacity::default();
    // Further slots would only reserve address space.
    capacity.runs_at_once_max = 1;
    Sandbox::builder().engine(engine).capacity(capacity)
}

/// Builds a sandbox that compiles components in separate processes and caches them. Without a user cache folder, each
/// process compiles again.
fn build_for_components(mut builder: SandboxBuilder) -> Result<Sandbox, CliError> {
    if let Some(process) = compiler::process() {
        builder = builder.compile_process(process);
    }
    let Some(folder) = environment::cache_folder() else { return Ok(builder.build()?) };
    match builder.clone().component_cache(folder.join("components")).build() {
        Err(error) if error.kind() == ErrorKind::ComponentCache => {
            tracing::info!(%error, "compiled components are not cached");
            Ok(builder.build()?)
        }
        built => Ok(built?),
    }
}

/// Opens all servers, or those that the `names` on the command line may refer to. A name that refers to exactly one
/// server makes that server required. `known` loads learned types; only commands that show them set it, since reading
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
