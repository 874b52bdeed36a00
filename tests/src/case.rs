//! A case file: a script with its tools and limits in a header, and the transcript of its run in each engine at the
//! end.

mod file;
mod header;

use callbox::{Catalog, Engine, Folder, Outcome, Program, RunRequest};
use serde_json::Value;

pub use file::CaseFile;
pub use header::Header;

use crate::{fixtures, stage};

/// Runs the case in an engine and returns its transcript.
#[must_use]
pub fn played(case: &CaseFile, engine: Option<Engine>) -> String {
    let first = transcript(case, engine);
    if case.header.twice {
        assert_eq!(first, transcript(case, engine), "a second run with the same seed, clock and replies differs");
    }
    first
}

fn transcript(case: &CaseFile, engine: Option<Engine>) -> String {
    let program = Program::detect(case.script.clone().into_bytes()).expect("text is a program");
    let request = RunRequest::program(program).input(case.header.input.clone());
    ran(case, engine.into_iter().fold(request, RunRequest::engine))
}

/// Runs another program instead of the case's script, with another input, and returns its transcript.
#[must_use]
pub fn played_as(case: &CaseFile, program: impl Into<Program>, input: Value) -> String {
    ran(case, RunRequest::program(program).input(input))
}

fn ran(case: &CaseFile, request: RunRequest) -> String {
    let request = request.limits(case.header.limits.clone()).seed(case.header.seed).clock_ms(case.header.clock_ms);
    let folder = case.header.folder.then(|| tempfile::tempdir().expect("a folder"));
    let granted = folder.iter().map(|folder| Folder::writable(folder.path(), "/data").expect("a folder to grant"));
    let outcome = stage::run(&catalog(&case.header), granted.fold(request, RunRequest::folder));
    masked(&outcome.transcript()) + &usage(&outcome, &case.header.usage)
}

fn catalog(header: &Header) -> Catalog {
    let mut builder = Catalog::builder();
    for server in &header.servers {
        let (name, tools, host) = match server.as_str() {
            "kit" => fixtures::kit(),
            "odd" => fixtures::odd(),
            "my-server" => fixtures::dashed(),
            other => panic!("there is no fixture server `{other}`"),
        };
        builder = builder.server(name, tools, host);
    }
    for tool in &header.tools {
        let host = std::sync::Arc::new(fixtures::Canned::new(tool.clone()));
        builder = builder.server(&tool.server, vec![tool.tool()], host);
    }
    builder.build()
}

/// Returns the fields of `Outcome.usage` that the case asks for.
fn usage(outcome: &Outcome, fields: &[String]) -> String {
    let usage = serde_json::to_value(outcome.usage).expect("usage is JSON");
    let value = |field: &String| match usage.get(field) {
        None | Some(Value::Null) => panic!("there is no usage field `{field}`"),
        Some(value) => format!("usage: {field} {value}\n"),
    };
    fields.iter().map(value).collect()
}

/// By how much a run exceeded a limit on time or memory varies between machines.
fn masked(transcript: &str) -> String {
    let varies = ["cpu_ms", "wall_ms", "memory_bytes"].map(|limit| format!("stopped: limit `{limit}`"));
    let line = |line: &str| match line.split_once(" reached, ") {
        Some((head, _)) if varies.iter().any(|limit| line.starts_with(limit)) => format!("{head} reached\n"),
        _ => format!("{line}\n"),
    };
    transcript.lines().map(line).collect()
}
