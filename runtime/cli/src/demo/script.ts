// Which services failed most after their last deployments, who can be asked, and what is known so far?

type Team = { name: string; lead: string };

// Each page names the next one, so these calls wait for each other.
async function openIncidents() {
  const issues = [];
  let cursor: string | null | undefined;
  do {
    const page = await tools.tracker.list_issues({ state: "open", limit: 15, cursor });
    issues.push(...page.issues);
    cursor = page.next_cursor;
  } while (cursor);
  return issues.filter(issue => issue.labels.includes("incident"));
}

// Errors count for the version that was live when they were logged.
async function errorsOf(service: string, team: Team) {
  const { deployments } = await tools.deploys.list_deployments({ service, limit: 4 });
  const versions = await Promise.all(deployments.map(async ({ version, live_from: from, live_until: to }) => {
    return { version, ...(await tools.logs.count_errors({ service, from, to })) };
  }));
  const worst = versions.reduce((worst, version) => (version.errors > worst.errors ? version : worst));
  return { service, team, worst, errors: versions.reduce((sum, { errors }) => sum + errors, 0) };
}

// A team without a rota makes the call fail; then its lead answers.
async function contact(team: Team): Promise<string> {
  let login = team.lead;
  try {
    login = (await tools.people.on_call({ team: team.name })).login;
  } catch (error) {
    if (!(error instanceof ToolError && error.code === "tool_failed")) throw error;
  }
  return (await tools.people.get_person({ login })).name;
}

async function lastWord(number: number): Promise<string> {
  const { comments } = await tools.tracker.list_comments({ number });
  return `\n  #${number} ${comments.at(-1)?.body ?? "No answer yet."}`;
}

const [incidents, { teams }] = await Promise.all([openIncidents(), tools.people.list_teams({})]);
const services = await Promise.all(teams.flatMap(team => team.services.map(name => errorsOf(name, team))));
services.sort((a, b) => b.errors - a.errors);

const report = await Promise.all(services.slice(0, 3).map(async ({ service, team, worst, errors }) => {
  const open = incidents.filter(issue => issue.service === service);
  const [person, words] = await Promise.all([contact(team), Promise.all(open.map(({ number }) => lastWord(number)))]);
  return `${service}: ${errors} errors, most in ${worst.version} (${worst.last_message}). Ask ${person}.${words.join("")}`;
}));
return report.join("\n");
