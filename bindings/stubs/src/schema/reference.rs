//! Resolves `$ref` and its relatives within the document; nothing is ever fetched.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::definitions::Definition;
use super::place::Place;
use super::resource::Target;
use super::{Reader, doc};
use crate::shape::{Kinds, Shape};

/// Maximum nesting examined to find the kinds of a definition; anything deeper may be of any kind.
const KINDS_DEPTH_MAX: usize = 16;

impl Reader<'_> {
    /// Returns the targets of `$ref`, `$dynamicRef` and `$recursiveRef`.
    pub(super) fn references(&mut self, keywords: &Map<String, Value>, at: &Place) -> Vec<Shape> {
        let keys = ["$ref", "$dynamicRef", "$recursiveRef"];
        let here: Vec<&str> =
            keys.into_iter().filter(|key| keywords.contains_key(*key) && at.base.dialect.has(key)).collect();
        here.into_iter().map(|key| self.reference(key, keywords.get(key), at)).collect()
    }

    fn reference(&mut self, key: &str, reference: Option<&Value>, at: &Place) -> Shape {
        let Some(reference) = reference.and_then(Value::as_str) else {
            return self.unknown(at, &format!("`{key}` that is not a string"));
        };
        match self.target(reference, at) {
            Target::Here(pointer) if key == "$ref" => self.refer(pointer),
            Target::Here(pointer) => match self.moved(reference, pointer) {
                Some(pointer) => self.refer(pointer),
                None => {
                    let what = format!("`{key}` {}, which may mean several schemas", Value::from(reference));
                    self.unknown(at, &what)
                }
            },
            Target::Outside => self.unknown(at, &format!("reference {} outside the schema", Value::from(reference))),
            Target::Nowhere => self.unknown(at, &format!("reference {} to nothing", Value::from(reference))),
        }
    }

    pub(super) fn target(&mut self, reference: &str, at: &Place) -> Target {
        self.resources().resolve(reference, &at.base, self.document.schema)
    }

    /// Resolves a dynamic reference whose static target is the pointer.
    fn moved(&mut self, reference: &str, pointer: String) -> Option<String> {
        let target = self.document.schema.pointer(&pointer).and_then(Value::as_object);
        let target = |key: &str| target.and_then(|target| target.get(key));
        let anchor = reference.rsplit_once('#').map_or("", |(_, anchor)| anchor);
        let moves = if anchor.is_empty() {
            target("$recursiveAnchor") == Some(&Value::Bool(true))
        } else {
            target("$dynamicAnchor").and_then(Value::as_str) == Some(anchor)
        };
        if moves { self.resources().dynamic(anchor, pointer) } else { Some(pointer) }
    }

    fn refer(&mut self, pointer: String) -> Shape {
        if self.known.insert(pointer.clone()) {
            self.open.push_back(pointer.clone());
        }
        Shape::Ref(pointer)
    }

    /// Reads the definition at a pointer that is known to be valid.
    pub(super) fn definition(&mut self, pointer: String) -> Definition {
        let schema = self.document.schema.pointer(&pointer).unwrap_or(&Value::Bool(true));
        let base = self.resources().base_of(&pointer);
        let shape = self.shape(schema, &Place::start(&pointer, base));
        let name = pointer.rsplit('/').next().unwrap_or_default();
        let whole = pointer == self.document.start;
        let doc = if whole { doc::doc_of_whole(schema) } else { doc::doc(name, schema) };
        Definition { doc: doc::beside(doc, &shape), shape, pointer }
    }

    /// Combines the shapes. Each is reduced by what the others rule out, so that a schema without `type` adds nothing
    /// about strings next to one that describes objects.
    pub(super) fn both(&mut self, parts: Vec<Shape>) -> Shape {
        let parts: Vec<Shape> = parts.into_iter().filter(|part| *part != Shape::Unknown).collect();
        if parts.is_empty() {
            return Shape::Unknown;
        }
        let kinds: Vec<Kinds> = parts.iter().map(|part| self.kinds_of(part)).collect();
        let common = kinds.iter().fold(Kinds::ALL, |all, kinds| all.and(*kinds));
        if parts.len() > 1 && common == Kinds::NONE {
            return Shape::Never;
        }
        let filter_only = |index: usize, part: &Shape| {
            let others = kinds.iter().enumerate().filter(|(other, _)| *other != index);
            let left = others.fold(Kinds::ALL, |all, (_, kinds)| all.and(*kinds));
            kinds.get(index).is_some_and(|own| left.within(*own) && (*part == own.any() || part.declares_nothing()))
        };
        let narrowing = parts.iter().enumerate().filter(|(index, part)| !filter_only(*index, part));
        let few: Vec<Shape> = if parts.len() <= 8 { narrowing.map(|(_, part)| part.clone()).collect() } else { parts };
        // Parts that only name the same kind reduce to that kind.
        if few.is_empty() {
            return common.any();
        }
        Shape::all(few.into_iter().map(|part| part.only(common)))
    }

    /// Returns the kinds of values in a shape, or more; looks into definitions.
    pub(super) fn kinds_of(&mut self, shape: &Shape) -> Kinds {
        Kinds::of_with(shape, &mut |pointer| self.kinds_at(pointer))
    }

    fn kinds_at(&mut self, pointer: &str) -> Kinds {
        if let Some(known) = self.kinds.get(pointer) {
            return *known;
        }
        if self.kinds_depth > KINDS_DEPTH_MAX {
            return Kinds::ALL;
        }
        // Until more is known, a circular definition may be of any kind.
        self.kinds.insert(pointer.to_owned(), Kinds::ALL);
        let schema = self.document.schema.pointer(pointer).unwrap_or(&Value::Bool(true));
        let base = self.resources().base_of(pointer);
        self.kinds_depth += 1;
        let kinds = self.kinds_in(schema, &Place::start(pointer, base));
        self.kinds_depth -= 1;
        self.kinds.insert(pointer.to_owned(), kinds);
        kinds
    }

    pub(super) fn kinds_in(&mut self, schema: &Value, at: &Place) -> Kinds {
        match schema {
            Value::Bool(false) => Kinds::NONE,
            Value::Object(keywords) if at.depth < KINDS_DEPTH_MAX => self.kinds_by(keywords, at),
            _ => Kinds::ALL,
        }
    }

    fn kinds_by(&mut self, keywords: &Map<String, Value>, at: &Place) -> Kinds {
        let referred = keywords.get("$ref").and_then(Value::as_str).map(|reference| match self.target(reference, at) {
            Target::Here(pointer) => self.kinds_at(&pointer),
            _ => Kinds::ALL,
        });
        if let Some(referred) = referred.filter(|_| at.base.dialect.ref_stands_alone()) {
            return referred;
        }
        let own = listed_kinds(keywords, at).and(referred.unwrap_or(Kinds::ALL));
        let own = self.branch_kinds(keywords, "allOf", at).into_iter().fold(own, Kinds::and);
        let own = ["anyOf", "oneOf"].into_iter().fold(own, |own, key| {
            let branches = self.branch_kinds(keywords, key, at);
            if branches.is_empty() { own } else { own.and(branches.into_iter().fold(Kinds::NONE, Kinds::or)) }
        });
        if keywords.get("nullable") == Some(&Value::Bool(true)) { own.or(Kinds::NULL) } else { own }
    }

    fn branch_kinds(&mut self, keywords: &Map<String, Value>, key: &str, at: &Place) -> Vec<Kinds> {
        let branches = keywords.get(key).and_then(Value::as_array);
        branches.into_iter().flatten().map(|branch| self.kinds_in(branch, &at.down(key))).collect()
    }
}

/// Returns the kinds that `type`, `const` and `enum` leave.
fn listed_kinds(keywords: &Map<String, Value>, at: &Place) -> Kinds {
    let named = |kind: &Value| kind.as_str().and_then(Kinds::named).unwrap_or(Kinds::ALL);
    let types = match keywords.get("type") {
        Some(Value::Array(kinds)) if !kinds.is_empty() => {
            kinds.iter().fold(Kinds::NONE, |all, kind| all.or(named(kind)))
        }
        Some(kind) => named(kind),
        None => Kinds::ALL,
    };
    let constant = keywords.get("const").filter(|_| at.base.dialect.has("const"));
    let values = match keywords.get("enum") {
        Some(Value::Array(values)) => values.iter().fold(Kinds::NONE, |all, value| all.or(Kinds::of_value(value))),
        _ => Kinds::ALL,
    };
    types.and(values).and(constant.map_or(Kinds::ALL, Kinds::of_value))
}

/// The known kinds of definitions.
pub(super) type KindsByPointer = HashMap<String, Kinds>;
