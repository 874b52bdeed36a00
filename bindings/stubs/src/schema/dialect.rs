//! Drafts of JSON Schema, as far as keywords differ in meaning between them.

use serde_json::{Map, Value};

/// A draft, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dialect {
    Draft4,
    Draft6,
    Draft7,
    Draft2019,
    /// MCP's default for a schema without `$schema`. Keywords of older drafts are understood in it too.
    Draft2020,
}

impl Dialect {
    /// Returns the dialect that `$schema` names; an unknown URI leaves it unchanged.
    pub(super) fn of(keywords: &Map<String, Value>, otherwise: Dialect) -> Dialect {
        let declared = keywords.get("$schema").and_then(Value::as_str).unwrap_or_default();
        let known = [
            ("draft-03", Dialect::Draft4),
            ("draft-04", Dialect::Draft4),
            ("draft-06", Dialect::Draft6),
            ("draft-07", Dialect::Draft7),
            ("2019-09", Dialect::Draft2019),
            ("2020-12", Dialect::Draft2020),
        ];
        let found = known.into_iter().find(|(word, _)| declared.contains(word));
        found.map_or(otherwise, |(_, dialect)| dialect)
    }

    /// Before 2019-09, keywords next to `$ref` are ignored.
    pub(super) fn ref_stands_alone(self) -> bool {
        self < Dialect::Draft2019
    }

    /// Whether the draft gives the keyword a meaning; only asked about keywords that some drafts lack.
    pub(super) fn has(self, keyword: &str) -> bool {
        match keyword {
            "const" | "contains" | "propertyNames" => self >= Dialect::Draft6,
            "if" => self >= Dialect::Draft7,
            "$recursiveRef" => self == Dialect::Draft2019,
            "$dynamicRef" | "prefixItems" => self >= Dialect::Draft2020,
            "dependentRequired"
            | "dependentSchemas"
            | "minContains"
            | "maxContains"
            | "unevaluatedItems"
            | "unevaluatedProperties" => self >= Dialect::Draft2019,
            _ => true,
        }
    }

    /// The keyword for a schema's base URI.
    pub(super) fn address_key(self) -> &'static str {
        if self == Dialect::Draft4 { "id" } else { "$id" }
    }
}
