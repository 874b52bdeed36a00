//! The program as used by people and shells: exit codes, output streams, malformed input.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::OnceLock,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::upstreams::fault_server;

/// The folder that cargo builds into.
pub fn target_folder() -> PathBuf {
    let program = std::env::current_exe().expect("a path");
    // target/PROFILE/deps/suite-HASH
    program.ancestors().nth(3).expect("a target folder").to_owned()
}

/// The program, built by the same cargo in the same profile; `CALLBOX_BIN` names another one.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| match std::env::var_os("CALLBOX_BIN") {
        Some(given) => given.into(),
        None => built(),
    })
}

fn built() -> PathBuf {
    let profile = std::env::current_exe().expect("a path");
    let profile = profile.ancestors().nth(2).expect("a profile folder").to_owned();
    let release = profile.ends_with("release");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Uses the test command's packages, so that nothing is recompiled with other features.
    cargo.args(["build", "--quiet", "--offline", "--workspace", "--exclude", "callbox-benches", "--bin", "callbox"]);
    // Build scripts rerun if these differ from the outer cargo's.
    let of_this_package = |name: &String| ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|start| name.starts_with(start));
    for name in std::env::vars().map(|(name, _)| name).filter(of_this_package) {
        cargo.env_remove(name);
    }
    cargo.args(release.then_some("--release"));
    cargo.arg("--target-dir").arg(target_folder()).current_dir(env!("CARGO_MANIFEST_DIR"));
    let status = cargo.status().expect("cargo runs");
    assert!(status.success(), "the program builds");
    profile.join("callbox")
}

/// A folder with files in it, from which the program is run.
pub struct Place(pub TempDir);

pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary folder"));
        files.iter().for_each(|(name, text)| place.put(name, text));
        place
    }

    pub fn put(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).expect("a file");
    }

    /// With a list of servers in which `s` misbehaves as told.
    pub fn with_server(arguments: &[&str], files: &[(&str, &str)]) -> Self {
        let place = Self::new(files);
        let servers = json!({ "mcpServers": { "s": { "command": fault_server(), "args": arguments } } });
        place.put(".mcp.json", &servers.to_string());
        place
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(self.0.path()).env_clear();
        command.envs(["PATH", "HOME"].iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().expect("the program starts"))
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("a file")
    }
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Self { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }

    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.err.contains(word), "`{word}` is not in: {}", self.err);
        }
        self
    }
}

fn script(text: &str) -> Place {
    Place::new(&[("a.js", text)])
}

#[test]
fn a_result_alone_goes_to_standard_output() {
    let ran =
        script("console.log('log'); console.error('problem'); return { a: [1, 2] };").run(&["run", "a.js"]).ends(0);
    assert_eq!(ran.json(), json!({ "a": [1, 2] }));
    ran.says(&["log", "problem"]);
}

#[test]
fn a_text_is_printed_as_it_is() {
    let ran = script("return 'two\\nlines';").run(&["run", "a.js"]).ends(0);
    assert_eq!(ran.out, "two\nlines\n");
}

#[test]
fn a_script_comes_from_standard_input_too() {
    let place = Place::new(&[]);
    let mut child = place.command(&["run", "-"]).stdin(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(b"return 1 + 1;").expect("it reads");
    let ran = Ran::of(child.wait_with_output().expect("it ends")).ends(0);
    assert_eq!(ran.out, "2\n");
}

#[test]
fn input_comes_as_json_file_and_fields() {
    let place = script("return input;");
    place.put("in.json", r#"{"from": "file"}"#);
    assert_eq!(place.run(&["run", "a.js", "--input", r#"{"a": 1}"#]).ends(0).json(), json!({ "a": 1 }));
    assert_eq!(place.run(&["run", "a.js", "--input", "@in.json"]).ends(0).json(), json!({ "from": "file" }));
    let fields = place.run(&["run", "a.js", "--arg", "n=5", "--arg", "name=Oslo"]).ends(0);
    assert_eq!(fields.json(), json!({ "n": 5, "name": "Oslo" }));
    place.run(&["run", "a.js", "--input", "{oops"]).ends(2).says(&["--input"]);
}

#[test]
fn a_throw_is_exit_code_1_with_its_place() {
    let ran = script("const a = 1;\nfunction f() {\n  throw new TypeError('bad thing');\n}\nf();\n")
        .run(&["run", "a.js"])
        .ends(1);
    assert_eq!(ran.out, "");
    ran.says(&["TypeError", "bad thing", "a.js:3:"]);
}

#[test]
fn a_script_that_does_not_compile_is_exit_code_2() {
    let ran = script("const a = 1;\n\n\n\n\n\nconst b = ;\n").run(&["run", "a.js"]).ends(2);
    assert_eq!(ran.out, "");
    ran.says(&["a.js:7:"]);
}

#[test]
fn an_unknown_tool_is_exit_code_2_with_the_nearest() {
    let ran = script("return await tools.trackr.list_issues({});").run(&["run", "--demo", "a.js"]).ends(2);
    ran.says(&["trackr", "tracker"]);
    let ran = script("return await tools.tracker.list_isues({});").run(&["run", "--demo", "a.js"]).ends(2);
    ran.says(&["list_isues", "list_issues"]);
}

#[test]
fn a_limit_is_exit_code_3() {
    let ran = script("for (;;);").run(&["run", "a.js", "--cpu-ms", "60"]).ends(3);
    assert_eq!(ran.out, "");
    ran.says(&["cpu_ms", "60"]);
    script("await new Promise((r) => setTimeout(r, 60000));")
        .run(&["run", "a.js", "--wall-ms", "50"])
        .ends(3)
        .says(&["wall_ms"]);
}

#[test]
fn a_deadlock_is_told_at_once() {
    let ran = script("await new Promise(() => {});").run(&["run", "a.js"]).ends(1);
    ran.says(&["deadlock"]);
}

#[test]
fn a_server_that_cannot_be_reached_is_exit_code_4() {
    let place = Place::with_server(&["--fault", "exit-at-once"], &[("a.js", "return await tools.s.echo({});")]);
    place.run(&["run", "a.js"]).ends(4).says(&["`s`", "the licence file is missing"]);
}

#[test]
fn a_server_that_is_not_needed_may_be_broken() {
    let place = Place::with_server(&["--fault", "exit-at-once"], &[("a.js", "return 5;")]);
    assert_eq!(place.run(&["run", "a.js"]).ends(0).out, "5\n");
}

#[test]
fn a_script_runs_against_a_server() {
    let place = Place::with_server(&[], &[("a.js", "return await tools.s.echo({ a: input });")]);
    let ran = place.run(&["run", "a.js", "--input", "7"]).ends(0);
    assert_eq!(ran.json(), json!({ "echo": { "a": 7 } }));
}

#[test]
fn a_tool_that_fails_uncaught_is_exit_code_1_and_names_the_calls() {
    let text = "await tools.s.echo({ n: 1 });\nawait tools.s.misbehave({});";
    let place = Place::with_server(&["--fault", "is-error"], &[("a.js", text)]);
    place.run(&["run", "a.js"]).ends(1).says(&["no such city", "s.echo", "a.js:2:"]);
}

#[test]
fn json_is_one_object_and_nothing_else() {
    let ends = [
        ("return 1;", 0, "returned"),
        ("throw 1;", 1, "threw"),
        ("const = ;", 2, "rejected"),
        ("for (;;);", 3, "stopped"),
    ];
    for (text, code, kind) in ends {
        let ran = script(text).run(&["run", "a.js", "--json", "--cpu-ms", "60"]).ends(code);
        let report = ran.json();
        assert_eq!(report["schema_version"], 1);
        assert_eq!(report["end"]["kind"], kind, "{report}");
        assert!(report["usage"]["wall_ms"].is_number() && report["calls"].is_array() && report["logs"].is_array());
    }
}

#[test]
fn json_is_one_object_for_errors_of_the_command_too() {
    let place = Place::with_server(&["--fault", "exit-at-once"], &[("a.js", "return await tools.s.echo({});")]);
    let ran = place.run(&["run", "a.js", "--json"]).ends(4);
    assert!(ran.json().is_object());
    assert!(Place::new(&[]).run(&["run", "missing.js", "--json"]).ends(2).json().is_object());
}

#[test]
fn nothing_is_coloured_without_a_terminal() {
    for name in ["NO_COLOR", "UNRELATED"] {
        let place = script("throw new Error('plain');");
        let output = place.command(&["run", "a.js", "--trace"]).env(name, "1").output().expect("the program starts");
        let ran = Ran::of(output).ends(1);
        assert!(!ran.err.contains('\u{1b}') && !ran.out.contains('\u{1b}'), "{:?}", ran.err);
    }
}

#[test]
fn a_hostile_log_does_not_steer_the_terminal() {
    let ran = script("console.log('\\u001b[2J'); throw new Error('\\u001b[31mred');").run(&["run", "a.js"]).ends(1);
    assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
}

#[test]
fn output_holds_the_whole_value() {
    let place = script("return Array.from({ length: 50000 }, (_, i) => i);");
    let ran = place.run(&["run", "a.js", "--output", "whole.json"]).ends(0);
    let whole: Value = serde_json::from_str(&place.read("whole.json")).expect("JSON");
    assert_eq!(whole[49_999], json!(49_999));
    assert!(ran.out.len() < 200_000, "standard output has the preview: {} bytes", ran.out.len());
}

#[test]
fn the_demo_needs_nothing() {
    let place = Place::new(&[]);
    let first = place.run(&["run", "--demo"]).ends(0);
    assert!(first.out.lines().count() >= 3, "{}", first.out);
    assert_eq!(first.out, place.run(&["run", "--demo"]).ends(0).out, "the demo is the same each time");
    let report = place.run(&["run", "--demo", "--json"]).ends(0).json();
    assert!(report["calls"].as_array().is_some_and(|calls| calls.len() >= 30));
    assert!(report["usage"]["tool_calls_at_once"].as_u64() > Some(1));
}

#[test]
fn trace_shows_the_calls_on_standard_error() {
    let place = Place::new(&[("a.js", "return (await tools.tracker.list_issues({ limit: 1 })).issues.length;")]);
    let ran = place.run(&["run", "--demo", "--trace", "a.js"]).ends(0);
    assert_eq!(ran.out, "1\n");
    ran.says(&["tracker.list_issues"]);
}

#[test]
fn check_compiles_and_calls_nothing() {
    let place = Place::with_server(
        &["--fault", "die-in-call"],
        &[
            ("good.ts", "const x: number = 1;\nreturn await tools.s.misbehave({ x });"),
            ("bad.js", "return await tools.s.mishebave({});"),
            ("broken.js", "return (;"),
        ],
    );
    place.run(&["check", "good.ts"]).ends(0);
    place.run(&["check", "bad.js"]).ends(2).says(&["mishebave", "misbehave"]);
    place.run(&["check", "broken.js"]).ends(2).says(&["broken.js:1:"]);
    place.run(&["check", "--offline", "bad.js"]).ends(0);
}

#[test]
fn tools_lists_and_searches() {
    let place = Place::new(&[]);
    let all = place.run(&["tools", "--demo"]).ends(0);
    assert!(all.out.contains("list_issues") && all.out.contains("count_errors"), "{}", all.out);
    let some = place.run(&["tools", "--demo", "errors"]).ends(0);
    assert!(some.out.contains("count_errors") && !some.out.contains("list_teams"), "{}", some.out);
    assert!(place.run(&["tools", "--demo", "--json"]).ends(0).json().is_object());
}

#[test]
fn types_are_declarations() {
    let ran = Place::new(&[]).run(&["types", "--demo"]).ends(0);
    assert!(ran.out.contains("declare const tools"), "{}", ran.out);
    let one = Place::new(&[]).run(&["types", "--demo", "tracker.list_issues"]).ends(0);
    assert!(one.out.contains("list_issues") && !one.out.contains("count_errors"), "{}", one.out);
    Place::new(&[]).run(&["types", "--demo", "tracker.list_isues"]).ends(2).says(&["list_issues"]);
}

#[test]
fn types_have_levels_and_a_budget() {
    let place = Place::new(&[]);
    let text = |arguments: &[&str]| place.run(&[&["types", "--demo"], arguments].concat()).ends(0).out;
    let names = text(&["--level", "name", "tracker"]);
    assert!(names.lines().count() > 1 && names.lines().all(|line| line.starts_with("tools.tracker.")), "{names}");
    let lines = text(&["--level", "line", "tracker.list_issues"]);
    assert!(lines.starts_with("tools.tracker.list_issues: ") && lines.lines().count() == 1, "{lines}");
    let signatures = text(&["--level", "signature"]);
    assert!(signatures.contains("list_issues(args") && !signatures.contains("/**"), "{signatures}");
    let whole = text(&[]);
    assert_eq!(whole, text(&["--level", "full", "--budget", "1000000", "--target", "ts"]));
    let fitted = text(&["--budget", "300"]);
    assert!(callbox_bindings::count_tokens(&fitted) <= 300, "{fitted}");
    assert_eq!(text(&["--budget", "1"]), "");
    place.run(&["types", "--demo", "--level", "most"]).ends(2);
    place.run(&["types", "--demo", "--report", "--budget", "5"]).ends(2);
}

#[test]
fn types_as_json_say_what_is_shown() {
    let ran = Place::new(&[]).run(&["types", "--demo", "--json", "--budget", "300"]).ends(0);
    let json = ran.json();
    assert_eq!(ran.err, "");
    assert!(json["text"].is_string() && json["notes"].is_array() && json["left_out"] == 0, "{json}");
    let tools = json["tools"].as_array().expect("tools");
    assert!(tools.iter().all(|tool| tool["level"].is_string() && tool["cut"].is_string()), "{json}");
}

#[test]
fn types_report_what_became_of_the_tools() {
    let place = Place::with_server(&["--fault", "broken-tool"], &[]);
    let ran = place.run(&["types", "--report"]).ends(0);
    assert!(ran.out.contains("left out: s."), "{}", ran.out);
    let json = place.run(&["types", "--report", "--json"]).ends(0).json();
    assert!(json["left_out"].as_array().is_some_and(|entries| !entries.is_empty()), "{json}");
    assert!(json["registered"].as_array().is_some_and(|entries| !entries.is_empty()), "{json}");
    let demo = Place::new(&[]).run(&["types", "--demo", "--report"]).ends(0);
    assert!(demo.out.contains(" 0 left out\n"), "{}", demo.out);
}

#[test]
fn tools_say_where_the_types_of_results_come_from() {
    let place = Place::with_server(&[], &[]);
    let text = place.run(&["tools"]).ends(0).out;
    assert!(text.contains("[output: none]"), "{text}");
    let json = place.run(&["tools", "--json"]).ends(0).json();
    let tools = json["servers"][0]["tools"].as_array().expect("tools");
    for tool in tools {
        assert_eq!(tool["output"] == "given", tool["outputSchema"].is_object(), "{tool}");
    }
}

#[test]
fn call_calls_one_tool() {
    let place = Place::with_server(&["--fault", "is-error"], &[]);
    let ran = place.run(&["call", "s.echo", "--args", r#"{"a": 1}"#]).ends(0);
    assert_eq!(ran.json(), json!({ "echo": { "a": 1 } }));
    place.run(&["call", "s.misbehave"]).ends(1).says(&["no such city"]);
    place.run(&["call", "s.ecko"]).ends(2).says(&["echo"]);
    place.run(&["call", "s.echo", "--args", "[1]"]).ends(2);
    place.run(&["call", "nonsense"]).ends(2);
}

#[test]
fn doctor_says_how_each_server_stands() {
    let place = Place::new(&[]);
    let servers = json!({ "mcpServers": {
        "good": { "command": fault_server(), "args": ["--era", "modern"] },
        "old": { "command": fault_server() },
        "dead": { "command": fault_server(), "args": ["--fault", "exit-at-once"] },
        "gone": { "command": "/no/such/program" },
        "unset": { "command": "x", "env": { "K": "${CALLBOX_SURELY_UNSET}" } },
        "off": { "command": "x", "disabled": true },
    } });
    place.put(".mcp.json", &servers.to_string());
    let ran = place.run(&["doctor"]).ends(4);
    let text = format!("{}{}", ran.out, ran.err);
    for word in [
        "good",
        "modern",
        "legacy",
        "the licence file is missing",
        "/no/such/program",
        "CALLBOX_SURELY_UNSET",
        "disabled",
    ] {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
    let report = place.run(&["doctor", "--json"]).ends(4).json();
    assert_eq!(report["servers"].as_array().map(Vec::len), Some(6));
}

#[test]
fn completions_for_each_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let ran = Place::new(&[]).run(&["completions", shell]).ends(0);
        assert!(ran.out.contains("callbox"), "{shell}");
    }
}

#[test]
fn no_config_is_told_where_one_is_needed() {
    let ran = script("return await tools.s.echo({});").run(&["run", "a.js"]).ends(2);
    ran.says(&[".mcp.json", "--config"]);
    script("return 1;").run(&["tools"]).ends(2).says(&[".mcp.json"]);
}

#[test]
fn a_config_is_found_upward() {
    let place = Place::with_server(&[], &[]);
    let inner = place.0.path().join("deep/er");
    std::fs::create_dir_all(&inner).expect("a folder");
    std::fs::write(inner.join("a.js"), "return await tools.s.echo({});").expect("a file");
    let output = place.command(&["run", "a.js"]).current_dir(inner).output().expect("the program starts");
    Ran::of(output).ends(0);
}

#[test]
fn a_malformed_config_is_told_with_its_place() {
    let place = script("return await tools.s.echo({});");
    place.put("bad.json", "{\n  \"mcpServers\": {\n    \"s\": { \"command\": }\n  }\n}\n");
    place.run(&["run", "a.js", "--config", "bad.json"]).ends(2).says(&["bad.json:3:"]);
    place.put("none.json", "{}");
    place.run(&["run", "a.js", "--config", "none.json"]).ends(2).says(&["none.json", "mcpServers"]);
    place.run(&["run", "a.js", "--config", "missing.json"]).ends(2).says(&["missing.json"]);
}

#[test]
fn an_unset_variable_is_told_by_name() {
    let place = script("return await tools.s.echo({});");
    place.put(".mcp.json", r#"{"mcpServers": {"s": {"command": "x", "env": {"T": "${CALLBOX_SURELY_UNSET}"}}}}"#);
    let ran = place.run(&["run", "a.js"]);
    assert!(ran.code == 2 || ran.code == 4, "{}: {}", ran.code, ran.err);
    ran.says(&["CALLBOX_SURELY_UNSET"]);
}

#[test]
fn a_command_that_is_not_there_is_told() {
    let place = script("return await tools.s.echo({});");
    place.put(".mcp.json", r#"{"mcpServers": {"s": {"command": "callbox-no-such-program"}}}"#);
    place.run(&["run", "a.js"]).ends(4).says(&["callbox-no-such-program"]);
}

#[test]
fn a_secret_is_never_printed() {
    const SECRET: &str = "sk-canary-cli-51aa07";
    let place = script("await tools.s.misbehave({});");
    let arguments = ["--fault", "leaks-in-error"];
    let servers = json!({ "mcpServers": { "s": { "command": fault_server(), "args": arguments, "env": { "TOKEN": "${CANARY}" } } } });
    place.put(".mcp.json", &servers.to_string());
    for arguments in [
        &["run", "a.js", "--json", "--trace", "-vv"][..],
        &["run", "a.js"],
        &["doctor"],
        &["types"],
        &["tools", "--json"],
    ] {
        let output = place.command(arguments).env("CANARY", SECRET).output().expect("the program starts");
        let ran = Ran::of(output);
        assert!(!ran.out.contains(SECRET) && !ran.err.contains(SECRET), "{arguments:?}: {}{}", ran.out, ran.err);
    }
}

/// As many mistakes as fit into a text, all on one line.
#[test]
fn very_many_mistakes_are_shown_in_part() {
    let tools = "tools.nobody.knows();".repeat(5_000);
    let place = Place::with_server(&[], &[("required.js", &"require('a');".repeat(5_000)), ("tools.js", &tools)]);
    for (file, word) in [("required.js", "require"), ("tools.js", "nobody")] {
        for command in ["check", "run"] {
            let ran = place.run(&[command, file]).ends(2);
            assert!(ran.err.contains(word) && ran.err.contains("4980 more mistakes are not listed"), "{}", ran.err);
            assert!(ran.err.len() < 20_000, "{} bytes", ran.err.len());
            let report = place.run(&[command, file, "--json"]).ends(2).json();
            let listed = report["end"]["diagnostics"].as_array().expect("a list");
            assert_eq!((listed.len(), &listed[20]["code"]), (21, &json!("more")), "{report}");
        }
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let place = script("return 1;");
    for arguments in [
        &["run", "missing.js"][..],
        &["run", "--no-such-flag"],
        &["no-such-command"],
        &[],
        &["run", "a.js", "--cpu-ms", "x"],
    ] {
        let ran = place.run(arguments).ends(2);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
    assert!(place.run(&["--help"]).ends(0).out.contains("Exit codes"));
    assert!(place.run(&["--version"]).ends(0).out.starts_with("callbox "));
}

#[test]
fn a_closed_pipe_is_no_crash() {
    let place = script("return 'x'.repeat(60000);");
    let mut child = place.command(&["run", "a.js"]).spawn().expect("the program starts");
    drop(child.stdout.take());
    let ran = Ran::of(child.wait_with_output().expect("it ends"));
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn an_interrupt_prints_the_outcome() {
    let text = "await tools.s.echo({ n: 1 });\nawait tools.s.misbehave({});";
    let place = Place::with_server(&["--fault", "never-answers"], &[("a.js", text)]);
    let (mut child, mut err) = spawned_until(&place, &["run", "a.js", "--json", "--trace"], "misbehave");
    interrupt(&child);
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
    let mut rest = String::new();
    err.read_to_string(&mut rest).expect("text");
    let code = child.wait().expect("it ends").code();
    assert_eq!(code, Some(3), "{out}{rest}");
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{rest}"));
    assert_eq!(report["end"]["stopped"]["reason"], "cancelled", "{report}");
    assert_eq!(report["calls"][0]["state"], "finished");
    assert_eq!(report["calls"][1]["state"], "unknown");
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_busy_script() {
    let place = script("console.log('busy'); for (;;);");
    let (mut child, _err) = spawned_until(&place, &["run", "a.js", "--cpu-ms", "60000"], "busy");
    interrupt(&child);
    assert_eq!(child.wait().expect("it ends").code(), Some(3));
}

/// Starts the program and reads its standard error up to a line with `word`.
#[cfg(unix)]
fn spawned_until(place: &Place, arguments: &[&str], word: &str) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = place.command(arguments).spawn().expect("the program starts");
    let mut err = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    while !line.contains(word) {
        line.clear();
        assert_ne!(err.read_line(&mut line).expect("text"), 0, "it ended without `{word}`");
    }
    (child, err)
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    let pid = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a process");
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("it is alive");
}
