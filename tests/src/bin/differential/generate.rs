//! Generates programs from a grammar, `tests/differential/grammar.txt`.

use std::{collections::BTreeMap, fs};

use anyhow::{Context, Result, bail};

use super::{
    program::{Kind, Program},
    random::Random,
};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/differential/grammar.txt");
/// Maximum number of parts per program.
const PARTS_MAX: usize = 8;
/// Nesting of rules beyond which the shortest alternative is taken.
const DEPTH_MAX: usize = 11;
/// Height of a rule that never ends.
const ENDLESS: usize = 1_000;

/// The rules by name.
pub(crate) struct Grammar {
    rules: BTreeMap<String, Vec<Alternative>>,
}

struct Alternative {
    pieces: Vec<Piece>,
    /// Minimum nesting of the rules in it.
    height: usize,
}

enum Piece {
    Text(String),
    Rule(String),
}

impl Grammar {
    pub(crate) fn read() -> Result<Self> {
        let text = fs::read_to_string(FILE).with_context(|| format!("cannot read {FILE}"))?;
        let lines = || text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let names: Vec<&str> = lines().filter(|line| !line.starts_with(' ')).collect();
        let mut rules: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut current = None;
        for line in lines() {
            match line.strip_prefix("    ") {
                None => current = Some(line),
                Some(text) => {
                    let name = current.context("the grammar begins with an alternative")?;
                    let alternative = Alternative { pieces: pieces(text, &names), height: ENDLESS };
                    rules.entry(name.to_owned()).or_default().push(alternative);
                }
            }
        }
        let mut grammar = Self { rules };
        grammar.measure();
        match grammar.rules.iter().find(|(_, alternatives)| lowest(alternatives) >= ENDLESS) {
            Some((name, _)) => bail!("the rule `{name}` of the grammar has no end"),
            None => Ok(grammar),
        }
    }

    /// Computes the height of each alternative, bottom up.
    fn measure(&mut self) {
        for _ in 0..self.rules.len() {
            let heights: BTreeMap<_, _> = self.rules.iter().map(|(name, list)| (name.clone(), lowest(list))).collect();
            for alternative in self.rules.values_mut().flatten() {
                let of = |piece: &Piece| match piece {
                    Piece::Text(_) => 0,
                    Piece::Rule(name) => heights.get(name).copied().unwrap_or(ENDLESS),
                };
                alternative.height = 1 + alternative.pieces.iter().map(of).max().unwrap_or(0);
            }
        }
    }

    pub(crate) fn program(&self, seed: u64) -> Program {
        let mut random = Random::new(seed);
        let parts = (0..=random.below(PARTS_MAX)).map(|_| {
            let mut text = String::new();
            self.write("part", 0, &mut random, &mut text);
            text
        });
        let parts = parts.collect();
        Program { kind: Kind::Generated, seed, origin: "generated".to_owned(), parts }
    }

    fn write(&self, rule: &str, depth: usize, random: &mut Random, text: &mut String) {
        let alternatives = self.rules.get(rule).map_or(&[][..], Vec::as_slice);
        let lowest = lowest(alternatives);
        let fits = |alternative: &&Alternative| depth < DEPTH_MAX || alternative.height == lowest;
        let fitting: Vec<_> = alternatives.iter().filter(fits).collect();
        let Some(chosen) = random.one(&fitting) else { return };
        for piece in &chosen.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                // Deep trees are rare: a nested rule occasionally goes down by more than one step.
                Piece::Rule(name) => self.write(name, depth + 1 + random.below(3), random, text),
            }
        }
    }
}

fn lowest(alternatives: &[Alternative]) -> usize {
    alternatives.iter().map(|alternative| alternative.height).min().unwrap_or(ENDLESS)
}

/// Splits an alternative into pieces.
fn pieces(text: &str, names: &[&str]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let rule = names.iter().find(|name| {
            rest.strip_prefix('<').is_some_and(|it| it.strip_prefix(**name).is_some_and(|it| it.starts_with('>')))
        });
        let length = match rule {
            Some(name) => {
                pieces.extend([Piece::Text(std::mem::take(&mut plain)), Piece::Rule((*name).to_owned())]);
                name.len() + 2
            }
            None if next == '¶' => {
                plain.push('\n');
                next.len_utf8()
            }
            None if next == '∅' => next.len_utf8(),
            None => {
                plain.push(next);
                next.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    pieces.push(Piece::Text(plain));
    pieces
}
