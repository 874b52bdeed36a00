//! Catalogues that no honest server sends: schemas made of any JSON, text that tries to escape.

use callbox_bindings::{Server, Tool};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Up to three servers of up to four tools each.
pub(crate) fn servers() -> impl Strategy<Value = Vec<Server>> {
    let server = (words(), prop::collection::vec(tool(), 0..4)).prop_map(|(name, tools)| Server::new(name, tools));
    prop::collection::vec(server, 0..3)
}

fn tool() -> impl Strategy<Value = Tool> {
    let said = (words(), words(), schema(), prop::option::of(schema()));
    said.prop_map(|(name, description, input_schema, output_schema)| Tool {
        name,
        title: None,
        description: Some(description),
        input_schema,
        output_schema,
        annotations: None,
        learned: None,
    })
}

/// Text of any kind, often the same, so that names collide.
fn words() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "",
        "a",
        "A",
        "a-b",
        "a_b",
        "aB",
        "*/",
        "\n",
        "\"#]",
        "\\",
        "\u{202e}",
        "\u{2028}x",
        "\r",
        "\u{0}",
        "\u{149}",
        "type",
        "self",
        "Self",
        "crate",
        "_",
        "r#fn",
        "%x",
        "json",
        "Option",
        "String",
        "None",
        "rest",
        "/// }\n}",
        "```\nfn main() { loop {} }\n```",
        "    code",
        "<b>",
        "1",
        "１",
        "with-tools",
        "tool-error",
        "args",
        "serde",
    ]);
    prop_oneof![3 => nasty.prop_map(str::to_owned), 1 => ".{0,12}"]
}

/// Mostly schemas, occasionally any JSON instead.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["string", "integer", "number", "boolean", "null", "array", "object"])
            .prop_map(|kind| json!({ "type": kind })),
        prop::collection::vec(words(), 1..4).prop_map(|texts| json!({ "enum": texts })),
        words().prop_map(|text| json!({ "const": text })),
        prop::sample::select(vec![
            json!({}),
            json!(true),
            json!(false),
            json!({ "const": 1 }),
            json!({ "enum": [1, null, "a", [2], { "b": 3 }] })
        ]),
        (0..3usize).prop_map(|index| json!({ "$ref": format!("#/$defs/{index}") })),
        words().prop_map(Value::from),
    ];
    let inner = leaf.prop_recursive(4, 24, 4, |inner| {
        let some = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            4 => object(inner.clone()),
            1 => inner.prop_map(|items| json!({ "type": "array", "items": items })),
            1 => some.clone().prop_map(|items| json!({ "type": "array", "prefixItems": items, "minItems": items.len(), "items": false })),
            2 => (prop::sample::select(vec!["anyOf", "oneOf", "allOf"]), some).prop_map(|(key, all)| json!({ key: all })),
        ]
    });
    (inner.clone(), prop::collection::vec(inner, 3)).prop_map(|(mut schema, definitions)| {
        if let Some(keywords) = schema.as_object_mut() {
            let definitions = definitions.into_iter().enumerate();
            keywords.insert("$defs".into(), definitions.map(|(index, value)| (index.to_string(), value)).collect());
        }
        schema
    })
}

fn object(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let rest = prop::option::of(prop::sample::select(vec![
        json!(true),
        json!(false),
        json!({ "type": "integer" }),
        json!({ "$ref": "#/$defs/0" }),
    ]));
    let property = (words(), inner, any::<bool>(), words());
    (prop::collection::vec(property, 0..4), rest).prop_map(|(properties, rest)| {
        let (mut fields, mut required) = (serde_json::Map::new(), Vec::new());
        for (name, mut schema, needed, words) in properties {
            schema.as_object_mut().into_iter().for_each(|keywords| {
                keywords.insert("description".into(), words.clone().into());
            });
            required.extend(needed.then(|| name.clone()));
            fields.insert(name, schema);
        }
        let mut schema = json!({ "type": "object", "properties": fields, "required": required });
        if let (Some(keywords), Some(rest)) = (schema.as_object_mut(), rest) {
            keywords.insert("additionalProperties".into(), rest);
        }
        schema
    })
}
