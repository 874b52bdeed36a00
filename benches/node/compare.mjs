// The scripts of ../scripts in node's `vm` and in quickjs-emscripten, answers checked, medians printed.
// A fresh context for each run, as in callbox. Usage: npm ci && node compare.mjs
import { readFileSync, readdirSync } from "node:fs";
import { performance } from "node:perf_hooks";
import vm from "node:vm";
import { getQuickJS } from "quickjs-emscripten";

const folder = new URL("../scripts/", import.meta.url);
const quickjs = await getQuickJS();

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

async function median(run, expected, name) {
  const times = [];
  const until = performance.now() + 2_000;
  for (let i = 0; i < 5 || (performance.now() < until && i < 500); i++) {
    const began = performance.now();
    const answer = await run();
    times.push(performance.now() - began);
    if (answer !== expected) throw new Error(`${name}: ${answer} instead of ${expected}`);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

for (const file of readdirSync(folder).sort()) {
  const source = readFileSync(new URL(file, folder), "utf8");
  const header = key => source.match(new RegExp(`^// ${key}: (.*)$`, "m"))?.[1];
  const expected = JSON.stringify(JSON.parse(header("expect")));
  const input = inputs[header("input")]?.();
  const name = file.replace(/\.js$/, "");
  const vmMs = await median(() => inVm(source, input), expected, name);
  const quickjsMs = await median(() => inQuickJs(source, input), expected, name);
  console.log(`${name}: node vm ${vmMs.toFixed(3)} ms, quickjs-emscripten ${quickjsMs.toFixed(3)} ms`);
}
