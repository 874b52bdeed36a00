//! Runs the ECMAScript conformance tests inside the engine guest, and compares the results with the known failures.
//!
//! `test262 [ARCHIVE] [--engine quickjs|boa] [--filter PATH] [--sample N] [--expect FILE [--strict]] [--write FILE]
//! [--jobs N] [--verbose] [--stock GUEST.wasm]`. The default engine is QuickJS; `--stock` measures boa with its own
//! built-ins instead.

mod corpus;
mod expected;
mod front_matter;
mod guest;
mod options;
mod source;
mod tally;
mod verdict;

use std::{
    path::Path,
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

use anyhow::Result;
use callbox_tests::exit_code;

use corpus::Corpus;
use guest::Loaded;
use options::Options;
use tally::{Report, Tally};

fn main() -> ExitCode {
    exit_code("test262", run())
}

/// Returns whether the result is as expected.
fn run() -> Result<bool> {
    let options = Options::from_arguments(std::env::args().skip(1))?;
    let corpus = Corpus::unpacked(&options.archive)?;
    let tests = corpus.tests(options.filter.as_deref(), options.sample)?;
    let loaded = Loaded::new(options.engine, options.stock.as_deref(), options.jobs)?;
    let tally = run_all(&corpus, &loaded, &tests, &options)?;
    println!("{tally}");
    if let Some(file) = &options.write {
        expected::write(file, &tally)?;
    }
    match &options.expect {
        Some(file) => expected::compare(file, &tally, options.strict),
        None => Ok(true),
    }
}

/// Outside a fiber, a guest recurses on the thread's own stack, of which it may take 16 MiB.
const STACK_BYTES: usize = 32 << 20;

fn run_all(corpus: &Corpus, loaded: &Loaded, tests: &[String], options: &Options) -> Result<Tally> {
    let next = AtomicUsize::new(0);
    let tally = Mutex::new(Tally::default());
    let work = || {
        while let Some(test) = tests.get(next.fetch_add(1, Relaxed)) {
            let report = one(corpus, loaded, test);
            if options.verbose {
                report.print(test);
            }
            tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner).add(test, report);
        }
    };
    let _ticker = loaded.ticker();
    thread::scope(|scope| -> std::io::Result<()> {
        (0..options.jobs)
            .try_for_each(|_| thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work).map(drop))
    })?;
    Ok(tally.into_inner()?)
}

/// Runs one file in each mode that it asks for.
fn one(corpus: &Corpus, loaded: &Loaded, test: &str) -> Report {
    let text = match std::fs::read_to_string(corpus.root.join(Path::new(test))) {
        Ok(text) => text,
        Err(_) => return Report::Skipped("not UTF-8 text".to_owned()),
    };
    let front = front_matter::parse(&text);
    if let Some(reason) = corpus.skip_reason(test, &text, &front) {
        return Report::Skipped(reason);
    }
    let outcome = |mode| {
        let source = source::assemble(corpus, &front, &text, mode)?;
        let ran = loaded.run(&source, front.goal());
        Ok(verdict::judge(&front, &ran).err().map(|why| (mode, why)))
    };
    let failures: Result<Vec<_>> = front.modes().iter().copied().map(outcome).collect();
    match failures {
        Ok(failures) => Report::Ran { modes: front.modes().len(), failures: failures.into_iter().flatten().collect() },
        Err(error) => Report::Skipped(error.to_string()),
    }
}
