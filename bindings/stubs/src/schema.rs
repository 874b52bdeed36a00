//! Reads JSON Schema into a [`Shape`]: 2020-12, and draft-07 if the schema declares or uses it.
//!
//! Total: whatever cannot be read becomes [`Shape::Unknown`] and leaves a [`Note`]. The result allows at least what the
//! schema allows, and nothing is ever fetched. Independent of any target language.

mod apart;
mod circles;
mod condition;
mod constant;
mod definitions;
mod dialect;
mod doc;
mod face;
mod inline;
mod object;
mod place;
mod reference;
mod refused;
mod resource;
mod sequence;
mod unevaluated;

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::note::Note;
use crate::shape::{Doc, Kinds, Object, Shape};

pub(crate) use definitions::Definition;
use definitions::Whole;
use place::Place;
use reference::KindsByPointer;
use resource::Resources;

/// A schema within a `tools/list` entry.
pub(crate) struct Document<'a> {
    /// The tool it belongs to, for notes.
    pub(crate) tool: &'a str,
    /// The entry's key that holds it.
    pub(crate) key: &'static str,
    /// The whole document, in which references are resolved.
    pub(crate) schema: &'a Value,
    /// Pointer to the part to read; empty for all of it.
    pub(crate) start: &'static str,
}

impl<'a> Document<'a> {
    /// Returns the part to read.
    fn start(&self) -> &'a Value {
        self.schema.pointer(self.start).unwrap_or(&Value::Bool(true))
    }
}

/// The result of reading a [`Document`].
pub(crate) struct Reading {
    pub(crate) shape: Shape,
    /// The doc of the whole, unless a definition has it.
    pub(crate) doc: Doc,
    /// Targets of the [`Shape::Ref`]s in `shape` and in each other.
    pub(crate) definitions: Vec<Definition>,
    pub(crate) notes: Vec<Note>,
    /// Notes for languages in which the type of additional properties must cover the declared ones.
    pub(crate) rest_notes: Vec<Note>,
}

/// Reads a schema and everything it refers to.
pub(crate) fn read(document: &Document<'_>) -> Reading {
    let mut reader = Reader::of(document);
    let shape = reader.start();
    let mut definitions = Vec::new();
    while let Some(pointer) = reader.open.pop_front() {
        definitions.push(reader.definition(pointer));
    }
    let endless = definitions::endless(&definitions);
    for definition in definitions.iter().filter(|definition| endless.contains_key(&definition.pointer)) {
        reader.note_at(&definition.pointer, "a definition that refers only to itself", "unknown");
    }
    let whole = Whole { doc: doc::beside(doc::doc_of_whole(document.start()), &shape), shape };
    let (Whole { shape, doc }, definitions) = definitions::settle(whole, definitions, &endless);
    // A document that refers to itself is one of the definitions, and is printed once.
    let again = definitions.iter().any(|definition| definition.pointer == document.start && definition.shape == shape);
    let (shape, doc) = if again { (Shape::Ref(document.start.to_owned()), Doc::default()) } else { (shape, doc) };
    let (definitions, circular) = circles::cut(definitions);
    for pointer in circular {
        reader.note_at(&pointer, "a tuple that leads back to itself", "unknown in its place");
    }
    let (shape, definitions, wide) = definitions::tame(shape, definitions);
    for pointer in wide {
        reader.note_at(&pointer, "too many combinations of alternatives", "a type that allows more");
    }
    Reading { shape, doc, definitions, notes: reader.notes, rest_notes: reader.rest_notes }
}

/// Maximum number of sub-schemas and enum values read from one document; larger types are of no use to a reader. The
/// largest of 1,966 real tools has under 1,000.
const NODES_MAX: usize = 10_000;

/// Maximum nesting read within one definition; the deepest of 1,966 real tools is 17 deep.
const DEPTH_MAX: usize = 64;

struct Reader<'a> {
    document: &'a Document<'a>,
    /// Built when the first reference needs it.
    resources: Option<Rc<Resources>>,
    /// `None` once the budget is exceeded.
    nodes_left: Option<usize>,
    /// Definitions that were referred to but not read yet.
    open: VecDeque<String>,
    /// All definitions that were referred to.
    known: HashSet<String>,
    kinds: KindsByPointer,
    /// Nesting of the definitions currently being examined for their kinds.
    kinds_depth: usize,
    /// Whether a shape of rejected values also contains others.
    widened: bool,
    notes: Vec<Note>,
    rest_notes: Vec<Note>,
}

impl<'a> Reader<'a> {
    fn of(document: &'a Document<'a>) -> Reader<'a> {
        Reader {
            document,
            resources: None,
            nodes_left: Some(NODES_MAX),
            open: VecDeque::new(),
            known: HashSet::new(),
            kinds: HashMap::new(),
            kinds_depth: 0,
            widened: false,
            notes: Vec::new(),
            rest_notes: Vec::new(),
        }
    }

    fn resources(&mut self) -> Rc<Resources> {
        let document = self.document.schema;
        Rc::clone(self.resources.get_or_insert_with(|| Rc::new(Resources::of(document))))
    }

    /// Reads the whole schema. A tool's arguments are an object, even if the schema does not say so.
    fn start(&mut self) -> Shape {
        let base = self.resources().base_of(self.document.start);
        let at = Place::start(self.document.start, base);
        let schema = self.document.start();
        if self.document.key != "inputSchema" {
            return self.shape(schema, &at);
        }
        match schema {
            Value::Object(_) => {
                let shape = self.shape(schema, &at);
                let objects = shape.clone().only(Kinds::OBJECT);
                if shape == Shape::Unknown || objects == Shape::Never { shape } else { objects }
            }
            Value::Bool(_) => {
                self.note(&at, "a schema that does not describe an object", "what the schema says");
                self.shape(schema, &at)
            }
            _ => {
                self.note(&at, "no schema", "an object with any properties");
                Shape::Object(Object::any())
            }
        }
    }

    fn shape(&mut self, schema: &Value, at: &Place) -> Shape {
        if !self.within_budget(at) {
            return Shape::Unknown;
        }
        match schema {
            Value::Bool(true) => Shape::Unknown,
            Value::Bool(false) => Shape::Never,
            Value::Object(keywords) => match self.embedded(keywords, at) {
                Some(at) => self.keywords(keywords, &at),
                None => self.keywords(keywords, at),
            },
            _ => self.unknown(at, "a schema that is neither an object nor a boolean"),
        }
    }

    /// Returns the place of a schema that has its own base URI.
    fn embedded(&mut self, keywords: &Map<String, Value>, at: &Place) -> Option<Place> {
        if !keywords.contains_key("$id") && !keywords.contains_key("id") {
            return None;
        }
        let base = self.resources().embedded(&at.pointer)?;
        Some(Place { base, ..at.clone() })
    }

    fn keywords(&mut self, keywords: &Map<String, Value>, at: &Place) -> Shape {
        let references = self.references(keywords, at);
        if at.base.dialect.ref_stands_alone()
            && keywords.contains_key("$ref")
            && let Some(referred) = references.first()
        {
            return referred.clone();
        }
        let mut parts = self.constants(keywords, at);
        parts.push(self.kinds(keywords, at));
        parts.extend(references);
        let around = self.around(keywords, &parts, at);
        parts.extend(self.applicators(keywords, around.as_ref(), at));
        let shape = self.both(parts);
        let conditions = self.conditions(keywords, &shape, at);
        let shape =
            if conditions.is_empty() { shape } else { self.both([shape].into_iter().chain(conditions).collect()) };
        let others = self.unevaluated(keywords, &shape, at);
        let shape = if others.is_empty() { shape } else { self.both([shape].into_iter().chain(others).collect()) };
        match keywords.get("nullable") {
            Some(Value::Bool(true)) => Shape::union([shape, Shape::Null]),
            _ => shape,
        }
    }

    /// Returns what is known about the values when reading the members of `allOf`, if a member needs it.
    fn around(&mut self, keywords: &Map<String, Value>, parts: &[Shape], at: &Place) -> Option<Rc<Shape>> {
        let members = keywords.get("allOf")?.as_array()?;
        let asks = |member: &Value| ["if", "not"].iter().any(|key| member.get(key).is_some());
        members.iter().any(asks).then(|| Rc::new(self.with_around(parts.to_vec(), at)))
    }

    /// Combines the shapes with what other keywords allow at this place.
    fn with_around(&mut self, mut parts: Vec<Shape>, at: &Place) -> Shape {
        parts.extend(at.around.as_deref().cloned());
        self.both(parts)
    }

    fn applicators(&mut self, keywords: &Map<String, Value>, around: Option<&Rc<Shape>>, at: &Place) -> Vec<Shape> {
        let mut shapes = self.branches(keywords, "allOf", around, at);
        if keywords.contains_key("anyOf") {
            shapes.push(Shape::union(self.branches(keywords, "anyOf", None, at)));
        }
        if let Some(branches) = keywords.get("oneOf") {
            let one = self.branches(keywords, "oneOf", None, at);
            shapes.push(match branches {
                Value::Array(branches) => self.one_of(branches, &one, at),
                _ => Shape::union(one),
            });
        }
        shapes
    }

    fn branches(
        &mut self,
        keywords: &Map<String, Value>,
        key: &str,
        around: Option<&Rc<Shape>>,
        at: &Place,
    ) -> Vec<Shape> {
        match keywords.get(key) {
            None => Vec::new(),
            Some(Value::Array(branches)) if !branches.is_empty() => {
                let place = |index: usize| at.inside(key, &index.to_string()).within(around.cloned());
                let shape = |(index, branch)| self.shape(branch, &place(index));
                branches.iter().enumerate().map(shape).collect()
            }
            Some(_) => vec![self.unknown(at, &format!("`{key}` that is not a list of schemas"))],
        }
    }

    fn kinds(&mut self, keywords: &Map<String, Value>, at: &Place) -> Shape {
        match keywords.get("type") {
            None => self.any_kind(keywords, at),
            Some(Value::String(kind)) => self.kind(kind, keywords, at),
            Some(Value::Array(kinds)) if !kinds.is_empty() => {
                let mut seen = HashSet::new();
                let kinds =
                    kinds.iter().map(|kind| kind.as_str().unwrap_or_default()).filter(|kind| seen.insert(*kind));
                let shapes: Vec<Shape> = kinds.map(|kind| self.kind(kind, keywords, at)).collect();
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
            "object" => self.object(keywords, at),
            _ => self.unknown(at, &format!("`type` with {}, which is not a type", Value::from(kind))),
        }
    }

    /// Without `type`, a keyword about objects does not constrain other values.
    fn any_kind(&mut self, keywords: &Map<String, Value>, at: &Place) -> Shape {
        let speaks_of = |keys: &[&str]| keys.iter().any(|key| keywords.contains_key(*key));
        let objects = speaks_of(object::KEYWORDS).then(|| self.object(keywords, at));
        let arrays = speaks_of(sequence::KEYWORDS).then(|| self.sequence(keywords, at));
        let said = [(&objects, Kinds::OBJECT), (&arrays, Kinds::ARRAY)];
        let said =
            said.iter().filter(|(shape, _)| shape.is_some()).fold(Kinds::NONE, |kinds, (_, kind)| kinds.or(*kind));
        if said == Kinds::NONE {
            return Shape::Unknown;
        }
        Shape::union(objects.into_iter().chain(arrays).chain(Kinds::ALL.without(said).each().map(Kinds::any)))
    }

    fn within_budget(&mut self, at: &Place) -> bool {
        if at.depth > DEPTH_MAX {
            self.note(at, &format!("nesting deeper than {DEPTH_MAX}"), "unknown");
            return false;
        }
        self.spend(1, at)
    }

    /// Takes nodes from the budget; leaves one note when it runs out.
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
        self.note_at(&at.pointer, what, instead);
    }

    fn note_at(&mut self, pointer: &str, what: &str, instead: &str) {
        let note = self.a_note(pointer, what, instead);
        self.notes.push(note);
    }

    fn a_note(&self, pointer: &str, what: &str, instead: &str) -> Note {
        Note {
            tool: self.document.tool.to_owned(),
            pointer: format!("/{}{pointer}", self.document.key),
            what: what.to_owned(),
            instead: instead.to_owned(),
        }
    }
}
