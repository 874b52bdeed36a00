//! Scripts in other languages: what `callbox new` creates builds with the command that it prints, and runs; so do the
//! examples. `setup/install-toolchains.sh` installs the compilers; without them a test prints `skipped` and passes,
//! unless CI is set.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{LazyLock, Mutex},
};

use callbox::{ComponentSource, Engine};
use callbox_tests::case::{CaseFile, played_as};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    cli::{Place, target_folder},
    real_servers,
};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Returns the folder of the compilers, or prints why the test is skipped.
fn toolchains() -> Option<PathBuf> {
    let given = std::env::var_os("CALLBOX_TEST_TOOLCHAINS").map(PathBuf::from);
    let folder = given.unwrap_or_else(|| target_folder().join("test-toolchains"));
    if folder.join("installed").is_file() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "CI is set and there are no compilers in `{}`", folder.display());
    eprintln!("skipped: no compilers in `{}`; run tests/setup/install-toolchains.sh", folder.display());
    None
}

/// A project as created by `callbox new`.
struct Project {
    place: Place,
    lang: &'static str,
    name: &'static str,
    build: String,
    component: String,
    run: Vec<String>,
}

impl Project {
    /// Two Rust projects with the same name would be one to cargo, which builds them all into one folder.
    fn new(lang: &'static str, name: &'static str) -> Self {
        let place = Place::new(&[]);
        let made = place.run(&["new", "--lang", lang, name, "--json"]).ends(0).json();
        let text = |field: &str| made[field].as_str().expect("a text").to_owned();
        let run = text("run").split(' ').skip(1).map(str::to_owned).collect();
        Self { place, lang, name, build: text("build"), component: text("component"), run }
    }

    fn folder(&self) -> PathBuf {
        self.place.0.path().join(self.name)
    }

    fn with_file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder().join(name), text).expect("a file");
        self
    }

    /// Replaces the template's script by one from a folder of examples.
    fn with_example(self, example: &str) -> Self {
        let examples = Path::new(REPOSITORY).join("examples/wasm").join(example);
        for file in files(&examples) {
            let there = self.folder().join(file.strip_prefix(&examples).expect("a file within"));
            let is_script = file.extension().is_none_or(|extension| extension != "json");
            assert!(!is_script || there.is_file(), "`{}` takes the place of no file", file.display());
            fs::copy(&file, there).expect("a copy");
        }
        self
    }

    /// Builds it with the printed command, or finds the result of an earlier build of the same files.
    fn built(&self) -> PathBuf {
        // One at a time: each takes a processor and a lot of memory.
        static BUILDING: LazyLock<Mutex<()>> = LazyLock::new(Mutex::default);
        let _one = BUILDING.lock().unwrap_or_else(|broken| broken.into_inner());
        let kept = target_folder().join("test-components").join(format!("{}-{}.wasm", self.lang, self.hash()));
        if !kept.is_file() {
            self.build();
            fs::create_dir_all(kept.parent().expect("a folder")).expect("a folder");
            fs::copy(self.built_at(), &kept).expect("a component");
        }
        kept
    }

    /// Hash of everything that goes into the component.
    fn hash(&self) -> String {
        let mut all = Sha256::new();
        let sdk = ["src", "macros/src", "wit", "Cargo.lock", "../bindings/stubs/src"].map(|part| sdk().join(part));
        let sdk = sdk.iter().filter(|_| self.lang == "rust").flat_map(|part| files(part));
        let marker = toolchains().map(|folder| folder.join("installed")).filter(|_| self.lang != "rust");
        for file in files(&self.folder()).into_iter().chain(sdk).chain(marker) {
            all.update(file.strip_prefix(self.place.0.path()).unwrap_or(&file).as_os_str().as_encoded_bytes());
            all.update(fs::read(&file).expect("a file"));
        }
        all.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
    }

    fn build(&self) {
        let folder = self.folder();
        let mut command = Command::new("sh");
        // Do not install again what is already installed.
        let build = self.build.replace("npm install && ", "");
        command.args(["-c", &build]).current_dir(&folder).env_remove("RUSTFLAGS");
        if self.lang == "rust" {
            fs::copy(sdk().join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
            command.env("CARGO_TARGET_DIR", rust_target());
        } else {
            let (there, here) = match self.lang {
                "js" | "ts" => ("node_modules", "node_modules"),
                _ => ("venv", ".venv"),
            };
            let toolchains = toolchains().expect("compilers");
            std::os::unix::fs::symlink(toolchains.join(there), folder.join(here)).expect("a link");
        }
        let ended = command.output().expect("a shell");
        let text = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "`{build}` failed: {}{text}", String::from_utf8_lossy(&ended.stdout));
    }

    fn built_at(&self) -> PathBuf {
        match self.component.strip_prefix("target/") {
            Some(component) => rust_target().join(component),
            None => self.folder().join(&self.component),
        }
    }
}

fn sdk() -> PathBuf {
    Path::new(REPOSITORY).join("guest-sdk")
}

/// The SDK's crates are compiled once for all projects.
fn rust_target() -> PathBuf {
    target_folder().join("callbox-guest")
}

/// Returns all files below a folder, or the single file; sorted.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(path).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    entries.iter().flat_map(|entry| files(entry)).collect()
}

/// An 18 MB interpreter takes long to compile if callbox is built without optimisation and the machine is busy.
const PATIENT: [&str; 2] = ["--component-compile-ms", "900000"];

/// What the scripts of all templates do, in JavaScript on callbox's own engine.
const SAME: &str = "
const [issue, comments] = await Promise.all([tools.tracker.get_issue(input), tools.tracker.list_comments(input)]);
let refused;
try { await tools.tracker.get_issue({ number: 0 }); } catch (error) { refused = error.code; }
return { issue, comments, refused };";

#[track_caller]
fn check_template(lang: &'static str) {
    if lang != "rust" && toolchains().is_none() {
        return;
    }
    let project = Project::new(lang, "of-template");
    let component = project.built();
    let component = component.to_str().expect("a path");
    let run: Vec<&str> =
        project.run.iter().map(|word| if *word == project.component { component } else { word }).collect();
    let place = Place::new(&[("same.js", SAME)]);
    let found = place.run(&[&run[..], &["--json"], &PATIENT].concat()).ends(0).json();
    let same = place.run(&["run", "--demo", "same.js", "--arg", "number=319", "--json"]).ends(0).json();
    assert_eq!(found["end"], same["end"]);
    assert_eq!(calls(&found), calls(&same));
    assert_eq!(found["logs"].as_array().map(Vec::len), Some(1), "{}", found["logs"]);
}

/// Returns the calls without the parts that differ between runs.
fn calls(outcome: &Value) -> Vec<Value> {
    let calls = outcome["calls"].as_array().expect("calls").iter();
    let call = |call: &Value| json!([call["tool"], call["arguments"], call["state"]]);
    calls.map(call).collect()
}

#[test]
fn rust_project() {
    check_template("rust");
}

#[test]
fn javascript_project() {
    check_template("js");
}

#[test]
fn typescript_project() {
    check_template("ts");
}

#[test]
fn python_project() {
    check_template("python");
}

/// The interpreter is built without WASI, and yet its time and its random numbers are the run's.
#[test]
fn python_has_the_time_and_the_random_numbers_of_the_run() {
    if toolchains().is_none() {
        return;
    }
    let script = include_str!("languages/of_run.py");
    let component = Project::new("python", "of-run").with_file("app.py", script).built();
    let (place, component) = (Place::new(&[]), component.to_str().expect("a path"));
    let run = |seed: &str| {
        let run = ["run", component, "--seed", seed, "--clock", "1500", "--json"];
        place.run(&[&run[..], &PATIENT].concat()).ends(0).json()
    };
    let first = run("1");
    let value = &first["end"]["value"];
    let clock = json!([
        1.5,
        1_500_000_000,
        1.5,
        1,
        1,
        "00:00:01",
        "Thu Jan  1 00:00:01 1970",
        "1970-01-01T00:00:01.500000",
        "01 January 500000",
        "1970-01-01",
        "2026-02-01 00:00:00"
    ]);
    assert_eq!(value["clock"], clock);
    let absent = json!([
        "FileNotFoundError",
        "FileNotFoundError",
        false,
        "ModuleNotFoundError",
        "EOFError",
        "RuntimeError",
        "ValueError"
    ]);
    assert_eq!(value["absent"], absent);
    assert_eq!(value["seeded"], json!(0.134_364_244_112_401_22), "as in every Python");
    assert_eq!(value["trace"], "ZeroDivisionError: division by zero");
    let logs = first["logs"].as_array().expect("logs");
    assert_eq!(logs.iter().map(|line| &line["text"]).collect::<Vec<_>>(), ["logged", "printed", "no", "end", "False"]);
    assert!(first["usage"]["wall_ms"].as_f64() >= Some(300.0), "{first}");

    assert_eq!(*value, run("1")["end"]["value"]);
    let (one, other) = (&value["drawn"], &run("2")["end"]["value"]["drawn"]);
    assert_eq!((0..4).filter(|at| one[*at] == other[*at]).count(), 0, "{one} and {other}");
}

/// Also if the run's clock stands still.
#[track_caller]
fn check_times(lang: &'static str, file: &str, script: &str) {
    if toolchains().is_none() {
        return;
    }
    let component = Project::new(lang, "of-times").with_file(file, script).built();
    let (place, component) = (Place::with_server(&[], &[]), component.to_str().expect("a path"));
    for given in [&[][..], &["--clock", "1500"]] {
        let ran = place.run(&[&["run", component, "--json"], given, &PATIENT].concat()).ends(0).json();
        assert_eq!(ran["end"]["value"], json!(["late", { "ms": 1 }, { "ms": 2000 }]), "{ran}");
        assert!(ran["usage"]["cpu_ms"].as_f64() < Some(1_000.0), "{ran}");
    }
}

#[test]
fn javascript_waits_for_a_call_no_longer_than_it_will() {
    check_times("js", "src/script.js", include_str!("languages/times.js"));
}

#[test]
fn python_waits_for_a_call_no_longer_than_it_will() {
    check_times("python", "app.py", include_str!("languages/times.py"));
}

#[test]
fn c_project() {
    check_template("c");
}

#[track_caller]
fn check_example(lang: &'static str) {
    let Some(servers) = real_servers::installed() else { return };
    if lang != "rust" && toolchains().is_none() {
        return;
    }
    let component = Project::new(lang, "of-example").with_example(lang).built();
    let time = json!({ "command": servers.join("venv/bin/mcp-server-time"), "args": [] });
    let place = Place::new(&[(".mcp.json", &json!({ "mcpServers": { "time": time } }).to_string())]);
    let component = component.to_str().expect("a path");
    let run = ["run", component, "--arg", "timezone=Europe/Zurich", "--json"];
    let ran = place.run(&[&run[..], &PATIENT].concat()).ends(0).json();
    let value = &ran["end"]["value"];
    assert_eq!(value["refused"], "tool_failed", "{ran}");
    for (place, zone) in [("here", "Europe/Zurich"), ("there", "Asia/Tokyo")] {
        assert_eq!(value[place]["timezone"], zone, "{ran}");
        assert!(value[place]["datetime"].is_string(), "{ran}");
    }
    assert!(ran["usage"]["tool_calls_at_once"].as_u64() >= Some(2), "{ran}");
}

#[test]
fn rust_example() {
    check_example("rust");
}

#[test]
fn javascript_example() {
    check_example("js");
}

#[test]
fn python_example() {
    check_example("python");
}

#[test]
fn c_example() {
    check_example("c");
}

/// Uses the tools of four servers, in Rust and in TypeScript; each has its own memory, and both print the same.
#[test]
fn rust_example_of_four_servers() {
    let Some(servers) = real_servers::installed() else { return };
    let component = Project::new("rust", "of-standup").with_example("standup").built();
    let scripts = [component, Path::new(REPOSITORY).join("examples/scripts/standup.ts")];
    let place = Place::new(&[]);
    let repository = place.0.path().join("repository");
    fs::create_dir(&repository).expect("a folder");
    fs::write(repository.join("a.txt"), "a").expect("a file");
    let commit = |message: &str| {
        let text = "git add . && git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m";
        let done = Command::new("sh").args(["-c", &format!("{text} '{message}'")]).current_dir(&repository).status();
        assert!(done.expect("git").success());
    };
    let made = Command::new("git").args(["init", "-q"]).current_dir(&repository).status();
    assert!(made.expect("git").success());
    let run = |number: usize| {
        let (npm, python) = (servers.join("node_modules/.bin"), servers.join("venv/bin"));
        let memory = place.0.path().join(format!("memory-{number}.json"));
        let config = json!({ "mcpServers": {
            "filesystem": { "command": npm.join("mcp-server-filesystem"), "args": [repository] },
            "git": { "command": python.join("mcp-server-git"), "args": ["--repository", repository] },
            "memory": { "command": npm.join("mcp-server-memory"), "env": { "MEMORY_FILE_PATH": memory } },
            "time": { "command": python.join("mcp-server-time") },
        }});
        fs::write(place.0.path().join(".mcp.json"), config.to_string()).expect("a file");
        let script = scripts[number].to_str().expect("a path");
        let repo = format!("repo={}", repository.display());
        place.run(&[&["run", script, "--arg", &repo][..], &PATIENT].concat()).ends(0).out
    };
    // It begins with the day, which may differ for the second.
    let without_day = |said: String| said.split_once(", ").map(|(_, said)| said.to_owned()).expect("a day");
    let both = || {
        let said = [0, 1].map(|number| without_day(run(number)));
        assert_eq!(said[0], said[1]);
        said[0].clone()
    };
    commit("first");
    commit("second");
    let said = both();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines[0], "2 new commits in a folder of 2 entries");
    assert!(lines[1].ends_with(" second") && lines[2].ends_with(" first"), "{said}");
    assert_eq!(both(), "0 new commits in a folder of 2 entries\n");
    commit("third");
    let said = both();
    assert!(said.starts_with("1 new commits in a folder of 2 entries\n") && said.ends_with(" third\n"), "{said}");
}

/// Cases whose scripts are also written in Rust, in `guest/`.
const RUST_CASES: [&str; 109] = [
    "calls/additional_property",
    "calls/argument_is_copied",
    "calls/array_path",
    "calls/call_timeout",
    "calls/concurrent_mixed",
    "calls/enum_value",
    "calls/inline_error",
    "calls/inline_reply",
    "calls/many_errors",
    "calls/missing_required",
    "calls/nested_path",
    "calls/nothing_sent_when_invalid",
    "calls/output_schema",
    "calls/results_are_fresh",
    "calls/schema_boolean",
    "calls/schema_broken",
    "calls/schema_catastrophic_pattern",
    "calls/schema_remote_ref",
    "calls/tool_error_every_code",
    "calls/tool_error_message_hostile",
    "calls/undefined_fields_left_out",
    "calls/unwrap_blocks",
    "calls/unwrap_fastmcp",
    "calls/unwrap_image",
    "calls/unwrap_json_text",
    "calls/unwrap_nothing",
    "calls/unwrap_plain_text",
    "calls/wrong_type",
    "determinism/clock_stands_still",
    "determinism/interleaving",
    "determinism/interleaving_busy",
    "errors/async_iterator_throw",
    "errors/control_characters",
    "errors/message_is_huge",
    "errors/throw_after_await",
    "errors/throw_in_promise_all",
    "errors/throw_top",
    "errors/tool_error_arguments",
    "errors/tool_error_in_then",
    "errors/tool_error_uncaught",
    "errors/tool_error_uncaught_nested",
    "limits/argument_bytes",
    "limits/argument_bytes_exact",
    "limits/at_once",
    "limits/at_once_not_sent",
    "limits/call_ms",
    "limits/cpu",
    "limits/cpu_not_spent_waiting",
    "limits/cpu_uncatchable",
    "limits/drain",
    "limits/json_depth_result",
    "limits/json_depth_returned",
    "limits/json_depth_returned_exact",
    "limits/log_bytes",
    "limits/log_bytes_exact",
    "limits/memory",
    "limits/memory_at_once",
    "limits/memory_below_start",
    "limits/memory_uncatchable",
    "limits/result_bytes",
    "limits/result_bytes_exact",
    "limits/returned_bytes",
    "limits/tool_calls",
    "limits/tool_calls_exact",
    "limits/tool_calls_uncatchable",
    "limits/wall",
    "limits/wall_sleep",
    "names/bound_as_callback",
    "names/bracket_wire_names",
    "names/odd_static",
    "names/odd_wire",
    "steps/all_settled",
    "steps/call_after_throw",
    "steps/call_in_finally",
    "steps/finally_overrides",
    "steps/for_await_array",
    "steps/for_await_break",
    "steps/for_await_paging",
    "steps/log_control_characters",
    "steps/loop_with_await",
    "steps/microtask_order",
    "steps/pool_of_workers",
    "steps/promise_all_32",
    "steps/promise_all_order",
    "steps/promise_all_parallel",
    "steps/promise_all_rejects",
    "steps/promise_any",
    "steps/promise_race",
    "steps/promise_race_never",
    "steps/retry",
    "steps/sequential_not_parallel",
    "steps/settle_in_order_of_arrival",
    "steps/slow_call_holds_up_only_its_own",
    "steps/unawaited_call",
    "steps/unawaited_never",
    "steps/while_until",
    "values/argument_proto_key",
    "values/result_duplicate_keys",
    "values/result_proto_is_data",
    "values/result_unicode",
    "values/returned_big_rows_preview",
    "values/returned_big_string_preview",
    "values/returned_deep",
    "values/returned_depth_100_ok",
    "values/returned_numbers",
    "values/returned_proto_key",
    "values/returned_strings",
    "values/returned_undefined_in_array",
    "values/round_trip",
];

/// A component has no source positions; otherwise the transcripts equal those of the JavaScript scripts.
#[test]
fn cases_in_rust_have_the_transcripts_of_javascript() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--locked", "--target", "wasm32-wasip2", "--manifest-path"]);
    cargo.arg(folder.join("guest/Cargo.toml")).env("CARGO_TARGET_DIR", rust_target()).env_remove("RUSTFLAGS");
    let built = cargo.output().expect("cargo runs");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let component = fs::read(rust_target().join("wasm32-wasip2/release/callbox_cases.wasm")).expect("a component");
    let component = ComponentSource::new(component);
    for name in RUST_CASES {
        let case = CaseFile::read(&folder.join("cases").join(name).with_extension("js")).expect("a case");
        let expected: String = case
            .transcript(Some(Engine::default()))
            .lines()
            .filter(|line| !line.starts_with("at: "))
            .map(line)
            .collect();
        assert_eq!(played_as(&case, component.clone(), json!({ "case": name })), expected, "{name}");
    }
}

fn line(line: &str) -> String {
    format!("{line}\n")
}

#[test]
fn a_folder_that_is_there_is_left_alone() {
    let place = Place::new(&[("taken", "mine")]);
    fs::create_dir(place.0.path().join("folder")).expect("a folder");
    for name in ["taken", "folder"] {
        place.run(&["new", "--lang", "c", name]).ends(2).says(&[name, "already exists"]);
    }
    assert_eq!(place.read("taken"), "mine");
    assert_eq!(files(&place.0.path().join("folder")), Vec::<PathBuf>::new());
}

#[test]
fn what_new_is_told_must_make_sense() {
    let place = Place::new(&[]);
    place.run(&["new", "--lang", "rust", "Hello World"]).ends(2).says(&["Hello World", "lower-case"]);
    place.run(&["new", "--lang", "rust", "a", "--sdk", "."]).ends(2).says(&["callbox-guest"]);
    place.run(&["new", "--lang", "c", "a", "--sdk", "."]).ends(2).says(&["--sdk"]);
    place.run(&["new", "--lang", "c", "no/such/a"]).ends(2).says(&["no/such/a"]);
    assert_eq!(files(place.0.path()), Vec::<PathBuf>::new());
}

/// The compilers tested are those that new projects name.
#[test]
fn templates_name_the_versions_that_are_tested() {
    let read = |path: &str| fs::read_to_string(Path::new(REPOSITORY).join(path)).expect("a file");
    let manifest = |path: &str| serde_json::from_str::<Value>(&read(path)).expect("JSON");
    let tested = &manifest("tests/setup/toolchains/package.json")["dependencies"];
    for lang in ["js", "ts"] {
        assert_eq!(&manifest(&format!("runtime/cli/templates/{lang}/package.json"))["devDependencies"], tested);
    }
    let tested = read("tests/setup/toolchains/requirements.txt");
    for lang in ["python", "c"] {
        let named = read(&format!("runtime/cli/templates/{lang}/requirements.txt"));
        assert!(named.lines().all(|line| tested.lines().any(|tested| line == tested)), "{lang}: {named}");
    }
}

/// `UPDATE_BINDINGS=1` rewrites them.
#[test]
fn bindings_of_the_c_template_are_those_of_the_contract() {
    use wit_bindgen_core::{Files, wit_parser::Resolve};

    let mut contract = Resolve::default();
    let (package, _) = contract.push_path(sdk().join("wit")).expect("the contract");
    let world = contract.select_world(&[package], Some("script")).expect("the world");
    let mut generated = Files::default();
    let mut generator = wit_bindgen_c::Opts::default().build();
    wit_bindgen_core::WorldGenerator::generate(&mut *generator, &mut contract, world, &mut generated)
        .expect("bindings");
    let folder = Path::new(REPOSITORY).join("runtime/cli/templates/c/bindings");
    for (name, bytes) in generated.iter() {
        if std::env::var_os("UPDATE_BINDINGS").is_some() {
            fs::write(folder.join(name), bytes).expect("a file");
        }
        assert!(fs::read(folder.join(name)).expect("a file") == bytes, "`{name}` is not what wit-bindgen makes");
    }
}
