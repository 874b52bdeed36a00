//! Writes a shape as TypeScript.

use serde_json::Value;

use super::comment::{comment, doc_lines};
use super::inert;
use super::type_names::TypeNames;
use crate::names::is_identifier;
use crate::shape::{Field, Kinds, Object, Shape, Tuple};

/// An object type up to this length, without comments, goes on one line.
const LINE_CHARS_MAX: usize = 72;

/// Returns the type; every line but the first is indented by at least `indent` steps.
pub(super) fn type_text(shape: &Shape, names: &TypeNames, indent: usize) -> String {
    match shape {
        Shape::Unknown => "unknown".to_owned(),
        Shape::Never => "never".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Integer | Shape::Number => "number".to_owned(),
        Shape::String => "string".to_owned(),
        Shape::Literal(value) => literal(value),
        Shape::Array(item) => format!("{}[]", operand(item, names, indent)),
        Shape::Tuple(tuple) => tuple_text(tuple, names, indent),
        Shape::Object(object) => object_text(object, names, indent),
        Shape::Union(members) => joined(members, " | ", names, indent),
        Shape::Intersection(members) => joined(members, " & ", names, indent),
        Shape::Ref(pointer) => names.of(pointer).to_owned(),
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => inert::string(text),
        other => other.to_string(),
    }
}

/// Returns the type as the operand of an operator.
fn operand(shape: &Shape, names: &TypeNames, indent: usize) -> String {
    let text = type_text(shape, names, indent);
    match shape {
        Shape::Union(_) | Shape::Intersection(_) => format!("({text})"),
        _ => text,
    }
}

fn joined(members: &[Shape], operator: &str, names: &TypeNames, indent: usize) -> String {
    let members: Vec<String> = members.iter().map(|member| operand(member, names, indent)).collect();
    members.join(operator)
}

fn tuple_text(tuple: &Tuple, names: &TypeNames, indent: usize) -> String {
    let item = |(index, item)| {
        if index < tuple.required {
            return type_text(item, names, indent);
        }
        format!("{}?", operand(item, names, indent))
    };
    let mut items: Vec<String> = tuple.items.iter().enumerate().map(item).collect();
    items.extend(tuple.rest.iter().map(|rest| format!("...{}[]", operand(rest, names, indent))));
    format!("[{}]", items.join(", "))
}

fn object_text(object: &Object, names: &TypeNames, indent: usize) -> String {
    let members = members(object, names, indent + 1);
    let line = one_line(&members);
    if members.iter().all(|member| member.comment.is_empty()) && line.len() <= LINE_CHARS_MAX && !line.contains('\n') {
        return line;
    }
    let inner = "  ".repeat(indent + 1);
    let lines = members.iter().map(|member| format!("{}{inner}{};\n", member.comment, member.text));
    format!("{{\n{}{}}}", lines.collect::<String>(), "  ".repeat(indent))
}

/// A member of an object type, with the comment before it.
struct Member {
    comment: String,
    text: String,
}

fn members(object: &Object, names: &TypeNames, indent: usize) -> Vec<Member> {
    let field = |field: &Field| {
        let mark = if field.optional { "?" } else { "" };
        Member {
            comment: comment(&doc_lines(&field.doc), indent),
            text: format!("{}{mark}: {}", property_name(&field.name), field_text(field, names, indent)),
        }
    };
    let rest = index_signature(object, names, indent);
    object.fields.iter().map(field).chain(rest).collect()
}

/// Properties that every value has, according to the compiler.
const INHERITED: &[&str] = &[
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

/// Returns the type of a property. An optional one with an inherited name may also be the inherited member; a required
/// one may not.
fn field_text(field: &Field, names: &TypeNames, indent: usize) -> String {
    if !INHERITED.contains(&field.name.as_str()) {
        return type_text(&field.shape, names, indent);
    }
    match (&field.shape, field.optional) {
        (Shape::Unknown, false) => {
            Kinds::ALL.each().map(|kind| type_text(&kind.any(), names, indent)).collect::<Vec<_>>().join(" | ")
        }
        (Shape::Never, true) => format!("Object[\"{}\"]", field.name),
        (shape, true) => format!("{} | Object[\"{}\"]", operand(shape, names, indent), field.name),
        (shape, false) => type_text(shape, names, indent),
    }
}

fn one_line(members: &[Member]) -> String {
    if members.is_empty() {
        return "{}".to_owned();
    }
    let texts: Vec<&str> = members.iter().map(|member| member.text.as_str()).collect();
    format!("{{ {} }}", texts.join("; "))
}

fn property_name(name: &str) -> String {
    if is_identifier(name) { name.to_owned() } else { inert::string(name) }
}

/// Returns the index signature, if the schema describes properties other than the declared ones.
///
/// Forbidden properties are not declared, except for an object without any fields.
fn index_signature(object: &Object, names: &TypeNames, indent: usize) -> Option<Member> {
    let shape = match object.rest.as_deref() {
        Some(Shape::Never) if !object.fields.is_empty() => return None,
        Some(rest) => indexed(rest, object),
        None if object.fields.is_empty() => Shape::Unknown,
        None => return None,
    };
    let missing = object.fields.iter().any(|field| field.optional) && shape != Shape::Unknown;
    let missing = if missing { " | undefined" } else { "" };
    let text = format!("[key: string]: {}{missing}", type_text(&shape, names, indent));
    Some(Member { comment: String::new(), text })
}

/// Types with more parts are not repeated in an index signature.
const REPEATED_PARTS_MAX: usize = 8;

/// Returns the type of any property, since in TypeScript the declared ones must also fit the index signature. For
/// properties with long types, it gives only the kind.
fn indexed(rest: &Shape, object: &Object) -> Shape {
    if object.fields.iter().any(|field| INHERITED.contains(&field.name.as_str())) {
        return Shape::Unknown;
    }
    let declared = object.fields.iter().map(|field| match field.shape.parts_up_to(REPEATED_PARTS_MAX + 1) {
        _ if field.shape == *rest => rest.clone(),
        ..=REPEATED_PARTS_MAX => field.shape.clone(),
        _ => Kinds::of(&field.shape).any(),
    });
    Shape::union(declared.chain([rest.clone()]))
}
