//! Writes a tool, or a named type, as TypeScript; the only module that knows the language.

mod comment;
mod inert;
mod trim;
mod type_names;
mod type_text;

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use crate::level::{Cut, SENTENCE_CHARS_MAX};
use crate::schema::Reading;
use crate::shape::{Doc, Shape};
use crate::tool::{LearnedOutput, Tool};
use crate::words::{first_sentence, letters};
use comment::comment;
pub(crate) use trim::View;
pub(crate) use type_names::{NamedType, Naming, TypeNames, named_types, taken};
use type_text::type_text;

/// What every script sees besides its tools.
pub(crate) const PRELUDE: &str = "\
/** What a failed tool call throws. */
declare class ToolError extends Error {
  readonly code: string;
  readonly tool: string;
  readonly retryable: boolean;
  readonly data: unknown;
}
/** The parameters of this run. */
declare const input: unknown;
";

/// [`PRELUDE`] without comments.
pub(crate) static PRELUDE_SIGNATURES: LazyLock<String> =
    LazyLock::new(|| PRELUDE.split_inclusive('\n').filter(|line| !line.starts_with("/**")).collect());

/// A tool, with everything named in its declaration.
pub(crate) struct Method<'a> {
    pub(crate) tool: &'a Tool,
    pub(crate) identifier: String,
    pub(crate) arguments: Shape,
    pub(crate) argument_doc: Doc,
    pub(crate) argument_names: Arc<TypeNames>,
    pub(crate) arguments_can_be_left_out: bool,
    /// `None` if the server does not describe it.
    pub(crate) result: Option<Shape>,
    pub(crate) result_doc: Doc,
    pub(crate) result_names: Arc<TypeNames>,
}

/// A text, and the indices of the named types that it uses.
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) uses: Vec<usize>,
}

/// Declares a tool within its server.
pub(crate) fn method(method: &Method<'_>, types: &[NamedType], view: View) -> Piece {
    let find = finder(types, &method.argument_names);
    let (arguments, lost) = trim::arguments(&method.arguments, view, &find);
    let find = finder(types, &method.result_names);
    let result = method.result.as_ref().map(|result| trim::result(result, view, &find));
    let mark = if method.arguments_can_be_left_out { "?" } else { "" };
    let arguments_text = type_text(&arguments, &method.argument_names, 2);
    let result_text = result.as_ref().map(|result| type_text(result, &method.result_names, 2));
    let result_text = result_text.as_deref().unwrap_or("unknown");
    let comment = comment(&tool_lines(method, view, lost), 2);
    let mut uses = uses(&arguments, &method.argument_names);
    uses.extend(result.iter().flat_map(|result| self::uses(result, &method.result_names)));
    let text = format!("{comment}    {}(args{mark}: {arguments_text}): Promise<{result_text}>;\n", method.identifier);
    Piece { text, uses }
}

/// Declares a named type.
pub(crate) fn alias(named: &NamedType, types: &[NamedType], view: View) -> Piece {
    let (shape, _) = trim::arguments(&named.shape, view, &finder(types, &named.names));
    let comment = comment(&comment::doc_lines(&trim::doc(&named.doc, view)), 0);
    let text = format!("{comment}type {} = {};\n", named.name, type_text(&shape, &named.names, 0));
    Piece { text, uses: uses(&shape, &named.names) }
}

/// Names a tool in a comment, with the first sentence of its description if wanted.
pub(crate) fn remark(method: &Method<'_>, sentence: bool) -> String {
    match sentence.then(|| tool_sentence(method.tool)).flatten() {
        Some(words) => format!("    // {}: {words}\n", method.identifier),
        None => format!("    // {}\n", method.identifier),
    }
}

/// Returns the first sentence of a tool's description as one inert line.
pub(crate) fn tool_sentence(tool: &Tool) -> Option<String> {
    let words = tool.description.as_ref().or(tool.title.as_ref())?;
    let sentence = inert::lines(&first_sentence(words, SENTENCE_CHARS_MAX)).join(" ");
    Some(sentence).filter(|sentence| !sentence.is_empty())
}

/// Returns the line before a server's tools, with its wire name if that differs.
pub(crate) fn server_head(identifier: &str, wire: &str, comments: bool) -> String {
    let lines = if comments { wire_name(identifier, wire) } else { Vec::new() };
    format!("{}  readonly {identifier}: {{\n", comment(&lines, 1))
}

/// Returns untrusted text as one line without hidden characters.
pub(crate) fn one_line(text: &str) -> String {
    inert::lines(text).join(" ")
}

fn finder<'a>(types: &'a [NamedType], names: &'a TypeNames) -> impl Fn(&str) -> Option<&'a Shape> {
    |pointer| types.get(names.index(pointer)?).map(|named| &named.shape)
}

fn uses(shape: &Shape, names: &TypeNames) -> Vec<usize> {
    let mut pointers = HashSet::new();
    type_names::references(shape, &mut pointers);
    let mut uses: Vec<usize> = pointers.into_iter().filter_map(|pointer| names.index(pointer)).collect();
    uses.sort_unstable();
    uses
}

fn tool_lines(method: &Method<'_>, view: View, lost: usize) -> Vec<String> {
    if !view.comments {
        return Vec::new();
    }
    let mut lines = said(method.tool, view.cut);
    if view.cut < Cut::Comments {
        lines.extend(wire_name(&method.identifier, &method.tool.name));
    }
    let fields = if lost == 1 { "field" } else { "fields" };
    lines.extend((lost > 0).then(|| format!("Left out: {lost} optional {fields}.")));
    lines.extend(method.tool.learned_result().map(LearnedOutput::remark));
    lines.extend(comment::part_lines("param args", &trim::doc(&method.argument_doc, view)));
    lines.extend(comment::part_lines("returns", &trim::doc_of_result(&method.result_doc, view)));
    lines
}

/// Returns the description, or the title if there is none.
fn said(tool: &Tool, cut: Cut) -> Vec<String> {
    let Some(description) = tool.description.as_ref().filter(|words| !words.trim().is_empty()) else {
        return tool.title.iter().flat_map(|title| inert::lines(title)).collect();
    };
    if cut >= Cut::LongWords {
        return inert::lines(&trim::summary(description));
    }
    let same =
        |title: &&String| letters(title) == letters(&tool.name) || letters(description).starts_with(&letters(title));
    let title = tool.title.iter().filter(|title| !same(title)).flat_map(|title| inert::lines(title));
    title.chain(inert::lines(description)).collect()
}

/// Names the wire name if it differs from the identifier.
fn wire_name(identifier: &str, wire: &str) -> Vec<String> {
    if identifier == wire {
        return Vec::new();
    }
    inert::lines(&format!("Wire name: {}", inert::string(wire)))
}

/// Whether a call may omit its arguments: they are an object that may be empty.
pub(crate) fn can_be_left_out(arguments: &Reading) -> bool {
    match &arguments.shape {
        Shape::Ref(pointer) => {
            let definition = arguments.definitions.iter().find(|definition| definition.pointer == *pointer);
            definition.is_some_and(|definition| may_be_empty(&definition.shape))
        }
        shape => may_be_empty(shape),
    }
}

fn may_be_empty(shape: &Shape) -> bool {
    match shape {
        Shape::Unknown => true,
        Shape::Object(object) => object.fields.iter().all(|field| field.optional),
        Shape::Union(members) => members.iter().any(may_be_empty),
        Shape::Intersection(members) => members.iter().all(may_be_empty),
        _ => false,
    }
}
