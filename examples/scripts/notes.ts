// Servers: filesystem.
// Where, and how often, do a folder's text files contain a marker such as TODO? The files themselves stay out of the
// answer; files that cannot be read are counted and are not fatal.
//
//   callbox run examples/scripts/notes.ts --config examples/mcp.json --input '{"glob": "**/*.md"}'

const marker: string = input?.marker ?? "TODO";
const found = await tools.filesystem.search_files({ path: input?.folder ?? ".", pattern: input?.glob ?? "**/*.rs" });
const paths: string[] = found.content.split("\n").filter(path => path.startsWith("/"));

const files = await Promise.allSettled(paths.slice(0, 200).map(async path => {
  const { content } = await tools.filesystem.read_text_file({ path });
  return { path, count: content.split(marker).length - 1 };
}));

const read = files.filter(file => file.status === "fulfilled").map(file => file.value);
const marked = read.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
return {
  marked: Object.fromEntries(marked.slice(0, 10).map(({ path, count }) => [path, count])),
  files_marked: marked.length,
  files_read: read.length,
  files_unreadable: files.length - read.length,
  files_left_out: paths.length - files.length,
};
