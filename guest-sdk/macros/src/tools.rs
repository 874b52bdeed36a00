//! `callbox::tools!`: reads a catalogue and generates the modules of its servers.

use std::{env, fs, path::Path};

use callbox_bindings::{Server, Tool, rust_calls};
use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;
use syn::{Error, LitStr, Result};

/// Largest catalogue file; far more than any real list of servers needs.
const CATALOG_BYTES_MAX: u64 = 64 << 20;

pub(crate) fn tools(file: &LitStr) -> Result<TokenStream> {
    let refused = |message: String| Error::new(file.span(), message);
    let path = Path::new(&env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join(file.value());
    let modules = modules(&path).map_err(refused)?;
    let path = path.to_str().ok_or_else(|| refused(format!("`{}` is not a Unicode path", path.display())))?;
    Ok(quote! {
        #modules
        // Makes the compiler read the catalogue again when it has changed.
        const _: &[u8] = ::core::include_bytes!(#path);
    })
}

fn modules(path: &Path) -> std::result::Result<TokenStream, String> {
    let shown = path.display();
    let text = read(path).map_err(|error| {
        format!("cannot read the catalogue `{shown}`: {error}; write it with `callbox tools --json > catalog.json`")
    })?;
    let servers = servers(&text).map_err(|reason| format!("`{shown}` is not a catalogue: {reason}"))?;
    rust_calls(&servers).text.parse().map_err(|error| format!("the types of `{shown}` are not Rust: {error}"))
}

fn read(path: &Path) -> std::io::Result<String> {
    if fs::metadata(path)?.len() > CATALOG_BYTES_MAX {
        return Err(std::io::Error::other(format!("it is larger than {CATALOG_BYTES_MAX} bytes")));
    }
    fs::read_to_string(path)
}

/// Reads the servers from the output of `callbox tools --json`. Leaves out entries that are not tools, which cannot be
/// called.
fn servers(text: &str) -> std::result::Result<Vec<Server>, String> {
    let catalog: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let servers = catalog.get("servers").and_then(Value::as_array);
    servers.ok_or("expected an object with a list `servers`")?.iter().map(server).collect()
}

fn server(entry: &Value) -> std::result::Result<Server, String> {
    let name = entry.get("name").and_then(Value::as_str).ok_or("expected each server to have a `name`")?;
    let tools = entry.get("tools").and_then(Value::as_array).ok_or(format!("expected `{name}` to have `tools`"))?;
    let tools = tools.iter().filter_map(|tool| Tool::from_json(tool).ok());
    Ok(Server::new(name, tools))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalogue_is_what_the_command_prints() {
        let text = r#"{"schema_version": 1, "servers": [
            {"name": "a", "identifier": "a", "tools": [{"name": "t", "inputSchema": {}, "title": null}, {}]}], "failed": []}"#;
        let servers = servers(text).expect("a catalogue");
        assert_eq!(servers.len(), 1);
        assert_eq!(servers[0].tools.iter().map(|tool| tool.name.as_str()).collect::<Vec<_>>(), ["t"]);
    }

    #[test]
    fn what_is_no_catalogue_says_why() {
        assert!(modules(Path::new("/nowhere")).expect_err("no file").contains("callbox tools --json"));
        assert_eq!(servers("[]").expect_err("no object"), "expected an object with a list `servers`");
        assert_eq!(servers(r#"{"servers": [{}]}"#).expect_err("no name"), "expected each server to have a `name`");
    }
}
