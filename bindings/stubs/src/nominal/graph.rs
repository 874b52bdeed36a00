//! Walks types that mention each other, without recursion.

use std::collections::HashSet;

/// The result of a walk from the first type to the last.
pub(crate) struct Walk {
    /// Every type after all the types it mentions, except through mentions in `back`.
    pub(crate) order: Vec<usize>,
    /// Mentions, as pairs of from and to, that close a cycle; without them there are no cycles.
    pub(crate) back: HashSet<(usize, usize)>,
}

/// Walks types by their mentions, each of which is an index below their count.
pub(crate) fn walk(mentions: &[Vec<usize>]) -> Walk {
    let mut walk = Walk { order: Vec::new(), back: HashSet::new() };
    let mut states = vec![State::New; mentions.len()];
    for start in 0..mentions.len() {
        from(start, mentions, &mut states, &mut walk);
    }
    walk
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

fn from(start: usize, mentions: &[Vec<usize>], states: &mut [State], walk: &mut Walk) {
    let mut trail: Vec<(usize, usize)> = Vec::new();
    enter(start, states, &mut trail);
    while let Some((at, next)) = trail.last_mut() {
        let at = *at;
        let mentioned = mentions.get(at).and_then(|all| all.get(*next)).copied();
        *next += 1;
        match mentioned {
            Some(to) if states.get(to) == Some(&State::Open) => {
                walk.back.insert((at, to));
            }
            Some(to) => enter(to, states, &mut trail),
            None => {
                trail.pop();
                walk.order.push(at);
                states.get_mut(at).into_iter().for_each(|state| *state = State::Done);
            }
        }
    }
}

fn enter(index: usize, states: &mut [State], trail: &mut Vec<(usize, usize)>) {
    if let Some(state) = states.get_mut(index)
        && *state == State::New
    {
        *state = State::Open;
        trail.push((index, 0));
    }
}
