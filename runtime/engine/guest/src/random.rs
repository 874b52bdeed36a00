//! `Math.random`, seeded per run. Not suitable for secrets.

use std::cell::Cell;

use crate::engine::{Engine, Enumerable, Result};
use crate::natives::Native;

/// xoshiro256++ (Blackman and Vigna, 2019).
#[derive(Default)]
pub struct Random(Cell<[u64; 4]>);

impl Random {
    /// Fills the state from one number with splitmix64, as the authors of xoshiro256++ recommend.
    pub(crate) fn seed(&self, mut seed: u64) {
        self.0.set(std::array::from_fn(|_| splitmix(&mut seed)));
    }

    /// Draws the next number, uniform in [0, 1).
    #[allow(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
    pub(crate) fn next(&self) -> f64 {
        let [mut a, mut b, mut c, mut d] = self.0.get();
        let drawn = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let shifted = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        self.0.set([a, b, c, d.rotate_left(45)]);
        (drawn >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Replaces the engine's `Math.random`.
pub(crate) fn install<E: Engine>(engine: &mut E) -> Result<(), E> {
    let global = engine.global();
    let math = engine.get(&global, "Math")?;
    let random = engine.function(Native::Random, "random", 0);
    engine.define(&math, "random", random, Enumerable::No)
}
