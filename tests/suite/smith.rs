//! Unusual WebAssembly by the thousand: whatever it is, its run ends in a typed way, in time. `smith/` generates it;
//! `CALLBOX_SMITH_COUNT` sets the number of each kind, and `CALLBOX_SMITH_SEED` varies them.

#![allow(clippy::print_stderr, reason = "a randomised test reports what it met")]

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
    time::{Duration, Instant},
};

use callbox::{Catalog, ComponentSource, End, Limits, RunRequest, Sandbox, Server, Stopped};
use callbox_bindings::{WitCalls, wit};
use callbox_tests::{
    component::{Wat, script},
    fixtures,
};

use crate::{cli::target_folder, typed};

/// Number of each kind in the release gate.
const COUNT: usize = 250;
/// Covers the limits below on a busy machine.
const RUN_MAX: Duration = Duration::from_secs(60);

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

/// The program that generates them, built once.
fn smith() -> &'static Path {
    static SMITH: LazyLock<PathBuf> = LazyLock::new(|| {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/smith/Cargo.toml");
        let target = target_folder().join("callbox-smith");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--locked", "--quiet", "--manifest-path", manifest, "--target-dir"]).arg(&target);
        assert!(cargo.status().expect("cargo").success(), "`tests/smith` does not build");
        target.join("debug/smith")
    });
    &SMITH
}

/// Generates binaries of a kind; `like` is a binary, or a module in text form.
fn forged(kind: &str, like: &[u8]) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("like.wasm");
    std::fs::write(&file, wat::parse_bytes(like).expect("a module")).expect("a file");
    let [seed, count] = [number("CALLBOX_SMITH_SEED", 1), number("CALLBOX_SMITH_COUNT", COUNT)].map(|n| n.to_string());
    let made = Command::new(smith()).args([kind, &seed, &count]).arg(&file).output().expect("the program");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (mut rest, mut all) = (made.stdout.as_slice(), Vec::new());
    while let Some((length, after)) = rest.split_first_chunk() {
        let (one, after) = after.split_at(u32::from_le_bytes(*length) as usize);
        all.push(one.to_vec());
        rest = after;
    }
    all
}

/// Runs all of them and counts how they ended.
fn ends(programs: Vec<Vec<u8>>) -> BTreeMap<String, usize> {
    let (name, tools, host) = fixtures::kit();
    let catalog = Catalog::builder().server(name, tools, host).build();
    let sandbox = Sandbox::new().expect("a sandbox");
    let limits = Limits {
        cpu_ms_max: 50,
        wall_ms_max: 5_000,
        memory_bytes_max: 8 << 20,
        tool_call_ms_max: 50,
        drain_ms_max: 20,
        component_compile_ms_max: 20_000,
        ..Limits::default()
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut ends = BTreeMap::new();
    for (place, program) in programs.into_iter().enumerate() {
        let request = RunRequest::program(ComponentSource::new(program)).limits(limits.clone()).seed(7);
        let began = Instant::now();
        let outcome = runtime.block_on(sandbox.run(&catalog, request)).expect("an outcome");
        let transcript = outcome.transcript();
        assert!(began.elapsed() < RUN_MAX, "{place} took {:?}: {transcript}", began.elapsed());
        assert!(!transcript.contains("the compiler stopped"), "{place}: {transcript}");
        *ends.entry(end(&outcome.end, place)).or_default() += 1;
    }
    ends
}

/// Returns the kind of end; a fault of callbox itself fails the test.
fn end(end: &End, place: usize) -> String {
    match end {
        End::Returned(_) => "returned".to_owned(),
        End::Threw(thrown) => format!("threw {}", thrown.code.as_deref().unwrap_or("an error of its own")),
        End::Rejected(diagnostics) => {
            format!("rejected {}", diagnostics.first().expect("a reason").code.as_str())
        }
        End::Stopped(Stopped::Limit { limit, .. }) => format!("stopped by {limit}"),
        End::Stopped(Stopped::Cancelled) => panic!("{place} was cancelled by nobody"),
        End::Faulted(fault) => panic!("{place}: {fault:?}"),
    }
}

/// Counts those that were neither rejected nor given up before any of their code ran.
fn ran(ends: &BTreeMap<String, usize>) -> usize {
    let before = |end: &str| end.starts_with("rejected") || end == "stopped by component_compile_ms";
    ends.iter().filter(|(end, _)| !before(end)).map(|(_, count)| count).sum()
}

fn all(ends: &BTreeMap<String, usize>) -> usize {
    ends.values().sum()
}

#[test]
fn components_of_any_kind_come_to_a_typed_end() {
    let ends = ends(forged("components", b"(module)"));
    eprintln!("{ends:?}");
    assert_eq!(ran(&ends), 0, "none is of the world: {ends:?}");
}

#[test]
fn modules_of_any_kind_come_to_a_typed_end() {
    let ends = ends(forged("modules", b"(module)"));
    eprintln!("{ends:?}");
    assert_eq!(ran(&ends), 0, "none is of the world: {ends:?}");
}

#[test]
fn scripts_with_any_code_come_to_a_typed_end() {
    let ends = ends(forged("scripts", script("unreachable").as_bytes()));
    eprintln!("{ends:?}");
    assert!(ran(&ends) * 2 > all(&ends), "most should run: {ends:?}");
}

#[test]
fn wrecks_of_a_good_component_come_to_a_typed_end() {
    let (name, tools, _) = fixtures::kit();
    let wit = wit(&[Server::new(name, tools)]).text(WitCalls::Plain);
    let component = typed::component::component(&wit, typed::component::nothing).expect("a component");
    let ends = ends(forged("wrecks", component.bytes()));
    eprintln!("{ends:?}");
    assert!(ends.get("returned").is_some_and(|returned| *returned > 0), "some should live: {ends:?}");
    assert!(ran(&ends) < all(&ends), "some should be refused: {ends:?}");
}

#[test]
fn mutants_of_a_good_script_come_to_a_typed_end() {
    let mut wat = Wat::default();
    let echo = wat.call("kit", "echo", r#"{"value":5}"#);
    let body = format!(
        "(i32.store (i32.const 512) (call $start-call {echo})) (i32.store (i32.const 516) (call $start-call {echo}))
         (local.set 2 (call $await-any (i32.const 512) (i32.const 2)))
         (call $await-call (i32.load (i32.const 512)) (i32.const 256))
         (call $await-call (i32.load (i32.const 516)) (i32.const 304))
         (call $log (i32.const 1) (local.get 0) (local.get 1))
         (call $pass (i32.const 256))"
    );
    let ends = ends(forged("mutants", wat.script(&body).as_bytes()));
    eprintln!("{ends:?}");
    assert!(ends.get("returned").is_some_and(|returned| *returned > 0), "some should live: {ends:?}");
    assert!(ran(&ends) * 4 > all(&ends), "many should run: {ends:?}");
}
