//! Walks `cases/`: each file is one trial in each engine, and so is each example of SCRIPTS.md.
//! `UPDATE_CASES=1` writes the transcripts anew.

use std::path::{Path, PathBuf};

use callbox::{Engine, Limits};
use callbox_tests::case::{CaseFile, played};
use callbox_tests::guide;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let files = files(&root);
    let of_file = if update { updating } else { checking };
    let mut trials: Vec<_> = files.iter().flat_map(|file| of_file(name(&root, file), file)).collect();
    trials.push(Trial::test("every_limit_has_a_case", move || every_limit_has_a_case(&files)));
    trials.extend(guide::examples().into_iter().flat_map(of_guide));
    let differences = guide::differences();
    trials.push(Trial::test("the_guide_has_differences", {
        let count = differences.len();
        move || if count > 10 { Ok(()) } else { Err(format!("{count} rows were read").into()) }
    }));
    trials.extend(differences.into_iter().flat_map(of_difference));
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A trial for each engine that the case is for.
fn checking(name: String, file: &Path) -> Vec<Trial> {
    let case = match CaseFile::read(file) {
        Ok(case) => case,
        Err(error) => return vec![Trial::test(name, move || Err(error.into()))],
    };
    let trial = |engine| {
        let case = case.clone();
        Trial::test(in_engine(&name, engine), move || check(&case, engine))
    };
    case.engines().into_iter().map(trial).collect()
}

/// One trial: a file is written once.
fn updating(name: String, file: &Path) -> Vec<Trial> {
    let file = file.to_owned();
    vec![Trial::test(name, move || update(&file))]
}

fn of_guide(example: guide::Example) -> impl Iterator<Item = Trial> {
    Engine::ALL.iter().map(move |engine| {
        let example = example.clone();
        let name = in_engine(&format!("SCRIPTS.md:{}", example.line), Some(*engine));
        Trial::test(name, move || Ok(example.check(*engine)?))
    })
}

fn of_difference(row: guide::Difference) -> impl Iterator<Item = Trial> {
    Engine::ALL.iter().map(move |engine| {
        let row = row.clone();
        let name = in_engine(&format!("SCRIPTS.md:{}", row.line), Some(*engine));
        Trial::test(name, move || Ok(row.check(*engine)?))
    })
}

fn in_engine(name: &str, engine: Option<Engine>) -> String {
    engine.map_or_else(|| name.to_owned(), |engine| format!("{engine}/{name}"))
}

fn check(case: &CaseFile, engine: Option<Engine>) -> Result<(), Failed> {
    let (expected, found) = (case.transcript(engine), played(case, engine));
    if expected == found { Ok(()) } else { Err(format!("expected:\n{expected}\nfound:\n{found}").into()) }
}

fn update(file: &Path) -> Result<(), Failed> {
    let case = CaseFile::read(file)?;
    let found: Vec<_> = case.engines().into_iter().map(|engine| (engine, played(&case, engine))).collect();
    Ok(case.rewrite(file, &found)?)
}

/// A limit that no case sets is a limit that nobody has seen at work.
fn every_limit_has_a_case(files: &[PathBuf]) -> Result<(), Failed> {
    let all = serde_json::to_value(Limits::default())?;
    let texts = files.iter().map(std::fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
    let set = |field: &&String| !texts.iter().any(|text| header(text).contains(&format!("\"{field}\"")));
    let missing: Vec<_> = all.as_object().into_iter().flat_map(|all| all.keys()).filter(set).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("no case sets {missing:?}").into()) }
}

fn header(text: &str) -> &str {
    let end = if text.starts_with("(;") { ";)" } else { "*/" };
    text.split_once(end).map_or("", |(header, _)| header)
}

fn name(root: &Path, file: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries.flat_map(|entry| entry_files(&entry.path())).collect();
    files.sort();
    files
}

fn entry_files(path: &Path) -> Vec<PathBuf> {
    let is_script = path.extension().is_some_and(|extension| ["js", "ts", "wat"].iter().any(|it| extension == *it));
    if path.is_dir() {
        files(path)
    } else if is_script {
        vec![path.to_owned()]
    } else {
        Vec::new()
    }
}
