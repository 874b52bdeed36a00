//! Limits on what a run is given, checked before an engine is created.

use crate::{
    json_shape::JsonShape,
    limits::{Limit, Limits},
    outcome::End,
    stopped::Stopped,
};

/// Checks a run's input, which is JSON, against the limits.
pub(crate) fn input_within(input: &str, limits: &Limits) -> Result<(), Box<End>> {
    within(Limit::InputBytes, limits.input_bytes_max, input.len() as u64)?;
    let depth = limits.json_depth();
    if JsonShape::of(input.as_bytes()).depth > depth {
        within(Limit::JsonDepth, depth.into(), u64::from(depth) + 1)?;
    }
    Ok(())
}

/// Checks that `used` is within the limit.
pub(crate) fn within(limit: Limit, value: u64, used: u64) -> Result<(), Box<End>> {
    if used <= value { Ok(()) } else { Err(Box::new(End::Stopped(Stopped::Limit { limit, value, used }))) }
}
