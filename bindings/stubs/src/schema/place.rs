//! Where in a schema the reader is.

use std::rc::Rc;

use super::resource::Base;
use crate::shape::Shape;

/// A pointer is cut off here: it is for people, and every part of a schema carries one.
const POINTER_BYTES_MAX: usize = 1_000;

/// A sub-schema's place.
#[derive(Clone)]
pub(super) struct Place {
    /// JSON pointer from the document's root, cut off with `…` where it is long.
    pub(super) pointer: String,
    pub(super) depth: usize,
    /// What references are relative to.
    pub(super) base: Rc<Base>,
    /// What other keywords allow of the same value, where they hold as well.
    pub(super) around: Option<Rc<Shape>>,
}

impl Place {
    /// Where reading of a document or of a definition starts.
    pub(super) fn start(pointer: &str, base: Rc<Base>) -> Place {
        let pointer = if pointer.len() > POINTER_BYTES_MAX { "/…" } else { pointer };
        Place { pointer: pointer.to_owned(), depth: 0, base, around: None }
    }

    /// Two steps down: a keyword, and a name or index in it.
    pub(super) fn inside(&self, key: &str, name: &str) -> Place {
        let mut place = self.down(key);
        place.extend(name);
        place.depth += 1;
        place
    }

    /// One step down.
    pub(super) fn down(&self, segment: &str) -> Place {
        let mut place = Place { around: None, ..self.clone() };
        place.extend(segment);
        place.depth += 1;
        place
    }

    /// The same place, of a schema whose values are within a shape.
    pub(super) fn within(self, shape: Option<Rc<Shape>>) -> Place {
        Place { around: shape, ..self }
    }

    fn extend(&mut self, segment: &str) {
        if self.pointer.ends_with('…') {
            return;
        }
        self.pointer.push('/');
        if self.pointer.len() + segment.len() > POINTER_BYTES_MAX {
            self.pointer.push('…');
        } else if segment.contains(['~', '/']) {
            self.pointer.push_str(&segment.replace('~', "~0").replace('/', "~1"));
        } else {
            self.pointer.push_str(segment);
        }
    }
}
