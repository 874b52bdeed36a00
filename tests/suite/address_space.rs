//! A process with limited address space (`ulimit -v`): it has fewer slots for runs, or says why it has none.

use std::process::Command;

use crate::cli::{Place, Ran, program};

/// Runs the program under a limit on its address space.
fn within(mib: u64, place: &Place, arguments: &[&str]) -> Ran {
    let mut command = Command::new("sh");
    let script = format!("ulimit -v {}; exec \"$0\" \"$@\"", mib * 1024);
    command.args(["-c", &script]).arg(program()).args(arguments).current_dir(place.0.path());
    Ran::of(command.output().expect("a shell"))
}

const COMPONENT: &str = "component.wat";

fn place() -> Place {
    let component = callbox_tests::component::returning("\"of a component\"");
    Place::new(&[("two.js", "return 1 + 1"), (COMPONENT, &component)])
}

#[test]
fn scripts_run_where_there_is_room_for_one() {
    let place = place();
    for mib in [8 << 10, 20 << 10] {
        let demo = within(mib, &place, &["run", "--demo"]).ends(0);
        assert!(!demo.out.is_empty(), "{}", demo.err);
        let ran = within(mib, &place, &["run", "two.js"]).ends(0);
        assert_eq!(ran.out.trim(), "2");
        let ran = within(mib, &place, &["run", COMPONENT]).ends(0);
        assert!(ran.out.contains("of a component"), "{}{}", ran.out, ran.err);
    }
}

#[test]
fn a_machine_without_room_is_told_what_is_missing() {
    let ran = within(3 << 10, &place(), &["run", "--demo"]);
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("address space") && ran.err.contains("ulimit -v"), "{}", ran.err);
    assert!(!ran.err.contains("bug"), "{}", ran.err);
}
