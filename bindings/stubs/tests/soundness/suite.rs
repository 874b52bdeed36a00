//! Checks JSON-Schema-Test-Suite with the TypeScript compiler: no valid value is rejected, and as many invalid ones are
//! as `SOUNDNESS.md` says. `UPDATE_SOUNDNESS=1` rewrites its table.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use callbox_bindings::{Server, Tool, declarations};
use serde_json::{Value, json};

use crate::compiler::{self, Program};

#[test]
fn the_suite_agrees_with_the_compiler() -> Result<(), Box<dyn Error>> {
    let (Some(files), Some(compiler)) = (suite_files(), compiler::installed()) else { return Ok(()) };
    let cases = cases(&files)?;
    let mut program = Program::of(&declared(&cases));
    let asked: Vec<(usize, Option<usize>)> = cases.iter().map(|case| ask(&mut program, case)).collect();
    let refused = program.refused(&compiler, "schema-suite")?;
    let mut table = Table::default();
    let mut unsound = Vec::new();
    for (case, (value, literal)) in cases.iter().zip(asked) {
        let no = refused.contains(&value);
        if case.valid && no {
            unsound.push(case.name());
        }
        table.add(case, no, literal.is_some_and(|literal| no || refused.contains(&literal)));
    }
    assert_eq!(unsound, Vec::<String>::new(), "valid values were refused");
    table.check()
}

/// One instance of the suite.
struct Case {
    file: String,
    group: String,
    what: String,
    schema: usize,
    definition: Value,
    value: Value,
    valid: bool,
}

impl Case {
    fn name(&self) -> String {
        format!("{} | {} | {}", self.file, self.group, self.what)
    }

    fn wanted(&self) -> String {
        format!("Awaited<ReturnType<typeof tools.suite.t{}>>", self.schema)
    }
}

fn suite_files() -> Option<Vec<PathBuf>> {
    let Some(corpora) = env::var_os("CALLBOX_CORPORA") else {
        assert!(env::var_os("CI").is_none(), "the corpora are missing");
        eprintln!("skipped: CALLBOX_CORPORA does not name the folder with json-schema-test-suite");
        return None;
    };
    let root = Path::new(&corpora).join("json-schema-test-suite/draft2020-12");
    let mut files: Vec<PathBuf> = ["", "optional", "optional/format"]
        .iter()
        .filter_map(|folder| fs::read_dir(root.join(folder)).ok())
        .flat_map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    Some(files)
}

fn cases(files: &[PathBuf]) -> Result<Vec<Case>, Box<dyn Error>> {
    let (mut cases, mut schema) = (Vec::new(), 0);
    for file in files {
        let groups: Vec<Value> = serde_json::from_slice(&fs::read(file)?)?;
        for group in groups {
            for test in group["tests"].as_array().ok_or("no tests")? {
                cases.push(Case {
                    file: short_name(file),
                    group: text(&group["description"]),
                    what: text(&test["description"]),
                    schema,
                    definition: group["schema"].clone(),
                    value: test["data"].clone(),
                    valid: test["valid"] == true,
                });
            }
            schema += 1;
        }
    }
    assert!(cases.len() > 1_000, "the suite is there");
    Ok(cases)
}

fn short_name(file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = file.parent().and_then(Path::file_name).map(|folder| folder.to_string_lossy().into_owned());
    match folder.as_deref() {
        Some("optional") => format!("optional/{stem}"),
        Some("format") => format!("optional/format/{stem}"),
        _ => stem,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Declares all schemas as the results of one server's tools.
fn declared(cases: &[Case]) -> String {
    let schemas: BTreeMap<usize, &Value> = cases.iter().map(|case| (case.schema, &case.definition)).collect();
    let tool = |(index, schema): (usize, &Value)| Tool {
        name: format!("t{index}"),
        title: None,
        description: None,
        input_schema: json!({ "type": "object" }),
        output_schema: Some(schema.clone()),
        annotations: None,
        learned: None,
    };
    let server = Server::new("suite", schemas.into_iter().map(tool));
    declarations(&[server]).0
}

fn ask(program: &mut Program, case: &Case) -> (usize, Option<usize>) {
    let wanted = case.wanted();
    let value = program.ask(&wanted, &case.value);
    (value, (!case.valid).then(|| program.ask_literal(&wanted, &case.value)))
}

/// Rejected and total invalid instances by keyword.
#[derive(Default)]
struct Table(BTreeMap<String, Row>);

#[derive(Default)]
struct Row {
    valid: usize,
    invalid: usize,
    refused: usize,
    refused_literals: usize,
    allowed: Vec<String>,
}

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/SOUNDNESS.md");

/// Invalid instances that types allow, one per line, each group below a line with the reason.
const ALLOWED: &str = include_str!("allowed.txt");

impl Table {
    fn add(&mut self, case: &Case, refused: bool, refused_literal: bool) {
        let row = self.0.entry(case.file.clone()).or_default();
        if case.valid {
            row.valid += 1;
            return;
        }
        row.invalid += 1;
        row.refused += usize::from(refused);
        row.refused_literals += usize::from(refused_literal);
        row.allowed.extend((!refused).then(|| case.name()));
    }

    fn check(&self) -> Result<(), Box<dyn Error>> {
        let allowed: Vec<&String> = self.0.values().flat_map(|row| &row.allowed).collect();
        if env::var_os("UPDATE_SOUNDNESS").is_some() {
            fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("allowed.txt"), joined(&allowed))?;
            let (before, after) = parts(&fs::read_to_string(DOCUMENT)?)?;
            fs::write(DOCUMENT, format!("{before}{}{after}", self.text()))?;
        }
        let known = known();
        let new: Vec<_> = allowed.iter().filter(|name| !known.contains_key(name.as_str())).collect();
        assert!(new.is_empty(), "invalid values that types allow and did not before: {new:#?}");
        let gone: Vec<_> = known.keys().filter(|name| !allowed.contains(name)).collect();
        assert!(gone.is_empty(), "now refused, take them out of allowed.txt: {gone:#?}");
        let document = fs::read_to_string(DOCUMENT)?;
        assert!(document.contains(&self.text()), "SOUNDNESS.md is out of date; UPDATE_SOUNDNESS=1 rewrites it");
        Ok(())
    }

    fn text(&self) -> String {
        let known = known();
        let mut text = String::from(
            "| suite file | valid allowed | invalid refused | as literals | why not all |\n|---|---|---|---|---|\n",
        );
        for (file, row) in &self.0 {
            let mut why: Vec<&str> = row.allowed.iter().filter_map(|name| known.get(name).copied()).collect();
            why.sort_unstable();
            why.dedup();
            let valid = row.valid;
            let refused = row.refused;
            let literals = row.refused_literals;
            let all = row.invalid;
            text.push_str(&format!(
                "| {file} | {valid}/{valid} | {refused}/{all} | {literals}/{all} | {} |\n",
                why.join("; ")
            ));
        }
        text
    }
}

/// Returns the instances known to be allowed, with the short reason.
fn known() -> BTreeMap<String, &'static str> {
    let (mut known, mut reason) = (BTreeMap::new(), "");
    for line in ALLOWED.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("//")) {
        match line.strip_prefix("# ") {
            Some(words) => reason = words,
            None => drop(known.insert(line.to_owned(), reason)),
        }
    }
    known
}

fn joined(lines: &[&String]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Returns the document before and after its table.
fn parts(document: &str) -> Result<(String, String), Box<dyn Error>> {
    let start = document.find("| suite file").ok_or("no table")?;
    let table = document.get(start..).unwrap_or_default();
    let end = table.find("\n\n").map_or(table.len(), |end| end + 1);
    Ok((document.get(..start).unwrap_or_default().to_owned(), table.get(end..).unwrap_or_default().to_owned()))
}
