//! Base URIs and anchors within one document, for resolving references; nothing is fetched.

use std::collections::HashMap;
use std::rc::Rc;

use fluent_uri::{Uri, UriRef};
use serde_json::{Map, Value};

use super::dialect::Dialect;

/// The base URI of a document without one.
const NO_ADDRESS: &str = "json-schema:///";

/// Maximum nesting at which base URIs and anchors are found; references deeper down are not read either.
const DEPTH_MAX: usize = 200;

/// A schema with a base URI: what references within it are relative to, and how to read it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) address: String,
    pub(super) dialect: Dialect,
}

/// Where a reference leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To the place that a JSON pointer from the document's root names, which exists.
    Here(String),
    /// To another document.
    Outside,
    /// To a place in this document that does not exist.
    Nowhere,
}

/// The resources of one document.
pub(super) struct Resources {
    root: Rc<Base>,
    /// JSON pointers of schemas by base URI.
    places: HashMap<String, String>,
    /// Bases of embedded schemas by JSON pointer.
    bases: HashMap<String, Rc<Base>>,
    /// JSON pointers by base URI and anchor.
    anchors: HashMap<(String, String), String>,
    /// Base URIs and JSON pointers of each `$dynamicAnchor`; those of `$recursiveAnchor` have no name.
    dynamic: HashMap<String, Vec<(String, String)>>,
}

impl Resources {
    pub(super) fn of(document: &Value) -> Resources {
        let keywords = document.as_object();
        let dialect = keywords.map_or(Dialect::Draft2020, |keywords| Dialect::of(keywords, Dialect::Draft2020));
        let address = keywords.and_then(|keywords| address(keywords, dialect));
        let address = address.and_then(|own| resolved(own, NO_ADDRESS)).unwrap_or_else(|| NO_ADDRESS.to_owned());
        let root = Rc::new(Base { address: plain(&address).to_owned(), dialect });
        let mut resources = Resources {
            places: HashMap::from([(root.address.clone(), String::new())]),
            bases: HashMap::new(),
            anchors: HashMap::new(),
            dynamic: HashMap::new(),
            root,
        };
        if names_parts(document) {
            resources.gather(document);
        }
        resources
    }

    pub(super) fn root(&self) -> Rc<Base> {
        Rc::clone(&self.root)
    }

    /// Returns the base of an embedded schema, by its JSON pointer.
    pub(super) fn embedded(&self, pointer: &str) -> Option<Rc<Base>> {
        self.bases.get(pointer).map(Rc::clone)
    }

    /// Returns the base in effect at a JSON pointer.
    pub(super) fn base_of(&self, pointer: &str) -> Rc<Base> {
        if self.bases.is_empty() {
            return self.root();
        }
        let mut prefix = pointer;
        loop {
            match (self.bases.get(prefix), prefix.rsplit_once('/')) {
                (Some(base), _) => return Rc::clone(base),
                (None, Some((shorter, _))) => prefix = shorter,
                (None, None) => return self.root(),
            }
        }
    }

    /// Resolves a reference to a `$dynamicAnchor` (or, without a name, a `$recursiveAnchor`) whose static target is the
    /// pointer: to the outermost schema with that anchor, which is the whole document if that has it. `None` if the
    /// target depends on the path.
    pub(super) fn dynamic(&self, anchor: &str, pointer: String) -> Option<String> {
        match self.dynamic.get(anchor) {
            Some(places) if places.len() > 1 => places.iter().find(|(base, _)| *base == self.root.address),
            _ => return Some(pointer),
        }
        .map(|(_, pointer)| pointer.clone())
    }

    pub(super) fn resolve(&self, reference: &str, base: &Base, document: &Value) -> Target {
        let full = match reference.strip_prefix('#') {
            Some(fragment) => Some((base.address.clone(), fragment.to_owned())),
            None => resolved(reference, &base.address).map(|full| match full.split_once('#') {
                Some((address, fragment)) => (address.to_owned(), fragment.to_owned()),
                None => (full.clone(), String::new()),
            }),
        };
        let Some((address, fragment)) = full else { return Target::Outside };
        let Some(place) = self.places.get(&address) else { return Target::Outside };
        let Some(fragment) = percent_decoded(&fragment) else { return Target::Nowhere };
        let pointer = if fragment.is_empty() || fragment.starts_with('/') {
            Some(format!("{place}{fragment}")).filter(|pointer| document.pointer(pointer).is_some())
        } else {
            self.anchors.get(&(address, fragment)).cloned()
        };
        pointer.map_or(Target::Nowhere, Target::Here)
    }

    /// Walks all sub-schemas, but nothing that only looks like one: an `$id` in a constant does not count.
    fn gather(&mut self, document: &Value) {
        let mut open = vec![(document, String::new(), self.root(), 0)];
        while let Some((schema, pointer, base, depth)) = open.pop() {
            let Some(keywords) = schema.as_object().filter(|_| depth < DEPTH_MAX) else { continue };
            let base = self.enter(keywords, &pointer, base);
            self.add_anchors(keywords, &pointer, &base);
            for (steps, part) in sub_schemas(keywords) {
                open.push((part, format!("{pointer}{steps}"), Rc::clone(&base), depth + 1));
            }
        }
    }

    fn enter(&mut self, keywords: &Map<String, Value>, pointer: &str, outer: Rc<Base>) -> Rc<Base> {
        let dialect = Dialect::of(keywords, outer.dialect);
        let hidden = dialect.ref_stands_alone() && keywords.contains_key("$ref");
        let own = address(keywords, dialect).filter(|_| !hidden && !pointer.is_empty());
        let Some(address) = own.and_then(|own| resolved(own, &outer.address)) else { return outer };
        let base = Rc::new(Base { address: plain(&address).to_owned(), dialect });
        self.places.entry(base.address.clone()).or_insert_with(|| pointer.to_owned());
        self.bases.insert(pointer.to_owned(), Rc::clone(&base));
        base
    }

    fn add_anchors(&mut self, keywords: &Map<String, Value>, pointer: &str, base: &Base) {
        let text = |key: &str| keywords.get(key).and_then(Value::as_str);
        let old = text(base.dialect.address_key()).and_then(|address| address.strip_prefix('#'));
        for anchor in [text("$anchor"), text("$dynamicAnchor"), old].into_iter().flatten() {
            self.anchors.entry((base.address.clone(), anchor.to_owned())).or_insert_with(|| pointer.to_owned());
        }
        let recursive = keywords.get("$recursiveAnchor") == Some(&Value::Bool(true));
        for anchor in [text("$dynamicAnchor"), recursive.then_some("")].into_iter().flatten() {
            let place = (base.address.clone(), pointer.to_owned());
            self.dynamic.entry(anchor.to_owned()).or_default().push(place);
        }
    }
}

/// Returns the base URI that a schema gives itself; a mere anchor does not count.
fn address(keywords: &Map<String, Value>, dialect: Dialect) -> Option<&str> {
    let address = keywords.get(dialect.address_key()).and_then(Value::as_str);
    address.filter(|address| !address.is_empty() && !address.starts_with('#'))
}

/// Whether any part of the document may have its own name; in most documents none has.
fn names_parts(document: &Value) -> bool {
    const ANCHORS: [&str; 3] = ["$anchor", "$dynamicAnchor", "$recursiveAnchor"];
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => {
                let has = |key: &str| fields.get(key).is_some_and(|name| name.is_string() || name.is_boolean());
                let inner = !std::ptr::eq(value, document);
                if ANCHORS.into_iter().any(has) || (inner && (has("$id") || has("id"))) {
                    return true;
                }
                open.extend(fields.values());
            }
            _ => {}
        }
    }
    false
}

/// Returns all schemas one step down, each with the end of its JSON pointer.
pub(super) fn sub_schemas(keywords: &Map<String, Value>) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (key, value) in keywords {
        match (key.as_str(), value) {
            ("allOf" | "anyOf" | "oneOf" | "prefixItems" | "items", Value::Array(list)) => {
                found.extend(list.iter().enumerate().map(|(index, schema)| (format!("/{key}/{index}"), schema)));
            }
            (
                "$defs" | "definitions" | "dependentSchemas" | "dependencies" | "patternProperties" | "properties",
                Value::Object(map),
            ) => {
                let step = |name: &str| format!("/{key}/{}", name.replace('~', "~0").replace('/', "~1"));
                found.extend(map.iter().map(|(name, schema)| (step(name), schema)));
            }
            (
                "additionalItems"
                | "additionalProperties"
                | "contains"
                | "else"
                | "if"
                | "items"
                | "not"
                | "propertyNames"
                | "then"
                | "unevaluatedItems"
                | "unevaluatedProperties",
                schema,
            ) => found.push((format!("/{key}"), schema)),
            _ => {}
        }
    }
    found
}

/// Returns a URI without its fragment.
fn plain(address: &str) -> &str {
    address.split('#').next().unwrap_or_default()
}

fn resolved(reference: &str, base: &str) -> Option<String> {
    let base = Uri::parse(base).ok()?;
    let reference = UriRef::parse(reference).ok()?;
    let full = reference.resolve_against(&base).ok()?;
    Some(full.normalize().into_string())
}

fn percent_decoded(fragment: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { hex_byte(rest.next()?, rest.next()?)? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

fn hex_byte(high: u8, low: u8) -> Option<u8> {
    let digits = [high, low];
    let digits = std::str::from_utf8(&digits).ok()?;
    u8::from_str_radix(digits, 16).ok()
}
