//! Answers one question: first the verdict, then the errors.

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::checker::{self, Patterns};
use crate::validate::{Question, Verdict};

/// A value that failed the check, kept so that its errors can be described.
pub(crate) struct Checked {
    schema: Value,
    value: Value,
    /// Finds the errors; compiled on first use.
    explainer: Option<Validator>,
}

/// Answers the question in `message`. Drops the text before checking, so that only one copy of the value is in memory.
pub(crate) fn check(message: Vec<u8>) -> (Verdict, Option<Checked>) {
    let parts = parts(&message);
    drop(message);
    match parts {
        Ok((schema, value)) => judge(schema, value),
        Err(verdict) => (verdict, None),
    }
}

fn parts(message: &[u8]) -> Result<(Value, Value), Verdict> {
    let malformed = || Verdict::Unreadable("the question is malformed".to_owned());
    let question = Question::read(message).ok_or_else(malformed)?;
    let schema = serde_json::from_slice(question.schema).map_err(|error| Verdict::Defect(error.to_string()))?;
    let value = serde_json::from_slice(question.value).map_err(|error| Verdict::Unreadable(error.to_string()))?;
    Ok((schema, value))
}

fn judge(schema: Value, value: Value) -> (Verdict, Option<Checked>) {
    match checker::compile(&schema, Patterns::Any) {
        Err(why) => (Verdict::Defect(why), None),
        Ok(validator) if validator.is_valid(&value) => (Verdict::Fits, None),
        Ok(_) => (Verdict::Differs, Some(Checked { schema, value, explainer: None })),
    }
}

impl Checked {
    /// Describes the first error.
    pub(crate) fn first(&mut self) -> Option<String> {
        self.explain();
        checker::first(self.explainer.as_ref()?, &self.value)
    }

    /// Describes the first few errors and counts the rest.
    pub(crate) fn all(&mut self) -> Option<String> {
        self.explain();
        checker::all(self.explainer.as_ref()?, &self.value)
    }

    fn explain(&mut self) {
        if self.explainer.is_none() {
            let mute = checker::with_mute_alternatives(&self.schema);
            let compile = |schema: &Value| checker::compile(schema, Patterns::Any).ok();
            // A `$ref` into an alternative does not resolve once the alternative is wrapped.
            self.explainer = mute.as_ref().and_then(compile).or_else(|| compile(&self.schema));
        }
    }
}

/// Initialises what the library creates on first use of a draft, so that it is part of the frozen guest.
pub(crate) fn warm_up() {
    for draft in
        ["draft-04/schema", "draft-06/schema", "draft-07/schema", "draft/2019-09/schema", "draft/2020-12/schema"]
    {
        let schema = json!({
            "$schema": format!("http://json-schema.org/{draft}#"),
            "type": "object",
            "properties": { "a": { "pattern": "^[a-z]+$", "format": "date" }, "b": { "enum": [1, 2] } },
            "anyOf": [{ "required": ["a"] }, { "required": ["b"] }],
        });
        if let Ok(validator) = checker::compile(&schema, Patterns::Any) {
            let _ = (validator.is_valid(&json!({ "a": "b" })), checker::all(&validator, &json!({ "a": "1" })));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(schema: &Value, value: &Value) -> (Verdict, Option<Checked>) {
        let mut message = Question::begun(schema.to_string().as_bytes());
        message.extend(value.to_string().into_bytes());
        check(message)
    }

    #[test]
    fn verdicts_and_reasons() {
        let schema = json!({ "items": { "anyOf": [{ "type": "string" }, { "type": "null" }] } });
        assert!(matches!(asked(&schema, &json!(["a"])), (Verdict::Fits, None)));
        let (verdict, checked) = asked(&schema, &json!(["a", 1, 2]));
        let mut checked = checked.expect("there is something wrong");
        let first = "`$[1]`: 1 is not valid under any of the schemas listed in the 'anyOf' keyword";
        assert_eq!((verdict, checked.first().as_deref()), (Verdict::Differs, Some(first)));
        assert_eq!(checked.all().expect("two"), format!("{first}; {}", first.replace("[1]`: 1", "[2]`: 2")));
    }

    #[test]
    fn defects_and_questions_that_are_none() {
        let (verdict, _) = asked(&json!({ "$ref": "#/nowhere" }), &json!(1));
        assert!(matches!(verdict, Verdict::Defect(_)));
        assert!(matches!(check(b"\xff\xff\xff\xff".to_vec()).0, Verdict::Unreadable(_)));
    }

    #[test]
    fn a_reference_into_an_alternative_is_still_explained() {
        let schema = json!({
            "properties": { "a": { "anyOf": [{ "properties": { "b": { "type": "string" } } }] } },
            "required": ["c"],
            "additionalProperties": { "$ref": "#/properties/a/anyOf/0/properties/b" },
        });
        let (_, checked) = asked(&schema, &json!({ "x": 1 }));
        let all = checked.expect("wrong").all().expect("said");
        assert!(all.contains("`$.x`: 1 is not of type"), "{all}");
    }

    #[test]
    fn ways_through_a_recursive_schema_are_not_collected() {
        let kinds = ["a", "b", "c", "d", "e", "f"].map(|kind| {
            json!({ "properties": { "kind": { "const": kind }, "children": { "items": { "$ref": "#" } } }, "required": ["kind"] })
        });
        let schema = json!({ "anyOf": kinds });
        let leaf = json!({ "kind": "typo" });
        let value = (0..12).fold(leaf, |inner, _| json!({ "kind": "a", "children": [inner] }));
        let (verdict, checked) = asked(&schema, &value);
        assert_eq!(verdict, Verdict::Differs);
        assert!(checked.expect("wrong").all().expect("said").starts_with("`$`: "));
    }
}
