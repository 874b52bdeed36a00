// Servers: git.
// Which files changed in most of the latest commits?
//
//   callbox run examples/scripts/churn.ts --config examples/mcp.json --arg commits=30

const repo_path: string = input?.repo ?? ".";
const log = (await tools.git.git_log({ repo_path, max_count: Number(input?.commits ?? 20) })) as string;
const revisions = [...log.matchAll(/^Commit: '?([0-9a-f]{40})/gm)].map(match => match[1]);

const shown = await Promise.all(revisions.map(revision => tools.git.git_show({ repo_path, revision })));
const patches = shown as string[];

const changes = new Map<string, number>();
for (const patch of patches) {
  const files = new Set([...patch.matchAll(/^\+\+\+ b\/(.+)$/gm)].map(match => match[1]));
  for (const file of files) changes.set(file, (changes.get(file) ?? 0) + 1);
}
const ranked = [...changes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, 10);
return ranked.map(([file, count]) => `${count} of ${revisions.length}  ${file}`).join("\n");
