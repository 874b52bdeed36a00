//! One parsed tool: its identifier and the shapes of its arguments and result, for any target language.

use std::collections::HashSet;

use crate::note::Note;
use crate::schema::{self, Document, Reading};
use crate::tool::Tool;

/// A tool in the form that renderers need.
pub(crate) struct Stub<'a> {
    /// The tool as its server describes it.
    pub(crate) tool: &'a Tool,
    /// Its name in a program.
    pub(crate) identifier: String,
    pub(crate) arguments: Reading,
    /// `None` if the server does not describe it and nothing was learned.
    pub(crate) result: Option<Reading>,
}

impl<'a> Stub<'a> {
    pub(crate) fn read(server: &str, tool: &'a Tool, identifier: String) -> Stub<'a> {
        let label = format!("{server}.{}", tool.name);
        let given = tool.output_schema.as_ref().map(|schema| Document {
            tool: &label,
            key: "outputSchema",
            schema,
            start: if tool.wraps_result() { "/properties/result" } else { "" },
        });
        let learned = |learned| Document { tool: &label, key: "learned", schema: learned, start: "" };
        let result = given.or_else(|| tool.learned_result().map(|output| learned(&output.schema)));
        let arguments = Document { tool: &label, key: "inputSchema", schema: &tool.input_schema, start: "" };
        Stub { arguments: schema::read(&arguments), result: result.as_ref().map(schema::read), tool, identifier }
    }

    /// Returns the result as described by the server: learned types are not a promise to build a program on.
    pub(crate) fn given_result(&self) -> Option<&Reading> {
        self.result.as_ref().filter(|_| self.tool.output_schema.is_some())
    }

    pub(crate) fn notes(&self) -> impl Iterator<Item = &Note> {
        self.readings().flat_map(|reading| &reading.notes)
    }

    /// Returns notes for languages in which the type of additional properties must cover the declared ones.
    pub(crate) fn rest_notes(&self) -> impl Iterator<Item = &Note> {
        self.readings().flat_map(|reading| &reading.rest_notes)
    }

    fn readings(&self) -> impl Iterator<Item = &Reading> {
        [&self.arguments].into_iter().chain(&self.result)
    }
}

/// Returns notes on tools that share their wire name with an earlier one; only the earlier one can be called.
pub(crate) fn repeats(server: &str, stubs: &[Stub<'_>]) -> Vec<Note> {
    let mut seen = HashSet::new();
    let again = stubs.iter().filter(|stub| !seen.insert(&stub.tool.name));
    let note = |stub: &Stub<'_>| Note {
        tool: format!("{server}.{}", stub.tool.name),
        pointer: "/name".to_owned(),
        what: "another tool with the same name".to_owned(),
        instead: stub.identifier.clone(),
    };
    again.map(note).collect()
}
