//! Whether the branches of a `oneOf` exclude one another, so that "one of them" means "any of them".

use std::collections::HashSet;

use crate::shape::{Kinds, Object, Shape};

/// Required fields of an object that are tried as the distinguishing mark.
const MARKS_MAX: usize = 8;

/// Whether it is evident that no value fits two of the shapes.
pub(super) fn apart(branches: &[Shape]) -> bool {
    let members: Vec<&Shape> = branches.iter().flat_map(members).collect();
    let one_by_one = |kind: Kinds| {
        let of_kind: Vec<&Shape> = members.iter().copied().filter(|member| Kinds::of(member).meets(kind)).collect();
        of_kind.len() < 2 || are_other_literals(&of_kind) || (kind == Kinds::OBJECT && have_a_mark(&of_kind))
    };
    Kinds::ALL.each().all(one_by_one)
}

fn members(shape: &Shape) -> &[Shape] {
    match shape {
        Shape::Union(members) => members,
        other => std::slice::from_ref(other),
    }
}

fn are_other_literals(shapes: &[&Shape]) -> bool {
    let mut seen = HashSet::new();
    shapes.iter().all(|shape| matches!(shape, Shape::Literal(_)) && seen.insert(*shape))
}

/// Whether all are objects that require the same field, each with a different constant.
fn have_a_mark(shapes: &[&Shape]) -> bool {
    let objects: Option<Vec<&Object>> = shapes.iter().map(|shape| as_object(shape)).collect();
    let Some(objects) = objects else { return false };
    let names = objects.first().into_iter().flat_map(|object| &object.fields);
    let names = names.filter(|field| !field.optional).map(|field| field.name.as_str()).take(MARKS_MAX);
    names.into_iter().any(|name| {
        let marks: Option<Vec<&Shape>> = objects.iter().map(|object| required(object, name)).collect();
        marks.is_some_and(|marks| are_other_literals(&marks.into_iter().flat_map(members).collect::<Vec<_>>()))
    })
}

fn as_object(shape: &Shape) -> Option<&Object> {
    match shape {
        Shape::Object(object) => Some(object),
        _ => None,
    }
}

fn required<'a>(object: &'a Object, name: &str) -> Option<&'a Shape> {
    let field = object.fields.iter().find(|field| field.name == name && !field.optional);
    field.map(|field| &field.shape)
}
