//! Catalogues as WIT: it parses, resolves and binds, and says of a schema what it should.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod catalogue_files;

use std::error::Error;

use callbox_bindings::{Server, Tool, Wit, wit};
use proptest::prelude::*;
use serde_json::{Value, json};
use wit_bindgen_core::wit_parser::{Resolve, WorldId};
use wit_bindgen_core::{Files, WorldGenerator};

type Done = Result<(), Box<dyn Error>>;

/// The contract that the generated package builds on.
const SCRIPT: &str = include_str!("../../guest-sdk/wit/script.wit");

fn resolved(text: &str) -> Result<(Resolve, WorldId), Box<dyn Error>> {
    let mut resolve = Resolve::default();
    resolve.push_str("script.wit", SCRIPT)?;
    let package = resolve.push_str("tools.wit", text)?;
    let world = resolve.select_world(&[package], Some("with-tools"))?;
    Ok((resolve, world))
}

fn bound(text: &str) -> Result<String, Box<dyn Error>> {
    let (mut resolve, world) = resolved(text)?;
    let mut files = Files::default();
    let options = wit_bindgen_rust::Opts { generate_all: true, ..Default::default() };
    options.build().generate(&mut resolve, world, &mut files)?;
    let (_, code) = files.iter().next().ok_or("no file")?;
    Ok(String::from_utf8(code.to_vec())?)
}

#[test]
fn real_catalogues_bind() -> Done {
    for (name, servers) in catalogue_files::catalogues()? {
        let wit = wit(&servers);
        let code = bound(&wit.text()).map_err(|error| format!("{name}: {error:?}"))?;
        eprintln!("{name}: {} bytes of WIT, {} bytes of Rust, {} notes", wit.text().len(), code.len(), wit.notes.len());
        syn::parse_file(&code)?;
    }
    Ok(())
}
