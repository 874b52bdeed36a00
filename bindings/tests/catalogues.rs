//! Every real catalogue at hand becomes declarations, whatever its schemas hold.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use callbox_bindings::{Server, Tool, declaration, declarations};
use serde_json::Value;

#[test]
fn real_catalogues_become_declarations() -> Result<(), Box<dyn Error>> {
    let Some(files) = catalogue_files() else {
        assert!(env::var_os("CI").is_none(), "the corpora are missing");
        eprintln!("skipped: CALLBOX_CORPORA does not name the folder of catalogues");
        return Ok(());
    };
    for file in files {
        let servers = servers(&file)?;
        let (text, notes) = declarations(&servers);
        assert_complete(&text, &servers);
        assert_eq!((text.clone(), notes.clone()), declarations(&servers), "{}", file.display());
        keep(&file, &text)?;
        eprintln!("{}: {} bytes, {} notes", file.display(), text.len(), notes.len());
        notes.iter().take(5).for_each(|note| eprintln!("  {note:?}"));
    }
    Ok(())
}

/// Tools of one server that are also tried alone: reading the whole server each time is quadratic.
const ALONE_MAX: usize = 5;

/// Tools are there as they are alone.
fn assert_complete(text: &str, servers: &[Server]) {
    for server in servers {
        for tool in server.tools.iter().take(ALONE_MAX) {
            let (alone, _) = declaration(server, tool);
            let method = alone.lines().find(|line| line.starts_with("    ") && line.contains("(args"));
            let method = method.unwrap_or_else(|| panic!("no method in {alone}"));
            assert!(text.contains(method), "{}.{}: {method}", server.name, tool.name);
        }
    }
}

/// Leaves the text where a compiler can be tried on it.
fn keep(file: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    let name = file.with_extension("d.ts");
    let name = name.file_name().ok_or("a file without a name")?;
    Ok(fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), text)?)
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
