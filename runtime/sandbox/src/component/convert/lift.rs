//! Component values to JSON: arguments leaving a script.

use callbox_bindings::{WitBody, WitEnumCase, WitField, WitKindCase, WitNamed, WitRest, WitTagCase, WitType};
use serde_json::{Map, Number, Value};
use wasmtime::component::Val;

use super::{Budget, ConvertError, Path, expected, found, names::Names, whole};

/// Converts a component value of type `wit` to JSON, whose text takes at most about `bytes_max` bytes. Numbers are
/// written as JavaScript writes them: `1.0` is `1`, and `-0` is `0`.
pub(crate) fn lifted(wit: &WitType, value: &Val, bytes_max: usize) -> Result<Value, ConvertError> {
    Lift { budget: Budget::new(bytes_max), names: Names::default() }.value(wit, value, Path::Root)
}

struct Lift<'w> {
    budget: Budget,
    names: Names<'w>,
}

impl<'w> Lift<'w> {
    fn value(&mut self, wit: &'w WitType, value: &Val, path: Path<'_>) -> Result<Value, ConvertError> {
        self.budget.spend(1)?;
        match (wit, value) {
            (WitType::Json, Val::String(text)) => self.json(text, path),
            (WitType::Bool, Val::Bool(value)) => Ok(Value::Bool(*value)),
            (WitType::S64, Val::S64(number)) => Ok(Value::from(*number)),
            (WitType::F64, Val::Float64(number)) => float(*number, path),
            (WitType::String, Val::String(text)) => self.text(text),
            (WitType::List(item), Val::List(items)) => self.items(std::iter::repeat(&**item), items, path),
            (WitType::Tuple(wits), Val::Tuple(items)) if wits.len() == items.len() => {
                self.items(wits.iter(), items, path)
            }
            (WitType::Map(item), Val::List(entries)) => {
                let mut object = Map::with_capacity(entries.len().min(self.budget.bytes_left));
                self.entries(&mut object, item, entries, path)?;
                Ok(Value::Object(object))
            }
            (WitType::Option(_), Val::Option(None)) => Ok(Value::Null),
            (WitType::Option(inner), Val::Option(Some(value))) => self.value(inner, value, path),
            (WitType::Named(named), value) => self.named(wit, named, value, path),
            _ => Err(foreign(path, wit)),
        }
    }

    fn json(&mut self, text: &str, path: Path<'_>) -> Result<Value, ConvertError> {
        self.budget.spend(text.len())?;
        let not_json =
            |error: serde_json::Error| ConvertError::NotJson { path: path.to_string(), reason: error.to_string() };
        serde_json::from_str(text).map_err(not_json)
    }

    fn text(&mut self, text: &str) -> Result<Value, ConvertError> {
        self.budget.spend(text.len())?;
        Ok(Value::from(text))
    }

    fn items(
        &mut self,
        wits: impl Iterator<Item = &'w WitType>,
        items: &[Val],
        path: Path<'_>,
    ) -> Result<Value, ConvertError> {
        let pairs = wits.zip(items).enumerate();
        pairs.map(|(index, (wit, item))| self.value(wit, item, Path::Item(&path, index))).collect()
    }

    fn entries(
        &mut self,
        object: &mut Map<String, Value>,
        wit: &'w WitType,
        entries: &[Val],
        path: Path<'_>,
    ) -> Result<(), ConvertError> {
        for (index, entry) in entries.iter().enumerate() {
            let (name, value) = pair(entry).ok_or_else(|| foreign(Path::Item(&path, index), wit))?;
            let path = Path::Property(&path, name);
            let value = self.value(wit, value, path)?;
            self.insert(object, name, value, path)?;
        }
        Ok(())
    }

    /// Inserts a property; a duplicate is an error.
    fn insert(
        &mut self,
        object: &mut Map<String, Value>,
        name: &str,
        value: Value,
        path: Path<'_>,
    ) -> Result<(), ConvertError> {
        self.budget.spend(name.len())?;
        match object.insert(name.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(ConvertError::Twice { path: path.to_string() }),
        }
    }

    fn named(
        &mut self,
        wit: &'w WitType,
        named: &'w WitNamed,
        value: &Val,
        path: Path<'_>,
    ) -> Result<Value, ConvertError> {
        match (&named.body, value) {
            (WitBody::Record { fields, rest }, Val::Record(values)) => {
                self.record(wit, (fields, rest.as_ref()), values, path)
            }
            (WitBody::Enum(cases), Val::Enum(name)) => self.enumeration(wit, named, cases, name, path),
            (WitBody::ByKind(cases), Val::Variant(name, Some(value))) => self.by_kind(wit, cases, name, value, path),
            (WitBody::ByTag { tag, cases }, Val::Variant(name, value)) => {
                let place = self.names.place(named, name, cases.iter().map(|case| case.name.as_str()));
                let case = place.and_then(|place| cases.get(place)).ok_or_else(|| foreign(path, wit))?;
                self.by_tag(wit, tag, case, value.as_deref(), path)
            }
            _ => Err(foreign(path, wit)),
        }
    }

    fn record(
        &mut self,
        wit: &WitType,
        (fields, rest): (&'w [WitField], Option<&'w WitRest>),
        values: &[(String, Val)],
        path: Path<'_>,
    ) -> Result<Value, ConvertError> {
        if values.len() != fields.len() + usize::from(rest.is_some()) {
            return Err(foreign(path, wit));
        }
        let absent =
            |(field, (_, value)): &(&WitField, &(String, Val))| field.optional && matches!(value, Val::Option(None));
        // Reserve room only for fields that are present: a type may have thousands that are absent.
        let mut object = Map::with_capacity(fields.iter().zip(values).filter(|pair| !absent(pair)).count());
        for (field, (_, value)) in fields.iter().zip(values) {
            let path = Path::Property(&path, &field.wire);
            if let Some(value) = self.field(field, value, path)? {
                self.insert(&mut object, &field.wire, value, path)?;
            }
        }
        if let (Some(rest), Some((_, value))) = (rest, values.last()) {
            let Val::List(entries) = value else { return Err(foreign(path, wit)) };
            self.entries(&mut object, &rest.value, entries, path)?;
        }
        Ok(Value::Object(object))
    }

    /// Converts a field; `None` means the property is absent.
    fn field(&mut self, field: &'w WitField, value: &Val, path: Path<'_>) -> Result<Option<Value>, ConvertError> {
        match (field.optional, value) {
            (true, Val::Option(None)) => Ok(None),
            (true, Val::Option(Some(value))) => self.value(&field.value, value, path).map(Some),
            (true, _) => Err(foreign(path, &field.value)),
            (false, value) => self.value(&field.value, value, path).map(Some),
        }
    }

    fn enumeration(
        &mut self,
        wit: &WitType,
        named: &'w WitNamed,
        cases: &'w [WitEnumCase],
        name: &str,
        path: Path<'_>,
    ) -> Result<Value, ConvertError> {
        let place = self.names.place(named, name, cases.iter().map(|case| case.name.as_str()));
        let case = place.and_then(|place| cases.get(place)).ok_or_else(|| foreign(path, wit))?;
        self.text(&case.wire)
    }

    fn by_kind(
        &mut self,
        wit: &WitType,
        cases: &'w [WitKindCase],
        name: &str,
        value: &Val,
        path: Path<'_>,
    ) -> Result<Value, ConvertError> {
        let case = cases.iter().find(|case| case.name == name).ok_or_else(|| foreign(path, wit))?;
        self.value(&case.value, value, path)
    }

    fn by_tag(
        &mut self,
        wit: &'w WitType,
        tag: &str,
        case: &'w WitTagCase,
        value: Option<&Val>,
        path: Path<'_>,
    ) -> Result<Value, ConvertError> {
        let value = match (&case.value, value) {
            (None, None) => Value::Object(Map::new()),
            (Some(wit), Some(value)) => self.value(wit, value, path)?,
            _ => return Err(foreign(path, wit)),
        };
        let Value::Object(mut object) = value else {
            return Err(ConvertError::unexpected(path, wit, found(&value)));
        };
        let text = self.text(&case.wire)?;
        self.insert(&mut object, tag, text, Path::Property(&path, tag))?;
        Ok(Value::Object(object))
    }
}

fn pair(entry: &Val) -> Option<(&str, &Val)> {
    match entry {
        Val::Tuple(pair) => match pair.as_slice() {
            [Val::String(name), value] => Some((name, value)),
            _ => None,
        },
        _ => None,
    }
}

fn float(number: f64, path: Path<'_>) -> Result<Value, ConvertError> {
    let not_finite = || ConvertError::NotFinite { path: path.to_string(), number: number.to_string() };
    match whole(number) {
        Some(integer) => Ok(Value::from(integer)),
        None => Number::from_f64(number).map(Value::Number).ok_or_else(not_finite),
    }
}

/// Linked functions have the types used for conversion, so this happens only if a caller mixes types up.
fn foreign(path: Path<'_>, wit: &WitType) -> ConvertError {
    ConvertError::Unexpected {
        path: path.to_string(),
        expected: expected(wit),
        found: "a component value of another type".to_owned(),
    }
}
