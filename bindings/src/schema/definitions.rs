//! Which definitions keep a name: endless ones are cut, small ones move to where they are used.

use std::collections::HashMap;

use crate::shape::{Doc, Field, Shape};

/// A part of a schema that others refer to.
pub(crate) struct Definition {
    /// JSON pointer from the document's root.
    pub(crate) pointer: String,
    pub(crate) shape: Shape,
    pub(crate) doc: Doc,
}

/// A definition of at most this many parts is as short as a name for it.
const INLINE_PARTS_MAX: usize = 4;

/// Makes every definition one that a language with named types can say, and keeps those worth it.
pub(super) fn settle(
    shape: Shape,
    definitions: Vec<Definition>,
    endless: &HashMap<String, usize>,
) -> (Shape, Vec<Definition>) {
    let definitions = without_endless(definitions, endless);
    let inline = inline(&definitions);
    let settled = |definition: Definition| Definition { shape: put_in(definition.shape, &inline), ..definition };
    let kept = definitions.into_iter().filter(|definition| !inline.contains_key(&definition.pointer));
    let kept = kept.map(settled).collect();
    (put_in(shape, &inline), kept)
}

fn without_endless(definitions: Vec<Definition>, endless: &HashMap<String, usize>) -> Vec<Definition> {
    let cut = |definition: Definition| match endless.contains_key(&definition.pointer) {
        true => Definition { shape: cut(definition.shape, endless), ..definition },
        false => definition,
    };
    definitions.into_iter().map(cut).collect()
}

/// Definitions that are themselves, or themselves or something else, with no object or array in
/// between, and those that lead there: such references say nothing.
///
/// They are what is left when definitions whose bare references are all settled are taken away
/// again and again; each comes with the number of its unsettled references.
pub(super) fn endless(definitions: &[Definition]) -> HashMap<String, usize> {
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut unsettled: HashMap<String, usize> = HashMap::new();
    for definition in definitions {
        let bare = bare_references(&definition.shape);
        unsettled.insert(definition.pointer.clone(), bare.len());
        bare.into_iter().for_each(|used| users.entry(used).or_default().push(&definition.pointer));
    }
    let mut settled: Vec<&str> = definitions
        .iter()
        .map(|definition| definition.pointer.as_str())
        .filter(|pointer| unsettled.get(*pointer) == Some(&0))
        .collect();
    while let Some(pointer) = settled.pop() {
        unsettled.remove(pointer);
        for user in users.remove(pointer).unwrap_or_default() {
            if let Some(left) = unsettled.get_mut(user) {
                *left -= 1;
                settled.extend((*left == 0).then_some(user));
            }
        }
    }
    unsettled
}

/// References reached without going into an object or array.
fn bare_references(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::Ref(pointer) => vec![pointer],
        Shape::Union(members) | Shape::Intersection(members) => members.iter().flat_map(bare_references).collect(),
        _ => Vec::new(),
    }
}

fn cut(shape: Shape, endless: &HashMap<String, usize>) -> Shape {
    match shape {
        Shape::Ref(pointer) if endless.contains_key(&pointer) => Shape::Unknown,
        bare @ (Shape::Union(_) | Shape::Intersection(_)) => bare.map_parts(&mut |part| cut(part, endless)),
        other => other,
    }
}

/// Definitions that refer to nothing and are small. How often a tool uses one does not count: the
/// same definition in other tools is the same type, which is printed once.
fn inline(definitions: &[Definition]) -> HashMap<String, (Shape, Doc)> {
    let worth_it = |definition: &&Definition| {
        references(&definition.shape).is_empty() && parts(&definition.shape) <= INLINE_PARTS_MAX
    };
    let entry =
        |definition: &Definition| (definition.pointer.clone(), (definition.shape.clone(), definition.doc.clone()));
    definitions.iter().filter(worth_it).map(entry).collect()
}

fn references(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::Ref(pointer) => vec![pointer],
        other => other.parts().into_iter().flat_map(references).collect(),
    }
}

fn parts(shape: &Shape) -> usize {
    1 + shape.parts().into_iter().map(parts).sum::<usize>()
}

fn put_in(shape: Shape, inline: &HashMap<String, (Shape, Doc)>) -> Shape {
    match shape {
        Shape::Ref(pointer) => match inline.get(&pointer) {
            Some((definition, _)) => definition.clone(),
            None => Shape::Ref(pointer),
        },
        Shape::Object(mut object) => {
            object.fields.iter_mut().for_each(|field| take_over_doc(field, inline));
            Shape::Object(object).map_parts(&mut |part| put_in(part, inline))
        }
        other => other.map_parts(&mut |part| put_in(part, inline)),
    }
}

/// A field of which nothing is said takes over what is said of its definition, which goes.
fn take_over_doc(field: &mut Field, inline: &HashMap<String, (Shape, Doc)>) {
    if let Shape::Ref(pointer) = &field.shape
        && field.doc.is_empty()
        && let Some((_, doc)) = inline.get(pointer)
    {
        field.doc = doc.clone();
    }
}
