//! Computes the values that a schema rejects, as the union of what each keyword rejects.

use serde_json::{Map, Value};

use super::Reader;
use super::condition::absent;
use super::constant::literal;
use super::object::{named, required};
use super::place::Place;
use crate::shape::{Kinds, Object, Shape};

impl Reader<'_> {
    /// Returns a shape that covers at least the values of `within` that the schema rejects. Sets `self.widened` if it
    /// also covers others.
    pub(super) fn refused(&mut self, schema: &Value, within: &Shape, at: &Place) -> Shape {
        match schema {
            Value::Bool(true) => Shape::Never,
            Value::Bool(false) => Shape::Unknown,
            Value::Object(keywords) if self.within_budget(at) => {
                if ["$ref", "$dynamicRef", "$recursiveRef"].iter().any(|key| keywords.contains_key(*key)) {
                    return self.widened(Kinds::ALL);
                }
                let refused: Vec<Shape> =
                    keywords.iter().map(|(key, value)| self.refused_by(key, value, keywords, within, at)).collect();
                Shape::union(refused)
            }
            _ => self.widened(Kinds::ALL),
        }
    }

    fn refused_by(
        &mut self,
        key: &str,
        value: &Value,
        keywords: &Map<String, Value>,
        within: &Shape,
        at: &Place,
    ) -> Shape {
        if !at.base.dialect.has(key) {
            return Shape::Never;
        }
        match (key, value) {
            ("type", kinds) => self.refused_by_type(kinds, within),
            ("const", value) => self.refused_by_values(std::slice::from_ref(value), within),
            ("enum", Value::Array(values)) => self.refused_by_values(values, within),
            ("required", _) => Shape::union(required(keywords).into_iter().map(absent)),
            ("properties", Value::Object(fields)) => self.refused_by_fields(fields, within, at),
            ("not", schema) => self.shape(schema, &at.down("not")),
            ("allOf", Value::Array(all)) => {
                let refused: Vec<Shape> =
                    all.iter().map(|schema| self.refused(schema, within, &at.down(key))).collect();
                Shape::union(refused)
            }
            ("anyOf", Value::Array(any)) => {
                let refused: Vec<Shape> =
                    any.iter().map(|schema| self.refused(schema, within, &at.down(key))).collect();
                self.both(refused)
            }
            _ => refusing_kinds(key).map_or(Shape::Never, |kinds| self.widened(kinds)),
        }
    }

    fn widened(&mut self, kinds: Kinds) -> Shape {
        self.widened = true;
        kinds.any()
    }

    fn refused_by_type(&mut self, kinds: &Value, within: &Shape) -> Shape {
        let listed = kinds.as_array().map_or(std::slice::from_ref(kinds), Vec::as_slice);
        let mut named = Kinds::NONE;
        for kind in listed.iter().map(|kind| kind.as_str().unwrap_or_default()) {
            match Kinds::named(kind) {
                // No type covers just the non-integer numbers.
                Some(_) if kind == "integer" && !listed.contains(&Value::from("number")) => self.widened = true,
                Some(kind) => named = named.or(kind),
                None => return self.widened(Kinds::ALL),
            }
        }
        self.kinds_of(within).without(named).any()
    }

    /// Values other than these; expressed only if few are left.
    fn refused_by_values(&mut self, values: &[Value], within: &Shape) -> Shape {
        let kinds: Vec<Kinds> = self.kinds_of(within).each().collect();
        let left: Vec<Shape> = kinds.into_iter().map(|kind| self.others_of_kind(kind, values, within)).collect();
        Shape::union(left)
    }

    fn others_of_kind(&mut self, kind: Kinds, values: &[Value], within: &Shape) -> Shape {
        let mut listed = values.iter().filter(|value| Kinds::of_value(value) == kind).peekable();
        if listed.peek().is_none() {
            return kind.any();
        }
        let gone: Vec<Shape> = listed.map(literal).collect();
        match literals_of_kind(within, kind) {
            Some(literals) => Shape::union(literals.into_iter().filter(|literal| !gone.contains(literal))),
            None => self.widened(kind),
        }
    }

    fn refused_by_fields(&mut self, fields: &Map<String, Value>, within: &Shape, at: &Place) -> Shape {
        let refused = |(name, schema): (&String, &Value)| {
            let shape = field_of(within, name).cloned().unwrap_or(Shape::Unknown);
            let refused = self.refused(schema, &shape, &at.inside("properties", name));
            let field = named(name, refused, false);
            if field.shape == Shape::Never {
                Shape::Never
            } else {
                Shape::Object(Object { fields: vec![field], rest: None })
            }
        };
        let refused: Vec<Shape> = fields.iter().map(refused).collect();
        Shape::union(refused)
    }
}

/// Returns all values of the kind that a shape has; `None` if they are not few.
fn literals_of_kind(within: &Shape, kind: Kinds) -> Option<Vec<Shape>> {
    let members = match within {
        _ if kind == Kinds::NULL => return Some(vec![Shape::Null]),
        _ if kind == Kinds::BOOLEAN => return Some(vec![literal(&Value::Bool(false)), literal(&Value::Bool(true))]),
        Shape::Union(members) => members.as_slice(),
        other => std::slice::from_ref(other),
    };
    let of_kind = members.iter().filter(|member| Kinds::of(member).meets(kind));
    of_kind.map(|member| matches!(member, Shape::Literal(_)).then(|| member.clone())).collect()
}

/// Returns what a shape says about a property, if it is an object.
fn field_of<'a>(shape: &'a Shape, name: &str) -> Option<&'a Shape> {
    match shape {
        Shape::Object(object) => Some(&object.fields.iter().find(|field| field.name == name)?.shape),
        Shape::Intersection(members) => members.iter().find_map(|member| field_of(member, name)),
        Shape::Union(members) => {
            let mut objects = members.iter().filter(|member| Kinds::of(member).meets(Kinds::OBJECT));
            objects.next().filter(|_| objects.next().is_none()).and_then(|only| field_of(only, name))
        }
        _ => None,
    }
}

/// Returns the kinds of values that a keyword may reject; `None` if it rejects none.
fn refusing_kinds(key: &str) -> Option<Kinds> {
    Some(match key {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => Kinds::NUMBER,
        "minLength" | "maxLength" | "pattern" | "format" | "contentEncoding" | "contentMediaType" => Kinds::STRING,
        "items" | "prefixItems" | "additionalItems" | "contains" | "minContains" | "maxContains" | "minItems"
        | "maxItems" | "uniqueItems" | "unevaluatedItems" => Kinds::ARRAY,
        "additionalProperties"
        | "patternProperties"
        | "propertyNames"
        | "minProperties"
        | "maxProperties"
        | "dependentRequired"
        | "dependentSchemas"
        | "dependencies"
        | "unevaluatedProperties"
        | "properties" => Kinds::OBJECT,
        "if" | "then" | "else" | "oneOf" | "allOf" | "anyOf" | "enum" => Kinds::ALL,
        _ => return None,
    })
}
