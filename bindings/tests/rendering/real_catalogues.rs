//! Real catalogues at every level and within budgets: the text is declarations, fits, and a larger
//! budget shows no less.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use callbox_bindings::{Level, Selection, Server, Stubs, Tool, count_tokens};
use serde_json::Value;

use crate::inert;

#[test]
fn real_catalogues_fit_their_budgets() -> Result<(), Box<dyn Error>> {
    let Some(files) = catalogue_files() else {
        assert!(env::var_os("CI").is_none(), "the corpora are missing");
        eprintln!("skipped: CALLBOX_CORPORA does not name the folder of catalogues");
        return Ok(());
    };
    for file in files {
        let servers = servers(&file)?;
        let stubs = Stubs::read(&servers);
        for level in [Level::Name, Level::Line, Level::Signature, Level::Full] {
            let whole = stubs.render(Selection::All, level);
            let tokens = count_tokens(&whole.text);
            eprintln!("{}, {level}: {tokens} tokens", file.display());
            keep(&file, &format!("{level}"), &whole.text)?;
            assert_eq!(stubs.render_within(Selection::All, level, tokens), whole);
            let mut before = Vec::new();
            for percent in [1, 4, 16, 30, 50, 70, 90, 97] {
                let tokens_max = tokens * percent / 100;
                let fitted = stubs.render_within(Selection::All, level, tokens_max);
                assert!(count_tokens(&fitted.text) <= tokens_max, "{}", fitted.text);
                inert::assert_no_less(&before, &fitted.tools);
                if level >= Level::Signature {
                    inert::parsed(&fitted.text, |_| ());
                    keep(&file, &format!("{level}-{percent}"), &fitted.text)?;
                }
                before = fitted.tools;
            }
        }
    }
    Ok(())
}

/// Leaves the text where a compiler can be tried on it.
fn keep(file: &Path, what: &str, text: &str) -> Result<(), Box<dyn Error>> {
    let name = file.file_stem().and_then(|name| name.to_str()).ok_or("a file without a name")?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("levels");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("{name}.{what}.ts")), text)?)
}

fn catalogue_files() -> Option<Vec<PathBuf>> {
    let folder = Path::new(&env::var_os("CALLBOX_CORPORA")?).join("catalogs");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    Some(files)
}

fn servers(file: &Path) -> Result<Vec<Server>, Box<dyn Error>> {
    let entries: Vec<Value> = serde_json::from_slice(&fs::read(file)?)?;
    if entries.iter().all(|entry| entry.get("server").is_some()) {
        return entries.iter().map(|entry| server(&entry["server"], &entry["tools"])).collect();
    }
    let name = file.file_stem().and_then(|name| name.to_str()).ok_or("no name")?;
    Ok(vec![server(&Value::from(name), &Value::from(entries))?])
}

fn server(name: &Value, tools: &Value) -> Result<Server, Box<dyn Error>> {
    let tools: Result<Vec<Tool>, _> = tools.as_array().ok_or("no list of tools")?.iter().map(Tool::from_json).collect();
    Ok(Server { name: name.as_str().ok_or("no name")?.to_owned(), tools: tools? })
}
