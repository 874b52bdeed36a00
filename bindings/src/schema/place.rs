//! Where in a schema the reader is.

/// A pointer is cut off here: it is for people, and every part of a schema carries one.
const POINTER_BYTES_MAX: usize = 1_000;

/// A sub-schema's place.
pub(super) struct Place {
    /// JSON pointer from the document's root, cut off with `…` where it is long.
    pub(super) pointer: String,
    pub(super) depth: usize,
    /// Whether a schema around it, about the same value, already says the type.
    pub(super) typed: bool,
}

impl Place {
    /// Where reading starts. MCP lets a tool's schemas be about objects only.
    pub(super) fn root(pointer: &str) -> Place {
        Place { pointer: pointer.to_owned(), depth: 0, typed: true }
    }

    pub(super) fn definition(pointer: &str) -> Place {
        let pointer = if pointer.len() > POINTER_BYTES_MAX { "/…" } else { pointer };
        Place { pointer: pointer.to_owned(), depth: 0, typed: false }
    }

    /// One level down, at another value.
    pub(super) fn inside(&self, key: &str, name: &str) -> Place {
        let mut place = self.down(key).down(name);
        place.typed = false;
        place
    }

    /// One level down, at another value, under a keyword that holds one schema.
    pub(super) fn only(&self, key: &str) -> Place {
        let mut place = self.down(key);
        place.typed = false;
        place
    }

    /// Under a keyword that holds more schemas about the same value.
    pub(super) fn branch(&self, key: &str, typed: bool) -> Place {
        let mut place = self.down(key);
        place.typed = self.typed || typed;
        place
    }

    pub(super) fn down(&self, segment: &str) -> Place {
        let pointer = self.pointer_to(segment);
        Place { pointer, depth: self.depth + 1, typed: self.typed }
    }

    fn pointer_to(&self, segment: &str) -> String {
        if self.pointer.ends_with('…') {
            return self.pointer.clone();
        }
        if self.pointer.len() + segment.len() > POINTER_BYTES_MAX {
            return format!("{}/…", self.pointer);
        }
        let segment = segment.replace('~', "~0").replace('/', "~1");
        format!("{}/{segment}", self.pointer)
    }
}
