//! Judges whether the result is what the test asks for.

use callbox_engine::frames::{State, Thrown};

use super::{
    front_matter::{FrontMatter, Negative},
    guest::Ran,
};

/// Judges a test; `Err` says why it failed.
pub(crate) fn judge(front: &FrontMatter, ran: &Ran) -> Result<(), String> {
    let state = ran.state.as_ref().map_err(Clone::clone)?;
    match (&front.negative, state) {
        (Some(negative), State::Threw(thrown)) => as_wanted(negative, thrown),
        (Some(negative), other) => Err(format!("no {} but {}", negative.name, told(other))),
        (None, State::Returned { .. }) if front.is("async") => completed(&ran.printed),
        (None, State::Returned { .. }) => Ok(()),
        (None, other) => Err(told(other)),
    }
}

fn as_wanted(negative: &Negative, thrown: &Thrown) -> Result<(), String> {
    let early = negative.phase == "parse";
    let is_wanted = thrown.name == negative.name || thrown.message.contains(&negative.name);
    match is_wanted && (negative.phase == "resolution" || thrown.compile == early) {
        true => Ok(()),
        false => Err(format!("no {} at {} but {}", negative.name, negative.phase, thrown_text(thrown))),
    }
}

fn completed(printed: &[String]) -> Result<(), String> {
    let last = printed.iter().find(|line| line.starts_with("Test262:Async"));
    match last.map(String::as_str) {
        Some("Test262:AsyncTestComplete") => Ok(()),
        Some(failure) => Err(failure.to_owned()),
        None => Err("it never called $DONE".to_owned()),
    }
}

fn told(state: &State) -> String {
    match state {
        State::Waiting => "it never settled".to_owned(),
        State::Returned { .. } => "it returned".to_owned(),
        State::Threw(thrown) => thrown_text(thrown),
        State::NotJson(_) => "its value is not JSON".to_owned(),
        State::StackExceeded => "the stack was exceeded".to_owned(),
    }
}

fn thrown_text(thrown: &Thrown) -> String {
    let phase = if thrown.compile { "at compile time " } else { "" };
    format!("{phase}{}: {}", thrown.name, thrown.message)
}
