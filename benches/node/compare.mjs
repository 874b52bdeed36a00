// Times the scripts of ../scripts in callbox, in node's `vm`, in quickjs-emscripten and, if it could be built, in isolated-vm
// (V8), alternately, so that a machine of varying speed affects all alike; results are checked. Each run gets a fresh
// context, as in callbox, and in isolated-vm a fresh isolate with limits on memory and time. Prints the median over the
// rounds of each round's median, in milliseconds, and of callbox's divided by quickjs-emscripten's in that round. Usage:
//     npm ci && npm rebuild isolated-vm --nodedir=/usr     # if /usr/include/node has this node's headers
//     node --no-node-snapshot compare.mjs FOLDER [ROUNDS]  # FOLDER contains `script`, e.g. ../../target/release
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { performance } from "node:perf_hooks";
import vm from "node:vm";
import { getQuickJS } from "quickjs-emscripten";

const folder = new URL("../scripts/", import.meta.url);
const quickjs = await getQuickJS();
const ivm = await import("isolated-vm").then(module => module.default, () => null);

const row = i => ({ id: i, name: `name of row ${i}`, active: i % 2 === 0, score: i / 3, tags: ["alpha", "beta"], note: null });
const issue = i => ({
  number: i,
  label: ["bug", "docs", "feature"][i % 3],
  state: Math.floor(i / 3) % 3 === 0 ? "open" : "closed",
  title: `issue ${i}`,
});
const range = (n, f) => Array.from({ length: n }, (_, i) => f(i));
const inputs = {
  lines: () => range(10_000, i => `line ${i};`.padEnd(104) + "\n").join(""),
  json: () => JSON.stringify(range(10_000, row)),
  issues: () => range(1_000, issue),
};

async function inVm(source, input) {
  const context = vm.createContext({});
  const script = new vm.Script(`(async input => {\n${source}\n})`);
  const value = await script.runInContext(context)(vm.runInContext(`(${JSON.stringify(input ?? null)})`, context));
  return JSON.stringify(value);
}

function inQuickJs(source, input) {
  const context = quickjs.newContext();
  try {
    const code = `(async input => {\n${source}\n})(JSON.parse(${JSON.stringify(JSON.stringify(input ?? null))})).then(v => { globalThis.answer = JSON.stringify(v); })`;
    context.unwrapResult(context.evalCode(code)).dispose();
    const jobs = context.runtime.executePendingJobs();
    context.unwrapResult(jobs);
    const handle = context.getProp(context.global, "answer");
    const answer = context.getString(handle);
    handle.dispose();
    return answer;
  } finally {
    context.dispose();
  }
}

async function inIsolate(source, input) {
  const isolate = new ivm.Isolate({ memoryLimit: 128 });
  try {
    const context = await isolate.createContext();
    const code = `(async input => JSON.stringify(await (async input => {\n${source}\n})(input)))(JSON.parse(${JSON.stringify(JSON.stringify(input ?? null))}))`;
    return await context.eval(code, { promise: true, timeout: 30_000 });
  } finally {
    isolate.dispose();
  }
}

const ROUND_MS = 400;
const RUNS_MIN = 5;

const middle = numbers => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function roundMs(run, expected, name) {
  const times = [];
  const until = performance.now() + ROUND_MS;
  while (times.length < RUNS_MIN || performance.now() < until) {
    const began = performance.now();
    const answer = await run();
    times.push(performance.now() - began);
    if (answer !== expected) throw new Error(`${name}: ${answer} instead of ${expected}`);
  }
  return middle(times);
}

const [programs, rounds = "5"] = process.argv.slice(2);
const inCallbox = (name, engine) => Number(execFileSync(`${programs}/script`, [name, engine, String(ROUND_MS)], { encoding: "utf8" }));

for (const file of readdirSync(folder).sort()) {
  const source = readFileSync(new URL(file, folder), "utf8");
  const header = key => source.match(new RegExp(`^// ${key}: (.*)$`, "m"))?.[1];
  const expected = JSON.stringify(JSON.parse(header("expect")));
  const input = inputs[header("input")]?.();
  const name = file.replace(/\.js$/, "");
  const sides = {
    "callbox quickjs": () => inCallbox(name, "quickjs"),
    "quickjs-emscripten": () => roundMs(() => inQuickJs(source, input), expected, name),
    "callbox boa": () => inCallbox(name, "boa"),
    "node vm": () => roundMs(() => inVm(source, input), expected, name),
    ...(ivm && { "isolated-vm": () => roundMs(() => inIsolate(source, input), expected, name) }),
  };
  const times = Object.fromEntries(Object.keys(sides).map(side => [side, []]));
  for (let round = 0; round < Number(rounds); round++) {
    for (const [side, measure] of Object.entries(sides)) times[side].push(await measure());
  }
  const ratios = times["callbox quickjs"].map((ms, round) => ms / times["quickjs-emscripten"][round]);
  const medians = Object.entries(times).map(([side, all]) => `${side} ${middle([...all]).toPrecision(3)}`);
  console.log(`${name}: ${medians.join(", ")}; callbox by quickjs-emscripten ${middle(ratios).toFixed(2)}`);
}
