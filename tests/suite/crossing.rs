//! Values cross the sandbox boundary unchanged: what goes in as `input` comes back equal.

use callbox::{Catalog, End, RunRequest};
use callbox_tests::stage;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Largest integer range that a double represents exactly.
const INTEGER_MAX: i64 = 1 << 53;

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-INTEGER_MAX..=INTEGER_MAX).prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no other", |x| x.is_finite() && x.fract() != 0.0).prop_map(Value::from),
    ]
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        let key = prop_oneof![
            any::<String>(),
            Just("__proto__".to_owned()),
            Just("toJSON".to_owned()),
            Just("12".to_owned())
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..8).prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn back(input: &Value, script: &str) -> Value {
    let outcome = stage::run(&Catalog::default(), RunRequest::new(script).input(input.clone()));
    match outcome.end {
        End::Returned(returned) => returned.value,
        _ => panic!("{}", outcome.transcript()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_value_comes_back_as_it_went_in(value in json()) {
        prop_assert_eq!(back(&value, "return input"), value);
    }

    #[test]
    fn a_value_survives_the_scripts_own_json(value in json()) {
        prop_assert_eq!(back(&value, "return JSON.parse(JSON.stringify(input))"), value);
    }
}
