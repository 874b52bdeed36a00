//! Which parts of a tool are indexed, and how much of each; `rank` weighs them.

use serde_json::Value;

use super::split::each_word;
use callbox_bindings::{Tool, internal::first_sentence};

/// Number of fields.
pub(super) const FIELDS: usize = 7;

/// A part of a tool's definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    /// The wire name.
    Name,
    /// The display name.
    Title,
    /// The first sentence of the description.
    Summary,
    /// The whole description.
    Description,
    /// Argument names.
    Parameters,
    /// Argument descriptions and the words that arguments may be.
    Hints,
    /// The server's name.
    Server,
}

/// The rest of a longer name or title is not indexed; real ones are much shorter.
const NAME_CHARS_MAX: usize = 256;

/// The rest of a longer description is not indexed. Of 1,966 tools of real servers, none has a longer one.
const DESCRIPTION_CHARS_MAX: usize = 4_000;

/// A longer first sentence is not treated as a sentence.
const SUMMARY_CHARS_MAX: usize = 200;

/// The rest of a longer argument description is not indexed.
const HINT_CHARS_MAX: usize = 200;

/// Further arguments of a tool are not indexed.
const PARAMETERS_MAX: usize = 64;

/// Further words that an argument may be are not indexed.
const CHOICES_MAX: usize = 32;

/// Passes each word of each field to `take`.
pub(super) fn each_field_word(server: &str, tool: &Tool, mut take: impl FnMut(Field, &str)) {
    let mut field = |field: Field, text: &str, chars_max: usize| {
        each_word(text, chars_max, &mut |word| take(field, word));
    };
    let description = tool.description.as_deref().unwrap_or_default();
    field(Field::Server, server, NAME_CHARS_MAX);
    field(Field::Name, &tool.name, NAME_CHARS_MAX);
    field(Field::Title, title(tool), NAME_CHARS_MAX);
    field(Field::Summary, &summary(description), SUMMARY_CHARS_MAX);
    field(Field::Description, description, DESCRIPTION_CHARS_MAX);
    for (name, schema) in parameters(tool) {
        field(Field::Parameters, name, NAME_CHARS_MAX);
        field(Field::Hints, text(schema, "description"), HINT_CHARS_MAX);
        for choice in choices(schema) {
            field(Field::Hints, choice, HINT_CHARS_MAX);
        }
    }
}

/// Returns the start of the description, up to a sentence's maximum length.
fn summary(description: &str) -> String {
    let start: String = description.trim_start().chars().take(SUMMARY_CHARS_MAX).collect();
    first_sentence(&start, SUMMARY_CHARS_MAX)
}

/// Older servers put the title in the annotations.
fn title(tool: &Tool) -> &str {
    let annotated = || tool.annotations.as_ref().map(|annotations| text(annotations, "title"));
    tool.title.as_deref().or_else(annotated).unwrap_or_default()
}

fn parameters(tool: &Tool) -> impl Iterator<Item = (&String, &Value)> {
    let properties = tool.input_schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten().take(PARAMETERS_MAX)
}

fn choices(schema: &Value) -> impl Iterator<Item = &str> {
    let choices = schema.get("enum").and_then(Value::as_array);
    choices.into_iter().flatten().take(CHOICES_MAX).filter_map(Value::as_str)
}

fn text<'a>(schema: &'a Value, key: &str) -> &'a str {
    schema.get(key).and_then(Value::as_str).unwrap_or_default()
}
