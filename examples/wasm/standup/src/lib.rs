//! Reports what happened in a repository since this script last ran: `../../scripts/standup.ts` in Rust, with types for
//! four servers' tools.

use memory::{AddObservations, AddObservationsObservationsItem, CreateEntities, CreateEntitiesEntitiesItem, OpenNodes};
use serde::Deserialize;

// Made from the servers in `../../mcp.json`: `callbox tools --json > catalog.json`.
callbox::tools!("catalog.json");

#[derive(Deserialize)]
struct Input {
    repo: Option<String>,
    zone: Option<String>,
}

struct Commit<'a> {
    id: &'a str,
    message: &'a str,
}

const SHOWN_MAX: usize = 10;

#[callbox::script]
async fn run(input: Input) -> callbox::Result<String> {
    let repo = input.repo.unwrap_or_else(|| ".".to_owned());
    let name = format!("standup of {repo}");
    // The four calls run concurrently.
    let (now, log, listing, graph) = callbox::try_join!(
        time::get_current_time(time::GetCurrentTime { timezone: input.zone.unwrap_or_else(|| "Etc/UTC".to_owned()) }),
        git::git_log(git::GitLog {
            repo_path: repo.clone(),
            max_count: Some(50),
            start_timestamp: None,
            end_timestamp: None,
        }),
        filesystem::list_directory(filesystem::ListDirectory { path: repo.clone() }),
        memory::open_nodes(OpenNodes { names: vec![name.clone()] }),
    )?;
    let mut fresh = commits(log.as_str().unwrap_or_default());
    let bookmark = graph.entities.first();
    if let Some(last) = bookmark.and_then(|bookmark| bookmark.observations.last()) {
        let known = fresh.iter().position(|commit| last.starts_with(commit.id));
        fresh.truncate(known.unwrap_or(fresh.len()));
    }
    // Write only when there is something new, so a second run changes nothing.
    if let Some(newest) = fresh.first() {
        note(name, bookmark.is_some(), format!("{} {}", newest.id, now.datetime)).await?;
    }
    let entries = listing.content.lines().count();
    let head = format!("{}, {} new commits in a folder of {entries} entries", now.day_of_week, fresh.len());
    let shown = fresh
        .iter()
        .take(SHOWN_MAX)
        .map(|commit| format!("\n{} {}", commit.id.get(..8).unwrap_or(commit.id), commit.message));
    Ok(head + &shown.collect::<String>())
}

async fn note(name: String, is_known: bool, observation: String) -> callbox::Result<()> {
    let observations = vec![observation];
    if is_known {
        let item = AddObservationsObservationsItem { entity_name: name, contents: observations };
        memory::add_observations(AddObservations { observations: vec![item] }).await?;
    } else {
        let item = CreateEntitiesEntitiesItem { name, entity_type: "bookmark".to_owned(), observations };
        memory::create_entities(CreateEntities { entities: vec![item] }).await?;
    }
    Ok(())
}

/// Parses the log, newest commit first, as the server lists them.
fn commits(log: &str) -> Vec<Commit<'_>> {
    let mut lines = log.lines();
    let mut next = move || {
        let id = lines.find_map(|line| line.strip_prefix("Commit: "))?;
        let message = lines.find_map(|line| line.strip_prefix("Message: "))?;
        Some(Commit { id: unquoted(id), message: unquoted(message) })
    };
    std::iter::from_fn(move || next()).collect()
}

fn unquoted(text: &str) -> &str {
    text.trim_matches('\'')
}
