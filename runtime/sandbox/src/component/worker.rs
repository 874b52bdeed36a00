//! Compiles in a separate process: its memory is bounded, and killing it leaves nothing behind. This is the parent's
//! side; `worker::child` is the other.

mod child;
mod wire;

use std::{
    ffi::OsString,
    io,
    path::PathBuf,
    process::{ExitCode, ExitStatus, Stdio},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, Command},
};

use super::cache::{ARTEFACT_BYTES_MAX, Verified};
use crate::diagnostic::Diagnostic;
use wire::{Answer, Order};

/// Memory for compiling one component, bytes. Python's interpreter takes a third of this.
const MEMORY_BYTES_MAX: u64 = 1 << 30;
/// Functions compiled in parallel; each takes its own memory.
const THREADS_MAX: usize = 4;

/// A process that compiles components for a sandbox, one component per process: a program that calls
/// [`CompileProcess::serve`] when started with these arguments. It may be the embedding program itself.
///
/// ```no_run
/// use callbox::{Sandbox, component::CompileProcess};
///
/// if std::env::args().nth(1).as_deref() == Some("compile-component") {
///     std::process::exit(i32::from(CompileProcess::serve() != std::process::ExitCode::SUCCESS));
/// }
/// let process = CompileProcess::new(std::env::current_exe()?).argument("compile-component");
/// let sandbox = Sandbox::builder().compile_process(process).build()?;
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct CompileProcess {
    program: PathBuf,
    arguments: Vec<OsString>,
    memory_bytes_max: u64,
}

/// Why there is no compiled component.
pub(super) enum Failed {
    /// The bytes are not a component, or one that is too large.
    Refused(Diagnostic),
    /// The process ran out of memory.
    Memory {
        /// Its limit, bytes.
        bytes_max: u64,
    },
    /// The process failed, or another program answered.
    Broken(String),
    /// The process could not be started.
    Unstarted(io::Error),
}

impl CompileProcess {
    /// Names the program that compiles, without arguments and with 1 GiB of memory.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), arguments: Vec::new(), memory_bytes_max: MEMORY_BYTES_MAX }
    }

    /// Adds an argument.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets the memory for compiling one component, bytes. Default 1 GiB. A component that takes more ends with
    /// [`Limit::ComponentCompileBytes`](crate::Limit::ComponentCompileBytes). Measured on Linux only.
    #[must_use]
    pub fn memory_bytes_max(mut self, bytes: u64) -> Self {
        self.memory_bytes_max = bytes;
        self
    }

    /// Runs the compile process: compiles the component that the parent sends on standard input, within the bounds sent
    /// with it, and answers on standard output. Call it before starting anything else, and exit when it returns; a
    /// process that exceeds its bounds ends inside this call.
    #[must_use]
    pub fn serve() -> ExitCode {
        child::serve()
    }

    /// Compiles a component. Dropping the future kills the process.
    pub(super) async fn compile(&self, source: &[u8], cpu_ms_max: u64) -> Result<Verified, Failed> {
        let order = Order::new(self.memory_bytes_max, cpu_ms_max, THREADS_MAX).map_err(Failed::Unstarted)?;
        let mut child = self.command().spawn().map_err(Failed::Unstarted)?;
        let answered = exchange(&mut child, &order, source).await;
        let (bytes, status) = answered.map_err(|error| Failed::Broken(error.to_string()))?;
        match wire::answer(&order, bytes) {
            Ok(Answer::Compiled(artefact)) => Ok(artefact),
            Ok(Answer::Refused(diagnostic)) => Err(Failed::Refused(diagnostic)),
            Err(_) if is_out_of_memory(status) => Err(Failed::Memory { bytes_max: self.memory_bytes_max }),
            Err(error) => Err(Failed::Broken(format!("{error} ({status})"))),
        }
    }

    /// Builds the command. The parent's environment is not passed on.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).kill_on_drop(true);
        if cfg!(unix) {
            command.env_clear();
        }
        command.env("RAYON_NUM_THREADS", THREADS_MAX.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    }
}

/// Sends the order and the component, reads the answer, and waits for the process to end. Its standard input stays open
/// until it has answered; end of file tells it that nobody is waiting any more.
async fn exchange(child: &mut Child, order: &Order, source: &[u8]) -> io::Result<(Vec<u8>, ExitStatus)> {
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let missing = || io::Error::other("the process has no pipes");
    let (mut stdin, stdout) = (stdin.ok_or_else(missing)?, stdout.ok_or_else(missing)?);
    let send = async {
        stdin.write_all(&order.head(source.len())).await?;
        stdin.write_all(source).await?;
        stdin.flush().await
    };
    let mut bytes = Vec::new();
    let mut stdout = stdout.take(ARTEFACT_BYTES_MAX);
    // The answer shows whether it read all of its input.
    let (_, read) = tokio::join!(send, stdout.read_to_end(&mut bytes));
    read?;
    Ok((bytes, child.wait().await?))
}

/// The exit status says so, or a signal killed it: a failed allocation aborts, and the system kills processes when
/// memory runs out.
#[cfg(unix)]
fn is_out_of_memory(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.code() == Some(child::OUT_OF_MEMORY) || status.signal().is_some()
}

#[cfg(not(unix))]
fn is_out_of_memory(status: ExitStatus) -> bool {
    status.code() == Some(child::OUT_OF_MEMORY)
}
