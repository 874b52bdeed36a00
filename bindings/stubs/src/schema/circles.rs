//! Definitions that lead back to themselves through a tuple, with only arrays in between.
//!
//! TypeScript resolves the optional and rest elements of a tuple eagerly, and rejects a named type that it meets again
//! on the way; behind a property it would not resolve it.

use std::collections::{HashMap, HashSet};

use super::definitions::Definition;
use crate::shape::Shape;

/// Replaces such references by [`Shape::Unknown`], and returns the definitions that contained them.
pub(super) fn cut(definitions: Vec<Definition>) -> (Vec<Definition>, Vec<String>) {
    let tight: Vec<HashSet<String>> = definitions.iter().map(|definition| in_tuples(&definition.shape)).collect();
    if tight.iter().all(HashSet::is_empty) {
        return (definitions, Vec::new());
    }
    let edges = definitions.iter().map(|definition| {
        let mut found = HashSet::new();
        gather(&definition.shape, true, &mut found);
        (definition.pointer.clone(), found)
    });
    let edges: HashMap<String, HashSet<String>> = edges.collect();
    let mut names = Vec::new();
    let cut = |(definition, tight): (Definition, HashSet<String>)| {
        let circular: HashSet<String> =
            tight.into_iter().filter(|target| reaches(target, &definition.pointer, &edges)).collect();
        if circular.is_empty() {
            return definition;
        }
        names.push(definition.pointer.clone());
        Definition { shape: without(definition.shape, false, &circular), ..definition }
    };
    let definitions = definitions.into_iter().zip(tight).map(cut).collect();
    (definitions, names)
}

/// Returns the references in tuples that have optional or rest elements.
fn in_tuples(shape: &Shape) -> HashSet<String> {
    let mut found = HashSet::new();
    gather(shape, false, &mut found);
    found
}

/// Collects references that are reached without entering an object: all of them, or only those within tuples.
fn gather(shape: &Shape, all: bool, found: &mut HashSet<String>) {
    match shape {
        Shape::Object(_) => {}
        Shape::Ref(pointer) if all => drop(found.insert(pointer.clone())),
        other => {
            let all = all || is_tight(other);
            other.parts().into_iter().for_each(|part| gather(part, all, found));
        }
    }
}

fn is_tight(shape: &Shape) -> bool {
    matches!(shape, Shape::Tuple(tuple) if tuple.required < tuple.items.len() || tuple.rest.is_some())
}

fn reaches(from: &str, to: &str, edges: &HashMap<String, HashSet<String>>) -> bool {
    let (mut open, mut seen) = (vec![from], HashSet::new());
    while let Some(pointer) = open.pop() {
        if pointer == to {
            return true;
        }
        if seen.insert(pointer) {
            open.extend(edges.get(pointer).into_iter().flatten().map(String::as_str));
        }
    }
    false
}

fn without(shape: Shape, tight: bool, circular: &HashSet<String>) -> Shape {
    match shape {
        Shape::Ref(pointer) if tight && circular.contains(&pointer) => Shape::Unknown,
        object @ Shape::Object(_) => object,
        other => {
            let tight = tight || is_tight(&other);
            other.map_parts(&mut |part| without(part, tight, circular))
        }
    }
}
