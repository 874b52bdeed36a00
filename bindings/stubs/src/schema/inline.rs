//! Moves small definitions, with their docs, to where they are used.

use std::collections::HashMap;

use super::definitions::Definition;
use super::doc::{constraints_of, is_constraint, of_pointer};
use crate::shape::{Doc, Shape, Tuple};

/// The definitions to inline, by pointer.
type Inline = HashMap<String, (Shape, Doc)>;

/// A definition with at most this many parts is as short as a name for it.
const INLINE_PARTS_MAX: usize = 4;

/// Returns small definitions without references. How often a tool uses one does not count: the same definition in other
/// tools is the same type, which is printed once.
pub(super) fn inline(definitions: &[Definition]) -> Inline {
    let worth_it = |definition: &&Definition| {
        let small = definition.shape.parts_up_to(INLINE_PARTS_MAX + 1) <= INLINE_PARTS_MAX;
        small && !refers(&definition.shape)
    };
    let entry =
        |definition: &Definition| (definition.pointer.clone(), (definition.shape.clone(), definition.doc.clone()));
    definitions.iter().filter(worth_it).map(entry).collect()
}

fn refers(shape: &Shape) -> bool {
    let mut found = false;
    each_reference(shape, &mut |_| found = true);
    found
}

fn each_reference<'a>(shape: &'a Shape, visit: &mut dyn FnMut(&'a str)) {
    let mut open = vec![shape];
    while let Some(shape) = open.pop() {
        match shape {
            Shape::Ref(pointer) => visit(pointer),
            other => open.extend(other.parts()),
        }
    }
}

pub(super) fn put_in(shape: Shape, inline: &Inline) -> Shape {
    match shape {
        Shape::Ref(pointer) => match inline.get(&pointer) {
            Some((definition, _)) => definition.clone(),
            None => Shape::Ref(pointer),
        },
        Shape::Object(mut object) => {
            object.fields.iter_mut().for_each(|field| take_over_doc(&mut field.doc, &field.shape, inline));
            Shape::Object(object).map_parts(&mut |part| put_in(part, inline))
        }
        other => other.map_parts(&mut |part| put_in(part, inline)),
    }
}

/// Copies the doc of an inlined definition to the value: everything if the value has no doc of its own, otherwise only
/// the constraints.
pub(super) fn take_over_doc(doc: &mut Doc, shape: &Shape, inline: &Inline) {
    if inline.is_empty() {
        return;
    }
    let silent = doc.is_empty();
    for part in same_value(shape) {
        let Some(mut taken) = inlined(part, inline).cloned() else { continue };
        if !silent {
            taken.text = None;
            taken.tags.retain(|(tag, _)| is_constraint(tag));
        }
        doc.join(taken);
    }
    let said = said_of_parts(shape, inline).into_iter().filter(|tag| !doc.tags.contains(tag)).collect::<Vec<_>>();
    doc.tags.extend(said);
}

/// Returns the docs of inlined definitions that are parts of a value, as tags.
fn said_of_parts(shape: &Shape, inline: &Inline) -> Vec<(&'static str, String)> {
    let said = |(tag, label, part): (&'static str, String, &Shape)| -> Vec<(&'static str, String)> {
        let doc = inlined(part, inline).cloned().unwrap_or_default();
        let said = doc.text.clone().into_iter().chain(constraints_of(&doc));
        said.map(|said| (tag, format!("{label}{said}"))).collect()
    };
    same_value(shape).into_iter().flat_map(unnamed_parts).flat_map(said).collect()
}

/// Returns the parts without names of their own, each with its tag and the prefix of the tag's text.
fn unnamed_parts(shape: &Shape) -> Vec<(&'static str, String, &Shape)> {
    match shape {
        Shape::Array(item) => vec![plain("items", item)],
        Shape::Tuple(tuple) => match tuple.uniform() {
            Some(item) => vec![plain("items", item)],
            None => elements(tuple),
        },
        Shape::Object(object) => object.rest.as_deref().map(|rest| plain("values", rest)).into_iter().collect(),
        Shape::Union(members) => members.iter().filter_map(alternative).collect(),
        _ => Vec::new(),
    }
}

fn elements(tuple: &Tuple) -> Vec<(&'static str, String, &Shape)> {
    let items = tuple.items.iter().enumerate().map(|(index, item)| ("items", format!("{index}: "), item));
    items.chain(tuple.rest.as_deref().map(|rest| plain("items", rest))).collect()
}

fn plain<'a>(tag: &'static str, part: &'a Shape) -> (&'static str, String, &'a Shape) {
    (tag, String::new(), part)
}

fn alternative(shape: &Shape) -> Option<(&'static str, String, &Shape)> {
    match shape {
        Shape::Ref(pointer) => Some(("option", format!("{}: ", of_pointer(pointer)), shape)),
        _ => None,
    }
}

/// Returns the doc of an inlined definition.
fn inlined<'a>(shape: &Shape, inline: &'a Inline) -> Option<&'a Doc> {
    match shape {
        Shape::Ref(pointer) => inline.get(pointer).map(|(_, doc)| doc),
        _ => None,
    }
}

/// Returns the shapes that describe the same value: the members of an intersection or of a union with null, else the
/// shape itself.
fn same_value(shape: &Shape) -> Vec<&Shape> {
    match shape {
        Shape::Union(members) if members.len() == 2 && members.contains(&Shape::Null) => members.iter().collect(),
        Shape::Intersection(members) => members.iter().collect(),
        other => vec![other],
    }
}
