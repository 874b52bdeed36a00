//! Converts one document's types to WIT types, or to JSON text if there is none.

use std::collections::HashSet;
use std::sync::Arc;

use super::{JsonKind, WitBody, WitEnumCase, WitField, WitKindCase, WitNamed, WitRest, WitTagCase, WitType};
use crate::names::named;
use crate::names::words::KEBAB;
use crate::nominal::{Body, Kind, Model, Named, Record, Type, Walk, doc_lines, walk};

/// Maximum nesting of types, including `list` and `option`. The component model allows 100, and the interface and the
/// function around them count too.
const DEPTH_MAX: usize = 64;

/// Maximum number of parts of a type, with mentioned types expanded: what one call can sensibly carry.
const SIZE_MAX: usize = 10_000;

/// Maximum number of fields or cases of one type, by the component model.
const MEMBERS_MAX: usize = 10_000;

pub(super) struct Lowered {
    pub(super) root: WitType,
    /// Each after those it mentions.
    pub(super) types: Vec<Arc<WitNamed>>,
    /// Total number of parts, with mentioned types expanded each time.
    pub(super) size: usize,
    /// Pointers to parts that are passed as JSON text, and what they are.
    pub(super) losses: Vec<(String, &'static str)>,
}

pub(super) fn lowered(model: &Model, names: &[String]) -> Lowered {
    let mentions: Vec<Vec<usize>> = model.types.iter().map(|named| named.body.mentions(false)).collect();
    let mut types = Types {
        model,
        names,
        walk: walk(&mentions),
        done: vec![Part::json(); model.types.len()],
        types: Vec::new(),
        size: 0,
        losses: Vec::new(),
    };
    for index in std::mem::take(&mut types.walk.order) {
        types.finish(index);
    }
    let root = types.root();
    types.size += root.size;
    Lowered { root: root.value, types: types.types, size: types.size, losses: types.losses }
}

/// A type and its share of the limits.
#[derive(Clone)]
struct Part {
    value: WitType,
    depth: usize,
    size: usize,
}

impl Part {
    fn leaf(value: WitType) -> Part {
        Part { value, depth: 1, size: 1 }
    }

    fn json() -> Part {
        Part::leaf(WitType::Json)
    }

    fn around(self, wrap: fn(Box<WitType>) -> WitType) -> Part {
        Part { value: wrap(Box::new(self.value)), depth: self.depth + 1, size: self.size + 1 }
    }
}

/// Depth and size of a type made of parts.
#[derive(Default)]
struct Sum {
    depth: usize,
    size: usize,
    members: usize,
}

impl Sum {
    fn take(&mut self, part: Part) -> WitType {
        self.depth = self.depth.max(part.depth);
        self.size = self.size.saturating_add(part.size);
        self.members += 1;
        part.value
    }

    fn fits(&self) -> bool {
        self.depth < DEPTH_MAX && self.size < SIZE_MAX && self.members <= MEMBERS_MAX
    }
}

struct Types<'a> {
    model: &'a Model,
    names: &'a [String],
    walk: Walk,
    /// Indexed by the named type.
    done: Vec<Part>,
    types: Vec<Arc<WitNamed>>,
    size: usize,
    losses: Vec<(String, &'static str)>,
}

const TOO_LARGE: &str = "a type too deep or too large for a component";

impl Types<'_> {
    fn root(&mut self) -> Part {
        let root = self.mention(&self.model.root, None, "");
        if root.depth > DEPTH_MAX || root.size > SIZE_MAX {
            self.lose("", TOO_LARGE);
            return Part::json();
        }
        root
    }

    /// Builds one type, after all types it mentions except circular ones.
    fn finish(&mut self, index: usize) {
        let (Some(named), Some(name)) = (self.model.types.get(index), self.names.get(index)) else {
            return;
        };
        let mut sum = Sum::default();
        let made = match self.body(index, named, &mut sum) {
            Made::As(value) => value,
            Made::Body(_) if !sum.fits() => {
                self.lose(&named.pointer, TOO_LARGE);
                Part::json()
            }
            Made::Body(body) => {
                let named = Arc::new(WitNamed { name: name.clone(), doc: doc_lines(&named.doc), body });
                self.types.push(Arc::clone(&named));
                self.size = self.size.saturating_add(sum.size + 1);
                Part { value: WitType::Named(named), depth: sum.depth + 1, size: sum.size + 1 }
            }
        };
        if let Some(place) = self.done.get_mut(index) {
            *place = made;
        }
    }

    fn body(&mut self, index: usize, named: &Named, sum: &mut Sum) -> Made {
        let at = named.pointer.as_str();
        match &named.body {
            Body::Alias(value) => Made::As(self.alias(value, index, at)),
            Body::Record(record) if record.is_empty() => {
                self.lose(at, "an object without properties");
                Made::As(Part::json())
            }
            Body::Record(record) => Made::Body(self.record(record, index, at, sum)),
            Body::Enum(texts) => Made::Body(enumeration(texts, sum)),
            Body::ByKind(cases) => Made::Body(self.by_kind(cases, index, at, sum)),
            Body::ByTag { tag, cases } => Made::Body(self.by_tag(tag, cases, index, at, sum)),
        }
    }

    /// An alias has no type of its own, so its limits are checked here.
    fn alias(&mut self, value: &Type, index: usize, at: &str) -> Part {
        let value = self.mention(value, Some(index), at);
        if value.depth >= DEPTH_MAX || value.size >= SIZE_MAX {
            self.lose(at, TOO_LARGE);
            return Part::json();
        }
        value
    }

    fn record(&mut self, record: &Record, index: usize, at: &str, sum: &mut Sum) -> WitBody {
        let wires: Vec<&str> = record.members.iter().map(|member| member.wire.as_str()).collect();
        let names = named(&wires, &KEBAB, &HashSet::new());
        let rest_name = named(&["rest"], &KEBAB, &names.iter().cloned().collect()).concat();
        let field = |(member, name): (&crate::nominal::Member, String)| {
            let pointer = format!("{at}{}", crate::nominal::property(&member.wire));
            let value = self.mention(&member.value, Some(index), &pointer);
            let depth = value.depth + usize::from(member.optional);
            WitField {
                name,
                wire: member.wire.clone(),
                value: sum.take(Part { depth, ..value }),
                optional: member.optional,
                doc: doc_lines(&member.doc),
            }
        };
        let fields = record.members.iter().zip(names).map(field).collect();
        let rest = record.rest.as_ref().map(|rest| {
            let value = self.mention(rest, Some(index), at);
            WitRest { name: rest_name, value: sum.take(Part { depth: value.depth + 2, ..value }) }
        });
        WitBody::Record { fields, rest }
    }

    fn by_kind(&mut self, cases: &[(Kind, Type)], index: usize, at: &str, sum: &mut Sum) -> WitBody {
        let case = |(kind, value): &(Kind, Type)| WitKindCase {
            name: if *value == Type::Integer { "integer" } else { kind.word() }.to_owned(),
            kind: json_kind(*kind),
            value: sum.take(self.mention(value, Some(index), at)),
        };
        WitBody::ByKind(cases.iter().map(case).collect())
    }

    fn by_tag(
        &mut self,
        tag: &str,
        cases: &[(String, Option<Type>)],
        index: usize,
        at: &str,
        sum: &mut Sum,
    ) -> WitBody {
        let wires: Vec<&str> = cases.iter().map(|(wire, _)| wire.as_str()).collect();
        let names = named(&wires, &KEBAB, &HashSet::new());
        let case = |((wire, value), name): (&(String, Option<Type>), String)| WitTagCase {
            name,
            wire: wire.clone(),
            value: value.as_ref().map(|value| sum.take(self.mention(value, Some(index), at))),
        };
        WitBody::ByTag { tag: tag.to_owned(), cases: cases.iter().zip(names).map(case).collect() }
    }

    /// Converts a type as mentioned by type `from`.
    fn mention(&mut self, value: &Type, from: Option<usize>, at: &str) -> Part {
        match value {
            Type::Any => Part::json(),
            Type::Null => self.json_for(at, "`null` alone"),
            Type::Boolean => Part::leaf(WitType::Bool),
            Type::Integer => Part::leaf(WitType::S64),
            Type::Number => Part::leaf(WitType::F64),
            Type::String => Part::leaf(WitType::String),
            Type::Map(item) if **item == Type::Any => self.json_for(at, "an object with any properties"),
            Type::List(item) => self.mention(item, from, at).around(WitType::List),
            Type::Map(item) => self.mention(item, from, at).around(WitType::Map).around_tuple(),
            Type::Nullable(inner) => match self.mention(inner, from, at) {
                // JSON text expresses `null` itself.
                Part { value: WitType::Json, .. } => Part::json(),
                Part { value: WitType::Option(inner), depth, size } => {
                    Part { value: WitType::Option(inner), depth, size }
                }
                inner => inner.around(WitType::Option),
            },
            Type::Tuple(items) => {
                let mut sum = Sum::default();
                let items = items.iter().map(|item| sum.take(self.mention(item, from, at))).collect();
                Part { value: WitType::Tuple(items), depth: sum.depth + 1, size: sum.size + 1 }
            }
            Type::Named(to) if from.is_some_and(|from| self.walk.back.contains(&(from, *to))) => {
                self.json_for(at, "a recursive type")
            }
            Type::Named(to) => self.done.get(*to).cloned().unwrap_or_else(Part::json),
        }
    }

    fn json_for(&mut self, at: &str, what: &'static str) -> Part {
        self.lose(at, what);
        Part::json()
    }

    fn lose(&mut self, at: &str, what: &'static str) {
        self.losses.push((at.to_owned(), what));
    }
}

impl Part {
    /// Counts the tuple of a map's entries.
    fn around_tuple(self) -> Part {
        Part { depth: self.depth + 1, size: self.size + 2, ..self }
    }
}

/// The result of converting a named type.
enum Made {
    /// A separate type.
    Body(WitBody),
    /// An alias for this.
    As(Part),
}

fn enumeration(texts: &[String], sum: &mut Sum) -> WitBody {
    let names = named(texts, &KEBAB, &HashSet::new());
    sum.members = texts.len();
    let case = |(wire, name): (&String, String)| WitEnumCase { name, wire: wire.clone() };
    WitBody::Enum(texts.iter().zip(names).map(case).collect())
}

fn json_kind(kind: Kind) -> JsonKind {
    match kind {
        Kind::Boolean => JsonKind::Boolean,
        Kind::Number => JsonKind::Number,
        Kind::List => JsonKind::Array,
        Kind::Object => JsonKind::Object,
        Kind::String => JsonKind::String,
    }
}
