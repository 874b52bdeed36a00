// Runs programs for the differential runner: reads lines of JSON with the program, the factor for its time limit, and
// whether to strip its types; writes how it ended as a line of JSON.
import * as module from 'node:module';
import { createInterface } from 'node:readline';
import { types } from 'node:util';
import { constants, createContext, Script } from 'node:vm';

const TIME_MS = 1000;
// What node has and callbox does not.
const ABSENT = ['Intl', 'WebAssembly', 'console'];

process.on('unhandledRejection', () => {});
process.on('warning', () => {});

// Without traps on the global object, if node supports that: with traps, strict code can assign to undeclared names.
const context = () => createContext(constants?.DONT_CONTEXTIFY ?? {}, { microtaskMode: 'afterEvaluate' });

const compiled = (text, typed) => {
  const wrapped = `(async () => { "use strict";\n${text}\n})().then(value => $done(value), error => $failed(error))`;
  return new Script(typed ? module.stripTypeScriptTypes(wrapped, { mode: 'transform' }) : wrapped);
};

const name = error => {
  try {
    if (!types.isNativeError(error)) return '';
    return typeof error.name === 'string' ? error.name : 'Error';
  } catch {
    return 'Error';
  }
};

const ended = (text, times, typed) => {
  let script;
  try {
    script = compiled(text, typed);
  } catch {
    return { kind: 'rejected' };
  }
  let end = { kind: 'threw', name: 'deadlock' };
  const realm = context();
  const $done = value => { end = { kind: 'returned', value }; };
  const $failed = error => { end = { kind: 'threw', name: name(error) }; };
  try {
    const global = new Script('globalThis').runInContext(realm);
    ABSENT.forEach(name => delete global[name]);
    Object.assign(global, { $done, $failed });
    script.runInContext(realm, { timeout: TIME_MS * times });
  } catch (error) {
    if (error?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return { kind: 'stopped', name: 'time' };
    return { kind: 'threw', name: name(error) };
  }
  return end;
};

createInterface({ input: process.stdin }).on('line', line => {
  process.stdout.write(`${JSON.stringify(ended(...JSON.parse(line)))}\n`);
});
