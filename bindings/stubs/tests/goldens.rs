//! Runs one trial per file in `goldens/`. A file holds a tool, values that its schema allows or rejects, and the
//! results: the declaration, its notes, and which of the wrong values the TypeScript compiler rejects.
//! `UPDATE_GOLDENS=1` rewrites the results.

#![allow(clippy::print_stderr, reason = "reports that a test is skipped")]

#[path = "goldens/case.rs"]
mod case;
#[path = "soundness/compiler.rs"]
mod compiler;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use callbox_bindings::{Note, Server, Tool, declaration, identifiers};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};

use case::{Case, Made, Wrong};
use compiler::Program;

fn main() -> Result<(), Box<dyn Error>> {
    let goldens = files()?.iter().map(|file| Golden::read(file)).collect::<Result<Vec<_>, _>>()?;
    let answers = answers(&goldens)?;
    let trial = |(index, golden): (usize, Golden)| {
        let answer = answers.as_ref().and_then(|answers| answers.get(index)).cloned();
        Trial::test(golden.case.name.clone(), move || golden.check(answer))
    };
    let text: String = goldens.iter().map(|golden| golden.case.whole.as_str()).collect();
    let mut trials: Vec<Trial> = goldens.into_iter().enumerate().map(trial).collect();
    trials.push(Trial::test("every_keyword_has_a_case", move || every_keyword_has_a_case(&text)));
    trials.push(Trial::test("the_comparison_is_up_to_date", the_comparison_is_up_to_date));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Checks that `COMPARISON.md` is what `compare.mjs` would write.
fn the_comparison_is_up_to_date() -> Result<(), Failed> {
    let modules = compiler::installed().and_then(|compiler| Some(compiler.parent()?.parent()?.to_owned()));
    let Some(modules) = modules.filter(|_| env::var_os("UPDATE_GOLDENS").is_none()) else { return Ok(()) };
    if !modules.join("json-schema-to-typescript").is_dir() {
        assert!(env::var_os("CI").is_none(), "CI is set and json-schema-to-typescript is not installed");
        eprintln!("skipped: no json-schema-to-typescript in `{}`", modules.display());
        return Ok(());
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/compare.mjs");
    let servers = modules.parent().unwrap_or(&modules);
    let output = Command::new("node").arg(script).arg("--check").env("CALLBOX_TEST_SERVERS", servers).output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// Keywords that change a type or its comments.
const KEYWORDS: &str = "$anchor $defs $id $ref $schema additionalItems additionalProperties allOf anyOf const \
    contains contentEncoding contentMediaType default definitions dependencies dependentRequired \
    dependentSchemas deprecated description else enum examples exclusiveMaximum exclusiveMinimum format if \
    items maxItems maxLength maxProperties maximum minItems minLength minProperties minimum multipleOf not \
    nullable oneOf pattern patternProperties prefixItems properties propertyNames required then title type \
    unevaluatedItems unevaluatedProperties uniqueItems x-fastmcp-wrap-result";

fn every_keyword_has_a_case(text: &str) -> Result<(), Failed> {
    let missing: Vec<&str> = KEYWORDS.split(' ').filter(|key| !text.contains(&format!("\"{key}\": "))).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("no case has {missing:?}").into()) }
}

fn files() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    Ok(files)
}

/// A case and the results for its tool.
struct Golden {
    file: PathBuf,
    case: Case,
    tool: Tool,
    text: String,
    notes: Vec<Note>,
}

/// The compiler's verdict on a case's values.
#[derive(Clone)]
struct Answer {
    refused_valid: Vec<Value>,
    wrong: Vec<Wrong>,
}

impl Golden {
    fn read(file: &Path) -> Result<Golden, Box<dyn Error>> {
        let case = Case::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let tool = Tool::from_json(&case.tool)?;
        let (text, notes) = declaration(&Server::new("s", vec![tool.clone()]), &tool);
        Ok(Golden { file: file.to_owned(), case, tool, text, notes })
    }

    /// Returns the schema that the values are for: the result's if there is one.
    fn schema(&self) -> &Value {
        self.tool.output_schema.as_ref().unwrap_or(&self.tool.input_schema)
    }

    fn wanted(&self, index: usize) -> String {
        let method = format!("typeof golden{index}.tools.s.{}", identifiers(&[&self.tool.name]).concat());
        match self.tool.output_schema {
            Some(_) => format!("Awaited<ReturnType<{method}>>"),
            None => format!("Parameters<{method}>[0]"),
        }
    }

    /// Returns the declaration in its own namespace.
    fn namespace(&self, index: usize) -> String {
        let exported = format!("\n{}", self.text).replace("\ndeclare const tools", "\nexport declare const tools");
        format!("namespace golden{index} {{{exported}}}\n")
    }

    fn check(&self, answer: Option<Answer>) -> Result<(), Failed> {
        self.check_values()?;
        let wrong = match answer {
            Some(answer) if !answer.refused_valid.is_empty() => {
                return Err(format!("valid values are refused: {:?}\n{}", answer.refused_valid, self.text).into());
            }
            Some(answer) => answer.wrong,
            None => self.case.wrong.iter().map(|(_, wrong)| *wrong).collect(),
        };
        let found = self.case.with(&Made { text: &self.text, notes: &self.notes, wrong: &wrong });
        if env::var_os("UPDATE_GOLDENS").is_some() {
            return Ok(fs::write(&self.file, found)?);
        }
        if found == self.case.whole {
            return Ok(());
        }
        Err(format!("expected:\n{}\nfound:\n{found}\nUPDATE_GOLDENS=1 writes what is found", self.case.whole).into())
    }

    /// Checks that the values are valid and invalid as claimed.
    fn check_values(&self) -> Result<(), Failed> {
        let valid = self.case.valid.iter().map(|value| (value, true));
        let values: Vec<_> = valid.chain(self.case.wrong.iter().map(|(value, _)| (value, false))).collect();
        if values.is_empty() {
            return Ok(());
        }
        let validator = jsonschema::validator_for(self.schema())?;
        let is_valid = |value: &Value| match self.tool.wraps_result() {
            true => validator.is_valid(&json!({ "result": value })),
            false => validator.is_valid(value),
        };
        match values.into_iter().find(|(value, said)| is_valid(value) != *said) {
            Some((value, said)) => Err(format!("{value} is said to be valid: {said}").into()),
            None => Ok(()),
        }
    }
}

/// Returns the compiler's verdict on all values; `None` if there is no compiler.
fn answers(goldens: &[Golden]) -> Result<Option<Vec<Answer>>, Box<dyn Error>> {
    let Some(compiler) = compiler::installed() else { return Ok(None) };
    let numbered = || goldens.iter().enumerate();
    let texts: String = numbered().map(|(index, golden)| golden.namespace(index)).collect();
    let mut program = Program::of(&texts);
    let asked: Vec<Asked<'_>> = numbered().map(|(index, golden)| Asked::of(golden, index, &mut program)).collect();
    let refused = program.refused(&compiler, "goldens")?;
    Ok(Some(asked.iter().map(|asked| asked.answer(&refused)).collect()))
}

/// Indices of two questions about a value: as a type, and as written out in a program. The cases' valid values have no
/// undeclared properties, so the type allows them in both forms.
type AskedTwice = (usize, usize);

/// The questions about a case's values.
struct Asked<'a> {
    valid: Vec<(&'a Value, AskedTwice)>,
    wrong: Vec<AskedTwice>,
}

impl<'a> Asked<'a> {
    fn of(golden: &'a Golden, index: usize, program: &mut Program) -> Asked<'a> {
        let wanted = golden.wanted(index);
        let mut ask = |value: &Value| (program.ask(&wanted, value), program.ask_literal(&wanted, value));
        Asked {
            valid: golden.case.valid.iter().map(|value| (value, ask(value))).collect(),
            wrong: golden.case.wrong.iter().map(|(value, _)| ask(value)).collect(),
        }
    }

    fn answer(&self, refused: &BTreeSet<usize>) -> Answer {
        let twice = |(value, literal): &AskedTwice| refused.contains(value) || refused.contains(literal);
        let refused_valid = self.valid.iter().filter(|(_, asked)| twice(asked));
        let wrong = |(value, literal): &AskedTwice| match (refused.contains(value), refused.contains(literal)) {
            (true, _) => Wrong::Refused,
            (false, true) => Wrong::RefusedLiteral,
            (false, false) => Wrong::Allowed,
        };
        Answer {
            refused_valid: refused_valid.map(|(value, _)| (*value).clone()).collect(),
            wrong: self.wrong.iter().map(wrong).collect(),
        }
    }
}
