//! Reads the catalogues in `CALLBOX_CORPORA`.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use callbox_bindings::{Server, Tool};
use serde_json::Value;

/// The servers in one file.
pub(crate) struct Catalogue {
    pub(crate) name: String,
    pub(crate) servers: Vec<Server>,
}

/// Returns all catalogues; if there are none, prints a notice and returns an empty list.
pub(crate) fn catalogues() -> Result<Vec<Catalogue>, Box<dyn Error>> {
    let Some(files) = files() else {
        assert!(env::var_os("CI").is_none(), "the corpora are missing");
        eprintln!("skipped: CALLBOX_CORPORA does not name the folder of catalogues");
        return Ok(Vec::new());
    };
    files.iter().map(|file| Ok(Catalogue { name: stem(file)?, servers: servers(file)? })).collect()
}

fn files() -> Option<Vec<PathBuf>> {
    let folder = Path::new(&env::var_os("CALLBOX_CORPORA")?).join("catalogs");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    Some(files)
}

fn stem(file: &Path) -> Result<String, Box<dyn Error>> {
    Ok(file.file_stem().and_then(|name| name.to_str()).ok_or("no name")?.to_owned())
}

fn servers(file: &Path) -> Result<Vec<Server>, Box<dyn Error>> {
    let entries: Vec<Value> = serde_json::from_slice(&fs::read(file)?)?;
    if entries.iter().all(|entry| entry.get("server").is_some()) {
        return entries.iter().map(|entry| server(&entry["server"], &entry["tools"])).collect();
    }
    Ok(vec![server(&Value::from(stem(file)?), &Value::from(entries))?])
}

fn server(name: &Value, tools: &Value) -> Result<Server, Box<dyn Error>> {
    let tools: Result<Vec<Tool>, _> = tools.as_array().ok_or("no list of tools")?.iter().map(Tool::from_json).collect();
    Ok(Server::new(name.as_str().ok_or("no name")?, tools?))
}
