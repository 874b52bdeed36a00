//! JSON to component values: results entering a script.

use std::sync::Arc;

use callbox_bindings::{WitBody, WitEnumCase, WitField, WitKindCase, WitNamed, WitRest, WitTagCase, WitType};
use serde_json::{Map, Number, Value};
use wasmtime::component::Val;

use super::{Budget, ConvertError, Path, found, kind_of, names::Names, one_of, quoted, whole};

/// Converts `value` to a component value of type `wit` of at most `bytes_max` bytes, counted as wasmtime counts what a
/// component passes to its host.
pub(crate) fn lowered(wit: &WitType, value: Value, bytes_max: usize) -> Result<Val, ConvertError> {
    Lower { budget: Budget::new(bytes_max), names: Names::default() }.value(wit, value, Path::Root)
}

struct Lower<'w> {
    budget: Budget,
    names: Names<'w>,
}

/// Reported as found for a missing property.
const ABSENT: &str = "no such property";

impl<'w> Lower<'w> {
    fn value(&mut self, wit: &'w WitType, value: Value, path: Path<'_>) -> Result<Val, ConvertError> {
        self.budget.spend(size_of::<Val>())?;
        match (wit, value) {
            (WitType::Json, value) => self.text(value.to_string()),
            (WitType::Bool, Value::Bool(value)) => Ok(Val::Bool(value)),
            (WitType::S64, Value::Number(number)) => integer(&number, path),
            (WitType::F64, Value::Number(number)) => Ok(Val::Float64(number.as_f64().unwrap_or(f64::NAN))),
            (WitType::String, Value::String(text)) => self.text(text),
            (WitType::List(item), Value::Array(items)) => {
                Ok(Val::List(self.items(std::iter::repeat(&**item), items, path)?))
            }
            (WitType::Tuple(wits), Value::Array(items)) if wits.len() == items.len() => {
                Ok(Val::Tuple(self.items(wits.iter(), items, path)?))
            }
            (WitType::Map(item), Value::Object(object)) => self.entries(item, object.into_iter(), path),
            (WitType::Option(_), Value::Null) => Ok(Val::Option(None)),
            (WitType::Option(inner), value) => some(self.value(inner, value, path)?),
            (WitType::Named(named), value) => self.named(wit, named, value, path),
            (_, value) => Err(ConvertError::unexpected(path, wit, found(&value))),
        }
    }

    fn text(&mut self, text: String) -> Result<Val, ConvertError> {
        self.budget.spend(text.len())?;
        Ok(Val::String(text))
    }

    fn items(
        &mut self,
        wits: impl Iterator<Item = &'w WitType>,
        items: Vec<Value>,
        path: Path<'_>,
    ) -> Result<Vec<Val>, ConvertError> {
        let pairs = wits.zip(items).enumerate();
        pairs.map(|(index, (wit, item))| self.value(wit, item, Path::Item(&path, index))).collect()
    }

    fn entries(
        &mut self,
        wit: &'w WitType,
        entries: impl Iterator<Item = (String, Value)>,
        path: Path<'_>,
    ) -> Result<Val, ConvertError> {
        let entry = |(name, value): (String, Value)| {
            self.budget.spend(2 * size_of::<Val>() + name.len())?;
            let value = self.value(wit, value, Path::Property(&path, &name))?;
            Ok(Val::Tuple(vec![Val::String(name), value]))
        };
        Ok(Val::List(entries.map(entry).collect::<Result<_, _>>()?))
    }

    fn named(
        &mut self,
        wit: &'w WitType,
        named: &'w Arc<WitNamed>,
        value: Value,
        path: Path<'_>,
    ) -> Result<Val, ConvertError> {
        match (&named.body, value) {
            (WitBody::Record { fields, rest }, Value::Object(object)) => {
                self.record(named, fields, rest.as_ref(), object, path)
            }
            (WitBody::Enum(cases), Value::String(text)) => self.enumeration(wit, named, cases, text, path),
            (WitBody::ByKind(cases), value) => self.by_kind(wit, cases, value, path),
            (WitBody::ByTag { tag, cases }, Value::Object(object)) => self.by_tag(named, (tag, cases), object, path),
            (_, value) => Err(ConvertError::unexpected(path, wit, found(&value))),
        }
    }

    fn record(
        &mut self,
        named: &'w WitNamed,
        fields: &'w [WitField],
        rest: Option<&'w WitRest>,
        object: Map<String, Value>,
        path: Path<'_>,
    ) -> Result<Val, ConvertError> {
        // Charge the fields before they take any memory: a type may have thousands, and a list of `{}` may be long.
        self.budget.spend(fields.iter().map(|field| size_of::<(String, Val)>() + field.name.len()).sum())?;
        let mut record = Vec::with_capacity(fields.len() + 1);
        // No field has an empty name, so entries that keep one are absent.
        record.resize_with(fields.len(), || (String::new(), Val::Option(None)));
        let (mut others, mut next) = (Vec::new(), 0);
        for (key, value) in object {
            let at = self.field_at(named, fields, next, &key);
            match at.and_then(|at| Some((at, fields.get(at)?, record.get_mut(at)?))) {
                Some((at, field, place)) => {
                    let value = self.field(field, value, Path::Property(&path, &key))?;
                    *place = (reused(key, &field.name), value);
                    next = at + 1;
                }
                None if rest.is_some() => others.push((key, value)),
                None => {}
            }
        }
        let absent = fields.iter().zip(&mut record).filter(|(_, (name, _))| name.is_empty());
        for (field, (name, _)) in absent {
            if !field.optional {
                return Err(ConvertError::unexpected(Path::Property(&path, &field.wire), &field.value, ABSENT));
            }
            name.clone_from(&field.name);
        }
        if let Some(rest) = rest {
            record.push((rest.name.clone(), self.entries(&rest.value, others.into_iter(), path)?));
        }
        Ok(Val::Record(record))
    }

    /// Returns the index of a property's field. Most objects list properties in schema order, so try `next` first.
    fn field_at(&mut self, named: &'w WitNamed, fields: &'w [WitField], next: usize, key: &str) -> Option<usize> {
        if fields.get(next).is_some_and(|field| field.wire == key) {
            return Some(next);
        }
        self.names.place(named, key, fields.iter().map(|field| field.wire.as_str()))
    }

    fn field(&mut self, field: &'w WitField, value: Value, path: Path<'_>) -> Result<Val, ConvertError> {
        let value = self.value(&field.value, value, path)?;
        if field.optional { some(value) } else { Ok(value) }
    }

    fn enumeration(
        &mut self,
        wit: &WitType,
        named: &'w WitNamed,
        cases: &'w [WitEnumCase],
        text: String,
        path: Path<'_>,
    ) -> Result<Val, ConvertError> {
        let place = self.names.place(named, &text, cases.iter().map(|case| case.wire.as_str()));
        let case = place.and_then(|place| cases.get(place));
        let case = case.ok_or_else(|| ConvertError::unexpected(path, wit, quoted(&text)))?;
        self.budget.spend(case.name.len())?;
        Ok(Val::Enum(reused(text, &case.name)))
    }

    fn by_kind(
        &mut self,
        wit: &WitType,
        cases: &'w [WitKindCase],
        value: Value,
        path: Path<'_>,
    ) -> Result<Val, ConvertError> {
        let kind = kind_of(&value);
        let case = cases.iter().find(|case| Some(case.kind) == kind);
        let case = case.ok_or_else(|| ConvertError::unexpected(path, wit, found(&value)))?;
        self.case(&case.name, Some((&case.value, value)), path)
    }

    fn by_tag(
        &mut self,
        named: &'w WitNamed,
        (tag, cases): (&str, &'w [WitTagCase]),
        mut object: Map<String, Value>,
        path: Path<'_>,
    ) -> Result<Val, ConvertError> {
        let wires = || cases.iter().map(|case| case.wire.as_str());
        let text = object.shift_remove(tag);
        let place = text.as_ref().and_then(Value::as_str).and_then(|text| self.names.place(named, text, wires()));
        let Some(case) = place.and_then(|place| cases.get(place)) else {
            let found = text.as_ref().map_or(ABSENT.to_owned(), found);
            let path = Path::Property(&path, tag).to_string();
            return Err(ConvertError::Unexpected { path, expected: one_of(wires()), found });
        };
        self.case(&case.name, case.value.as_ref().map(|wit| (wit, Value::Object(object))), path)
    }

    fn case(&mut self, name: &str, value: Option<(&'w WitType, Value)>, path: Path<'_>) -> Result<Val, ConvertError> {
        self.budget.spend(name.len())?;
        let value = value.map(|(wit, value)| self.value(wit, value, path)).transpose()?;
        Ok(Val::Variant(name.to_owned(), value.map(Box::new)))
    }
}

/// Copies `name` into the buffer of a text that is no longer needed: a value has many small ones.
fn reused(mut text: String, name: &str) -> String {
    text.clear();
    text.push_str(name);
    text
}

fn some(value: Val) -> Result<Val, ConvertError> {
    Ok(Val::Option(Some(Box::new(value))))
}

fn integer(number: &Number, path: Path<'_>) -> Result<Val, ConvertError> {
    // JSON Schema treats 1.0 as an integer.
    let whole = number.as_i64().or_else(|| number.as_f64().filter(|_| number.is_f64()).and_then(whole));
    whole.map(Val::S64).ok_or_else(|| ConvertError::Integer { path: path.to_string(), number: number.to_string() })
}
