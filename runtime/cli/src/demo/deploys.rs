//! The server `deploys`: which version of which service was live when.

use callbox::{CatalogBuilder, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    data::{DEPLOYMENTS, Release, TEAMS},
    minute::Minute,
};

const SERVER: &str = "deploys";
const LIST_LENGTH: u32 = 10;

/// Adds the server's tools.
pub(super) fn add(builder: CatalogBuilder) -> CatalogBuilder {
    builder
        .function(SERVER, "list_services", "Lists the services with the team that owns each.", list_services)
        .function(SERVER, "list_deployments", "Lists a service's deployments, newest first.", list_deployments)
        .function(SERVER, "get_deployment", "Gets one deployment with its changes.", get_deployment)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoArguments {}

/// One service.
#[derive(Serialize, JsonSchema)]
struct Service {
    /// The service's name.
    name: &'static str,
    /// Name of the team that owns it.
    team: &'static str,
}

/// The services.
#[derive(Serialize, JsonSchema)]
struct ServiceList {
    /// All services, by team.
    services: Vec<Service>,
}

async fn list_services(_: NoArguments) -> Result<ServiceList, ToolError> {
    let owned = TEAMS.iter().flat_map(|team| team.services.iter().map(|name| Service { name, team: team.name }));
    Ok(ServiceList { services: owned.collect() })
}

/// How a deployment ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum DeploymentState {
    Live,
    Replaced,
    RolledBack,
}

/// One deployment.
#[derive(Serialize, JsonSchema)]
struct Deployment {
    /// The deployment's number.
    id: u32,
    /// The service's name.
    service: &'static str,
    /// The version that went live.
    version: &'static str,
    /// Login of the person who deployed it.
    author: &'static str,
    /// Whether it is still live, and if not, why.
    state: DeploymentState,
    /// When it went live.
    live_from: Minute,
    /// When another version replaced it; absent while it is live.
    #[serde(skip_serializing_if = "Option::is_none")]
    live_until: Option<Minute>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListDeployments {
    /// The service's name.
    service: String,
    /// Only deployments in this state.
    state: Option<DeploymentState>,
    /// Maximum number of deployments; 10 by default.
    #[schemars(range(min = 1, max = 50))]
    limit: Option<u32>,
}

/// Deployments of a service.
#[derive(Serialize, JsonSchema)]
struct DeploymentList {
    /// The deployments, newest first.
    deployments: Vec<Deployment>,
}

async fn list_deployments(args: ListDeployments) -> Result<DeploymentList, ToolError> {
    require_service(&args.service)?;
    let releases = DEPLOYMENTS.iter().rev().filter(|release| release.service == args.service);
    let wanted = releases.map(deployment).filter(|found| args.state.is_none_or(|state| found.state == state));
    Ok(DeploymentList { deployments: wanted.take(args.limit.unwrap_or(LIST_LENGTH) as usize).collect() })
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeploymentId {
    /// The deployment's number.
    id: u32,
}

/// One deployment with its changes.
#[derive(Serialize, JsonSchema)]
struct WholeDeployment {
    #[serde(flatten)]
    deployment: Deployment,
    /// What changed, in one sentence.
    changes: &'static str,
}

async fn get_deployment(args: DeploymentId) -> Result<WholeDeployment, ToolError> {
    match DEPLOYMENTS.iter().find(|release| release.id == args.id) {
        Some(release) => Ok(WholeDeployment { deployment: deployment(release), changes: release.changes }),
        None => Err(ToolError::failed(format!("there is no deployment {}", args.id))),
    }
}

/// Fails for a service that no team owns, and lists the services that exist.
pub(super) fn require_service(name: &str) -> Result<(), ToolError> {
    let mut known = TEAMS.iter().flat_map(|team| team.services).copied();
    if known.clone().any(|service| service == name) {
        return Ok(());
    }
    let first = known.next().unwrap_or_default().to_owned();
    let all = known.fold(first, |all, service| format!("{all}, {service}"));
    Err(ToolError::failed(format!("there is no service `{name}`; there are: {all}")))
}

fn deployment(release: &Release) -> Deployment {
    let mut later =
        DEPLOYMENTS.iter().filter(|other| other.service == release.service && other.live_from > release.live_from);
    let live_until = later.next().map(|next| next.live_from);
    let state = match live_until {
        None => DeploymentState::Live,
        Some(_) if release.rolled_back => DeploymentState::RolledBack,
        Some(_) => DeploymentState::Replaced,
    };
    let &Release { id, service, version, author, live_from, .. } = release;
    Deployment { id, service, version, author, state, live_from, live_until }
}
