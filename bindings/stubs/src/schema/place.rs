//! The reader's position in a schema.

use std::rc::Rc;

use super::resource::Base;
use crate::shape::Shape;

/// Pointers are cut to this length: they are for humans, and every part of a schema has one.
const POINTER_BYTES_MAX: usize = 1_000;

/// The place of a sub-schema.
#[derive(Clone)]
pub(super) struct Place {
    /// JSON pointer from the document's root, cut with `…` if long.
    pub(super) pointer: String,
    pub(super) depth: usize,
    /// The base for references.
    pub(super) base: Rc<Base>,
    /// What other keywords allow of the same value, if they apply too.
    pub(super) around: Option<Rc<Shape>>,
}

impl Place {
    /// The start of a document or definition.
    pub(super) fn start(pointer: &str, base: Rc<Base>) -> Place {
        let pointer = if pointer.len() > POINTER_BYTES_MAX { "/…" } else { pointer };
        Place { pointer: pointer.to_owned(), depth: 0, base, around: None }
    }

    /// Goes two steps down: a keyword, and a name or index in it.
    pub(super) fn inside(&self, key: &str, name: &str) -> Place {
        let mut place = self.down(key);
        place.extend(name);
        place.depth += 1;
        place
    }

    /// Goes one step down.
    pub(super) fn down(&self, segment: &str) -> Place {
        let mut place = Place { around: None, ..self.clone() };
        place.extend(segment);
        place.depth += 1;
        place
    }

    /// The same place, for a schema whose values are limited to a shape.
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
