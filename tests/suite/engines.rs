//! The choice of the JavaScript engine: by option, per run, in reports on a run, and in the cases of these tests.

use std::time::{Duration, Instant};

use callbox::{Catalog, ComponentSource, End, Engine, RunRequest};
use callbox_tests::{case::CaseFile, stage};
use serde_json::{Value, json};

use crate::cli::Place;
use crate::gateway::{Served, script};
use crate::upstreams::{patient, started};

/// Each engine, and no choice.
fn choices() -> Vec<(Vec<&'static str>, Engine)> {
    let chosen = Engine::ALL.iter().map(|engine| (vec!["--engine", engine.as_str()], *engine));
    chosen.chain([(Vec::new(), Engine::default())]).collect()
}

#[test]
fn both_engines_are_in_the_program() {
    assert_eq!(Engine::ALL.iter().map(|engine| engine.as_str()).collect::<Vec<_>>(), ["quickjs", "boa"]);
    assert_eq!(Engine::default().as_str(), "quickjs");
}

#[test]
fn a_run_has_the_engine_that_was_chosen() {
    let place = Place::new(&[("a.ts", "return input as number + 1")]);
    for (option, engine) in choices() {
        let report = place.run(&[&["run", "a.ts", "--input", "1", "--json"], &option[..]].concat()).ends(0).json();
        assert_eq!((&report["engine"], &report["end"]["value"]), (&json!(engine.as_str()), &json!(2)), "{report}");
    }
}

#[test]
fn a_script_that_is_not_run_has_no_engine() {
    let place = Place::new(&[("a.js", "const = 1")]);
    let report = place.run(&["run", "a.js", "--json", "--engine", "boa"]).ends(2).json();
    assert_eq!(report.get("engine"), Some(&Value::Null), "{report}");
}

#[test]
fn an_engine_that_is_not_there_is_refused_with_those_that_are() {
    let place = Place::new(&[("a.js", "return 1")]);
    for command in [&["run", "a.js"][..], &["serve", "--demo"]] {
        let refused = place.run(&[command, &["--engine", "v8"]].concat()).ends(2);
        refused.says(&["v8", "--engine", "quickjs", "boa"]);
    }
    let refused = place.run(&["run", "a.js", "--json", "--engine", "v8"]).ends(2).json();
    assert_eq!(refused["end"]["code"], "usage", "{refused}");
}

#[test]
fn a_gateway_has_the_engine_that_was_chosen() {
    for (option, engine) in choices() {
        let place = Place::new(&[]);
        let options = [&["--demo", "-v", "--log-format", "json"], &option[..]].concat();
        let served = Served::start(&place, &options);
        let running = started(&json!({ "gateway": served.entry(&json!({})) }), &patient());
        script(&running, "return 1");
        assert_eq!(logged(&served)["engine"], engine.as_str());
    }
}

/// Returns the log line about the run.
#[track_caller]
fn logged(served: &Served) -> Value {
    let began = Instant::now();
    loop {
        if let Some(line) = served.log().iter().find(|line| line.contains("a run ended")) {
            return serde_json::from_str(line).expect("a line of JSON");
        }
        assert!(began.elapsed() < Duration::from_secs(60), "no run in {:#?}", served.log());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// No JavaScript engine runs a component, whichever is asked for.
#[test]
fn a_component_has_no_engine() {
    let source = ComponentSource::new(b"(component)");
    let outcome = stage::run(&Catalog::default(), RunRequest::program(source).engine(Engine::default()));
    assert!(matches!(outcome.end, End::Rejected(_)) && outcome.engine.is_none(), "{}", outcome.transcript());
}

#[test]
fn a_case_may_expect_something_else_of_one_engine() {
    let place = Place::new(&[]);
    let file = place.0.path().join("a.js");
    for (text, expected) in [
        ("return 1;\n/* transcript\nreturned: 1\n*/\n", [Some("returned: 1\n"), Some("returned: 1\n")]),
        (
            "/* case\n{}\n*/\nreturn 1; /* no transcript */\n/* transcript\nreturned: 1\n*/\n/* transcript boa\nb *\\/\n*/\n",
            [Some("returned: 1\n"), Some("b */\n")],
        ),
        (
            "/* case\n{\"engine\": \"boa\"}\n*/\nreturn 1;\n/* transcript\nreturned: 1\n*/\n",
            [None, Some("returned: 1\n")],
        ),
        ("return 1;\n", [Some(""), Some("")]),
    ] {
        place.put("a.js", text);
        let case = CaseFile::read(&file).expect("a case");
        let engines = case.engines();
        let found = ["quickjs", "boa"].map(|name| {
            let engine = Some(name.parse().expect("an engine"));
            engines.contains(&engine).then(|| case.transcript(engine))
        });
        assert_eq!(found, expected, "{text}");
        if text.contains("/* transcript\n") {
            let found: Vec<_> = engines.iter().map(|it| (*it, case.transcript(*it).to_owned())).collect();
            case.rewrite(&file, &found).expect("it is written");
            assert_eq!(place.read("a.js"), text);
        }
    }
}
