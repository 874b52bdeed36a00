// Holds our types (as the golden files have them) beside those of npm json-schema-to-typescript and
// writes ../../COMPARISON.md, whose head says how to run this. Reads golden files and asks the
// compiler; knows nothing of how our types are made.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const here = import.meta.dirname;
const installed = process.env.CALLBOX_TEST_SERVERS ?? join(process.env.CARGO_TARGET_DIR ?? join(here, "../../../target"), "test-servers");
const { resolve } = createRequire(join(installed, "package.json"));
const { compile } = await import(pathToFileURL(resolve("json-schema-to-typescript")));
const version = (name) => JSON.parse(readFileSync(join(installed, "node_modules", name, "package.json"))).version;

// Its own defaults, and the options that suit the question best: index signatures that the strict
// compiler takes beside optional properties. Neither fetches anything.
const OFFLINE = { bannerComment: "", $refOptions: { resolve: { http: false, file: false } } };
const GENERATORS = [
  { name: "ours", declare: ours },
  { name: "theirs", declare: (golden) => theirs(golden, {}) },
  { name: "theirs, best options", declare: (golden) => theirs(golden, { strictIndexSignatures: true, additionalProperties: false }) },
];

const goldens = readdirSync(here).filter((file) => file.endsWith(".md")).sort().map(read);
for (const golden of goldens) {
  golden.results = [];
  for (const generator of GENERATORS) golden.results.push(await generator.declare(golden));
}
judge(goldens);
writeFileSync(join(here, "../../COMPARISON.md"), report(goldens));

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

async function theirs(golden, options) {
  try {
    // The mark names the whole schema's type, whatever its title is.
    const schema = { ...structuredClone(golden.schema), "x-whole": true };
    const customName = (part) => (part["x-whole"] ? "Whole" : undefined);
    const shown = await compile(schema, "Whole", { ...OFFLINE, ...options, customName });
    return { shown, text: `${shown}\nexport type Wanted = Whole${golden.wraps ? '["result"]' : ""};` };
  } catch (error) {
    return { failed: String(error.message).split("\n")[0] };
  }
}

// Asks of every value whether each type allows it, by the value's exact type, so that no check of
// fresh literals comes in. A mark keeps objects from being refused for having no property in common
// with a type whose properties are all optional. The same as in ../soundness/compiler.rs.
function judge(goldens) {
  const lines = [
    "export {};",
    'type Marked = { "a mark"?: never };',
    "type Open<T> = T extends Function ? T : T extends readonly unknown[] ? { [K in keyof T]: Open<T[K]> } : T extends object ? { [K in keyof T]: Open<T[K]> } & Marked : T;",
  ];
  const owners = [null, null, null];
  const add = (text, owner) => {
    lines.push(text);
    // The compiler counts these as line ends too, in comments as well.
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

// Right is who compiles and refuses no valid value; of two such, who refuses more of the others.
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

function report(goldens) {
  const judged = goldens.filter((golden) => golden.valid.length + golden.invalid.length > 0);
  const rows = judged.map((golden) => {
    const [our, plain, best] = golden.results;
    const right = [verdict(our, plain), verdict(our, best)];
    golden.right = right;
    const who = right[0] === right[1] ? right[0] : `${right[0]}; ${right[1]} with best options`;
    return `| [${golden.title}](tests/goldens/${golden.file}) | ${cell(our)} | ${cell(plain)} | ${cell(best)} | ${who} |`;
  });
  const sum = (which) => {
    const results = judged.map((golden) => golden.results[which]).filter((result) => !result.failed);
    const count = (key) => [results.flatMap((result) => result[key]).filter((answer) => answer.refused).length, judged.flatMap((golden) => golden[key]).length].join("/");
    return `${count("valid")} · ${count("invalid")}`;
  };
  const tally = (index) => ["both", "ours", "theirs", "neither"].map((who) => `${who} ${judged.filter((golden) => golden.right[index] === who).length}`).join(", ");
  const apart = judged.filter((golden) => golden.right.some((who) => who !== "both"));
  return `# Side by side with json-schema-to-typescript

Written by \`tests/goldens/compare.mjs\` over the ${judged.length} golden cases with values; to repeat it:

\`\`\`sh
bash tests/setup/install-servers.sh && node bindings/tests/goldens/compare.mjs
\`\`\`

Each cell: **valid values refused** of all (anything but 0 is wrong) · **invalid values refused** of all
(more is better; no type can say a bound or a pattern). The values are judged by the \`jsonschema\` crate
when the goldens are tested, and asked of TypeScript ${version("typescript")} by their exact types, without the check
that literals have no further properties, the same way for both. *Theirs* is json-schema-to-typescript
${version("json-schema-to-typescript")} with its defaults, which read every schema as draft-04 and fetch nothing here;
*best options* adds \`strictIndexSignatures\` and leaves \`unreachableDefinitions\` off. Right is who gives a
type that compiles and refuses no valid value; of two such, who refuses more invalid ones.

In all: ours ${sum(0)}; theirs ${sum(1)}; theirs with best options ${sum(2)}.
Right by defaults: ${tally(0)}; against best options: ${tally(1)}.

| case | ours | theirs | theirs, best options | right |
|---|---|---|---|---|
${rows.join("\n")}

## Where they differ

${apart.map(details).join("\n\n")}
`;
}

function details(golden) {
  const [our, plain] = golden.results;
  const block = (result) => (result.failed ? `No type: ${result.failed}` : `\`\`\`ts\n${result.shown.trim()}\n\`\`\``);
  const wrong = (name, result) => {
    if (result.failed) return [];
    const listed = (answers) => answers.map((answer) => `\`${JSON.stringify(answer.value)}\``).join(", ");
    const lines = [
      [`${name} does not compile: `, result.errors.map((error) => `\`${error}\``).join(", ")],
      [`${name} refuses valid: `, listed(result.valid.filter((answer) => answer.refused))],
      [`${name} allows invalid: `, listed(result.invalid.filter((answer) => !answer.refused))],
    ];
    return lines.filter(([, said]) => said).map((line) => `- ${line.join("")}`);
  };
  const said = [...wrong("Ours", our), ...wrong("Theirs", plain)].join("\n");
  return `### ${golden.title}\n\n${said}\n\nOurs:\n\n${block(our)}\n\nTheirs, by defaults:\n\n${block(plain)}`;
}
