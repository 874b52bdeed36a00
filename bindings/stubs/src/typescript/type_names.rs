//! Names for definitions: unique over the whole text, as TypeScript requires, with one name for all definitions of a
//! server that have the same text.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::comment::{comment, doc_lines};
use super::type_text::type_text;
use crate::hash;
use crate::names::identifiers;
use crate::schema::{Definition, Reading};
use crate::shape::{Doc, Shape};

/// Type names of one document, by pointer to the definition.
#[derive(Default)]
pub(crate) struct TypeNames(HashMap<String, (usize, String)>);

/// Stands for an omitted object, in place of a definition's pointer.
pub(crate) const SOME_OBJECT: &str = "object";
/// Stands for anything else that is omitted.
pub(crate) const SOMETHING: &str = "unknown";

impl TypeNames {
    pub(crate) fn of(&self, pointer: &str) -> &str {
        match pointer {
            // These are not valid JSON pointers.
            SOME_OBJECT => "object /* … */",
            SOMETHING => "unknown /* … */",
            pointer => self.0.get(pointer).map_or("unknown", |(_, name)| name),
        }
    }

    /// Returns the index of the named type among all.
    pub(crate) fn index(&self, pointer: &str) -> Option<usize> {
        self.0.get(pointer).map(|(index, _)| *index)
    }
}

/// A definition with its name.
pub(crate) struct NamedType {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) doc: Doc,
    /// Names of the types it refers to.
    pub(crate) names: Arc<TypeNames>,
}

/// A document whose definitions need names.
pub(crate) struct Naming<'a> {
    /// Identifiers of its server and tool.
    pub(crate) server: &'a str,
    pub(crate) tool: &'a str,
    /// Name of the whole document if it refers to itself.
    pub(crate) whole: &'static str,
    pub(crate) definitions: Vec<Definition>,
}

/// Returns the types of all documents, sorted by name, and the names for each document in turn.
///
/// A type is called `<server>_<name of the definition>`. Definitions of one server with that name and the same text,
/// including everything they refer to, are one type. If different ones want the same name, each gets six hex digits of
/// its own text's SHA-256.
pub(crate) fn named_types(documents: Vec<Naming<'_>>) -> (Vec<NamedType>, Vec<Arc<TypeNames>>) {
    let keys: Vec<Vec<Key>> = documents.iter().map(keys).collect();
    let names = names(keys.iter().flatten());
    let of_document = |keys: &Vec<Key>| {
        let named = keys.iter().filter_map(|key| Some((key.pointer.clone(), names.get(&key.identity())?.clone())));
        Arc::new(TypeNames(named.collect()))
    };
    let tables: Vec<Arc<TypeNames>> = keys.iter().map(of_document).collect();
    let mut types = BTreeMap::new();
    for (document, table) in documents.into_iter().zip(&tables) {
        for Definition { pointer, shape, doc } in document.definitions {
            if let Some((index, name)) = table.0.get(&pointer) {
                let named = || NamedType { name: name.clone(), shape, doc, names: Arc::clone(table) };
                types.entry(*index).or_insert_with(named);
            }
        }
    }
    (types.into_values().collect(), tables)
}

/// The identity of a definition.
struct Key {
    pointer: String,
    wanted: String,
    fingerprint: String,
}

impl Key {
    fn identity(&self) -> (String, String) {
        (self.wanted.clone(), self.fingerprint.clone())
    }
}

fn keys(document: &Naming<'_>) -> Vec<Key> {
    let fingerprints = fingerprints(document);
    let key = |(definition, fingerprint): (&Definition, String)| Key {
        pointer: definition.pointer.clone(),
        wanted: wanted(document, &definition.pointer),
        fingerprint,
    };
    document.definitions.iter().zip(fingerprints).map(key).collect()
}

/// Returns server and definition, with the tool in between if its schema refers to its own root.
fn wanted(document: &Naming<'_>, pointer: &str) -> String {
    let said = pointer.rsplit('/').find(|segment| !segment.is_empty() && !is_keyword(segment));
    match said {
        Some(segment) => format!("{}_{segment}", document.server),
        None => format!("{}_{}_{}", document.server, document.tool, document.whole),
    }
}

/// Whether a pointer segment is a place within a schema rather than the name of a type.
fn is_keyword(segment: &str) -> bool {
    let keywords = ["items", "anyOf", "oneOf", "allOf", "prefixItems", "additionalProperties", "properties"];
    keywords.contains(&segment) || segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// Maximum steps between definitions when comparing them within one document; far more than any of 1,966 real tools
/// needs. Definitions beyond that are not shared with other documents.
const STEPS_MAX: usize = 100_000;

/// Returns the SHA-256 of each definition's text, including everything it refers to.
fn fingerprints(document: &Naming<'_>) -> Vec<String> {
    let definitions = &document.definitions;
    let places: HashMap<&str, usize> =
        definitions.iter().enumerate().map(|(place, definition)| (definition.pointer.as_str(), place)).collect();
    let own: Vec<Own> = definitions.iter().map(|definition| Own::of(definition, &places)).collect();
    let mut steps_left = STEPS_MAX;
    let alone = |place| hash::hex(format!("{} {} {place}", document.tool, document.whole).as_bytes());
    (0..own.len()).map(|place| fingerprint(place, &own, &mut steps_left).unwrap_or_else(|| alone(place))).collect()
}

struct Own {
    hash: String,
    uses: Vec<usize>,
}

impl Own {
    fn of(definition: &Definition, places: &HashMap<&str, usize>) -> Own {
        let mut pointers = HashSet::new();
        references(&definition.shape, &mut pointers);
        let by_pointer = pointers.iter().map(|pointer| ((*pointer).to_owned(), (0, format!("#{pointer}"))));
        let text = type_text(&definition.shape, &TypeNames(by_pointer.collect()), 0);
        let text = format!("{}{text}", comment(&doc_lines(&definition.doc), 0));
        let uses = pointers.iter().filter_map(|pointer| places.get(*pointer).copied()).collect();
        Own { hash: hash::hex(text.as_bytes()), uses }
    }
}

fn fingerprint(start: usize, own: &[Own], steps_left: &mut usize) -> Option<String> {
    let (mut reached, mut open) = (HashSet::from([start]), vec![start]);
    while let Some(place) = open.pop() {
        let uses = own.get(place).map(|own| own.uses.as_slice()).unwrap_or_default();
        *steps_left = steps_left.checked_sub(uses.len())?;
        open.extend(uses.iter().filter(|used| reached.insert(**used)));
    }
    let hash_of = |place: usize| own.get(place).map_or("", |own| own.hash.as_str());
    let mut all: Vec<&str> = reached.into_iter().map(hash_of).collect();
    all.sort_unstable();
    Some(hash::hex(format!("{} {}", hash_of(start), all.concat()).as_bytes()))
}

/// Collects the pointers that a shape refers to.
pub(super) fn references<'a>(shape: &'a Shape, into: &mut HashSet<&'a str>) {
    match shape {
        Shape::Ref(pointer) => {
            into.insert(pointer);
        }
        other => other.parts().into_iter().for_each(|part| references(part, into)),
    }
}

/// Returns the index in sorted order, and the name, of each type.
fn names<'a>(keys: impl Iterator<Item = &'a Key>) -> HashMap<(String, String), (usize, String)> {
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for key in keys {
        texts.entry(key.wanted.clone()).or_default().insert(key.fingerprint.clone());
    }
    let mut types: Vec<(String, String)> = Vec::new();
    let mut wanted = Vec::new();
    for (name, texts) in texts {
        let contested = texts.len() > 1;
        for text in texts {
            let digits = text.get(..6).unwrap_or_default();
            wanted.push(if contested { format!("{name}_{digits}") } else { name.clone() });
            types.push((name.clone(), text));
        }
    }
    let mut named: Vec<_> = identifiers(&wanted).into_iter().zip(types).collect();
    named.sort_unstable();
    named.into_iter().enumerate().map(|(index, (name, identity))| (identity, (index, name))).collect()
}

/// Takes the definitions out of a reading.
pub(crate) fn taken(reading: Option<&mut Reading>) -> Vec<Definition> {
    reading.map(|reading| std::mem::take(&mut reading.definitions)).unwrap_or_default()
}
