//! `callbox doctor`: starts every server and reports its status and what to do.

use std::fmt::Write;

use callbox::{
    CancellationToken,
    internal::{SCHEMA_VERSION, foreign},
};
use callbox_mcp::{Ready, Status, Upstreams};
use serde_json::{Value, json};

use crate::{
    args::DoctorArgs,
    demo,
    environment::Found,
    error::CliError,
    exit::ExitCode,
    render,
    server_failure::ServerFailure,
    settings::Settings,
    toolbox::{self, Wanted},
};

pub(crate) async fn doctor(
    args: &DoctorArgs,
    settings: &Settings,
    cancel: &CancellationToken,
) -> Result<ExitCode, CliError> {
    if settings.demo() {
        return demo(args);
    }
    let found = settings.source.config()?;
    let upstreams = tokio::select! {
        upstreams = toolbox::connect(&found.config, &Wanted::All) => upstreams,
        () = cancel.cancelled() => return Err(CliError::cancelled()),
    };
    let shown = if args.json { Ok(report(&found, &upstreams)) } else { Err(findings(&found, &upstreams)) };
    let well = upstreams.iter().all(|upstream| matches!(upstream.status(), Status::Ready(_)));
    upstreams.shutdown().await;
    match shown {
        Ok(json) => render::print_json(&json)?,
        Err(words) => render::print(&words)?,
    }
    Ok(if well { ExitCode::Returned } else { ExitCode::Unreachable })
}

fn demo(args: &DoctorArgs) -> Result<ExitCode, CliError> {
    let tools = demo::catalog().tool_count();
    let text = if args.json {
        json!({"schema_version": SCHEMA_VERSION, "demo": {"tools": tools}, "servers": []}).to_string()
    } else {
        format!("ok  the demo runs inside callbox and needs no server: {tools} tools")
    };
    render::print(&(text + "\n"))?;
    Ok(ExitCode::Returned)
}

/// Maximum characters shown of a server's name.
const NAME_CHARS_MAX: usize = 100;

fn findings(found: &Found, upstreams: &Upstreams) -> String {
    let mut text = String::new();
    found.files.iter().for_each(|file| line(&mut text, &format!("list of servers: {}", file.display())));
    found.config.notes.iter().for_each(|note| line(&mut text, &format!("note: {}", foreign::framed(note))));
    let width = found.config.servers.iter().map(|server| server.name.chars().count()).max().unwrap_or_default();
    for server in &found.config.servers {
        let name = format!("{:width$}", foreign::line(&server.name, NAME_CHARS_MAX));
        match upstreams.get(&server.name).map(|upstream| upstream.status()) {
            Some(Status::Ready(ready)) => well(&mut text, &name, ready),
            Some(Status::Failed(error)) => ill(&mut text, &name, &ServerFailure::new(&server.name, error)),
            None => line(&mut text, &format!("off   {name}  disabled in {}", server.source.display())),
        }
    }
    if found.config.servers.is_empty() {
        line(&mut text, "no servers are listed");
    }
    text
}

fn well(text: &mut String, name: &str, ready: &Ready) {
    let Ready { era, protocol_version, tools, connect_ms, list_ms, .. } = ready;
    let tools = tools.len();
    let own = ready.server_name.as_deref().unwrap_or("unnamed");
    let version = ready.server_version.as_deref().unwrap_or_default();
    line(
        text,
        &format!(
            "ok    {name}  {era} {protocol_version}  {tools} tools  connected in {connect_ms} ms, listed in {list_ms} ms  {own} {version}"
        ),
    );
    ready.notes.iter().for_each(|note| line(text, &format!("      note: {}", foreign::framed(note))));
}

fn ill(text: &mut String, name: &str, failure: &ServerFailure) {
    for (at, words) in render::failure_lines(failure).iter().enumerate() {
        if at == 0 { line(text, &format!("FAIL  {name}  {words}")) } else { line(text, &format!("      {words}")) }
    }
}

fn line(text: &mut String, rest: &str) {
    // Writing into a `String` cannot fail.
    let _ = writeln!(text, "{}", rest.trim_end());
}

fn report(found: &Found, upstreams: &Upstreams) -> Value {
    let servers = found.config.servers.iter().map(|server| {
        let status = upstreams.get(&server.name).map(|upstream| upstream.status());
        match status {
            Some(Status::Ready(ready)) => ready_json(&server.name, ready),
            Some(Status::Failed(error)) => {
                json!({"name": server.name, "state": "failed", "error": ServerFailure::new(&server.name, error)})
            }
            None => json!({"name": server.name, "state": "disabled"}),
        }
    });
    json!({
        "schema_version": SCHEMA_VERSION,
        "files": found.files,
        "notes": found.config.notes,
        "servers": servers.collect::<Vec<_>>(),
    })
}

fn ready_json(name: &str, ready: &Ready) -> Value {
    json!({
        "name": name,
        "state": "ready",
        "era": ready.era.as_str(),
        "protocol_version": ready.protocol_version,
        "server_name": ready.server_name,
        "server_version": ready.server_version,
        "tools": ready.tools.len(),
        "connect_ms": ready.connect_ms,
        "list_ms": ready.list_ms,
        "notes": ready.notes,
    })
}
