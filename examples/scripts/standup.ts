// Servers: git, filesystem, time, memory.
// Reports what happened in a repository since this script last ran, and remembers where it stopped.
//
//   callbox run examples/scripts/standup.ts --config examples/mcp.json --arg zone=Europe/Lisbon

const repo_path: string = input?.repo ?? ".";
const memory_name = `standup of ${repo_path}`;

// The four calls run concurrently.
const [now, log, listing, graph] = await Promise.all([
  tools.time.get_current_time({ timezone: input?.zone ?? "Etc/UTC" }),
  tools.git.git_log({ repo_path, max_count: 50 }),
  tools.filesystem.list_directory({ path: repo_path }),
  tools.memory.open_nodes({ names: [memory_name] }),
]);

const commits = [...(log as string).matchAll(/^Commit: '?([0-9a-f]{40})[^]*?^Message: '?(.*?)'?$/gm)]
  .map(([, id, message]) => ({ id, message }));
const known = graph.entities[0]?.observations.at(-1)?.split(" ")[0];
const seen = commits.findIndex(({ id }) => id === known);
const fresh = seen < 0 ? commits : commits.slice(0, seen);

// Write only when there is something new, so a second run changes nothing.
if (fresh.length > 0) {
  const observation = `${fresh[0].id} ${now.datetime}`;
  if (graph.entities.length === 0) {
    const entity = { name: memory_name, entityType: "bookmark", observations: [observation] };
    await tools.memory.create_entities({ entities: [entity] });
  } else {
    await tools.memory.add_observations({ observations: [{ entityName: memory_name, contents: [observation] }] });
  }
}

const entries = listing.content.split("\n").length;
const head = `${now.day_of_week}, ${fresh.length} new commits in a folder of ${entries} entries`;
return [head, ...fresh.slice(0, 10).map(({ id, message }) => `${id.slice(0, 8)} ${message}`)].join("\n");
