//! Checks that the comparison of the engines notices a wrong answer.

use std::process::{Command, Output};

/// Runs without node, so that the test does not need it.
fn compared(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_differential"));
    command.env("PATH", "").args(["--seed", "1", "--count", "6"]).args(arguments);
    command.output().expect("the comparison starts")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn engines_that_agree_are_a_success() {
    let output = compared(&[]);
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("There is no node") && text.contains("6 programs: 3 generated, 3 mutated"), "{text}");
}

#[test]
fn a_wrong_answer_is_seen_named_and_made_smaller() {
    for engine in ["quickjs", "boa"] {
        let output = compared(&["--perturb", engine]);
        let text = text(&output);
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(text.contains("not listed: ") && text.contains("--only generated --seed 2 --count 1"), "{text}");
        let programs = |line: &&str| line.starts_with("        ");
        let shortest = text.lines().filter(programs).map(str::len).min();
        assert!(shortest.is_some_and(|length| length < 20), "any program shows it, so that little is left: {text}");
    }
}

#[test]
fn a_program_is_the_same_for_its_seed() {
    let printed = || text(&compared(&["--print", "--only", "generated", "--seed", "7", "--count", "2"]));
    let first = printed();
    assert!(first.contains("differential --only generated --seed 8 --count 1"), "{first}");
    assert_eq!(first, printed());
}
