//! `callbox init`: imports the servers that agent hosts on this machine list into one file, without their secrets, and
//! prints how to set up each host to use callbox instead. No server is started.

mod codex;
mod entry;
mod host_file;
mod merge;
mod place;
mod placeholder;
mod report;
mod secret;
mod snippet;
mod target;
mod variables;

use serde_json::{Map, Value, json};

use self::{
    entry::{Listed, Origin},
    merge::Server,
    place::{Place, System},
    placeholder::Meaning,
    report::{Report, Seen},
    target::Target,
};
use crate::{
    args::InitArgs,
    environment::{self, Folders},
    error::CliError,
    exit::ExitCode,
    render,
    settings::{Settings, Source},
};

pub(crate) fn init(args: &InitArgs, settings: &Settings) -> Result<ExitCode, CliError> {
    if !matches!(&settings.source, Source::Servers(files) if files.is_empty()) {
        let hint = "Use `--output FILE` to choose the file to write and `--from HOST` to choose what to read.";
        return Err(CliError::usage("`init` accepts neither `--config` nor `--demo`").hint(hint));
    }
    let folders = environment::folders()?;
    let target = Target::new(&folders.working, &args.output)?;
    if target.exists && !args.force && !args.dry_run {
        return Err(target.taken());
    }
    let report = report(args, &folders, target)?;
    if args.json {
        render::print(&format!("{}\n", report.json()))?;
    } else {
        render::tell(&report.seen.told());
        render::print(&report.text())?;
    }
    Ok(ExitCode::Returned)
}

fn report(args: &InitArgs, folders: &Folders, target: Target) -> Result<Report, CliError> {
    let places = place::places(folders, System::here());
    let meaning = Meaning { working: &folders.working, written_there: target.folder() == folders.working };
    let mut seen = Seen::default();
    let asked = places.iter().filter(|place| args.from.is_empty() || args.from.contains(&place.host));
    let listed = asked.flat_map(|place| listed(place, meaning, &mut seen)).collect();
    let mut servers = merge::merged(listed);
    if servers.is_empty() {
        return Err(nothing(&seen));
    }
    let variables = variables::hide(&mut servers);
    let config = config(&servers);
    let snippets = snippet::snippets(&target.shown, &variables, &places);
    if target.exists && args.dry_run && !args.force {
        seen.notes.push(format!("`{}` already exists; without `--force` it is not replaced", target.shown));
    }
    if target.file == folders.working.join(".mcp.json") {
        let note = "Claude Code also reads `.mcp.json` and offers its servers alongside callbox";
        seen.notes.push(format!("{note}; use `--output` with another file to keep them apart"));
    }
    let text = report::pretty(&config) + "\n";
    let kept = if args.dry_run { None } else { target.write(&text, args.force)? };
    Ok(Report { target, written: !args.dry_run, kept, config, servers, variables, snippets, seen })
}

/// Returns the servers of one place that can be imported, and records everything else in `seen`.
fn listed(place: &Place, meaning: Meaning<'_>, seen: &mut Seen) -> Vec<Listed> {
    let found = match host_file::read(place) {
        Ok(found) => found,
        Err(error) => {
            seen.unusable.push((place.clone(), error));
            None
        }
    };
    seen.places.push((place.clone(), found.as_ref().map(Vec::len)));
    let mut listed = Vec::new();
    for (name, value) in found.into_iter().flatten() {
        let origin = Origin { host: place.host, file: place.file.clone(), name };
        match entry::read(origin, value, meaning) {
            Ok(server) => {
                let notes = server.notes.iter();
                let of = format!("`{}` of {} (`{}`)", server.origin.name, place.host.title(), place.file.display());
                seen.notes.extend(notes.map(|note| format!("{of}: {note}")));
                listed.push(server);
            }
            Err(left) => seen.left_out.push(*left),
        }
    }
    listed
}

fn nothing(seen: &Seen) -> CliError {
    let notes = seen.lines().into_iter().chain(seen.looked()).collect();
    CliError::nothing_to_import(notes).hint(
        r#"Write `.mcp.json`, such as {"mcpServers": {"time": {"command": "uvx", "args": ["mcp-server-time"]}}}."#,
    )
}

fn config(servers: &[Server]) -> Value {
    let entries: Map<_, _> =
        servers.iter().map(|server| (server.name.clone(), Value::Object(server.fields.clone()))).collect();
    json!({ "mcpServers": entries })
}
