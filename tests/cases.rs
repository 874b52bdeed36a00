//! Walks `cases/`: each file is one trial, and so is each example of GUEST.md. `UPDATE_CASES=1` writes the transcripts anew.

use std::path::{Path, PathBuf};

use callbox::Limits;
use callbox_tests::case::{CaseFile, played};
use callbox_tests::guide;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let files = files(&root);
    let trial = |file: &PathBuf| {
        let (name, file) = (name(&root, file), file.clone());
        Trial::test(name, move || check(&file, update))
    };
    let mut trials: Vec<_> = files.iter().map(trial).collect();
    trials.push(Trial::test("every_limit_has_a_case", move || every_limit_has_a_case(&files)));
    trials.extend(
        guide::examples()
            .into_iter()
            .map(|example| Trial::test(format!("GUEST.md:{}", example.line), move || Ok(example.check()?))),
    );
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn check(file: &Path, update: bool) -> Result<(), Failed> {
    let case = CaseFile::read(file)?;
    let transcript = played(&case);
    if update {
        return Ok(case.rewrite(file, &transcript)?);
    }
    if case.transcript == transcript {
        return Ok(());
    }
    Err(format!("expected:\n{}\nfound:\n{transcript}", case.transcript).into())
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
