const $results = [];
// Implementation-defined by the standard: the name of the time zone, the text of functions, the time.
(() => {
  const { apply, construct } = Reflect;
  for (const name of ['toString', 'toTimeString']) {
    const original = Date.prototype[name];
    Date.prototype[name] = { f() { return apply(original, this, []).replace(' (Coordinated Universal Time)', ''); } }.f;
  }
  Function.prototype.toString = { f() { return 'function'; } }.f;
  Date.now = () => 1767225600000;
  globalThis.Date = new Proxy(Date, {
    construct: (date, given, made) => construct(date, given.length ? given : [Date.now()], made),
    apply: date => construct(date, [Date.now()]).toString(),
  });
  Date.prototype.constructor = Date;
})();
const $name = error => (error instanceof Error ? error.name : typeof error);
const $show = (() => {
  const { is, keys, getPrototypeOf } = Object;
  const { stringify } = JSON;
  const { isArray } = Array;
  const { isView } = ArrayBuffer;
  const text = String;
  const list = (items, show) => {
    let shown = '';
    for (let at = 0; at < items.length; at++) shown += (at ? ',' : '') + (at in items ? show(items[at]) : 'hole');
    return shown;
  };
  const show = (value, depth) => {
    if (typeof value === 'string') return stringify(value);
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number') return is(value, -0) ? '-0' : text(value);
    if (typeof value === 'function') return 'function';
    if (value === null || typeof value !== 'object') return text(value);
    if (depth > 20) return 'deep';
    const inner = one => show(one, depth + 1);
    if (isArray(value)) return `[${list(value, inner)}]`;
    if (value instanceof Error) return `error ${inner(value.name)}`;
    if (value instanceof Date) return `date ${+value}`;
    if (value instanceof RegExp) return `regexp ${inner(text(value))} at ${inner(value.lastIndex)}`;
    if (value instanceof Map) return `map {${list([...value.keys()], inner)} to ${list([...value.values()], inner)}}`;
    if (value instanceof Set) return `set {${list([...value], inner)}}`;
    if (isView(value) && 'length' in value) return `${value[Symbol.toStringTag]} [${list(value, inner)}]`;
    if (value instanceof Promise) return 'promise';
    const prefix = getPrototypeOf(value) === null ? 'null ' : '';
    const names = keys(value);
    let shown = '';
    for (let at = 0; at < names.length; at++) shown += `${at ? ',' : ''}${stringify(names[at])}:${inner(value[names[at]])}`;
    return `${prefix}{${shown}}`;
  };
  return value => show(value, 0);
})();
const $part = async work => {
  try {
    $results.push($show(await work()));
  } catch (error) {
    $results.push(`threw ${$name(error)}`);
  }
};
// For values put into a list or object that lives on: none contains itself.
const $flat = value => (typeof value === 'object' && value !== null ? $show(value) : value);
