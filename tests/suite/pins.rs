//! Pins the work of ten scripts in each frozen engine, counted in wasmtime's fuel: it is the same on every machine, so
//! that slow-downs show even where time cannot be measured.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use callbox_engine::{
    codec,
    frames::{Goal, Name, Resume, ServerNames, Settled, Start, State, Step},
};
use wasmtime::{Config, Engine, Instance, Linker, Module, OptLevel, Store};

/// By how much a script's fuel may differ from its pin. Improvements are pinned anew, or they could be lost unnoticed.
const DRIFT_PERCENT_MAX: u64 = 5;

/// `NAME FUEL`, one line per script.
fn pin_file(name: &str) -> PathBuf {
    folder().join(format!("fuel.{name}.txt"))
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("pins")
}

#[test]
fn scripts_take_no_more_fuel_in_quickjs_than_they_did() {
    they_take_what_is_pinned("quickjs");
}

#[test]
fn scripts_take_no_more_fuel_in_boa_than_they_did() {
    they_take_what_is_pinned("boa");
}

fn they_take_what_is_pinned(name: &str) {
    let pinned: BTreeMap<String, u64> = pins(&fs::read_to_string(pin_file(name)).unwrap_or_default());
    let engine = Engine::new(Config::new().consume_fuel(true).cranelift_opt_level(OptLevel::None)).expect("an engine");
    let module = Module::new(&engine, frozen(name)).expect("the frozen engine compiles");
    let used: BTreeMap<String, u64> =
        scripts().into_iter().map(|(name, text)| (name, fuel_of(&module, &text))).collect();
    if env::var_os("UPDATE_PINS").is_some() {
        let lines: String = used.iter().map(|(name, fuel)| format!("{name} {fuel}\n")).collect();
        fs::write(pin_file(name), lines).expect("the pins are written");
        return;
    }
    assert!(used.len() >= 10, "ten scripts are pinned");
    let drifted: Vec<String> = used.iter().filter_map(|(name, fuel)| drift(name, *fuel, pinned.get(name))).collect();
    assert!(drifted.is_empty(), "{}\nafter a look: UPDATE_PINS=1", drifted.join("\n"));
}

#[test]
fn a_drift_of_more_than_five_per_cent_is_told() {
    assert!(drift("script", 1_049, Some(&1_000)).is_none());
    assert!(drift("script", 1_051, Some(&1_000)).is_some());
    assert!(drift("script", 949, Some(&1_000)).is_some());
    assert!(drift("script", 1_000, None).is_some());
}

fn drift(name: &str, used: u64, pinned: Option<&u64>) -> Option<String> {
    let Some(pinned) = pinned else { return Some(format!("{name}: {used}, not pinned")) };
    let is_near = used.abs_diff(*pinned) * 100 <= pinned * DRIFT_PERCENT_MAX;
    (!is_near).then(|| format!("{name}: {used}, pinned at {pinned}"))
}

fn pins(text: &str) -> BTreeMap<String, u64> {
    let pin = |line: &str| {
        let (name, fuel) = line.split_once(' ').expect("a name and a number");
        (name.to_owned(), fuel.parse().expect("a number"))
    };
    text.lines().map(pin).collect()
}

fn scripts() -> Vec<(String, String)> {
    let files = fs::read_dir(folder()).expect("the folder of pins").map(|file| file.expect("a file").path());
    let scripts = files.filter(|path| path.extension().is_some_and(|ending| ending == "js"));
    let read = |path: PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(&path).expect("a script"))
    };
    scripts.map(read).collect()
}

/// The engine as shipped in the crate.
fn frozen(name: &str) -> Vec<u8> {
    let artefacts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/engine/artefacts");
    let (file, of_its_own) = (format!("{name}.wasm.br"), artefacts.join(name));
    let home = if of_its_own.is_dir() { of_its_own } else { artefacts };
    let packed = fs::File::open(home.join(file)).expect("the artefact");
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut brotli_decompressor::Decompressor::new(packed, 4096), &mut bytes)
        .expect("the whole artefact");
    bytes
}

/// Runs a script to its end, checks its answer, and returns the fuel it used.
fn fuel_of(module: &Module, text: &str) -> u64 {
    let mut linker = Linker::new(module.engine());
    linker.func_wrap("callbox", "log", |_: u32, _: u32, _: u32| ()).expect("log");
    linker.define_unknown_imports_as_traps(module).expect("imports");
    let mut store = Store::new(module.engine(), ());
    store.set_fuel(u64::MAX).expect("fuel is counted");
    let instance = linker.instantiate(&mut store, module).expect("an instance");
    let mut step = ask(&mut store, instance, "start", &codec::encode(&start(text)));
    while step.state == State::Waiting {
        assert!(!step.calls.is_empty(), "the script waits for nothing");
        let settled =
            step.calls.into_iter().map(|call| Settled { id: call.id, result: Ok(call.arguments.into()) }).collect();
        step = ask(&mut store, instance, "resume", &codec::encode(&Resume { now_ms: 0.0, settled }));
    }
    let expected = text.lines().next().and_then(|line| line.strip_prefix("// expect: ")).expect("an answer");
    let State::Returned { value, .. } = step.state else { panic!("{:?}", step.state) };
    assert_eq!(String::from_utf8_lossy(&value), expected);
    u64::MAX - store.get_fuel().expect("fuel is counted")
}

fn start(body: &str) -> Start {
    let name = |name: &str| Name { wire: name.to_owned(), identifier: name.to_owned() };
    Start {
        source: format!("async (tools, input, thrown) => {{\n{body}\n}}"),
        goal: Goal::Function,
        input: b"null".to_vec(),
        servers: vec![ServerNames { name: name("kit"), tools: vec![name("echo")] }],
        functions: Vec::new(),
        seed: 1,
        now_ms: 0.0,
        json_depth_max: 100,
    }
}

fn ask(store: &mut Store<()>, instance: Instance, entry: &str, message: &[u8]) -> Step {
    let len = u32::try_from(message.len()).expect("a small message");
    let alloc = instance.get_typed_func::<u32, u32>(&mut *store, "alloc").expect("alloc");
    let at = alloc.call(&mut *store, len).expect("room");
    let memory = instance.get_memory(&mut *store, "memory").expect("memory");
    memory.write(&mut *store, at as usize, message).expect("the message fits");
    let entry = instance.get_typed_func::<u32, u64>(&mut *store, entry).expect("an entry");
    let packed = entry.call(&mut *store, len).expect("a step");
    let (at, len) = (packed >> 32, packed & 0xffff_ffff);
    let answer = memory.data(&*store).get(at as usize..).and_then(|rest| rest.get(..len as usize)).expect("an answer");
    codec::decode(answer).expect("a step")
}
