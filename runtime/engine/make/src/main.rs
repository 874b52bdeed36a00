//! Rebuilds the artefacts of `callbox-engine` from the guests' sources, or verifies that they are up to date.
//!
//! ```console
//! $ cargo run -p callbox-engine-make                  # rebuilds all
//! $ cargo run -p callbox-engine-make -- compiler      # rebuilds one
//! $ cargo run -p callbox-engine-make -- --check       # rebuilds and compares byte for byte
//! $ cargo run -p callbox-engine-make -- --lint        # lints the guests' sources with the settings of their build
//! $ cargo run -p callbox-engine-make -- --stock FILE  # writes the boa guest, for `boot_stock`
//! ```
//!
//! It needs the target `wasm32-wasip1`, the crates that the guests' lock files name and, for a guest that contains C,
//! python3 with pip, which installs the compiler.

mod artefact;
mod c_compiler;
mod cargo;
#[path = "../../src/config.rs"]
mod config;
mod freeze;
mod guests;
mod patched;
mod provenance;
mod sources;
mod workspace;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use guests::{GUESTS, Guest};

/// The error is a message for the developer.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The command given on the command line.
enum Task {
    Rebuild(Vec<&'static Guest>),
    Check(Vec<&'static Guest>),
    Lint(Vec<&'static Guest>),
    Stock(String),
}

fn main() -> ExitCode {
    match task(env::args().skip(1).collect()).and_then(|task| run(&task)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn task(mut arguments: Vec<String>) -> Result<Task> {
    if let [flag, file] = arguments.as_slice()
        && flag == "--stock"
    {
        return Ok(Task::Stock(file.clone()));
    }
    let flag = arguments.first().cloned().filter(|first| first.starts_with("--"));
    let names = arguments.split_off(usize::from(flag.is_some()));
    let named: Vec<&Guest> = names.iter().map(|name| guests::named(name)).collect::<Result<_>>()?;
    let guests = if named.is_empty() { GUESTS.iter().collect() } else { named };
    match flag.as_deref() {
        None => Ok(Task::Rebuild(guests)),
        Some("--check") => Ok(Task::Check(guests)),
        Some("--lint") => Ok(Task::Lint(guests)),
        Some(unknown) => Err(format!("unknown option `{unknown}`").into()),
    }
}

fn run(task: &Task) -> Result<()> {
    match task {
        Task::Rebuild(guests) => each(guests, rebuild),
        Task::Check(guests) => each(guests, check),
        Task::Lint(guests) => each(guests, cargo::lint),
        Task::Stock(file) => stock(Path::new(file)),
    }
}

/// Applies `does` to each guest, after checking that the tools for all of them are installed.
fn each(guests: &[&Guest], does: impl Fn(&Guest) -> Result<()>) -> Result<()> {
    cargo::can_build(guests)?;
    guests.iter().try_for_each(|guest| does(guest))
}

fn rebuild(guest: &Guest) -> Result<()> {
    let made = artefact::make(guest)?;
    made.write(guest)?;
    say(&format!("{}: {} bytes frozen, {} compiled", guest.name, made.frozen.len(), made.compiled.len()));
    Ok(())
}

fn check(guest: &Guest) -> Result<()> {
    artefact::make(guest)?.compare(guest)?;
    say(&format!("{}: the artefact matches its sources", guest.name));
    Ok(())
}

/// Writes the boa guest as cargo built it, for `test262 --stock`, which boots it with `boot_stock`.
fn stock(file: &Path) -> Result<()> {
    let guest = guests::named("boa")?;
    Ok(fs::write(file, cargo::build(guest)?)?)
}

#[allow(clippy::print_stderr, reason = "a command-line tool for developers")]
fn say(line: &str) {
    eprintln!("{line}");
}
