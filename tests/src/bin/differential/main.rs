//! Runs random programs in both engines and in node, and compares how they end.
//!
//! `differential [--seed N] [--count N] [--node PATH] [--only generated|mutated] [--jobs N] [--verbose] [--print]`.
//! Runs `--count` (100) programs with consecutive seeds from `--seed` (1); even seeds are generated from
//! `tests/differential/grammar.txt`, odd ones are mutated scripts of `tests/cases`. A difference that is not in
//! `tests/differential/known.toml` is reduced and printed, and the exit code is 1. node is looked up on PATH; without
//! it, the engines are compared only with each other. `--verbose` also prints known differences, `--print` prints the
//! programs instead of running them. `--perturb quickjs|boa|node` falsifies one side's results.

mod ended;
mod generate;
mod known;
mod mutate;
mod node;
mod options;
mod program;
mod random;
mod reduce;
mod sides;
mod tally;
mod tokens;

use std::{
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
};

use anyhow::{Result, bail};
use callbox_tests::exit_code;

use ended::{Difference, differences};
use generate::Grammar;
use known::Known;
use mutate::Cases;
use node::Node;
use options::Options;
use program::{Kind, Program};
use sides::Sides;
use tally::Tally;

fn main() -> ExitCode {
    exit_code("differential", run())
}

/// Where programs come from.
struct Sources {
    grammar: Grammar,
    cases: Cases,
    only: Option<Kind>,
}

impl Sources {
    fn program(&self, seed: u64) -> Program {
        match self.only {
            Some(Kind::Generated) => self.grammar.program(seed),
            None if seed.is_multiple_of(2) => self.grammar.program(seed),
            _ => self.cases.program(seed),
        }
    }
}

/// Returns whether every difference is known.
fn run() -> Result<bool> {
    let options = Options::from_arguments(std::env::args().skip(1))?;
    let sources = Sources { grammar: Grammar::read()?, cases: Cases::read()?, only: options.only };
    let seeds = options.seed..options.seed.saturating_add(options.count);
    if options.print {
        seeds.map(|seed| sources.program(seed)).for_each(|it| println!("// {it}\n{}\n", it.parts.join("\n\n")));
        return Ok(true);
    }
    let wanted = options.node.is_some();
    let node = match Node::found(options.node.clone()) {
        None if wanted => bail!("node does not run"),
        None => {
            println!("There is no node: the engines are compared only with each other.");
            None
        }
        Some((node, version)) => {
            println!("quickjs and boa are compared with node {version}.");
            Some(node)
        }
    };
    let comparison = Comparison {
        sides: Sides { node, perturbed: options.perturbed },
        known: Known::read()?,
        tally: Mutex::default(),
        verbose: options.verbose,
    };
    let next = AtomicU64::new(seeds.start);
    let work = || {
        loop {
            let seed = next.fetch_add(1, Relaxed);
            if seed >= seeds.end {
                break;
            }
            comparison.compare(&sources.program(seed));
        }
    };
    thread::scope(|scope| (0..options.jobs).for_each(|_| drop(scope.spawn(work))));
    let tally = comparison.tally.into_inner()?;
    println!("{tally}");
    Ok(tally.unlisted == 0)
}

struct Comparison {
    sides: Sides,
    known: Known,
    tally: Mutex<Tally>,
    verbose: bool,
}

impl Comparison {
    fn compare(&self, program: &Program) {
        let ends = self.sides.run(program);
        let found = self.by_part(program, differences(&ends));
        let names: Vec<_> = found.iter().map(|(part, it)| self.known.names(part, it)).collect();
        {
            let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.ran(program.kind);
            if found.is_empty() {
                tally.agreed(ends.first().map(|(_, end)| end));
            }
            names.iter().flatten().flatten().for_each(|name| tally.known(name));
            tally.unlisted += names.iter().filter(|names| names.is_none()).count();
        }
        for ((part, difference), names) in found.iter().zip(names) {
            match names {
                None => {
                    let (smaller, smallest) = reduce::reduced(&self.sides, &self.known, part, difference);
                    println!("{}", told("not listed", &smaller, &smallest));
                }
                Some(names) if self.verbose => println!("{}", told(&names.join(", "), part, difference)),
                Some(_) => {}
            }
        }
    }

    /// If a program of several parts ended in different ways, its parts are run separately: a part that an engine
    /// rejects says nothing about the others.
    fn by_part(&self, program: &Program, found: Vec<Difference>) -> Vec<(Program, Difference)> {
        if found.iter().all(|difference| difference.part.is_some()) || program.parts.len() < 2 {
            return found.into_iter().map(|difference| (program.clone(), difference)).collect();
        }
        let of_part = |part: &String| {
            let alone = program.with_parts(vec![part.clone()]);
            differences(&self.sides.run(&alone)).into_iter().map(move |difference| (alone.clone(), difference))
        };
        let apart: Vec<_> = program.parts.iter().flat_map(of_part).collect();
        match apart.is_empty() {
            true => found.into_iter().map(|difference| (program.clone(), difference)).collect(),
            false => apart,
        }
    }
}

fn told(what: &str, program: &Program, difference: &Difference) -> String {
    let accused: Vec<_> = difference.accused().iter().map(ToString::to_string).collect();
    let mut text = format!("{what}: {} alone; {program}\n", accused.join(" and "));
    for (side, said) in &difference.says {
        let said: String = said.chars().take(600).collect();
        text += &format!("{side:>10}: {said}\n");
    }
    let parts =
        difference.part.and_then(|at| program.parts.get(at)).cloned().unwrap_or_else(|| program.parts.join("\n"));
    text + &parts.lines().map(|line| format!("        {line}\n")).collect::<String>()
}
