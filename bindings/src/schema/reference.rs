//! `$ref`: looked up within the document, never fetched.

use serde_json::{Map, Value};

use super::definitions::Definition;
use super::place::Place;
use super::{Reader, doc};
use crate::shape::Shape;

impl Reader<'_> {
    /// What `$ref` points to; `None` where there is no `$ref`.
    pub(super) fn reference(&mut self, keywords: &Map<String, Value>, at: &Place) -> Option<Shape> {
        let reference = keywords.get("$ref")?;
        let Some(reference) = reference.as_str() else {
            return Some(self.unknown(at, "`$ref` that is no string"));
        };
        let Some(pointer) = self.local_pointer(reference) else {
            return Some(self.unknown(at, &format!("reference {} out of the schema", Value::from(reference))));
        };
        if self.document.schema.pointer(&pointer).is_none() {
            return Some(self.unknown(at, &format!("reference {} to nothing", Value::from(reference))));
        }
        if self.known.insert(pointer.clone()) {
            self.open.push_back(pointer.clone());
        }
        Some(Shape::Ref(pointer))
    }

    /// Reads the definition at a pointer that is known to lead somewhere.
    pub(super) fn definition(&mut self, pointer: String) -> Definition {
        let schema = self.document.schema.pointer(&pointer).unwrap_or(&Value::Bool(true));
        let shape = self.shape(schema, &Place::definition(&pointer));
        let name = pointer.rsplit('/').next().unwrap_or_default();
        Definition { shape, doc: doc(name, schema), pointer }
    }

    fn local_pointer(&self, reference: &str) -> Option<String> {
        let own_address = self.document.schema.get("$id").and_then(Value::as_str);
        let local = own_address.and_then(|address| reference.strip_prefix(address.trim_end_matches('#')));
        let fragment = local.unwrap_or(reference).strip_prefix('#')?;
        let pointer = percent_decoded(fragment)?;
        (pointer.is_empty() || pointer.starts_with('/')).then_some(pointer)
    }
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
