//! Runs node as one process for all programs, restarting it if it hangs or dies.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::ended::Ended;

const LOOP: &str = include_str!("node.mjs");
/// node stops a program itself; beyond this, it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// The process, started with the first program.
pub(crate) struct Node {
    path: PathBuf,
    running: Mutex<Option<Running>>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Deserialize)]
struct Answer {
    kind: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: Value,
}

impl Node {
    /// Finds node at `path`, or on PATH; `None` if it does not run.
    pub(crate) fn found(path: Option<PathBuf>) -> Option<(Self, String)> {
        let path = path.unwrap_or_else(|| "node".into());
        let output = Command::new(&path).arg("--version").output().ok()?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then(|| (Self { path, running: Mutex::new(None) }, version))
    }

    /// Runs a program with `times` the usual time; `types`: it may be TypeScript.
    pub(crate) fn run(&self, text: &str, times: u64, types: bool) -> Ended {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = self.ask(&mut running, &json!([text, times, types]));
        answer.unwrap_or_else(|error| {
            *running = None;
            Ended::Stopped(format!("node: {error:#}"))
        })
    }

    fn ask(&self, running: &mut Option<Running>, request: &Value) -> Result<Ended> {
        let mut process = match running.take() {
            Some(process) => process,
            None => self.start()?,
        };
        writeln!(process.input, "{request}")?;
        process.input.flush()?;
        let line = process.answers.recv_timeout(PATIENCE).context("no answer")?;
        *running = Some(process);
        let Answer { kind, name, value } = serde_json::from_str(&line)?;
        Ok(match kind.as_str() {
            "returned" => Ended::returned(&value),
            "threw" => Ended::Threw(name),
            "rejected" => Ended::Rejected,
            _ => Ended::Stopped(name),
        })
    }

    fn start(&self) -> Result<Running> {
        let arguments = ["--max-old-space-size=512", "--no-warnings", "--input-type=module", "--eval", LOOP];
        let mut child = Command::new(&self.path)
            .args(arguments)
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("node does not start")?;
        let input = child.stdin.take().context("node has no input")?;
        let output = child.stdout.take().context("node has no output")?;
        let (said, answers) = channel();
        thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| said.send(line))
        });
        Ok(Running { child, input, answers })
    }
}
