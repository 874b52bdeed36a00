//! A reused instance equals a fresh one: a run sees nothing of the one before.

use callbox::{Catalog, End, Engine, Outcome, RunRequest, Sandbox};
use callbox_tests::stage;
use serde_json::{Value, json};

/// With one slot, each run gets the memory of the one before.
fn in_one_place(engine: Engine, scripts: &[&str]) -> Vec<Outcome> {
    let runs: Vec<_> = scripts.iter().map(|script| (engine, *script)).collect();
    in_turn(&runs)
}

fn in_turn(runs: &[(Engine, &str)]) -> Vec<Outcome> {
    stage::wait(async {
        let sandbox = Sandbox::with_runs_at_once(1).expect("a sandbox");
        let mut outcomes = Vec::new();
        for (engine, script) in runs {
            let catalog = Catalog::default();
            let run = sandbox.run(&catalog, RunRequest::new(*script).engine(*engine));
            outcomes.push(run.await.expect("the machine can run it"));
        }
        outcomes
    })
}

#[track_caller]
fn value(outcome: &Outcome) -> &Value {
    match &outcome.end {
        End::Returned(returned) => &returned.value,
        _ => panic!("{}", outcome.transcript()),
    }
}

const LOOK: &str = "return [
    typeof leaked, ({}).polluted, [].polluted, typeof Array.prototype.map, JSON.stringify({ a: 1 }),
    Object.getOwnPropertyNames(globalThis).length, Symbol.for('s').description, typeof ToolError, Error.x,
];";

#[test]
fn globals_and_prototypes_are_as_new() {
    for engine in Engine::ALL {
        let dirty = "
            globalThis.leaked = 'secret'; Object.prototype.polluted = 1; Array.prototype.map = null;
            JSON.stringify = () => 'no'; delete globalThis.ToolError; Error.x = 1; Object.freeze(Object.prototype);
            return 'dirty';";
        let outcomes = in_one_place(*engine, &[LOOK, dirty, LOOK]);
        assert_eq!(value(&outcomes[0]), value(&outcomes[2]));
        assert_eq!(value(&outcomes[0])[0], json!("undefined"));
    }
}

#[test]
fn a_run_that_was_stopped_leaves_nothing() {
    for engine in Engine::ALL {
        let outcomes = in_one_place(
            *engine,
            &[
                "globalThis.leaked = 1; Object.prototype.polluted = 1; const a = []; for (;;) a.push('x'.repeat(1e6) + a.length);",
                LOOK,
                "globalThis.leaked = 1; function f() { f(); } f();",
                LOOK,
            ],
        );
        assert!(matches!(outcomes[0].end, End::Stopped(_)), "{}", outcomes[0].transcript());
        assert!(matches!(outcomes[2].end, End::Stopped(_)), "{}", outcomes[2].transcript());
        assert_eq!(value(&outcomes[1]), value(&outcomes[3]));
        assert_eq!(value(&outcomes[1])[0], json!("undefined"));
    }
}

/// Engines alternate in one slot: a run gets memory previously used by another engine.
#[test]
fn nothing_of_another_engine_is_left() {
    let dirty = "
        globalThis.leaked = new Uint8Array(8 << 20).fill(0xa5); Object.prototype.polluted = 1;
        return leaked.length;";
    for engine in Engine::ALL {
        let others = Engine::ALL.iter().filter(|other| *other != engine);
        let between = others.flat_map(|other| [(*other, dirty), (*other, LOOK)]);
        let runs: Vec<_> = [(*engine, LOOK)].into_iter().chain(between).chain([(*engine, LOOK)]).collect();
        let outcomes = in_turn(&runs);
        let (first, last) = (value(&outcomes[0]), value(outcomes.last().expect("a run")));
        assert_eq!(first, last, "{engine}");
        assert_eq!(first[0], json!("undefined"));
        for ((asked, _), outcome) in runs.iter().zip(&outcomes) {
            assert_eq!(outcome.engine, Some(*asked));
        }
    }
}

#[test]
fn memory_of_the_last_run_is_wiped() {
    for engine in Engine::ALL {
        let mark = "const keep = []; for (let i = 0; i < 4; i++) keep.push(new Uint8Array(1 << 20).fill(0xa5)); return keep.length;";
        let look = "
            let seen = 0;
            for (let i = 0; i < 4; i++) if (new Uint8Array(1 << 20).includes(0xa5)) seen++;
            return seen;";
        let outcomes = in_one_place(*engine, &[mark, look]);
        assert_eq!(value(&outcomes[1]), &json!(0));
    }
}

#[test]
fn random_differs_between_runs() {
    for engine in Engine::ALL {
        let outcomes = in_one_place(*engine, &["return Math.random();"; 20]);
        let mut drawn: Vec<_> = outcomes.iter().map(|outcome| value(outcome).to_string()).collect();
        drawn.sort();
        drawn.dedup();
        assert_eq!(drawn.len(), 20);
    }
}

#[test]
fn the_clock_goes_on_between_runs() {
    for engine in Engine::ALL {
        let outcomes = in_one_place(*engine, &["return Date.now();"; 2]);
        let [first, second] = [0, 1].map(|at| value(&outcomes[at]).as_f64().expect("a number"));
        assert!(first > 1.7e12 && second >= first, "{first} {second}");
    }
}

#[test]
fn many_runs_at_once_do_not_mix() {
    let outcomes = stage::wait(async {
        let catalog = Catalog::default();
        let run = |n: u64| {
            let script = "globalThis.mine = input; for (let i = 0; i < 3; i++) await new Promise((r) => setTimeout(r, i)); return globalThis.mine;";
            stage::sandbox().run(&catalog, RunRequest::new(script).input(json!(n)))
        };
        futures::future::join_all((0..200).map(run)).await
    });
    for (n, outcome) in outcomes.iter().enumerate() {
        assert_eq!(value(outcome.as_ref().expect("the machine can run it")), &json!(n));
    }
}
