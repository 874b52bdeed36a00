//! JSON Schema to [`Shape`]: 2020-12, and draft-07 where the schema says or uses it.
//!
//! Total: whatever cannot be read becomes [`Shape::Unknown`] and leaves a [`Note`]. The result
//! allows at least what the schema allows, and nothing is ever fetched. Knows no target language.

mod constant;
mod definitions;
mod doc;
mod object;
mod place;
mod reference;
mod sequence;

use std::collections::{HashSet, VecDeque};

use serde_json::{Map, Value};

use crate::note::Note;
use crate::shape::Shape;

pub(crate) use definitions::Definition;
use doc::doc;
use place::Place;

/// A schema within a `tools/list` entry.
pub(crate) struct Document<'a> {
    /// Which tool it belongs to, for notes.
    pub(crate) tool: &'a str,
    /// The entry's key under which it stands.
    pub(crate) key: &'static str,
    /// The whole document, in which references are looked up.
    pub(crate) schema: &'a Value,
    /// Pointer to the part to read; empty for all of it.
    pub(crate) start: &'static str,
}

/// What was read from a [`Document`].
pub(crate) struct Reading {
    pub(crate) shape: Shape,
    /// What [`Shape::Ref`]s in `shape`, and in each other, point to.
    pub(crate) definitions: Vec<Definition>,
    pub(crate) notes: Vec<Note>,
}

/// Reads a schema and all it refers to.
pub(crate) fn read(document: &Document<'_>) -> Reading {
    let mut reader = Reader::of(document);
    let start = document.schema.pointer(document.start).unwrap_or(&Value::Bool(true));
    let shape = reader.shape(start, &Place::root(document.start));
    let mut definitions = Vec::new();
    while let Some(pointer) = reader.open.pop_front() {
        definitions.push(reader.definition(pointer));
    }
    let endless = definitions::endless(&definitions);
    for definition in definitions.iter().filter(|definition| endless.contains_key(&definition.pointer)) {
        reader.note(&Place::definition(&definition.pointer), "a definition that refers to itself alone", "unknown");
    }
    let (shape, definitions) = definitions::settle(shape, definitions, &endless);
    Reading { shape, definitions, notes: reader.notes }
}

/// Sub-schemas and enum values read of one document; a type larger than this serves no reader. The
/// largest of 1,966 real tools has under 1,000.
const NODES_MAX: usize = 10_000;

/// Nesting read within one definition; the deepest of 1,966 real tools is 17 deep.
const DEPTH_MAX: usize = 64;

/// Keywords that narrow a schema in ways a [`Shape`] does not hold. Leaving them out is sound: the
/// shape allows more.
const UNSAID: &[&str] = &[
    "$dynamicRef",
    "$recursiveRef",
    "contains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "if",
    "not",
    "unevaluatedItems",
    "unevaluatedProperties",
];

struct Reader<'a> {
    document: &'a Document<'a>,
    /// In drafts before 2019-09 what stands beside `$ref` does not count.
    ref_stands_alone: bool,
    /// `None` once the budget was exceeded.
    nodes_left: Option<usize>,
    /// Definitions that were referred to and not read yet.
    open: VecDeque<String>,
    /// All definitions that were referred to.
    known: HashSet<String>,
    notes: Vec<Note>,
}

impl<'a> Reader<'a> {
    fn of(document: &'a Document<'a>) -> Reader<'a> {
        let dialect = document.schema.get("$schema").and_then(Value::as_str).unwrap_or_default();
        Reader {
            document,
            ref_stands_alone: ["draft-04", "draft-06", "draft-07"].iter().any(|old| dialect.contains(old)),
            nodes_left: Some(NODES_MAX),
            open: VecDeque::new(),
            known: HashSet::new(),
            notes: Vec::new(),
        }
    }

    fn shape(&mut self, schema: &Value, at: &Place) -> Shape {
        if !self.within_budget(at) {
            return Shape::Unknown;
        }
        match schema {
            Value::Bool(true) => Shape::Unknown,
            Value::Bool(false) => Shape::Never,
            Value::Object(keywords) => self.keywords(keywords, at),
            _ => self.unknown(at, "a schema that is neither an object nor a boolean"),
        }
    }

    fn keywords(&mut self, keywords: &Map<String, Value>, at: &Place) -> Shape {
        let referred = self.reference(keywords, at);
        if self.ref_stands_alone && referred.is_some() {
            return referred.unwrap_or(Shape::Unknown);
        }
        self.note_unsaid(keywords, at);
        let own = match self.constants(keywords, at) {
            Some(constants) => constants,
            None => self.kinds(keywords, at),
        };
        let shape = own.and(referred.unwrap_or(Shape::Unknown));
        let shape = self.applicators(keywords, at).into_iter().fold(shape, Shape::and);
        match keywords.get("nullable") {
            Some(Value::Bool(true)) => Shape::union([shape, Shape::Null]),
            _ => shape,
        }
    }

    fn applicators(&mut self, keywords: &Map<String, Value>, at: &Place) -> Vec<Shape> {
        let mut shapes = self.branches(keywords, "allOf", at);
        for key in ["anyOf", "oneOf"] {
            if keywords.contains_key(key) {
                shapes.push(Shape::union(self.branches(keywords, key, at)));
            }
        }
        shapes
    }

    fn branches(&mut self, keywords: &Map<String, Value>, key: &str, at: &Place) -> Vec<Shape> {
        match keywords.get(key) {
            None => Vec::new(),
            Some(Value::Array(branches)) if !branches.is_empty() => {
                let at = at.branch(key, keywords.contains_key("type"));
                let shape = |(index, branch)| self.shape(branch, &at.down(&usize::to_string(&index)));
                branches.iter().enumerate().map(shape).collect()
            }
            Some(_) => vec![self.unknown(at, &format!("`{key}` that is no list of schemas"))],
        }
    }

    fn kinds(&mut self, keywords: &Map<String, Value>, at: &Place) -> Shape {
        match keywords.get("type") {
            None => self.implied_kind(keywords, at),
            Some(Value::String(kind)) => self.kind(kind, keywords, at),
            Some(Value::Array(kinds)) if !kinds.is_empty() => {
                let kind = |kind: &Value| self.kind(kind.as_str().unwrap_or_default(), keywords, at);
                let shapes: Vec<Shape> = kinds.iter().map(kind).collect();
                Shape::union(shapes)
            }
            Some(_) => self.unknown(at, "`type` that names no type"),
        }
    }

    fn kind(&mut self, kind: &str, keywords: &Map<String, Value>, at: &Place) -> Shape {
        match kind {
            "null" => Shape::Null,
            "boolean" => Shape::Boolean,
            "integer" => Shape::Integer,
            "number" => Shape::Number,
            "string" => Shape::String,
            "array" => self.sequence(keywords, at),
            "object" => Shape::Object(self.object(keywords, at)),
            _ => self.unknown(at, &format!("`type` with {}, which is no type", Value::from(kind))),
        }
    }

    /// What authors mean who leave `type` out: the type that the other keywords are about.
    fn implied_kind(&mut self, keywords: &Map<String, Value>, at: &Place) -> Shape {
        let speaks_of = |keys: &[&str]| keys.iter().any(|key| keywords.contains_key(*key));
        if speaks_of(&["properties", "required", "additionalProperties", "patternProperties"]) {
            self.note_implied(at, "an object");
            return Shape::Object(self.object(keywords, at));
        }
        if speaks_of(&["items", "prefixItems"]) {
            self.note_implied(at, "an array");
            return self.sequence(keywords, at);
        }
        Shape::Unknown
    }

    fn note_implied(&mut self, at: &Place, kind: &str) {
        if !at.typed {
            self.note(at, "a schema without `type`", kind);
        }
    }

    fn note_unsaid(&mut self, keywords: &Map<String, Value>, at: &Place) {
        for key in UNSAID.iter().filter(|key| keywords.contains_key(**key)) {
            self.note(&at.down(key), &format!("`{key}`"), "a type that allows more");
        }
    }

    fn within_budget(&mut self, at: &Place) -> bool {
        if at.depth > DEPTH_MAX {
            self.note(at, &format!("nesting deeper than {DEPTH_MAX}"), "unknown");
            return false;
        }
        self.spend(1, at)
    }

    /// Takes nodes from the budget; notes it once when there are too few.
    fn spend(&mut self, nodes: usize, at: &Place) -> bool {
        let Some(left) = self.nodes_left else {
            return false;
        };
        self.nodes_left = left.checked_sub(nodes);
        if self.nodes_left.is_none() {
            let what = format!("a schema of more than {NODES_MAX} parts");
            self.note(at, &what, "unknown from here on");
        }
        self.nodes_left.is_some()
    }

    fn unknown(&mut self, at: &Place, what: &str) -> Shape {
        self.note(at, what, "unknown");
        Shape::Unknown
    }

    fn note(&mut self, at: &Place, what: &str, instead: &str) {
        self.notes.push(Note {
            tool: self.document.tool.to_owned(),
            pointer: format!("/{}{}", self.document.key, at.pointer),
            what: what.to_owned(),
            instead: instead.to_owned(),
        });
    }
}

/// Whether nothing is said of an object but that it is one.
fn is_bare_object(keywords: &Map<String, Value>) -> bool {
    let speaks = |key: &&str| keywords.contains_key(*key);
    let keys =
        ["properties", "required", "additionalProperties", "patternProperties", "$ref", "allOf", "anyOf", "oneOf"];
    !keys.iter().any(speaks)
}
