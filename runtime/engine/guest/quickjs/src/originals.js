// Functions that inspect objects with built-ins that no script has changed yet. Evaluated once, at boot.
(() => {
  const { apply, getOwnPropertyDescriptor: descriptor, getPrototypeOf: prototype, setPrototypeOf } = Reflect;
  // An array without a prototype, so that no index is looked up in a prototype that a script has changed.
  const list = () => {
    const empty = [];
    setPrototypeOf(empty, null);
    return empty;
  };
  const getter = (object, name) => descriptor(object, name).get;
  const { getTime } = Date.prototype;
  const { forEach: forEachEntry } = Map.prototype;
  const { forEach: forEachValue } = Set.prototype;
  const typedArrayLength = getter(prototype(Uint8Array.prototype), 'length');
  const stack = getter(Error.prototype, 'stack');
  const source = getter(RegExp.prototype, 'source');
  const flags = [
    ['d', getter(RegExp.prototype, 'hasIndices')],
    ['g', getter(RegExp.prototype, 'global')],
    ['i', getter(RegExp.prototype, 'ignoreCase')],
    ['m', getter(RegExp.prototype, 'multiline')],
    ['s', getter(RegExp.prototype, 'dotAll')],
    ['u', getter(RegExp.prototype, 'unicode')],
    ['v', getter(RegExp.prototype, 'unicodeSets')],
    ['y', getter(RegExp.prototype, 'sticky')],
  ];
  const primitives = [Number, String, Boolean, Symbol, BigInt];
  const valuesOf = [];
  for (let at = 0; at < primitives.length; at++) valuesOf[at] = primitives[at].prototype.valueOf;

  const regexpText = regexp => {
    let text = `/${apply(source, regexp, [])}/`;
    for (let at = 0; at < flags.length; at++) if (apply(flags[at][1], regexp, [])) text += flags[at][0];
    return text;
  };
  const mapEntries = map => {
    const flat = list();
    let count = 0;
    apply(forEachEntry, map, [(value, key) => { flat[count++] = key; flat[count++] = value; }]);
    return flat;
  };
  const setValues = set => {
    const values = list();
    let count = 0;
    apply(forEachValue, set, [value => { values[count++] = value; }]);
    return values;
  };
  const unboxed = boxed => {
    for (let at = 0; at < valuesOf.length; at++) {
      try {
        return apply(valuesOf[at], boxed, []);
      } catch {}
    }
  };

  return {
    error: Error,
    typeError: TypeError,
    stack: error => apply(stack, error, []),
    dateMs: date => apply(getTime, date, []),
    typedArrayLength: array => apply(typedArrayLength, array, []),
    bigintText: String,
    symbolText: symbol => String(symbol),
    regexpText,
    mapEntries,
    setValues,
    unboxed,
    // Sample objects of each class, by the guest's name for it.
    samples: {
      Error: [new Error(), new DOMException()],
      Promise: [Promise.resolve()],
      Date: [new Date(0)],
      RegExp: [/./],
      Map: [new Map()],
      Set: [new Set()],
      TypedArray: [
        new Uint8ClampedArray(), new Int8Array(), new Uint8Array(), new Int16Array(), new Uint16Array(),
        new Int32Array(), new Uint32Array(), new BigInt64Array(), new BigUint64Array(), new Float16Array(),
        new Float32Array(), new Float64Array(),
      ],
      Boxed: [Object(0), Object(''), Object(true), Object(Symbol()), Object(0n)],
      ArrayBuffer: [new ArrayBuffer()],
      SharedArrayBuffer: typeof SharedArrayBuffer === 'function' ? [new SharedArrayBuffer()] : [],
      DataView: [new DataView(new ArrayBuffer())],
      WeakMap: [new WeakMap()],
      WeakSet: [new WeakSet()],
      WeakRef: [new WeakRef({})],
      FinalizationRegistry: [new FinalizationRegistry(() => {})],
      RawJson: [JSON.rawJSON('0')],
      Array: [[]],
    },
  };
})()
