//! Reduces the detail of shapes to save space: each result allows at least what the original does.

use std::borrow::Cow;
use std::collections::HashSet;

use super::type_names::{SOME_OBJECT, SOMETHING};
use crate::level::{Cut, SENTENCE_CHARS_MAX};
use crate::shape::{Doc, Field, Object, Shape};
use crate::words::{first_sentence, has_more};

/// How much of a declaration to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) comments: bool,
    pub(crate) cut: Cut,
}

impl View {
    pub(crate) const WHOLE: View = View { comments: true, cut: Cut::Nothing };

    /// Whether fields may have comments.
    fn field_comments(self) -> bool {
        self.comments && self.cut < Cut::Comments
    }
}

/// Longer tags are dropped together with long descriptions.
const TAG_CHARS_MAX: usize = 80;

/// Returns the trimmed shape of arguments, or of a named type, and how many optional fields it lost.
pub(super) fn arguments<'a>(
    shape: &'a Shape,
    view: View,
    types: &dyn Fn(&str) -> Option<&'a Shape>,
) -> (Cow<'a, Shape>, usize) {
    if view == View::WHOLE {
        return (Cow::Borrowed(shape), 0);
    }
    let shape = redocumented(shape.clone(), &|field| argument_doc(field, view));
    let mut lost = 0;
    let shape = match view.cut {
        Cut::OptionalFields | Cut::Comments => required_only(shape, &HashSet::new(), &mut lost),
        Cut::NestedTypes => optional_flattened(shape, types),
        _ => shape,
    };
    (Cow::Owned(shape), lost)
}

/// Returns the trimmed shape of a result.
pub(super) fn result<'a>(shape: &'a Shape, view: View, types: &dyn Fn(&str) -> Option<&'a Shape>) -> Cow<'a, Shape> {
    if view == View::WHOLE {
        return Cow::Borrowed(shape);
    }
    let shape = redocumented(shape.clone(), &|field| doc_of_result(&field.doc, view));
    Cow::Owned(match view.cut {
        Cut::Comments => flat(shape, types),
        Cut::OptionalFields => {
            let whole = match &shape {
                Shape::Ref(pointer) => types(pointer).map(|shape| redocumented(shape.clone(), &|_| Doc::default())),
                _ => None,
            };
            fields_flattened(whole.unwrap_or(shape), &|_| true, types)
        }
        Cut::NestedTypes => optional_flattened(shape, types),
        _ => shape,
    })
}

/// Returns the trimmed doc of a named type, or of all arguments.
pub(super) fn doc(doc: &Doc, view: View) -> Doc {
    if view.field_comments() { shortened(doc, view.cut) } else { Doc::default() }
}

fn argument_doc(field: &Field, view: View) -> Doc {
    let kept = view.field_comments() && !(field.optional && view.cut >= Cut::OptionalComments);
    if kept { shortened(&field.doc, view.cut) } else { Doc::default() }
}

/// Returns the trimmed doc of a result, or of a field of one.
pub(super) fn doc_of_result(doc: &Doc, view: View) -> Doc {
    let kept = view.comments && view.cut < Cut::OptionalComments;
    if kept { shortened(doc, view.cut) } else { Doc::default() }
}

fn shortened(doc: &Doc, cut: Cut) -> Doc {
    let mut doc = doc.clone();
    if cut >= Cut::Examples {
        doc.tags.retain(|(tag, _)| *tag != "examples");
    }
    if cut >= Cut::LongWords {
        doc.text = doc.text.as_deref().map(summary);
        doc.tags.retain(|(_, text)| text.chars().count() <= TAG_CHARS_MAX);
    }
    doc
}

/// Returns the first sentence, with `…` if there is more.
pub(super) fn summary(text: &str) -> String {
    let first = first_sentence(text, SENTENCE_CHARS_MAX);
    let marked = has_more(text, SENTENCE_CHARS_MAX) && !first.ends_with('…');
    if marked { format!("{first} …") } else { first }
}

fn redocumented(shape: Shape, doc: &dyn Fn(&Field) -> Doc) -> Shape {
    let shape = with_fields(shape, &mut |mut field| {
        field.doc = doc(&field);
        Some(field)
    });
    shape.map_parts(&mut |part| redocumented(part, doc))
}

/// Changes or drops the fields of a shape that is an object.
fn with_fields(shape: Shape, change: &mut dyn FnMut(Field) -> Option<Field>) -> Shape {
    match shape {
        Shape::Object(object) => {
            Shape::Object(Object { fields: object.fields.into_iter().filter_map(change).collect(), ..object })
        }
        other => other,
    }
}

/// Removes objects and named types within optional fields.
fn optional_flattened<'a>(shape: Shape, types: &dyn Fn(&str) -> Option<&'a Shape>) -> Shape {
    fields_flattened(shape, &|field| field.optional, types)
}

fn fields_flattened<'a>(
    shape: Shape,
    chosen: &dyn Fn(&Field) -> bool,
    types: &dyn Fn(&str) -> Option<&'a Shape>,
) -> Shape {
    match shape {
        Shape::Object(object) => {
            let field = |field: Field| match chosen(&field) {
                true => Field { shape: flat(field.shape, types), ..field },
                false => Field { shape: fields_flattened(field.shape, chosen, types), ..field },
            };
            let fields = object.fields.into_iter().map(field).collect();
            Shape::Object(Object { fields, rest: object.rest.map(|rest| Box::new(flat(*rest, types))) })
        }
        other => other.map_parts(&mut |part| fields_flattened(part, chosen, types)),
    }
}

/// Removes every object that declares fields, and every name of one.
fn flat<'a>(shape: Shape, types: &dyn Fn(&str) -> Option<&'a Shape>) -> Shape {
    match shape {
        Shape::Object(object) if !object.fields.is_empty() => Shape::Ref(SOME_OBJECT.to_owned()),
        Shape::Ref(pointer) => match types(&pointer) {
            Some(Shape::Object(_)) => Shape::Ref(SOME_OBJECT.to_owned()),
            Some(shape) if is_flat(shape) => Shape::Ref(pointer),
            _ => Shape::Ref(SOMETHING.to_owned()),
        },
        other => other.map_parts(&mut |part| flat(part, types)),
    }
}

fn is_flat(shape: &Shape) -> bool {
    !matches!(shape, Shape::Object(_) | Shape::Ref(_)) && shape.parts().into_iter().all(is_flat)
}

/// Removes optional fields. A field that another part of an intersection requires is not optional.
fn required_only(shape: Shape, required: &HashSet<String>, lost: &mut usize) -> Shape {
    match shape {
        Shape::Object(object) => Shape::Object(required_fields(object, required, lost)),
        Shape::Intersection(members) => {
            let mut required = required.clone();
            members.iter().for_each(|member| add_required(member, &mut required));
            Shape::Intersection(members).map_parts(&mut |part| required_only(part, &required, lost))
        }
        Shape::Union(_) => shape.map_parts(&mut |part| required_only(part, required, lost)),
        other => other.map_parts(&mut |part| required_only(part, &HashSet::new(), lost)),
    }
}

fn required_fields(object: Object, required: &HashSet<String>, lost: &mut usize) -> Object {
    let before = object.fields.len();
    let mut fields = object.fields;
    fields.retain(|field| !field.optional || required.contains(&field.name));
    for field in &mut fields {
        let shape = std::mem::replace(&mut field.shape, Shape::Unknown);
        field.shape = required_only(shape, &HashSet::new(), lost);
    }
    *lost += before - fields.len();
    let rest = match before == fields.len() {
        true => object.rest.map(|rest| Box::new(required_only(*rest, &HashSet::new(), lost))),
        // Other names are allowed again, namely those left out.
        false => Some(Box::new(Shape::Unknown)),
    };
    Object { fields, rest }
}

fn add_required(shape: &Shape, into: &mut HashSet<String>) {
    match shape {
        Shape::Object(object) => {
            into.extend(object.fields.iter().filter(|field| !field.optional).map(|field| field.name.clone()));
        }
        Shape::Union(members) | Shape::Intersection(members) => {
            members.iter().for_each(|member| add_required(member, into));
        }
        _ => {}
    }
}
