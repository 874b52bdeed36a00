//! Writes one document's types as Rust mentions them.

use std::collections::HashSet;

use super::text::VALUE;
use crate::nominal::{Body, Model, Type, walk};

/// The types of one document and their names.
pub(super) struct Types<'a> {
    pub(super) model: &'a Model,
    names: &'a [String],
    /// Mentions through which a type would contain itself.
    boxed: HashSet<(usize, usize)>,
    /// Types that are mentioned within themselves, directly or indirectly.
    circular: HashSet<usize>,
}

impl<'a> Types<'a> {
    pub(super) fn of(model: &'a Model, names: &'a [String]) -> Types<'a> {
        let mentions = |direct| model.types.iter().map(|named| named.body.mentions(direct)).collect::<Vec<_>>();
        let circular = walk(&mentions(false)).back.into_iter().map(|(_, to)| to).collect();
        Types { model, names, boxed: walk(&mentions(true)).back, circular }
    }

    pub(super) fn root(&self) -> String {
        self.mention(&self.model.root, None)
    }

    pub(super) fn name(&self, index: usize) -> &str {
        self.names.get(index).map_or(VALUE, String::as_str)
    }

    /// A circular alias has to be a type of its own.
    pub(super) fn is_circular(&self, index: usize) -> bool {
        self.circular.contains(&index)
    }

    /// Writes a type as mentioned by type `from`.
    pub(super) fn mention(&self, value: &Type, from: Option<usize>) -> String {
        let inner = |value: &Type| self.mention(value, from);
        // Lists and maps store their contents on the heap.
        let held = |value: &Type| self.mention(value, None);
        match value {
            Type::Any => VALUE.to_owned(),
            Type::Null => "()".to_owned(),
            Type::Boolean => "bool".to_owned(),
            Type::Integer => "i64".to_owned(),
            Type::Number => "f64".to_owned(),
            Type::String => "String".to_owned(),
            Type::List(item) => format!("Vec<{}>", held(item)),
            Type::Map(item) => format!("::std::collections::BTreeMap<String, {}>", held(item)),
            // A tuple of one needs its comma.
            Type::Tuple(items) => format!("({},)", items.iter().map(inner).collect::<Vec<_>>().join(", ")),
            Type::Nullable(value) if self.may_be_null(value) => inner(value),
            Type::Nullable(value) => format!("Option<{}>", inner(value)),
            Type::Named(to) if from.is_some_and(|from| self.boxed.contains(&(from, *to))) => {
                format!("Box<{}>", self.name(*to))
            }
            Type::Named(to) => self.name(*to).to_owned(),
        }
    }

    /// Whether `null` is a value of the type.
    pub(super) fn may_be_null(&self, value: &Type) -> bool {
        let mut value = value;
        // Chains of aliases end: an alias that is only itself does not get this far.
        for _ in 0..=self.model.types.len() {
            match value {
                Type::Any | Type::Null | Type::Nullable(_) => return true,
                Type::Named(to) => match self.model.types.get(*to).map(|named| &named.body) {
                    Some(Body::Alias(alias)) => value = alias,
                    _ => return false,
                },
                _ => return false,
            }
        }
        true
    }
}
