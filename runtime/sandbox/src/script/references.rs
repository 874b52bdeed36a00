//! Where a script mentions a name. The engine places a `ReferenceError` at the start of the function
//! it happened in; the name in its message finds the mention.

use oxc_ast::ast::{IdentifierReference, Program};
use oxc_ast_visit::Visit;
use oxc_span::Span;

/// Every mention of a variable, in the order of the text.
pub(super) fn references(program: &Program<'_>) -> Vec<(String, Span)> {
    let mut mentions = Mentions(Vec::new());
    mentions.visit_program(program);
    mentions.0.sort_by_key(|(_, span)| span.start);
    mentions.0
}

struct Mentions(Vec<(String, Span)>);

impl<'a> Visit<'a> for Mentions {
    fn visit_identifier_reference(&mut self, reference: &IdentifierReference<'a>) {
        self.0.push((reference.name.to_string(), reference.span));
    }
}
