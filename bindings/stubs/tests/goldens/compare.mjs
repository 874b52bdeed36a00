// Compares our types, taken from the golden files, with those of npm json-schema-to-typescript and
// writes ../../COMPARISON.md, which says how to run this. Reads golden files and runs the compiler;
// independent of how our types are generated. `--check` only checks that the file is up to date.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const here = import.meta.dirname;
const installed = process.env.CALLBOX_TEST_SERVERS ?? join(process.env.CARGO_TARGET_DIR ?? join(here, "../../../../target"), "test-servers");
const { resolve } = createRequire(join(installed, "package.json"));
const { compile } = await import(pathToFileURL(resolve("json-schema-to-typescript")));
const version = (name) => JSON.parse(readFileSync(join(installed, "node_modules", name, "package.json"))).version;

function read(file) {
  const text = readFileSync(join(here, file), "utf8");
  const block = (heading) => text.split(`\n## ${heading}\n\n`)[1]?.split(/^```$/m)[0].replace(/^```\w+\n/, "") ?? "";
  const values = (heading) => block(heading).split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const wrong = ["Refused", "Refused when written out", "Allowed by the type, not by the schema"];
  const tool = JSON.parse(block("Tool"));
  const schema = tool.outputSchema ?? tool.inputSchema;
  return {
    file,
    title: text.match(/^# (.*)/)[1],
    tool,
    schema,
    wraps: schema?.["x-fastmcp-wrap-result"] === true,
    valid: values("Valid"),
    invalid: wrong.flatMap(values),
    text: block("TypeScript"),
  };
}

function ours(golden) {
  const method = "(typeof tools.s)[keyof typeof tools.s]";
  const wanted = golden.tool.outputSchema ? `Awaited<ReturnType<${method}>>` : `Parameters<${method}>[0]`;
  return { shown: golden.text, text: `${golden.text.replace(/^declare const tools/m, "export $&")}\nexport type Wanted = ${wanted};` };
}

const OFFLINE = { resolve: { http: false, file: false } };

async function theirs(golden, options) {
  try {
    // The mark names the whole schema's type, whatever its title is.
    const schema = { ...structuredClone(golden.schema), "x-whole": true };
    const customName = (part) => (part["x-whole"] ? "Whole" : undefined);
    const shown = await compile(schema, "Whole", { ...options, $refOptions: OFFLINE, bannerComment: "", customName });
    return { shown, text: `${shown}\nexport type Wanted = Whole${golden.wraps ? '["result"]' : ""};` };
  } catch (error) {
    return { failed: String(error.message).split("\n")[0] };
  }
}

// Checks whether each type allows each value, by the value's exact type, so that the check of fresh
// literals does not apply. A mark keeps objects from being refused for having no property in common
// with a type whose properties are all optional. Same method as in ../soundness/compiler.rs.
function judge(goldens) {
  const lines = [
    "export {};",
    'type Marked = { "a mark"?: never };',
    "type Open<T> = T extends Function ? T : T extends readonly unknown[] ? { [K in keyof T]: Open<T[K]> } : T extends object ? { [K in keyof T]: Open<T[K]> } & Marked : T;",
  ];
  const owners = [null, null, null];
  const add = (text, owner) => {
    lines.push(text);
    // The compiler counts all of these as line ends, even in comments.
    for (const _ of text.split(/\r\n|[\n\r\u2028\u2029]/)) owners.push(owner);
  };
  goldens.forEach((golden, index) =>
    golden.results.forEach((result, which) => {
      if (result.failed) return;
      result.errors = [];
      const name = `golden${index}_${which}`;
      add(`namespace ${name} {\n${result.text}\n}`, { result });
      for (const key of ["valid", "invalid"]) {
        result[key] = golden[key].map((value) => ({ value, refused: false }));
        for (const answer of result[key]) add(`void (null! as ${exact(answer.value)} satisfies Open<${name}.Wanted>);`, { answer });
      }
    }),
  );
  for (const [line, message] of errors(lines.join("\n"))) {
    const owner = owners[line - 1];
    if (message.includes("TS2589") || !owner) throw new Error(message);
    if (owner.answer) owner.answer.refused = true;
    else owner.result.errors.push(message);
  }
}

function errors(program) {
  const folder = mkdtempSync(join(tmpdir(), "callbox-compare-"));
  writeFileSync(join(folder, "program.ts"), program);
  const options = ["--strict", "--noEmit", "--pretty", "false", "--target", "es2023", "--types", "", "program.ts"];
  const { stdout } = spawnSync(join(installed, "node_modules/.bin/tsc"), options, { cwd: folder, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return [...stdout.matchAll(/^program\.ts\((\d+),\d+\): error (.*)$/gm)].map((found) => [Number(found[1]), found[2]]);
}

function exact(value) {
  if (Array.isArray(value)) return `[${value.map(exact).join(", ")}]`;
  if (value === null || typeof value !== "object") return literal(value);
  const fields = Object.entries(value).map(([name, field]) => `${literal(name)}: ${exact(field)}`);
  return `{ ${['"a mark": never', ...fields].join("; ")} }`;
}

function literal(value) {
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function refused(answers) {
  return answers.filter((answer) => answer.refused).length;
}

function sound(result) {
  return !result.failed && result.errors.length === 0 && refused(result.valid) === 0;
}

// A type is right if it compiles and refuses no valid value; of two such, the one that refuses more others.
function verdict(our, their) {
  if (sound(our) !== sound(their)) return sound(our) ? "ours" : "theirs";
  if (!sound(our)) return "neither";
  const more = refused(our.invalid) - refused(their.invalid);
  return more === 0 ? "both" : more > 0 ? "ours" : "theirs";
}

function cell(result) {
  if (result.failed) return "no type";
  const counts = `${refused(result.valid)}/${result.valid.length} · ${refused(result.invalid)}/${result.invalid.length}`;
  return result.errors.length ? `${counts}, does not compile` : counts;
}

// What a schema says besides types, one line each. Lengths of lists are omitted: types express them.
const WORDS = ["description", "default", "examples", "deprecated", "format", "pattern", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minProperties", "maxProperties", "uniqueItems", "contentEncoding", "contentMediaType"];
const MAPS = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];
const VALUES = ["const", "enum", "default", "examples", "x-whole"];

function words(schema) {
  if (Array.isArray(schema)) return schema.flatMap(words);
  if (schema === null || typeof schema !== "object") return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (WORDS.includes(key)) return [said(key, value)];
    if (VALUES.includes(key)) return [];
    return MAPS.includes(key) ? Object.values(value).flatMap(words) : words(value);
  });
}

function said(key, value) {
  if (key === "description") return value.split("\n")[0];
  if (value === true) return `@${key}`;
  return `${key} ${typeof value === "string" && key !== "default" ? value : JSON.stringify(value)}`;
}

// Either side may separate the characters that would end a comment.
function worded(golden, result) {
  const all = words(golden.schema);
  const plain = (text) => text.replace(/\\/g, "").replace(/\* ?\//g, "*/").replace(/@ ?ts-/g, "@ts-");
  const found = all.filter((line) => plain(result.shown ?? "").includes(plain(line)));
  return [found.length, all.length];
}

function report(goldens) {
  const judged = goldens.filter((golden) => golden.valid.length + golden.invalid.length > 0);
  for (const golden of judged) golden.right = verdict(golden.results[0], golden.results[1]);
  const right = ["both", "ours", "theirs", "neither"].map((who) => `${who} ${judged.filter((golden) => golden.right === who).length}`);
  const other = judged.filter(({ results }) => cell(results[1]) !== cell(results[2])).map((golden) => golden.title);
  const apart = judged.filter((golden) => golden.right !== "both");
  return `# Side by side with json-schema-to-typescript

Written by \`tests/goldens/compare.mjs\` over the ${judged.length} golden cases that have values. To repeat it, in the
repository's root, with node 20 or later:

\`\`\`sh
bash tests/setup/install-servers.sh && node bindings/stubs/tests/goldens/compare.mjs
\`\`\`

The cases are ours, one for each construct that we mean to get right. A cell has **valid values refused**
of all (anything but 0 is wrong) · **invalid values refused** of all (more is better, but no type says a
bound or a pattern) · **words said** of all (descriptions, defaults, examples and constraints that the
text repeats). \`cargo test --test goldens\` has the \`jsonschema\` crate judge the values. TypeScript
${version("typescript")} is asked of each by its exact type, without the check that literals have no further
properties, the same way for both.

*Theirs* is json-schema-to-typescript ${version("json-schema-to-typescript")} with its defaults. It was made for draft-04. Its option
\`strictIndexSignatures\` changes ${other.length === 0 ? "no cell" : `the cells of ${other.join(", ")}`}. *Right* is who gives a type that compiles and
refuses no valid value; of two such, who refuses more invalid ones. Words do not count for it.

| case | ours | theirs | right |
|---|---|---|---|
${judged.map(row).join("\n")}
| **all** | ${total(judged, 0)} | ${total(judged, 1)} | ${right.join(", ")} |

## Where the types differ

${apart.map(details).join("\n\n")}
`;
}

function row(golden) {
  const [our, their] = golden.results;
  const words = (result) => {
    const [found, all] = worded(golden, result);
    return all === 0 ? "" : ` · ${found}/${all}`;
  };
  return `| [${golden.title}](tests/goldens/${golden.file}) | ${cell(our)}${words(our)} | ${cell(their)}${words(their)} | ${golden.right} |`;
}

function total(goldens, which) {
  const count = (key) => goldens.reduce((sum, golden) => sum + refused(golden.results[which][key] ?? []), 0);
  const all = (key) => goldens.reduce((sum, golden) => sum + golden[key].length, 0);
  const words = (part) => goldens.reduce((sum, golden) => sum + worded(golden, golden.results[which])[part], 0);
  return `${count("valid")}/${all("valid")} · ${count("invalid")}/${all("invalid")} · ${words(0)}/${words(1)}`;
}

function details({ title, results: [our, their] }) {
  const faults = [...faultsOf("Ours", our), ...faultsOf("Theirs", their)].join("\n");
  return `### ${title}\n\n${faults}\n\nOurs:\n\n${block(our)}\n\nTheirs:\n\n${block(their)}`;
}

function block(result) {
  return result.failed ? `No type, but an error: \`${result.failed}\`` : `\`\`\`ts\n${result.shown.trim()}\n\`\`\``;
}

function faultsOf(name, result) {
  if (result.failed) return [];
  const listed = (answers) => answers.map((answer) => `\`${JSON.stringify(answer.value)}\``).join(", ");
  const faults = [
    ["does not compile", result.errors.map((error) => `\`${error}\``).join(", ")],
    ["refuses valid", listed(result.valid.filter((answer) => answer.refused))],
    ["allows invalid", listed(result.invalid.filter((answer) => !answer.refused))],
  ];
  return faults.filter(([, values]) => values).map(([what, values]) => `- ${name} ${what}: ${values}`);
}

const GENERATORS = [ours, (golden) => theirs(golden, {}), (golden) => theirs(golden, { strictIndexSignatures: true })];

const goldens = readdirSync(here).filter((file) => file.endsWith(".md")).sort().map(read);
for (const golden of goldens) {
  golden.results = [];
  for (const generator of GENERATORS) golden.results.push(await generator(golden));
}
judge(goldens);
const written = join(here, "../../COMPARISON.md");
if (!process.argv.includes("--check")) writeFileSync(written, report(goldens));
else if (readFileSync(written, "utf8") !== report(goldens)) throw "COMPARISON.md is out of date; compare.mjs rewrites it";
