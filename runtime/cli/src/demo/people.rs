//! The server `people`: who works where, and who is on call.

use callbox::{CatalogBuilder, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::data::{PEOPLE, TEAMS};

const SERVER: &str = "people";
const FOUND_MAX: usize = 10;

/// Adds the server's tools.
pub(super) fn add(builder: CatalogBuilder) -> CatalogBuilder {
    builder
        .function(SERVER, "list_teams", "Lists the teams with the services they own.", list_teams)
        .function(SERVER, "get_person", "Gets a person by login.", get_person)
        .function(SERVER, "search_people", "Finds people by part of their name, role or team.", search_people)
        .function(SERVER, "on_call", "Says who is on call for a team. Fails for a team without a rota.", on_call)
}

/// One team.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(super) struct Team {
    /// The team's name.
    pub(super) name: &'static str,
    /// Login of the person who leads it.
    pub(super) lead: &'static str,
    /// The services it owns.
    pub(super) services: &'static [&'static str],
    #[serde(skip)]
    pub(super) on_call: Option<&'static str>,
}

/// One person.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(super) struct Person {
    /// Short name, unique.
    pub(super) login: &'static str,
    /// Full name.
    pub(super) name: &'static str,
    /// What the person does.
    pub(super) role: &'static str,
    /// Name of the person's team.
    pub(super) team: &'static str,
    /// Where the person works.
    pub(super) city: &'static str,
    /// Email address.
    pub(super) email: &'static str,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoArguments {}

/// The teams.
#[derive(Serialize, JsonSchema)]
struct TeamList {
    /// All teams, by name.
    teams: &'static [Team],
}

async fn list_teams(_: NoArguments) -> Result<TeamList, ToolError> {
    Ok(TeamList { teams: TEAMS })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    /// The person's short name.
    login: String,
}

async fn get_person(args: Login) -> Result<Person, ToolError> {
    let found = PEOPLE.iter().find(|person| person.login == args.login).copied();
    found.ok_or_else(|| ToolError::failed(format!("nobody has the login `{}`", args.login)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Search {
    /// Part of a name, role or team; case does not matter.
    #[schemars(length(min = 1))]
    query: String,
}

/// The people found.
#[derive(Serialize, JsonSchema)]
struct Found {
    /// At most 10, by login.
    people: Vec<Person>,
}

async fn search_people(args: Search) -> Result<Found, ToolError> {
    let query = args.query.to_lowercase();
    let wanted = |person: &&Person| {
        [person.name, person.role, person.team].iter().any(|text| text.to_lowercase().contains(&query))
    };
    Ok(Found { people: PEOPLE.iter().filter(wanted).take(FOUND_MAX).copied().collect() })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TeamName {
    /// The team's name.
    team: String,
}

/// Who is on call.
#[derive(Serialize, JsonSchema)]
struct OnCall {
    /// The team's name.
    team: &'static str,
    /// Login of the person on call.
    login: &'static str,
}

async fn on_call(args: TeamName) -> Result<OnCall, ToolError> {
    let Some(team) = TEAMS.iter().find(|team| team.name == args.team) else {
        return Err(ToolError::failed(format!("there is no team `{}`", args.team)));
    };
    let login = team.on_call.ok_or_else(|| ToolError::failed(format!("team `{}` has no rota", team.name)))?;
    Ok(OnCall { team: team.name, login })
}
