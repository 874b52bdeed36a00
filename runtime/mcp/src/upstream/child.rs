//! The process of a stdio server: started in its own process group, watched, and ended together with everything it
//! started. Does not look at the contents of its pipes.

#[cfg(target_os = "linux")]
mod orphan;
mod spawner;

use std::io::ErrorKind;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use super::options::ConnectOptions;
use super::stderr_tail::StderrTail;
use crate::config::StdioLaunch;
use crate::error::{FailureCode, UpstreamError};

/// Time for a server to exit by itself once its standard input is closed.
const LEAVE: Duration = Duration::from_millis(100);

/// Time for it to exit after SIGTERM.
const TERMINATE: Duration = Duration::from_millis(1000);

/// The exit status of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exit(ExitStatus);

impl std::fmt::Display for Exit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A started process with its pipes.
pub(super) struct Started {
    pub(super) process: Process,
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
}

/// A running process. Dropping it kills its group at once.
#[derive(Debug)]
pub(super) struct Process {
    group: Group,
    exit: watch::Receiver<Option<Exit>>,
    stderr: StderrTail,
}

/// Starts the process.
pub(super) async fn start(
    server: &str,
    launch: &StdioLaunch,
    options: &ConnectOptions,
) -> Result<Started, UpstreamError> {
    let spawned = spawner::spawn(command(launch, options)).await;
    let mut child = spawned.map_err(|error| refused(server, launch, &error))?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
        let message = format!("server `{server}`: the process has no pipes");
        return Err(UpstreamError::new(FailureCode::SpawnFailed, message));
    };
    let stderr = StderrTail::follow(stderr, options.stderr_bytes_max);
    let group = Group(child.id());
    let exit = reap(child, group);
    Ok(Started { process: Process { group, exit, stderr }, stdin, stdout })
}

fn command(launch: &StdioLaunch, options: &ConnectOptions) -> Command {
    let mut command = Command::new(&launch.command);
    command
        .args(launch.args.iter().map(crate::config::Secret::reveal))
        .env_clear()
        .envs(options.base_env.iter().map(|(name, value)| (name, value)))
        .envs(launch.env.iter().map(|(name, value)| (name, value.reveal())))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    if let Some(cwd) = &launch.cwd {
        command.current_dir(cwd);
    }
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(target_os = "linux")]
    orphan::dies_with_us(&mut command);
    command
}

/// Waits for the process to exit, then kills whatever it left behind.
fn reap(mut child: Child, group: Group) -> watch::Receiver<Option<Exit>> {
    let (sender, receiver) = watch::channel(None);
    tokio::spawn(async move {
        let status = child.wait().await;
        group.kill();
        // Without a status the channel closes, which readers take as "unknown".
        if let Ok(status) = status {
            sender.send_replace(Some(Exit(status)));
        }
    });
    receiver
}

fn refused(server: &str, launch: &StdioLaunch, error: &std::io::Error) -> UpstreamError {
    if let Some(cwd) = launch.cwd.as_deref().filter(|cwd| !cwd.is_dir()) {
        let message = format!("server `{server}`: the folder `{}` does not exist", cwd.display());
        return UpstreamError::new(FailureCode::SpawnFailed, message).with_hint("Correct `cwd`.");
    }
    let command = &launch.command;
    if error.kind() == ErrorKind::NotFound {
        let message = format!("server `{server}`: command `{command}` not found");
        return UpstreamError::new(FailureCode::CommandNotFound, message).with_hint(install_hint(command));
    }
    let message = format!("server `{server}`: cannot start `{command}`: {error}");
    UpstreamError::new(FailureCode::SpawnFailed, message)
}

fn install_hint(command: &str) -> String {
    if let Some((program, arguments)) = command.trim().split_once(char::is_whitespace)
        && !program.contains(['/', '\\'])
    {
        if arguments.contains(['"', '\'']) {
            return format!("`command` must be only a program: write `{program}` there, and the rest as `args`.");
        }
        let arguments: Vec<_> = arguments.split_whitespace().collect();
        return format!("`command` must be only a program: write `{program}` there, and {arguments:?} as `args`.");
    }
    match command {
        "npx" | "npm" | "node" => "Install Node.js; it provides `node`, `npm` and `npx`.".to_owned(),
        "uvx" | "uv" => "Install uv (https://docs.astral.sh/uv); it provides `uvx`.".to_owned(),
        "python" | "python3" | "pipx" => format!("Install Python, or the package that provides `{command}`."),
        "docker" => "Install Docker, or a program that provides `docker`.".to_owned(),
        "bunx" | "bun" => "Install Bun; it provides `bunx`.".to_owned(),
        "deno" => "Install Deno.".to_owned(),
        _ => "Install it, or give its full path as `command`.".to_owned(),
    }
}

impl Process {
    /// Returns a watch on the exit of the process.
    pub(super) fn exit(&self) -> watch::Receiver<Option<Exit>> {
        self.exit.clone()
    }

    /// Returns the end of its standard error.
    pub(super) fn stderr(&self) -> &StderrTail {
        &self.stderr
    }

    /// Returns how it exited, if it does so within that time.
    pub(super) async fn ended_within(&self, wait: Duration) -> Option<Exit> {
        let mut exit = self.exit.clone();
        let ended = timeout(wait, exit.wait_for(Option::is_some)).await;
        ended.ok().and_then(Result::ok).and_then(|exit| *exit)
    }

    /// Ends the process and all it started. Its input is closed already, so it gets a moment to exit by itself, then
    /// SIGTERM, then SIGKILL.
    pub(super) async fn stop(&self) {
        if self.ended_within(LEAVE).await.is_some() {
            return;
        }
        self.group.terminate();
        if self.ended_within(TERMINATE).await.is_some() {
            return;
        }
        self.group.kill();
        self.ended_within(TERMINATE).await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Once the process is reaped, its number may belong to another one.
        if self.exit.borrow().is_none() {
            self.group.kill();
        }
    }
}

/// The process group, by the number of its first process.
#[derive(Debug, Clone, Copy)]
struct Group(Option<u32>);

#[cfg(unix)]
impl Group {
    fn terminate(self) {
        self.signal(rustix::process::Signal::TERM);
    }

    fn kill(self) {
        self.signal(rustix::process::Signal::KILL);
    }

    fn signal(self, signal: rustix::process::Signal) {
        let number = self.0.and_then(|number| i32::try_from(number).ok());
        if let Some(pid) = number.and_then(rustix::process::Pid::from_raw) {
            // Fails if the group is gone already, which is fine.
            let _ = rustix::process::kill_process_group(pid, signal);
        }
    }
}

#[cfg(not(unix))]
impl Group {
    fn terminate(self) {}

    fn kill(self) {}
}
