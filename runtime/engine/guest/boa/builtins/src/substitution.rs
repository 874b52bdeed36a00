//! The replacement for a match: a function's result, or a template with `$1`, `$&` and the like.

use std::ops::Range;

use boa_engine::object::JsObject;
use boa_engine::string::JsStr;
use boa_engine::{Context, JsResult, JsString, JsValue};

use super::text::Text;

const DOLLAR: u16 = b'$' as u16;

/// The second argument of `replace`.
pub(super) enum Replacement {
    /// A function to call for each match.
    Function(JsObject),
    /// A text without placeholders.
    Plain(JsString),
    /// A text that may have placeholders.
    Template(JsString),
}

/// A match, as passed to GetSubstitution in the standard.
pub(super) struct Found<'a> {
    pub(super) matched: JsString,
    pub(super) text: &'a JsString,
    pub(super) position: usize,
    pub(super) captures: Vec<JsValue>,
    pub(super) groups: JsValue,
}

impl Replacement {
    /// Reads the argument as the standard does: a callable, or anything else converted to a string.
    pub(super) fn new(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        if let Some(function) = value.as_callable() {
            return Ok(Self::Function(function));
        }
        let text = value.to_string(context)?;
        Ok(match text.contains(b'$') {
            true => Self::Template(text),
            false => Self::Plain(text),
        })
    }

    /// Returns the text if it is the same for every match.
    pub(super) fn plain(&self) -> Option<&JsString> {
        match self {
            Self::Plain(text) => Some(text),
            Self::Function(_) | Self::Template(_) => None,
        }
    }

    /// Appends the replacement for this match.
    pub(super) fn push(&self, output: &mut Text, found: Found<'_>, context: &mut Context) -> JsResult<()> {
        match self {
            Self::Function(function) => {
                let answer = answer(function, found, context)?;
                output.push(answer.as_str());
                Ok(())
            }
            Self::Plain(text) | Self::Template(text) => fill(output, text, found, context),
        }
    }
}

fn answer(function: &JsObject, found: Found<'_>, context: &mut Context) -> JsResult<JsString> {
    let mut args = vec![found.matched.into()];
    args.extend(found.captures);
    args.push(found.position.into());
    args.push(found.text.clone().into());
    if !found.groups.is_undefined() {
        args.push(found.groups);
    }
    function.call(&JsValue::undefined(), &args, context)?.to_string(context)
}

/// GetSubstitution.
fn fill(output: &mut Text, template: &JsString, mut found: Found<'_>, context: &mut Context) -> JsResult<()> {
    if !found.groups.is_undefined() {
        found.groups = found.groups.to_object(context)?.into();
    }
    let template = template.as_str();
    let mut at = 0;
    while at < template.len() {
        let Some(dollar) = next_dollar(template, at) else {
            break;
        };
        push_range(output, template, at..dollar);
        at = fill_one(output, template, dollar, &found, context)?;
    }
    push_range(output, template, at..template.len());
    Ok(())
}

fn next_dollar(template: JsStr<'_>, from: usize) -> Option<usize> {
    (from..template.len()).find(|&at| template.get(at) == Some(DOLLAR))
}

/// Fills in the placeholder at `dollar`, and returns where the template continues.
fn fill_one(
    output: &mut Text,
    template: JsStr<'_>,
    dollar: usize,
    found: &Found<'_>,
    context: &mut Context,
) -> JsResult<usize> {
    let text = found.text.as_str();
    let tail = (found.position + found.matched.len()).min(text.len());
    match template.get(dollar + 1).and_then(|unit| u8::try_from(unit).ok()) {
        Some(b'$') => output.push_unit(DOLLAR),
        Some(b'&') => output.push(found.matched.as_str()),
        Some(b'`') => push_range(output, text, 0..found.position),
        Some(b'\'') => push_range(output, text, tail..text.len()),
        Some(b'0'..=b'9') => return Ok(fill_numbered(output, template, dollar, found)),
        Some(b'<') => return fill_named(output, template, dollar, found, context),
        _ => {
            output.push_unit(DOLLAR);
            return Ok(dollar + 1);
        }
    }
    Ok(dollar + 2)
}

/// Fills in `$1` or `$12`; uses two digits only if there are that many groups.
fn fill_numbered(output: &mut Text, template: JsStr<'_>, dollar: usize, found: &Found<'_>) -> usize {
    let one = digit(template, dollar + 1).unwrap_or(0);
    let two = digit(template, dollar + 2).map(|second| one * 10 + second);
    let count = found.captures.len();
    let (group, end) = match two {
        Some(two) if (1..=count).contains(&two) => (two, dollar + 3),
        _ => (one, dollar + 2),
    };
    let capture = group.checked_sub(1).and_then(|at| found.captures.get(at));
    match capture {
        Some(capture) => {
            if let Some(capture) = capture.as_string() {
                output.push(capture.as_str());
            }
        }
        None => push_range(output, template, dollar..end),
    }
    end
}

fn digit(template: JsStr<'_>, at: usize) -> Option<usize> {
    let unit = template.get(at)?;
    char::from_u32(u32::from(unit))?.to_digit(10).and_then(|digit| usize::try_from(digit).ok())
}

/// Fills in `$<name>`.
fn fill_named(
    output: &mut Text,
    template: JsStr<'_>,
    dollar: usize,
    found: &Found<'_>,
    context: &mut Context,
) -> JsResult<usize> {
    let begin = dollar + 2;
    let end = (begin..template.len()).find(|&at| template.get(at) == Some(u16::from(b'>')));
    let (Some(groups), Some(end)) = (found.groups.as_object(), end) else {
        push_range(output, template, dollar..begin);
        return Ok(begin);
    };
    let name = template.get(begin..end).map(JsString::from);
    let capture = groups.get(name.unwrap_or_default(), context)?;
    if !capture.is_undefined() {
        output.push(capture.to_string(context)?.as_str());
    }
    Ok(end + 1)
}

fn push_range(output: &mut Text, text: JsStr<'_>, range: Range<usize>) {
    if let Some(part) = text.get(range) {
        output.push(part);
    }
}
