//! The string that a regular expression is matched against, as the 16-bit units that the matcher reads.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;

use boa_engine::string::JsStrVariant;
use boa_engine::{Context, JsString};

use crate::piece::piece;

/// Shortest string that is cached: widening a shorter one costs less than the lookup.
const KEPT_UNITS_MIN: usize = 512;
/// Two, so that a loop over one long string can also match another.
const KEPT_MAX: usize = 2;

/// A string ready for matching.
#[derive(Clone)]
pub(super) struct Subject {
    text: JsString,
    /// Its units, unless the string itself has 16-bit units.
    wide: Option<Rc<[u16]>>,
}

impl Subject {
    /// Creates a subject for one pass.
    pub(super) fn once(text: &JsString) -> Self {
        let wide = match text.variant() {
            JsStrVariant::Latin1(bytes) => Some(bytes.iter().copied().map(u16::from).collect()),
            JsStrVariant::Utf16(_) => None,
        };
        Self { text: text.clone(), wide }
    }

    /// Returns a cached subject: `exec` in a loop passes the same string each time.
    pub(super) fn kept(text: &JsString, context: &mut Context) -> Self {
        if text.len() < KEPT_UNITS_MIN || !text.as_str().is_latin1() {
            return Self::once(text);
        }
        let recent = recent(context);
        let known = recent.borrow().iter().find(|it| it.is(text)).cloned();
        if let Some(known) = known {
            return known;
        }
        let subject = Self::once(text);
        let mut recent = recent.borrow_mut();
        recent.truncate(KEPT_MAX - 1);
        recent.push_front(subject.clone());
        subject
    }

    /// Returns the units.
    pub(super) fn units(&self) -> &[u16] {
        match (&self.wide, self.text.variant()) {
            (Some(units), _) => units,
            (None, JsStrVariant::Utf16(units)) => units,
            (None, JsStrVariant::Latin1(_)) => &[],
        }
    }

    /// Returns the string itself.
    pub(super) fn text(&self) -> &JsString {
        &self.text
    }

    /// Checks whether the string may contain surrogate pairs.
    pub(super) fn may_hold_pairs(&self) -> bool {
        self.wide.is_none()
    }

    /// Returns the start of the code point that contains the unit at `at`.
    pub(super) fn start_of_code_point(&self, at: usize) -> usize {
        let unit = |at: usize| self.units().get(at).copied();
        let before = at.checked_sub(1).and_then(unit);
        match (before, unit(at)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at.saturating_sub(1),
            _ => at,
        }
    }

    /// Returns a part of the string.
    pub(super) fn piece(&self, range: Range<usize>) -> JsString {
        piece(&self.text, range)
    }

    /// Checks whether this subject was made from the same memory.
    fn is(&self, text: &JsString) -> bool {
        match (self.text.variant(), text.variant()) {
            (JsStrVariant::Latin1(ours), JsStrVariant::Latin1(theirs)) => {
                std::ptr::eq(ours.as_ptr(), theirs.as_ptr()) && ours.len() == theirs.len()
            }
            _ => false,
        }
    }
}

type Recent = Rc<RefCell<VecDeque<Subject>>>;

fn recent(context: &mut Context) -> Recent {
    if let Some(recent) = context.get_data::<Recent>() {
        return Rc::clone(recent);
    }
    let recent = Recent::default();
    context.insert_data(Rc::clone(&recent));
    recent
}
