//! Runs this program as the process that compiles components: how it is started and recognised. Not a user command.

use std::path::PathBuf;

use callbox::component::CompileProcess;

/// The only argument of that process.
const ARGUMENT: &str = "__compile-component";

/// Whether this process was started to compile.
pub(crate) fn is_asked_for() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    arguments.next().is_some_and(|argument| argument == ARGUMENT) && arguments.next().is_none()
}

/// The compile process, if this program can be started again.
pub(crate) fn process() -> Option<CompileProcess> {
    Some(CompileProcess::new(program()?).argument(ARGUMENT))
}

/// On Linux, starts the running executable rather than its path: the file may have been replaced by another version.
fn program() -> Option<PathBuf> {
    if cfg!(target_os = "linux") { Some("/proc/self/exe".into()) } else { std::env::current_exe().ok() }
}
