//! Passes the values that JSON-Schema-Test-Suite calls valid through Rust types made from its schemas.

#![allow(clippy::print_stderr, reason = "reports that a test is skipped")]

mod package;
mod round_trip;

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use callbox_bindings::{Server, Tool, rust};
use round_trip::{plain, through};
use serde_json::{Value, json};

/// A value and the schema it belongs to.
struct Sample {
    group: String,
    text: String,
    valid: bool,
}

/// Valid values that the types reject, one per line, each group below a line with the reason.
const REFUSED: &str = include_str!("rust_suite/refused.txt");

/// What comes back is what went in, except for undeclared properties, and only the values listed in `refused.txt` are
/// rejected.
#[test]
fn nothing_comes_back_changed() -> Result<(), Box<dyn Error>> {
    let Some(files) = files() else {
        assert!(env::var_os("CI").is_none(), "the corpora are missing");
        eprintln!("skipped: CALLBOX_CORPORA does not name the folder of json-schema-test-suite");
        return Ok(());
    };
    let (mut tools, mut samples) = (Vec::new(), Vec::new());
    for file in files {
        add(&file, &mut tools, &mut samples)?;
    }
    let types = rust(&[Server::new("suite", tools)]);
    let sent: Vec<(&str, String, bool)> =
        samples.iter().map(|sample| (sample.group.as_str(), sample.text.clone(), sample.valid)).collect();
    let results = through("callbox-suite", &types, &sent)?;
    assert_eq!(results.len(), samples.len());
    let mut found = Found::default();
    for (sample, result) in samples.iter().zip(results) {
        found.add(sample, result)?;
    }
    found.check();
    Ok(())
}

/// The results for all values.
#[derive(Default)]
struct Found {
    same: usize,
    less: usize,
    refused: BTreeSet<String>,
    invalid_refused: usize,
}

impl Found {
    fn add(&mut self, sample: &Sample, result: Result<String, String>) -> Result<(), Box<dyn Error>> {
        let Sample { group, text, valid } = sample;
        match (valid, result) {
            (true, Ok(back)) => self.add_back(sample, &serde_json::from_str(&back)?)?,
            (true, Err(error)) => {
                eprintln!("refused: {group}: {text}: {error}");
                self.refused.insert(sample.name());
            }
            (false, result) => self.invalid_refused += usize::from(result.is_err()),
        }
        Ok(())
    }

    fn add_back(&mut self, sample: &Sample, back: &Value) -> Result<(), Box<dyn Error>> {
        let (sent, back) = (plain(&serde_json::from_str(&sample.text)?), plain(back));
        // serde accepts a list as a struct.
        if back.is_object() && sent.is_array() {
            self.refused.insert(sample.name());
            return Ok(());
        }
        assert!(is_part(&back, &sent), "{}: {} gave {back}", sample.group, sample.text);
        self.same += usize::from(back == sent);
        self.less += usize::from(back != sent);
        Ok(())
    }

    fn check(&self) {
        let Found { same, less, refused, invalid_refused } = self;
        let count = refused.len();
        eprintln!("valid: {same} the same, {less} with less, {count} refused; invalid: {invalid_refused} refused");
        assert!(*same > 0 && *invalid_refused > 0);
        let known: BTreeSet<String> = REFUSED.lines().filter(|line| line.contains(" | ")).map(str::to_owned).collect();
        let new: Vec<&String> = refused.difference(&known).collect();
        assert!(new.is_empty(), "valid values that types refuse and did not before: {new:#?}");
        let gone: Vec<&String> = known.difference(refused).collect();
        assert!(gone.is_empty(), "no longer refused, take them out of refused.txt: {gone:#?}");
    }
}

impl Sample {
    /// Returns the value's line in `refused.txt`.
    fn name(&self) -> String {
        format!("{} | {}", self.group, self.text)
    }
}

/// Whether `back` is `sent`, possibly without some properties.
fn is_part(back: &Value, sent: &Value) -> bool {
    match (back, sent) {
        (Value::Object(back), Value::Object(sent)) => {
            back.iter().all(|(name, value)| sent.get(name).is_some_and(|other| is_part(value, other)))
        }
        (Value::Array(back), Value::Array(sent)) => {
            back.len() == sent.len() && back.iter().zip(sent).all(|(back, sent)| is_part(back, sent))
        }
        (back, sent) => back == sent,
    }
}

fn files() -> Option<Vec<PathBuf>> {
    let folder = Path::new(&env::var_os("CALLBOX_CORPORA")?).join("json-schema-test-suite/draft2020-12");
    let files = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
    files.sort();
    Some(files)
}

/// Adds one tool for each schema that is an object, named after its keyword and position.
fn add(file: &Path, tools: &mut Vec<Tool>, samples: &mut Vec<Sample>) -> Result<(), Box<dyn Error>> {
    let keyword = file.file_stem().and_then(|stem| stem.to_str()).ok_or("no name")?;
    let groups: Vec<Value> = serde_json::from_slice(&fs::read(file)?)?;
    for (index, group) in groups.iter().enumerate().filter(|(_, group)| group["schema"].is_object()) {
        let name = format!("{keyword} {index}: {}", group["description"].as_str().unwrap_or_default());
        let entry = json!({ "name": name, "inputSchema": {}, "outputSchema": group["schema"] });
        tools.push(Tool::from_json(&entry)?);
        for test in group["tests"].as_array().ok_or("no tests")? {
            let valid = test["valid"].as_bool().ok_or("neither valid nor invalid")?;
            samples.push(Sample { group: name.clone(), text: test["data"].to_string(), valid });
        }
    }
    Ok(())
}
