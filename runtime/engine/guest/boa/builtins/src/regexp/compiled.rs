//! Compiles regular expressions a second time, because the engine does not expose its compiled ones.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use boa_engine::object::JsObject;
use boa_engine::string::CodePoint;
use boa_engine::{Context, JsNativeError, JsResult, JsString, JsValue};
use regress::{Flags, Match, Regex};

use super::pattern;
use super::subject::Subject;
use crate::originals::Originals;

/// Number of cached objects; a script rarely uses more expressions in one loop.
const OBJECTS_MAX: usize = 8;
/// Number of cached patterns, for objects that are created repeatedly, such as literals in a loop.
const PATTERNS_MAX: usize = 32;

/// A compiled pattern with its flags.
pub(crate) struct Compiled {
    source: JsString,
    flags: String,
    regex: Regex,
    sticky: Option<Sticky>,
}

/// A pattern that decides at its first position whether it matches.
struct Sticky {
    regex: Regex,
    /// The group that participates if the pattern does not match.
    failed: usize,
}

impl Compiled {
    /// Checks whether the expression was created with the flag.
    pub(super) fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    /// Checks whether these are exactly its flags.
    pub(super) fn has_flags(&self, flags: &JsString) -> bool {
        flags == self.flags.as_str()
    }

    /// Checks whether positions advance by whole code points.
    pub(super) fn is_unicode(&self) -> bool {
        self.has('u') || self.has('v')
    }

    /// Finds the first match at or after `from`; for a sticky expression, exactly at `from`.
    pub(super) fn find(&self, subject: &Subject, from: usize) -> Option<Match> {
        if !self.has('y') {
            return self.find_with(&self.regex, subject, from);
        }
        if let Some(sticky) = &self.sticky {
            let mut found = self.find_with(&sticky.regex, subject, from)?;
            if found.group(sticky.failed + 1).is_some() || found.start() != from {
                return None;
            }
            found.captures.truncate(sticky.failed);
            return Some(found);
        }
        self.find_with(&self.regex, subject, from).filter(|found| found.start() == from)
    }

    fn find_with(&self, regex: &Regex, subject: &Subject, from: usize) -> Option<Match> {
        if self.is_unicode() && subject.may_hold_pairs() {
            regex.find_from_utf16(subject.units(), from).next()
        } else {
            regex.find_from_ucs2(subject.units(), from).next()
        }
    }
}

/// Recently compiled expressions.
#[derive(Default)]
struct Cache {
    objects: VecDeque<(JsObject, Rc<Compiled>)>,
    patterns: VecDeque<Rc<Compiled>>,
}

/// Returns the compiled form of a regular expression object.
pub(super) fn compiled(object: &JsObject, context: &mut Context) -> JsResult<Rc<Compiled>> {
    let cache = cache(context);
    if let Some(known) = known_object(&cache.borrow(), object) {
        return Ok(known);
    }
    let (source, flags) = source_and_flags(object, context)?;
    let known = known_pattern(&cache.borrow(), &source, &flags);
    let found = match known {
        Some(known) => known,
        None => Rc::new(compile(source, flags)?),
    };
    remember(&mut cache.borrow_mut(), object, &found);
    Ok(found)
}

/// Discards the cached objects, because `compile` changes an object in place.
pub(super) fn forget_all(context: &mut Context) {
    cache(context).borrow_mut().objects.clear();
}

fn cache(context: &mut Context) -> Rc<RefCell<Cache>> {
    if let Some(cache) = context.get_data::<Rc<RefCell<Cache>>>() {
        return Rc::clone(cache);
    }
    let cache = Rc::new(RefCell::new(Cache::default()));
    context.insert_data(Rc::clone(&cache));
    cache
}

fn known_object(cache: &Cache, object: &JsObject) -> Option<Rc<Compiled>> {
    let mut objects = cache.objects.iter();
    let entry = objects.find(|(known, _)| JsObject::equals(known, object));
    entry.map(|(_, compiled)| Rc::clone(compiled))
}

fn known_pattern(cache: &Cache, source: &JsString, flags: &str) -> Option<Rc<Compiled>> {
    let mut patterns = cache.patterns.iter();
    let found = patterns.find(|known| known.flags == flags && known.source == *source);
    found.map(Rc::clone)
}

fn remember(cache: &mut Cache, object: &JsObject, compiled: &Rc<Compiled>) {
    if cache.objects.len() >= OBJECTS_MAX {
        cache.objects.pop_back();
    }
    cache.objects.push_front((object.clone(), Rc::clone(compiled)));
    if known_pattern(cache, &compiled.source, &compiled.flags).is_none() {
        if cache.patterns.len() >= PATTERNS_MAX {
            cache.patterns.pop_back();
        }
        cache.patterns.push_front(Rc::clone(compiled));
    }
}

/// Reads source and flags through the engine's own getters, which no script can replace.
fn source_and_flags(object: &JsObject, context: &mut Context) -> JsResult<(JsString, String)> {
    let originals = Originals::of(context)?;
    let this = JsValue::from(object.clone());
    let source = originals.regexp_source.call(&this, &[], context)?;
    let mut flags = String::new();
    for (letter, getter) in &originals.regexp_flags {
        if getter.call(&this, &[], context)?.to_boolean() {
            flags.push(char::from(*letter));
        }
    }
    Ok((source.to_string(context)?, flags))
}

fn compile(source: JsString, flags: String) -> JsResult<Compiled> {
    let pattern = pattern::written(&source);
    let unicode = flags.contains(['u', 'v']);
    let regex = regex(&pattern, &flags, unicode)?;
    let sticky = if flags.contains('y') { sticky(&pattern, &flags, unicode) } else { None };
    Ok(Compiled { source, flags, regex, sticky })
}

fn regex(pattern: &[u16], flags: &str, unicode: bool) -> JsResult<Regex> {
    let flags = Flags::from(flags);
    let compiled = if unicode {
        let text = JsString::from(pattern);
        Regex::from_unicode(text.code_points().map(CodePoint::as_u32), flags)
    } else {
        Regex::from_unicode(pattern.iter().map(|&unit| u32::from(unit)), flags)
    };
    compiled.map_err(|error| {
        JsNativeError::syntax().with_message(format!("failed to create matcher: {}", error.text)).into()
    })
}

/// Builds the pattern with an empty group as its last alternative, so that a failure costs one attempt instead of one
/// for each later position. Returns `None` if the pattern has a numbered escape, which could refer to that group.
fn sticky(pattern: &[u16], flags: &str, unicode: bool) -> Option<Sticky> {
    let digit = u16::from(b'1')..=u16::from(b'9');
    let numbered = pattern
        .windows(2)
        .any(|pair| matches!(pair, [first, second] if *first == u16::from(b'\\') && digit.contains(second)));
    if numbered {
        return None;
    }
    let mut wrapped: Vec<u16> = "(?:".encode_utf16().collect();
    wrapped.extend_from_slice(pattern);
    wrapped.extend(")|()".encode_utf16());
    let regex = regex(&wrapped, flags, unicode).ok()?;
    let failed = regex.find("")?.captures.len().checked_sub(1)?;
    Some(Sticky { regex, failed })
}
