//! Renders every available real catalogue as declarations.

#![allow(clippy::print_stderr, reason = "reports that a test is skipped")]

mod catalogue_files;

use std::error::Error;
use std::fs;
use std::path::Path;

use callbox_bindings::{Server, declaration, declarations};
use catalogue_files::{Catalogue, catalogues};

#[test]
fn real_catalogues_become_declarations() -> Result<(), Box<dyn Error>> {
    for Catalogue { name, servers } in catalogues()? {
        let (text, notes) = declarations(&servers);
        assert_complete(&text, &servers);
        assert_eq!((text.clone(), notes.clone()), declarations(&servers), "{name}");
        keep(&name, &text)?;
        eprintln!("{name}: {} bytes, {} notes", text.len(), notes.len());
        notes.iter().take(5).for_each(|note| eprintln!("  {note:?}"));
    }
    Ok(())
}

/// Number of tools per server that are also rendered alone: reading the whole server each time is quadratic.
const ALONE_MAX: usize = 5;

/// Checks that each tool appears as it does alone.
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

/// Writes the text to a file so that a compiler can be run on it.
fn keep(name: &str, text: &str) -> Result<(), Box<dyn Error>> {
    Ok(fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.d.ts")), text)?)
}
