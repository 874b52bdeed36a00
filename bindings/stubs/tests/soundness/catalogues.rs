//! Checks the stubs of every real catalogue with the TypeScript compiler: they type-check, allow all arguments that a
//! validator allows, and reject the others if a type can express the reason.

use std::collections::HashSet;
use std::error::Error;

use callbox_bindings::{Server, declarations, identifiers};
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, ValidationError, Validator};
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::arguments::{Choices, changed, value_of};
use crate::catalogue_files::{Catalogue, catalogues};
use crate::compiler::{self, Program};

/// Argument values generated for each tool, plus as many changed ones.
const VALUES_PER_TOOL: usize = 4;

#[test]
fn arguments_agree_with_the_compiler() -> Result<(), Box<dyn Error>> {
    let Some(compiler) = compiler::installed() else { return Ok(()) };
    let mut runner = TestRunner::deterministic();
    let mut all = Counts::default();
    let catalogues = catalogues()?;
    if catalogues.is_empty() {
        return Ok(());
    }
    for Catalogue { name, servers } in catalogues {
        let (text, notes) = declarations(&servers);
        let noted: HashSet<String> = notes.into_iter().map(|note| note.tool).collect();
        let mut program = Program::of(&text);
        let questions = questions(&servers, &noted, &mut program, &mut runner)?;
        let refused = program.refused(&compiler, &format!("catalogue-{name}"))?;
        for question in &questions {
            all.add(question, refused.contains(&question.index));
        }
    }
    eprintln!("{all:?}");
    assert_eq!(all.unsound, Vec::<String>::new(), "refused though the schema allows them");
    assert_eq!(all.missed, Vec::<String>::new(), "allowed though a type can tell that the schema does not");
    let half = all.allowed + all.told + all.untold;
    assert!(all.allowed * 3 > half && all.told * 20 > half, "too few values of one sort to prove anything: {all:?}");
    Ok(())
}

/// A value for the arguments of a tool.
struct Question {
    tool: String,
    value: Value,
    index: usize,
    verdict: Verdict,
}

/// The validator's verdict on it.
enum Verdict {
    Allowed,
    /// Rejected for a reason that a type can express.
    Told(String),
    /// Rejected for another reason.
    Untold,
}

#[derive(Debug, Default)]
struct Counts {
    allowed: usize,
    told: usize,
    untold: usize,
    unsound: Vec<String>,
    missed: Vec<String>,
}

impl Counts {
    fn add(&mut self, question: &Question, refused: bool) {
        let place = || format!("{}: {}", question.tool, question.value);
        match &question.verdict {
            Verdict::Allowed => {
                self.allowed += 1;
                self.unsound.extend(refused.then(place));
            }
            Verdict::Told(why) => {
                self.told += 1;
                self.missed.extend((!refused).then(|| format!("{} ({why})", place())));
            }
            Verdict::Untold => self.untold += 1,
        }
    }
}

fn questions(
    servers: &[Server],
    noted: &HashSet<String>,
    program: &mut Program,
    runner: &mut TestRunner,
) -> Result<Vec<Question>, Box<dyn Error>> {
    let mut questions = Vec::new();
    let names: Vec<&str> = servers.iter().map(|server| server.name.as_str()).collect();
    for (server, room) in servers.iter().zip(identifiers(&names)) {
        let tools: Vec<&str> = server.tools.iter().map(|tool| tool.name.as_str()).collect();
        for (tool, identifier) in server.tools.iter().zip(identifiers(&tools)) {
            let label = format!("{}.{}", server.name, tool.name);
            let Some(validator) = validator(&tool.input_schema) else { continue };
            let wanted = format!("Parameters<typeof tools.{room}.{identifier}>[0]");
            for value in values(&tool.input_schema, runner)? {
                let verdict = verdict(&validator, &tool.input_schema, &value, noted.contains(&label));
                let index = program.ask(&wanted, &value);
                questions.push(Question { tool: label.clone(), value, index, verdict });
            }
        }
    }
    Ok(questions)
}

fn values(schema: &Value, runner: &mut TestRunner) -> Result<Vec<Value>, Box<dyn Error>> {
    let mut values = Vec::new();
    for _ in 0..VALUES_PER_TOOL {
        let mut choices = Choices::of(any::<u64>().new_tree(runner).map_err(|why| why.to_string())?.current());
        let value = value_of(schema, schema, &mut choices, 0);
        values.push(changed(&value, &mut choices));
        values.push(value);
    }
    // Arguments are an object, even if the schema does not say so.
    values.retain(|value| value.is_object() || schema.get("type").is_some());
    Ok(values)
}

fn validator(schema: &Value) -> Option<Validator> {
    let declared = schema.get("$schema").and_then(Value::as_str).unwrap_or_default();
    let draft = if declared.contains("draft-07") { Draft::Draft7 } else { Draft::Draft202012 };
    jsonschema::options().with_draft(draft).build(schema).ok()
}

fn verdict(validator: &Validator, schema: &Value, value: &Value, noted: bool) -> Verdict {
    if validator.is_valid(value) {
        return Verdict::Allowed;
    }
    let told = validator.iter_errors(value).find(|error| !noted && is_told_by_types(error, schema));
    told.map_or(Verdict::Untold, |error| Verdict::Told(format!("{error} at {}", error.schema_path())))
}

/// Whether a type without notes expresses the error: a kind, a missing property, an unlisted value. Undeclared
/// properties next to declared ones have a wider type.
fn is_told_by_types(error: &ValidationError<'_>, schema: &Value) -> bool {
    let path = error.schema_path().as_str();
    let widened = path.split_once("/additionalProperties").is_some_and(|(owner, _)| {
        let fields = schema.pointer(&format!("{owner}/properties")).and_then(Value::as_object);
        owner.contains("$ref") || fields.is_some_and(|fields| !fields.is_empty())
    });
    if widened || path.contains("patternProperties") {
        return false;
    }
    match error.kind() {
        ValidationErrorKind::Type { kind } => !(error.instance().is_number() && takes_numbers(kind)),
        ValidationErrorKind::Required { property } => property != "constructor" && property != "toString",
        ValidationErrorKind::Enum { options } => {
            let listed = options.as_array().is_some_and(|options| !options.iter().any(|option| option.is_object()));
            listed && !error.instance().is_object()
        }
        ValidationErrorKind::Constant { expected_value } => !expected_value.is_object(),
        _ => false,
    }
}

fn takes_numbers(kind: &TypeKind) -> bool {
    let named = match kind {
        TypeKind::Single(kind) => format!("{kind:?}"),
        TypeKind::Multiple(kinds) => format!("{kinds:?}"),
    };
    named.contains("Integer") || named.contains("Number")
}
