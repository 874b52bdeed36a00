//! Generates values from a schema: most fit it, and changed ones often do not. A validator decides which fit; nothing
//! here has to be right.

use serde_json::{Map, Value, json};

/// Random choices, all from one seed.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn of(seed: u64) -> Choices {
        Choices(seed | 1)
    }

    /// Returns a number below `end`, or 0 if that is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default().checked_rem(end).unwrap_or_default()
    }

    pub(crate) fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }
}

const DEPTH_MAX: usize = 7;

/// Returns a value that a schema probably allows.
pub(crate) fn value_of(schema: &Value, root: &Value, choices: &mut Choices, depth: usize) -> Value {
    let Some(keywords) = schema.as_object() else { return any(choices) };
    let listed = keywords.get("enum").and_then(Value::as_array).filter(|listed| !listed.is_empty());
    if let Some(only) = keywords.get("const") {
        return only.clone();
    }
    if let Some(listed) = listed {
        return listed[choices.below(listed.len())].clone();
    }
    let mut value = own(keywords, root, choices, depth);
    if depth > DEPTH_MAX {
        return value.unwrap_or_default();
    }
    let target =
        keywords.get("$ref").and_then(Value::as_str).and_then(|reference| root.pointer(reference.strip_prefix('#')?));
    let branch = ["anyOf", "oneOf"].iter().filter_map(|key| keywords.get(*key)?.as_array()).next();
    let branch = branch.and_then(|branches| branches.get(choices.below(branches.len())));
    let all = keywords.get("allOf").and_then(Value::as_array).into_iter().flatten();
    for part in target.into_iter().chain(branch).chain(all) {
        value = Some(overlaid(value, value_of(part, root, choices, depth + 1)));
    }
    value.unwrap_or_else(|| any(choices))
}

fn overlaid(below: Option<Value>, above: Value) -> Value {
    match (below, above) {
        (Some(Value::Object(mut below)), Value::Object(above)) => {
            below.extend(above);
            Value::Object(below)
        }
        (_, above) => above,
    }
}

fn any(choices: &mut Choices) -> Value {
    let values =
        [json!(null), json!(true), json!(7), json!(1.5), json!("text"), json!([]), json!(["x", 1]), json!({ "k": 1 })];
    values[choices.below(values.len())].clone()
}

/// Uses only the schema's own keywords; `None` if they do not determine a kind.
fn own(keywords: &Map<String, Value>, root: &Value, choices: &mut Choices, depth: usize) -> Option<Value> {
    let kind = match keywords.get("type") {
        Some(Value::Array(kinds)) => kinds.get(choices.below(kinds.len())).and_then(Value::as_str),
        kind => kind.and_then(Value::as_str),
    };
    let implied = [("properties", "object"), ("required", "object"), ("items", "array")];
    let kind = kind.or_else(|| implied.iter().find(|(key, _)| keywords.contains_key(*key)).map(|(_, kind)| *kind));
    Some(match kind? {
        "object" => object(keywords, root, choices, depth),
        "array" => array(keywords, root, choices, depth),
        "string" => string(keywords, choices),
        "integer" => number(keywords, choices, true),
        "number" => number(keywords, choices, false),
        "boolean" => json!(choices.one_in(2)),
        _ => Value::Null,
    })
}

fn object(keywords: &Map<String, Value>, root: &Value, choices: &mut Choices, depth: usize) -> Value {
    let mut fields = Map::new();
    let required: Vec<&str> =
        keywords.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let declared = keywords.get("properties").and_then(Value::as_object);
    for (name, schema) in declared.into_iter().flatten() {
        if required.contains(&name.as_str()) || (depth <= DEPTH_MAX && choices.one_in(2)) {
            fields.insert(name.clone(), value_of(schema, root, choices, depth + 1));
        }
    }
    let others = keywords.get("additionalProperties");
    for name in required {
        fields.entry(name).or_insert_with(|| value_of(others.unwrap_or(&Value::Null), root, choices, depth + 1));
    }
    if others != Some(&Value::Bool(false)) && choices.one_in(3) {
        fields.insert("another_name".to_owned(), value_of(others.unwrap_or(&Value::Null), root, choices, depth + 1));
    }
    Value::Object(fields)
}

fn array(keywords: &Map<String, Value>, root: &Value, choices: &mut Choices, depth: usize) -> Value {
    let bound = |key: &str| keywords.get(key).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
    let min = bound("minItems").unwrap_or(0).min(50);
    let len = (min + choices.below(3)).min(bound("maxItems").unwrap_or(usize::MAX));
    let first = keywords.get("prefixItems").or_else(|| keywords.get("items")).and_then(Value::as_array);
    let rest = keywords.get("items").filter(|items| !items.is_array()).unwrap_or(&Value::Null);
    let item = |index: usize| first.and_then(|first| first.get(index)).unwrap_or(rest);
    let len = if depth > DEPTH_MAX { min } else { len };
    (0..len).map(|index| value_of(item(index), root, choices, depth + 1)).collect()
}

fn string(keywords: &Map<String, Value>, choices: &mut Choices) -> Value {
    let bound = |key: &str| keywords.get(key).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
    let known = match keywords.get("format").and_then(Value::as_str) {
        Some("date-time") => Some("2026-11-22T10:00:00Z"),
        Some("date") => Some("2026-11-22"),
        Some("uri" | "url") => Some("https://example.com/a"),
        Some("email") => Some("a@example.com"),
        Some("uuid") => Some("123e4567-e89b-42d3-a456-426614174000"),
        _ => None,
    };
    let given = keywords.get("default").or_else(|| keywords.get("examples")?.get(0)).filter(|given| given.is_string());
    let plain = known.map(Value::from).or_else(|| given.cloned()).filter(|_| !choices.one_in(8));
    plain.unwrap_or_else(|| {
        let text = ["", "a", "some text", "4", "\"*/ \u{2028}"][choices.below(5)];
        let long = format!("{text:x<width$}", width = bound("minLength").unwrap_or(0).min(500));
        Value::from(long.chars().take(bound("maxLength").unwrap_or(usize::MAX)).collect::<String>())
    })
}

fn number(keywords: &Map<String, Value>, choices: &mut Choices, whole: bool) -> Value {
    let bound = |keys: [&str; 2]| keys.iter().filter_map(|key| keywords.get(*key)?.as_f64()).next();
    let low = bound(["minimum", "exclusiveMinimum"]).map(|low| low + 1.0);
    let high = bound(["maximum", "exclusiveMaximum"]).map(|high| high - 1.0);
    let number = low.or(high).unwrap_or_else(|| [0.0, 1.0, -3.0, 42.0][choices.below(4)]);
    let number = if whole || choices.one_in(2) { number.floor() } else { number + 0.25 };
    if number.fract() == 0.0 {
        format!("{number:.0}").parse::<i64>().map_or(json!(number), Value::from)
    } else {
        json!(number)
    }
}

/// Changes the value in one place: another kind, a missing property, an unlisted text.
pub(crate) fn changed(value: &Value, choices: &mut Choices) -> Value {
    let mut value = value.clone();
    let mut place = &mut value;
    while !choices.one_in(3) {
        let inner = match &*place {
            Value::Array(items) => items.len(),
            Value::Object(fields) => fields.len(),
            _ => 0,
        };
        if inner == 0 {
            break;
        }
        let index = choices.below(inner);
        place = match place {
            Value::Array(items) => &mut items[index],
            Value::Object(fields) => fields.values_mut().nth(index).expect("an index below the length"),
            _ => break,
        };
    }
    match place {
        Value::Object(fields) if !fields.is_empty() && choices.one_in(2) => {
            let name = fields.keys().nth(choices.below(fields.len())).cloned().unwrap_or_default();
            fields.shift_remove(&name);
        }
        Value::Array(items) if !items.is_empty() && choices.one_in(2) => drop(items.pop()),
        Value::String(text) if choices.one_in(2) => text.push_str(" that no one listed"),
        place => *place = any(choices),
    }
    value
}
