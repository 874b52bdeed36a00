//! `callbox new`: creates a project whose script is a WebAssembly component. It starts no server and no build.

mod template;

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use callbox::internal::SCHEMA_VERSION;
use callbox_mcp::shell_word;
use serde_json::{Value, json};

use self::template::Template;
use super::tools;
use crate::{
    args::{Language, NewArgs},
    error::CliError,
    exit::ExitCode,
    render,
};

/// The folder of `callbox-guest` in the checkout that this program was built from.
const CHECKOUT_SDK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../guest-sdk");

/// Maximum length of a crate or package name.
const NAME_BYTES_MAX: usize = 64;

pub(crate) fn new(args: &NewArgs) -> Result<ExitCode, CliError> {
    let name = name(&args.folder)?;
    let filling = Filling { name, sdk: sdk(args)? };
    let template = Template::of(args.lang);
    let files = files(&template, &filling);
    write(&args.folder, &files)?;
    let made = Made { folder: &args.folder, template: &template, name };
    let text = if args.json { format!("{}\n", made.json(&files)) } else { made.text() };
    render::print(&text)?;
    Ok(ExitCode::Returned)
}

/// The values of a template's placeholders.
struct Filling<'a> {
    name: &'a str,
    /// The value of the dependency on `callbox-guest`, as TOML.
    sdk: String,
}

/// Returns the project's name, which must be valid for both a crate and an npm package.
fn name(folder: &Path) -> Result<&str, CliError> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    let fits = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
    if begins && fits && name.len() <= NAME_BYTES_MAX {
        return Ok(name);
    }
    let found = folder.display();
    Err(CliError::usage(format!("expected a project name, found `{found}`"))
        .hint("Use lower-case letters, digits, `-` and `_`, starting with a letter."))
}

fn sdk(args: &NewArgs) -> Result<String, CliError> {
    let version = env!("CARGO_PKG_VERSION");
    match &args.sdk {
        Some(_) if args.lang != Language::Rust => Err(CliError::usage("`--sdk` is only for Rust")),
        Some(folder) => match checked_sdk(folder) {
            Some(folder) => Ok(format!("{{ version = \"{version}\", path = {} }}", toml_text(&folder))),
            None => Err(CliError::file(format!("`{}` is not the folder of `callbox-guest`", folder.display()))
                .hint("Give the `guest-sdk` folder of a callbox checkout.")),
        },
        None => Ok(match checked_sdk(Path::new(CHECKOUT_SDK)) {
            Some(folder) => format!("{{ version = \"{version}\", path = {} }}", toml_text(&folder)),
            None => format!("\"{version}\""),
        }),
    }
}

/// Returns the absolute path of the folder if it holds the crate.
fn checked_sdk(folder: &Path) -> Option<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let folder = fs::canonicalize(folder).ok()?;
    manifest.contains("name = \"callbox-guest\"").then(|| folder.to_str().map(str::to_owned)).flatten()
}

fn toml_text(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Returns the names and contents of all files.
fn files(template: &Template, filling: &Filling<'_>) -> Vec<(&'static str, Vec<u8>)> {
    let filled = |&(name, bytes): &(&'static str, &'static [u8])| (name, filled(bytes, filling));
    let mut files: Vec<_> = template.files.iter().map(filled).collect();
    if template.catalog {
        files.push(("catalog.json", format!("{:#}\n", tools::demo_catalog()).into_bytes()));
    }
    files
}

fn filled(bytes: &[u8], filling: &Filling<'_>) -> Vec<u8> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.replace("{{name}}", filling.name).replace("{{sdk}}", &filling.sdk).into_bytes(),
        Err(_) => bytes.to_vec(),
    }
}

/// Writes the files into a new folder, so that nothing is overwritten.
fn write(folder: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), CliError> {
    fs::create_dir(folder).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => CliError::file_exists(format!("`{}` already exists", folder.display()))
            .hint("Choose another name; nothing is overwritten."),
        _ => unwritable(folder, &error),
    })?;
    for (name, bytes) in files {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(folder);
        let written = fs::create_dir_all(parent).and_then(|()| fs::write(&file, bytes));
        written.map_err(|error| unwritable(&file, &error))?;
    }
    Ok(())
}

fn unwritable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::file(format!("cannot write `{}`: {error}", path.display()))
}

/// A created project.
struct Made<'a> {
    folder: &'a Path,
    template: &'a Template,
    name: &'a str,
}

impl Made<'_> {
    /// Where the built component is, relative to the project's folder.
    fn component(&self) -> PathBuf {
        self.template.component.replace("{{name}}", &self.name.replace('-', "_")).into()
    }

    fn run(&self) -> String {
        format!("callbox run --demo {} --arg number=319", self.component().display())
    }

    fn text(&self) -> String {
        let Template { title, build, .. } = self.template;
        let folder = self.folder.display().to_string();
        let run = self.run();
        format!("created `{folder}`, a script in {title}\n\n  cd {}\n  {build}\n  {run}\n", shell_word(&folder))
    }

    fn json(&self, files: &[(&str, Vec<u8>)]) -> Value {
        let files: Vec<_> = files.iter().map(|(name, _)| name).collect();
        json!({
            "schema_version": SCHEMA_VERSION,
            "folder": self.folder,
            "files": files,
            "build": self.template.build,
            "component": self.component(),
            "run": self.run(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_must_do_for_every_registry() {
        for good in ["a", "daily-report", "/tmp/x_1", "./n2"] {
            assert!(name(Path::new(good)).is_ok(), "{good}");
        }
        for bad in ["", "..", "Report", "1st", "-x", "a b", "ä", "a.b", &"a".repeat(65)] {
            assert!(name(Path::new(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_gap_is_left() {
        let filling = Filling { name: "hello", sdk: "\"1\"".to_owned() };
        for language in [Language::Rust, Language::Js, Language::Ts, Language::Python, Language::C] {
            for (name, bytes) in files(&Template::of(language), &filling) {
                assert!(!String::from_utf8_lossy(&bytes).contains("{{"), "{language:?}: {name}");
            }
        }
    }
}
