//! Reduces a program while the same side still disagrees in an unlisted way.

use std::time::{Duration, Instant};

use super::{
    ended::{Difference, Side, differences},
    known::Known,
    mutate::is_fit,
    program::{Kind, Program},
    sides::Sides,
    tokens::{joined, tokens},
};

/// Maximum number of programs run for this, and maximum time.
const TRIES_MAX: usize = 600;
const TIME_MAX: Duration = Duration::from_secs(30);

/// Returns the smallest program found, and its difference.
pub(crate) fn reduced(
    sides: &Sides,
    known: &Known,
    program: &Program,
    difference: &Difference,
) -> (Program, Difference) {
    let wanted = shape(difference);
    let mut best = (program.clone(), difference.clone());
    if let Some(part) = difference.part.and_then(|at| program.parts.get(at)) {
        let alone = program.with_parts(vec![part.clone()]);
        best = unlisted(sides, known, &alone, &wanted).map_or(best, |difference| (alone, difference));
    }
    let [part] = &*best.0.parts else { return best };
    let mut pieces = tokens(part);
    let begin = Instant::now();
    let mut tries = 0;
    let mut size = pieces.len().div_ceil(2);
    while size > 0 && tries < TRIES_MAX && begin.elapsed() < TIME_MAX {
        let mut start = 0;
        let mut shrank = false;
        while start < pieces.len() && tries < TRIES_MAX && begin.elapsed() < TIME_MAX {
            let mut fewer = pieces.clone();
            fewer.drain(start..(start + size).min(pieces.len()));
            let shorter = program.with_parts(vec![joined(&fewer)]);
            tries += 1;
            match unlisted(sides, known, &shorter, &wanted) {
                Some(difference) => {
                    (best, pieces, shrank) = ((shorter, difference), fewer, true);
                }
                None => start += size,
            }
        }
        size = if size == 1 && shrank { 1 } else { size / 2 };
    }
    best
}

fn unlisted(sides: &Sides, known: &Known, program: &Program, wanted: &[(Side, String)]) -> Option<Difference> {
    // Anything that varies between runs would be mistaken for the difference.
    if program.kind == Kind::Mutated && !program.parts.iter().all(|part| is_fit(part)) {
        return None;
    }
    let found = differences(&sides.run(program));
    found.into_iter().find(|found| shape(found) == wanted && known.names(program, found).is_none())
}

/// Returns the sides that need a reason, and how each side ended, ignoring values.
fn shape(difference: &Difference) -> Vec<(Side, String)> {
    let accused = difference.accused();
    let of = |(side, text): &(Side, String)| {
        let first = text.split(' ').next().unwrap_or_default();
        let kind = match first {
            "threw" | "rejected" | "stopped" | "faulted" => text.as_str(),
            _ => "value",
        };
        (*side, format!("{kind} {}", accused.contains(side)))
    };
    difference.says.iter().map(of).collect()
}
