//! Maps wire names to identifiers, injectively and stably; knows nothing about servers or tools.

pub(crate) mod words;

use std::collections::{HashMap, HashSet};

use crate::hash;

/// Returns one identifier for each wire name, in the same order.
///
/// - A name that is an ASCII identifier and not reserved maps to itself.
/// - In any other name each character outside `[A-Za-z0-9_$]` becomes `_`, a leading digit gets a `_` in
///   front, an empty name becomes `_`, and a reserved or dangerous one (`delete`, `then`, `__proto__`) gets a
///   trailing `_`.
/// - If the result collides with another name's, `_` and at least six hex digits of the name's SHA-256 are
///   appended.
///
/// No two results are equal, and the order of the names does not matter. A name's identifier changes only if
/// a colliding name is added. A name that occurs twice keeps its identifier at its first occurrence and gets
/// hex digits at the others.
pub fn identifiers<S: AsRef<str>>(names: &[S]) -> Vec<String> {
    named(names, &JAVASCRIPT, &HashSet::new())
}

/// How a language writes names.
pub(crate) struct Style {
    /// Returns the identifier that a wire name would have on its own.
    pub(crate) candidate: fn(&str) -> String,
    /// The separator between a candidate and hex digits.
    pub(crate) joint: &'static str,
}

const JAVASCRIPT: Style = Style { candidate, joint: "_" };

/// Returns one identifier for each wire name, none of them in `taken`, by the rules of [`identifiers`].
pub(crate) fn named<S: AsRef<str>>(names: &[S], style: &Style, taken: &HashSet<String>) -> Vec<String> {
    let slots = slots(names, style);
    let claims = Claims::of(&slots);
    let plain = |slot| claims.plain(slot).filter(|name| !taken.contains(name));
    let mut given: Vec<Option<String>> = slots.iter().map(plain).collect();
    let mut taken: HashSet<String> = claims.0.into_keys().chain(taken.iter().cloned()).collect();
    let mut round = 0;
    while given.iter().any(Option::is_none) {
        give_hashed(&slots, &mut given, &mut taken, round);
        round += 1;
    }
    given.into_iter().flatten().collect()
}

/// Whether a name is a valid identifier, disregarding reserved words.
pub(crate) fn is_identifier(name: &str) -> bool {
    let starts_well = name.chars().next().is_some_and(|first| !first.is_ascii_digit());
    starts_well && name.chars().all(is_identifier_char)
}

/// A name, and how many equal ones precede it.
struct Slot<'a> {
    wire: &'a str,
    candidate: String,
    joint: &'static str,
    repeat: usize,
}

fn slots<'a, S: AsRef<str>>(names: &'a [S], style: &Style) -> Vec<Slot<'a>> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let next = |name| {
        let count = seen.entry(name).or_default();
        *count += 1;
        Slot { wire: name, candidate: (style.candidate)(name), joint: style.joint, repeat: *count - 1 }
    };
    names.iter().map(AsRef::as_ref).map(next).collect()
}

/// How many distinct names claim each candidate. A name that is already an identifier claims itself, so that collisions
/// with it are seen.
struct Claims(HashMap<String, usize>);

impl Claims {
    fn of(slots: &[Slot<'_>]) -> Claims {
        let mut wanted = HashMap::new();
        for slot in slots.iter().filter(|slot| slot.repeat == 0) {
            *wanted.entry(slot.candidate.clone()).or_default() += 1;
        }
        Claims(wanted)
    }

    /// Returns the identifier without hex digits, if the slot may have it.
    fn plain(&self, slot: &Slot<'_>) -> Option<String> {
        let alone = self.0.get(&slot.candidate) == Some(&1);
        let owned = slot.candidate == slot.wire || alone;
        (slot.repeat == 0 && owned).then(|| slot.candidate.clone())
    }
}

/// Gives each open slot its hashed name, if nobody else has it or wants it in this round. Proceeding in rounds treats
/// two names that want the same one alike, whatever their order; each round tries a different name, so this terminates.
fn give_hashed(slots: &[Slot<'_>], given: &mut [Option<String>], taken: &mut HashSet<String>, round: usize) {
    let tries: Vec<Option<String>> =
        slots.iter().zip(given.iter()).map(|(slot, place)| place.is_none().then(|| hashed(slot, round))).collect();
    let contested = twice(tries.iter().flatten());
    for (place, name) in given.iter_mut().zip(tries) {
        if let Some(name) = name.filter(|name| !contested.contains(name))
            && taken.insert(name.clone())
        {
            *place = Some(name);
        }
    }
}

fn twice<'a>(names: impl Iterator<Item = &'a String>) -> HashSet<String> {
    let mut seen = HashSet::new();
    names.filter(|name| !seen.insert(*name)).cloned().collect()
}

/// Returns the candidate with its own hex digits: 6 in the first round, two more in each further one.
fn hashed(slot: &Slot<'_>, round: usize) -> String {
    let digits = 6 + 2 * round;
    let mut seed = slot.wire.to_owned();
    if slot.repeat > 0 {
        seed.push_str(&format!("\0{}", slot.repeat));
    }
    let mut hex = hash::hex(seed.as_bytes());
    while hex.len() < digits {
        hex.push_str(&hash::hex(hex.as_bytes()));
    }
    hex.truncate(digits);
    format!("{}{}{hex}", slot.candidate, slot.joint)
}

fn candidate(wire: &str) -> String {
    let mut name: String = wire.chars().map(replaced).collect();
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if RESERVED.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

fn replaced(char: char) -> char {
    if is_identifier_char(char) { char } else { '_' }
}

fn is_identifier_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_' || char == '$'
}

/// Words that cannot name a variable in strict mode, and names that have a meaning on every object: a stub called
/// `then` would make its server a promise.
const RESERVED: &[&str] = &[
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "prototype",
    "then",
    "toJSON",
    "toLocaleString",
    "toString",
    "valueOf",
];
