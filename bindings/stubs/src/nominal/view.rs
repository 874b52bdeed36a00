//! Views a shape one level deep, as a value of one kind or a choice decided by the JSON value.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Kind;
use super::atoms::{Atom, Definitions, atoms};
use crate::shape::{Field, Object, Shape, Tuple};

/// The result of viewing a shape.
pub(super) struct Seen {
    pub(super) view: View,
    /// Whether it may also be `null`.
    pub(super) nullable: bool,
    pub(super) losses: Vec<Loss>,
}

#[derive(Debug)]
pub(super) enum View {
    Any,
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Strings(Vec<String>),
    List(Shape),
    Tuple(Vec<Shape>),
    Object(Object),
    /// At least two kinds.
    Kinds(Vec<(Kind, Shape)>),
    /// At least two strings; the objects come without the tag.
    Tags {
        tag: String,
        cases: Vec<(String, Object)>,
    },
    /// A definition, by pointer.
    Named(String),
    /// A nullable definition, by its shape.
    Nullable(Box<Shape>),
}

/// What the view does not express.
pub(super) struct Loss {
    pub(super) what: &'static str,
    pub(super) instead: &'static str,
}

const TOO_MANY: Loss = Loss { what: "more alternatives than can be told apart", instead: "any JSON" };
const NOTHING: Loss = Loss { what: "a schema that no value matches", instead: "any JSON" };
const CONSTANTS: Loss = Loss { what: "constants that are not strings", instead: "any value of their type" };
const LISTS: Loss = Loss { what: "alternatives that are lists", instead: "one list of what any of them contains" };
const UNEVEN: Loss =
    Loss { what: "a list with optional or additional elements", instead: "a list of what any element may be" };
const OBJECTS: Loss = Loss {
    what: "alternatives that are objects which no constant string distinguishes",
    instead: "one object with the properties of all",
};

/// Rust implements all its usual traits for tuples up to this length.
const TUPLE_ITEMS_MAX: usize = 12;

pub(super) fn view(shape: &Shape, definitions: &Definitions<'_>) -> Seen {
    if let Some(seen) = reference_or_null(shape, definitions) {
        return seen;
    }
    let Some(atoms) = atoms(shape, definitions) else {
        return Seen { view: View::Any, nullable: false, losses: vec![TOO_MANY] };
    };
    if atoms.iter().any(|atom| atom.shape == Shape::Unknown) {
        return Seen { view: View::Any, nullable: false, losses: Vec::new() };
    }
    of_atoms(atoms)
}

/// A definition that may be null at its point of use keeps its name.
fn reference_or_null(shape: &Shape, definitions: &Definitions<'_>) -> Option<Seen> {
    let Shape::Union(members) = shape else {
        return None;
    };
    let mut others = members.iter().filter(|member| **member != Shape::Null);
    match (others.next(), others.next()) {
        (Some(Shape::Ref(pointer)), None) => {
            let alternatives = atoms(&Shape::Ref(pointer.clone()), definitions)?;
            let plain = alternatives.iter().all(|atom| !matches!(atom.shape, Shape::Null | Shape::Unknown));
            plain.then(|| Seen { view: View::Named(pointer.clone()), nullable: true, losses: Vec::new() })
        }
        _ => None,
    }
}

fn of_atoms(atoms: Vec<Atom>) -> Seen {
    let nullable = atoms.iter().any(|atom| atom.shape == Shape::Null);
    let groups = grouped(atoms);
    let mut losses = Vec::new();
    let view = match groups.as_slice() {
        [] if nullable => return Seen { view: View::Null, nullable: false, losses },
        [] => {
            losses.push(NOTHING);
            View::Any
        }
        [(kind, atoms)] => of_kind(*kind, atoms, &mut losses),
        groups => {
            let case = |(kind, atoms): &(Kind, Vec<Atom>)| (*kind, Shape::union(atoms.iter().map(Atom::mention)));
            View::Kinds(groups.iter().map(case).collect())
        }
    };
    Seen { view, nullable, losses }
}

/// Groups the alternatives by kind, without duplicates; kinds stay in order.
fn grouped(atoms: Vec<Atom>) -> Vec<(Kind, Vec<Atom>)> {
    let mut groups: Vec<(Kind, Vec<Atom>)> = Vec::new();
    let mut seen = HashSet::new();
    for atom in atoms {
        let Some(kind) = kind(&atom.shape) else {
            continue;
        };
        if !seen.insert(atom.shape.clone()) {
            continue;
        }
        match groups.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, group)) => group.push(atom),
            None => groups.push((kind, vec![atom])),
        }
    }
    groups.sort_by_key(|(kind, _)| *kind);
    groups
}

fn kind(shape: &Shape) -> Option<Kind> {
    match shape {
        Shape::Boolean | Shape::Literal(Value::Bool(_)) => Some(Kind::Boolean),
        Shape::Integer | Shape::Number | Shape::Literal(Value::Number(_)) => Some(Kind::Number),
        Shape::String | Shape::Literal(_) => Some(Kind::String),
        Shape::Array(_) | Shape::Tuple(_) => Some(Kind::List),
        Shape::Object(_) => Some(Kind::Object),
        _ => None,
    }
}

fn of_kind(kind: Kind, atoms: &[Atom], losses: &mut Vec<Loss>) -> View {
    match kind {
        Kind::Boolean => of_booleans(atoms, losses),
        Kind::Number => of_numbers(atoms, losses),
        Kind::String => of_strings(atoms),
        Kind::List => of_lists(atoms, losses),
        Kind::Object => of_objects(atoms, losses),
    }
}

fn of_booleans(atoms: &[Atom], losses: &mut Vec<Loss>) -> View {
    if matches!(atoms, [Atom { shape: Shape::Literal(_), .. }]) {
        losses.push(CONSTANTS);
    }
    View::Boolean
}

fn of_numbers(atoms: &[Atom], losses: &mut Vec<Loss>) -> View {
    if atoms.iter().all(|atom| matches!(atom.shape, Shape::Literal(_))) {
        losses.push(CONSTANTS);
    }
    let whole = |atom: &Atom| match &atom.shape {
        Shape::Literal(value) => value.is_i64(),
        shape => *shape == Shape::Integer,
    };
    if atoms.iter().all(whole) { View::Integer } else { View::Number }
}

fn of_strings(atoms: &[Atom]) -> View {
    let text = |atom: &Atom| match &atom.shape {
        Shape::Literal(Value::String(text)) => Some(text.clone()),
        _ => None,
    };
    let texts: Option<Vec<String>> = atoms.iter().map(text).collect();
    texts.map_or(View::String, View::Strings)
}

fn of_lists(atoms: &[Atom], losses: &mut Vec<Loss>) -> View {
    match atoms {
        [Atom { name: Some(name), .. }] => View::Named(name.clone()),
        [Atom { shape: Shape::Array(item), .. }] => View::List((**item).clone()),
        [Atom { shape: Shape::Tuple(tuple), .. }] if is_even(tuple) => View::Tuple(tuple.items.clone()),
        atoms => {
            losses.push(if atoms.len() == 1 { UNEVEN } else { LISTS });
            let items = Shape::union(atoms.iter().flat_map(|atom| atom.shape.parts()).cloned());
            View::List(if items == Shape::Never { Shape::Unknown } else { items })
        }
    }
}

/// Whether all lists that the tuple allows have the same length.
fn is_even(tuple: &Tuple) -> bool {
    let closed = tuple.rest.as_deref().is_none_or(|rest| *rest == Shape::Never);
    closed && tuple.required == tuple.items.len() && (1..=TUPLE_ITEMS_MAX).contains(&tuple.items.len())
}

fn of_objects(atoms: &[Atom], losses: &mut Vec<Loss>) -> View {
    if let [Atom { name: Some(name), .. }] = atoms {
        return View::Named(name.clone());
    }
    let object = |atom: &Atom| match &atom.shape {
        Shape::Object(object) => Some(object.clone()),
        _ => None,
    };
    let objects: Vec<Object> = atoms.iter().filter_map(object).collect();
    if objects.len() > 1
        && let Some(view) = of_tagged(&objects, losses)
    {
        return view;
    }
    merged(objects, losses).map_or(View::Any, View::Object)
}

/// Finds the first name under which every object must hold a constant string, not all equal.
fn of_tagged(objects: &[Object], losses: &mut Vec<Loss>) -> Option<View> {
    let tag = objects.first()?.fields.iter().map(|field| field.name.as_str()).find(|tag| tells_apart(tag, objects))?;
    let mut groups: Vec<(String, Vec<Object>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for object in objects {
        let text = tag_text(tag, object)?;
        let place = *places.entry(text).or_insert(groups.len());
        if place == groups.len() {
            groups.push((text.to_owned(), Vec::new()));
        }
        groups.get_mut(place)?.1.push(without(tag, object));
    }
    let case = |(text, objects): (String, Vec<Object>)| Some((text, merged(objects, losses)?));
    let cases: Option<Vec<_>> = groups.into_iter().map(case).collect();
    Some(View::Tags { tag: tag.to_owned(), cases: cases? })
}

fn tells_apart(tag: &str, objects: &[Object]) -> bool {
    let texts: Option<HashSet<&str>> = objects.iter().map(|object| tag_text(tag, object)).collect();
    texts.is_some_and(|texts| texts.len() > 1)
}

fn tag_text<'a>(tag: &str, object: &'a Object) -> Option<&'a str> {
    let field = object.fields.iter().find(|field| field.name == tag && !field.optional)?;
    match &field.shape {
        Shape::Literal(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn without(tag: &str, object: &Object) -> Object {
    let fields = object.fields.iter().filter(|field| field.name != tag).cloned().collect();
    Object { fields, rest: object.rest.clone() }
}

/// Returns one object that allows what any of them allows.
fn merged(mut objects: Vec<Object>, losses: &mut Vec<Loss>) -> Option<Object> {
    objects.dedup();
    if objects.len() < 2 {
        return objects.pop();
    }
    losses.push(OBJECTS);
    let rests = objects.iter().filter_map(|object| object.rest.as_deref()).filter(|rest| **rest != Shape::Never);
    let rests: Vec<Shape> = rests.cloned().collect();
    let rest = (!rests.is_empty()).then(|| Box::new(Shape::union(rests)));
    Some(Object { fields: fields_of_all(objects), rest })
}

fn fields_of_all(objects: Vec<Object>) -> Vec<Field> {
    let count = objects.len();
    let mut fields: Vec<(Field, Vec<Shape>)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for field in objects.into_iter().flat_map(|object| object.fields) {
        let place = *places.entry(field.name.clone()).or_insert(fields.len());
        match fields.get_mut(place) {
            Some((same, shapes)) => {
                shapes.push(field.shape);
                same.optional |= field.optional;
            }
            None => fields.push((field.clone(), vec![field.shape])),
        }
    }
    let field = |(field, shapes): (Field, Vec<Shape>)| Field {
        optional: field.optional || shapes.len() < count,
        shape: Shape::union(shapes),
        ..field
    };
    fields.into_iter().map(field).collect()
}
