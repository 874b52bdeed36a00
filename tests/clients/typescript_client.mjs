// The client of the official TypeScript SDK: lists tools, searches, runs a script, and prints the results as
// JSON. Called with `stdio COMMAND [ARGUMENT ...]` or `http URL`, then the script on standard input.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { readFileSync } from "node:fs";

const installed = createRequire(`${process.env.CALLBOX_TEST_SERVERS}/package.json`);
const load = (name) => import(pathToFileURL(installed.resolve(name)).href);
const { Client, StreamableHTTPClientTransport } = await load("@modelcontextprotocol/client");
const { StdioClientTransport } = await load("@modelcontextprotocol/client/stdio");

const [kind, ...rest] = process.argv.slice(2);
const transport = kind === "http"
  ? new StreamableHTTPClientTransport(new URL(rest[0]))
  : new StdioClientTransport({ command: rest[0], args: rest.slice(1) });
const text = (result) => result.content.filter((block) => block.type === "text").map((block) => block.text).join("");

const client = new Client({ name: "test", version: "1" });
await client.connect(transport);
const call = (name, args) => client.callTool({ name, arguments: args });
const { tools } = await client.listTools();
const found = await call("search_tools", { query: "current time" });
const ran = await call("run_script", { code: readFileSync(0, "utf8") });
const failed = await call("run_script", { code: "throw new Error('on purpose')" });
const { resources } = await client.listResources();
console.log(JSON.stringify({
  tools: tools.map((tool) => tool.name),
  found: text(found),
  value: ran.structuredContent ?? null,
  failed: [failed.isError, text(failed)],
  resources: resources.length,
}));
await client.close();
