//! Walks `goldens/`: each file is one trial. It holds a tool, values that its schema allows and values
//! that it does not, and what is made of them: the declaration, its notes, and which of the wrong
//! values the TypeScript compiler refuses. `UPDATE_GOLDENS=1` writes the latter anew.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

#[path = "goldens/case.rs"]
mod case;
#[path = "soundness/compiler.rs"]
mod compiler;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
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
    let trials = goldens.into_iter().enumerate().map(trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn files() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    files.sort();
    Ok(files)
}

/// A case, and what is made of its tool.
struct Golden {
    file: PathBuf,
    case: Case,
    tool: Tool,
    text: String,
    notes: Vec<Note>,
}

/// What the compiler says of a case's values.
#[derive(Clone)]
struct Answer {
    refused_valid: Vec<Value>,
    wrong: Vec<Wrong>,
}

impl Golden {
    fn read(file: &Path) -> Result<Golden, Box<dyn Error>> {
        let case = Case::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let tool = Tool::from_json(&case.tool)?;
        let (text, notes) = declaration(&Server { name: "s".into(), tools: vec![tool.clone()] }, &tool);
        Ok(Golden { file: file.to_owned(), case, tool, text, notes })
    }

    /// The schema that the values are about: the result's where there is one.
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

    /// The declaration under a name of its own.
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

    /// The values are what the case says they are.
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

/// What the compiler says of all values; `None` where there is no compiler.
fn answers(goldens: &[Golden]) -> Result<Option<Vec<Answer>>, Box<dyn Error>> {
    let Some(compiler) = compiler::installed() else { return Ok(None) };
    let numbered = || goldens.iter().enumerate();
    let texts: String = numbered().map(|(index, golden)| golden.namespace(index)).collect();
    let mut program = Program::of(&texts);
    let asked: Vec<Asked<'_>> = numbered().map(|(index, golden)| Asked::of(golden, index, &mut program)).collect();
    let refused = program.refused(&compiler, "goldens")?;
    Ok(Some(asked.iter().map(|asked| asked.answer(&refused)).collect()))
}

/// The numbers of the questions about a case's values.
struct Asked<'a> {
    valid: Vec<(&'a Value, usize)>,
    /// As a value, and as it is written out.
    wrong: Vec<(usize, usize)>,
}

impl<'a> Asked<'a> {
    fn of(golden: &'a Golden, index: usize, program: &mut Program) -> Asked<'a> {
        let wanted = golden.wanted(index);
        let valid = golden.case.valid.iter().map(|value| (value, program.ask(&wanted, value))).collect();
        let wrong = golden.case.wrong.iter();
        let wrong = wrong.map(|(value, _)| (program.ask(&wanted, value), program.ask_literal(&wanted, value)));
        Asked { wrong: wrong.collect(), valid }
    }

    fn answer(&self, refused: &BTreeSet<usize>) -> Answer {
        let refused_valid = self.valid.iter().filter(|(_, question)| refused.contains(question));
        let wrong = |(value, literal): &(usize, usize)| match (refused.contains(value), refused.contains(literal)) {
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
