//! Predicts the cost of checking a value against a schema. Only schemas whose cost is evident from their text have a
//! plan; for others nothing is predicted.
//!
//! A step is one schema applied to one value, and stands for at most about 30 ns. The walk goes wherever the checker
//! could go, takes every alternative, remembers nothing, and gives up when the steps are used up: so its count is never
//! lower than the check's, and it takes no more steps than it was given.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::weight::Weight;

/// Maximum number of schemas within a schema; more take milliseconds to compile.
const NODES_MAX: usize = 4_096;
/// Maximum weight of a whole schema.
const SCHEMA_STEPS_MAX: u64 = 32_768;
/// Maximum depth of nesting and references in a schema, and of the walk: the checker recurses on the host's stack.
const DEPTH_MAX: u32 = 200;
/// Maximum total length of the paths of all keywords, bytes: the checker stores each one in full.
const PLACES_BYTES_MAX: usize = 4 << 20;
/// Maximum length of one pattern, bytes.
const PATTERN_BYTES_MAX: usize = 512;
/// Maximum number of patterns in a schema; each takes up to a millisecond to compile.
const PATTERNS_MAX: usize = 32;

/// Steps per 16 bytes of a string, by keyword. A linear-time pattern may visit each of its states for each byte.
const LENGTH_STEPS: u64 = 1;
const FORMAT_STEPS: u64 = 32;
const CONTENT_STEPS: u64 = 128;
const PATTERN_STEPS: u64 = 1_536;

/// Steps to divide a number exactly.
const DIVISION_STEPS: u64 = 100;

/// A schema's cost.
#[derive(Debug)]
pub(crate) struct Plan {
    nodes: Vec<Node>,
    /// Whether a schema contains itself. The walk repeats paths that the checker remembers, so it may take far longer
    /// than the check.
    pub(crate) recursive: bool,
    /// Whether the schema has alternatives (`anyOf`, `oneOf`).
    pub(crate) alternatives: bool,
}

/// One schema: its own cost, and which schemas apply to which parts of a value.
#[derive(Debug, Default)]
struct Node {
    fixed: u64,
    text: u64,
    key: u64,
    unique: bool,
    /// Schemas that apply to the value itself.
    here: Vec<usize>,
    properties: BTreeMap<String, usize>,
    members: Vec<usize>,
    names: Vec<usize>,
    leading: Vec<usize>,
    items: Vec<usize>,
}

impl Plan {
    /// Returns `None` for a schema whose cost is not evident.
    pub(crate) fn of(schema: &Value) -> Option<Self> {
        Weight::of(schema, SCHEMA_STEPS_MAX)?;
        let mut reader = Reader {
            schema,
            nodes: Vec::new(),
            known: HashMap::new(),
            recursive: false,
            alternatives: false,
            places_bytes: 0,
            patterns: 0,
        };
        reader.node(schema, 0, 0)?;
        Some(Self { nodes: reader.nodes, recursive: reader.recursive, alternatives: reader.alternatives })
    }

    /// Checks that deciding whether `value` fits takes at most `steps` steps.
    pub(crate) fn verdict_within(&self, value: &Value, steps: u64) -> bool {
        self.walk(0, Part::Value(value), &mut Budget { steps, again: false }, 0).is_some()
    }

    /// Checks that describing everything wrong with `value` takes at most `steps` steps.
    pub(crate) fn errors_within(&self, value: &Value, steps: u64) -> bool {
        self.walk(0, Part::Value(value), &mut Budget { steps, again: true }, 0).is_some()
    }

    fn walk(&self, at: usize, part: Part<'_>, budget: &mut Budget, depth: u32) -> Option<()> {
        let node = self.nodes.get(at)?;
        let depth = (depth < DEPTH_MAX).then_some(depth + 1)?;
        budget.spend(node.fixed, depth)?;
        match part {
            Part::Name(text) => budget.spend(node.text_steps(text), depth)?,
            Part::Value(Value::String(text)) => budget.spend(node.text_steps(text), depth)?,
            Part::Value(Value::Array(items)) => self.walk_items(node, items, budget, depth)?,
            Part::Value(Value::Object(members)) => self.walk_members(node, members, budget, depth)?,
            Part::Value(_) => {}
        }
        for inner in &node.here {
            self.walk(*inner, part, budget, depth)?;
        }
        Some(())
    }

    fn walk_items(&self, node: &Node, items: &[Value], budget: &mut Budget, depth: u32) -> Option<()> {
        if node.unique {
            // A few items are compared pairwise, many are hashed.
            let few = items.len().min(16) as u64;
            for item in items {
                let weight = Weight::of(item, budget.steps)?.0;
                budget.spend(weight.saturating_mul(few), depth)?;
            }
        }
        for (item, inner) in items.iter().zip(&node.leading) {
            self.walk(*inner, Part::Value(item), budget, depth)?;
        }
        if node.items.is_empty() {
            return Some(());
        }
        for item in items {
            for inner in &node.items {
                self.walk(*inner, Part::Value(item), budget, depth)?;
            }
        }
        Some(())
    }

    fn walk_members(&self, node: &Node, members: &Map<String, Value>, budget: &mut Budget, depth: u32) -> Option<()> {
        for (name, member) in members {
            let pieces = pieces(name);
            budget.spend(1 + pieces.saturating_mul(node.key), depth)?;
            let own = node.properties.get(name);
            for inner in own.into_iter().chain(&node.members) {
                self.walk(*inner, Part::Value(member), budget, depth)?;
            }
            for inner in &node.names {
                self.walk(*inner, Part::Name(name), budget, depth)?;
            }
        }
        Some(())
    }
}

impl Node {
    fn text_steps(&self, text: &str) -> u64 {
        self.text.saturating_mul(pieces(text))
    }
}

/// Counts pieces of 16 bytes, at least one.
fn pieces(text: &str) -> u64 {
    text.len() as u64 / 16 + 1
}

/// The part of a value that a schema applies to.
#[derive(Clone, Copy)]
enum Part<'a> {
    Value(&'a Value),
    /// The name of an object member.
    Name(&'a str),
}

struct Budget {
    steps: u64,
    /// Whether each visit counts once more for each enclosing schema: when the checker collects errors, it may first
    /// ask at every level whether there are any.
    again: bool,
}

impl Budget {
    fn spend(&mut self, steps: u64, depth: u32) -> Option<()> {
        let times = if self.again { depth.into() } else { 1 };
        self.steps = self.steps.checked_sub(steps.saturating_mul(times))?;
        Some(())
    }
}

/// Reads a schema into nodes.
struct Reader<'a> {
    schema: &'a Value,
    nodes: Vec<Node>,
    known: HashMap<*const Value, usize>,
    recursive: bool,
    alternatives: bool,
    places_bytes: usize,
    patterns: usize,
}

impl<'a> Reader<'a> {
    /// Returns the node for a schema at a path of `place_bytes` bytes; `None` if its cost is not evident.
    fn node(&mut self, schema: &'a Value, depth: u32, place_bytes: usize) -> Option<usize> {
        if let Some(known) = self.known.get(&std::ptr::from_ref(schema)) {
            // A node without a cost is still being read.
            self.recursive |= self.nodes.get(*known)?.fixed == 0;
            return Some(*known);
        }
        let at = self.nodes.len();
        let inner = (depth < DEPTH_MAX && at < NODES_MAX).then_some(depth + 1)?;
        self.known.insert(schema, at);
        self.nodes.push(Node::default());
        let mut node = Node { fixed: 1, ..Node::default() };
        match schema {
            Value::Bool(_) => {}
            Value::Object(keywords) => {
                for (keyword, value) in keywords {
                    let place_bytes = place_bytes + keyword.len() + 1;
                    self.places_bytes += place_bytes;
                    (self.places_bytes <= PLACES_BYTES_MAX).then_some(())?;
                    self.keyword(&mut node, keyword, value, inner, place_bytes)?;
                }
            }
            _ => return None,
        }
        *self.nodes.get_mut(at)? = node;
        Some(at)
    }

    /// Adds the cost of a keyword.
    fn keyword(&mut self, node: &mut Node, name: &str, value: &'a Value, depth: u32, place: usize) -> Option<()> {
        node.fixed += 1;
        self.alternatives |= matches!(name, "anyOf" | "oneOf");
        match name {
            "$ref" => node.here.push(self.target(value.as_str()?, depth)?),
            "allOf" | "anyOf" | "oneOf" => node.here.extend(self.list(value, depth, place)?),
            "not" | "if" | "then" | "else" => node.here.push(self.node(value, depth, place)?),
            "dependentSchemas" => node.here.extend(self.named(value, depth, place)?.into_values()),
            "dependencies" => return self.dependencies(node, value, depth, place),
            "properties" => node.properties = self.named(value, depth, place)?,
            "patternProperties" => {
                for pattern in value.as_object()?.keys() {
                    node.key += self.pattern(pattern)?;
                }
                node.members.extend(self.named(value, depth, place)?.into_values());
            }
            "additionalProperties" => node.members.push(self.node(value, depth, place)?),
            "propertyNames" => node.names.push(self.node(value, depth, place)?),
            "prefixItems" => node.leading.extend(self.list(value, depth, place)?),
            "items" if value.is_array() => node.leading.extend(self.list(value, depth, place)?),
            "items" | "additionalItems" | "contains" => node.items.push(self.node(value, depth, place)?),
            "pattern" => node.text += self.pattern(value.as_str()?)?,
            // Parsing a pattern costs more than matching one.
            "format" if value == "regex" => return None,
            "format" => node.text += FORMAT_STEPS,
            "minLength" | "maxLength" => node.text += LENGTH_STEPS,
            "contentEncoding" | "contentMediaType" => node.text += CONTENT_STEPS,
            "uniqueItems" => node.unique = true,
            "multipleOf" => node.fixed += DIVISION_STEPS,
            "enum" | "const" | "required" | "dependentRequired" => {
                node.fixed += Weight::of(value, SCHEMA_STEPS_MAX)?.0;
            }
            "$id" | "id" | "$schema" if depth > 1 && value.is_string() => return None,
            _ if is_not_plain(name) => return None,
            _ => {}
        }
        Some(())
    }

    fn list(&mut self, value: &'a Value, depth: u32, place: usize) -> Option<Vec<usize>> {
        value.as_array()?.iter().map(|schema| self.node(schema, depth, place + 4)).collect()
    }

    fn named(&mut self, value: &'a Value, depth: u32, place: usize) -> Option<BTreeMap<String, usize>> {
        let node = |(name, schema): (&String, &'a Value)| {
            Some((name.clone(), self.node(schema, depth, place + name.len() + 1)?))
        };
        value.as_object()?.iter().map(node).collect()
    }

    /// Adds dependencies: schemas, or lists of required names.
    fn dependencies(&mut self, node: &mut Node, value: &'a Value, depth: u32, place: usize) -> Option<()> {
        for (name, dependency) in value.as_object()? {
            match dependency {
                Value::Array(names) => node.fixed += names.len() as u64,
                schema => node.here.push(self.node(schema, depth, place + name.len() + 1)?),
            }
        }
        Some(())
    }

    /// Resolves a reference within the schema by JSON pointer.
    fn target(&mut self, reference: &str, depth: u32) -> Option<usize> {
        let pointer = reference.strip_prefix('#')?;
        // Percent-encoding and anchors are rare, so they are not supported here.
        let by_place = pointer.is_empty() || pointer.starts_with('/');
        let target = (by_place && !pointer.contains('%')).then(|| self.schema.pointer(pointer))??;
        self.node(target, depth, pointer.len())
    }

    /// Returns the steps per 16 bytes of text that the pattern is matched against.
    fn pattern(&mut self, pattern: &str) -> Option<u64> {
        self.patterns += 1;
        (pattern.len() <= PATTERN_BYTES_MAX && self.patterns <= PATTERNS_MAX).then_some(PATTERN_STEPS)
    }
}

/// Checks for keywords whose schemas are resolved only during a check, or which visit a value again.
fn is_not_plain(keyword: &str) -> bool {
    const KEYWORDS: [&str; 10] = [
        "$anchor",
        "$dynamicAnchor",
        "$dynamicRef",
        "$recursiveAnchor",
        "$recursiveRef",
        "$vocabulary",
        "contentSchema",
        "discriminator",
        "unevaluatedItems",
        "unevaluatedProperties",
    ];
    KEYWORDS.contains(&keyword)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const STEPS: u64 = 1_000;

    #[test]
    fn small_values_of_ordinary_schemas_are_cheap() {
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": {
                "state": { "enum": ["open", "closed"] },
                "labels": { "type": "array", "items": { "$ref": "#/definitions/label" }, "uniqueItems": true },
            },
            "required": ["state"],
            "definitions": { "label": { "type": "string", "maxLength": 50 } },
        });
        let plan = Plan::of(&schema).expect("plain");
        let value = json!({ "state": "open", "labels": ["a", "b"] });
        assert!(plan.verdict_within(&value, STEPS) && plan.errors_within(&value, STEPS));
        let large = json!({ "state": "open", "labels": vec!["a"; 1_000] });
        assert!(!plan.verdict_within(&large, STEPS));
    }

    #[test]
    fn ways_through_a_schema_are_counted() {
        let twice = |next: usize| json!({ "allOf": [{ "$ref": format!("#/$defs/{next}") }, { "$ref": format!("#/$defs/{next}") }] });
        let mut defs: serde_json::Map<_, _> = (0..40).map(|at| (at.to_string(), twice(at + 1))).collect();
        defs.insert("40".to_owned(), json!({ "type": "string" }));
        let plan = Plan::of(&json!({ "$ref": "#/$defs/0", "$defs": defs })).expect("plain");
        assert!(!plan.verdict_within(&json!("a"), 1_000_000));
    }

    #[test]
    fn recursion_costs_what_the_value_makes_of_it() {
        let branch = |kind: &str| json!({ "properties": { "kind": { "const": kind }, "children": { "items": { "$ref": "#" } } } });
        let plan = Plan::of(&json!({ "anyOf": [branch("a"), branch("b"), branch("c")] })).expect("plain");
        let nested =
            |levels| (0..levels).fold(json!({ "kind": "a" }), |inner, _| json!({ "kind": "a", "children": [inner] }));
        assert!(plan.verdict_within(&nested(2), STEPS));
        assert!(plan.recursive && !plan.verdict_within(&nested(10), STEPS));
        assert!(Plan::of(&json!({ "$ref": "#" })).is_some_and(|plan| !plan.verdict_within(&json!(1), 1_000_000)));
    }

    #[test]
    fn what_is_wrong_costs_more_than_that_something_is() {
        let schema = (0..8).fold(json!({ "type": "string" }), |inner, _| json!({ "anyOf": [inner] }));
        let plan = Plan::of(&schema).expect("plain");
        assert!(plan.verdict_within(&json!(1), 20) && !plan.errors_within(&json!(1), 20));
    }

    #[test]
    fn costs_that_are_not_plain_have_no_plan() {
        let deep = (0..300).fold(json!({}), |inner, _| json!({ "not": inner }));
        let long: Vec<_> = (0..10_000).map(|at| json!({ "const": at })).collect();
        let name = "n".repeat(10_000);
        let places: Vec<_> = (0..1_000).map(|at| json!({ "const": at })).collect();
        let schemas = [
            json!({ "$dynamicRef": "#a" }),
            json!({ "unevaluatedProperties": false }),
            json!({ "$ref": "https://example.com/schema.json" }),
            json!({ "$ref": "#anchor" }),
            json!({ "$ref": "#/nowhere" }),
            json!({ "properties": { "a": { "$id": "other" } } }),
            json!({ "pattern": "a".repeat(600) }),
            json!({ "format": "regex" }),
            json!({ "anyOf": long }),
            json!({ "properties": { name: { "anyOf": places } } }),
            json!({ "items": 1 }),
            deep,
        ];
        for schema in schemas {
            assert!(Plan::of(&schema).is_none(), "{}", schema.to_string().chars().take(100).collect::<String>());
        }
    }

    #[test]
    fn data_is_not_read_as_a_schema() {
        assert!(
            Plan::of(&json!({ "properties": { "$anchor": { "type": "string" } }, "const": { "$anchor": 1 } }))
                .is_some()
        );
    }
}
