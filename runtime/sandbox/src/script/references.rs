//! Where a script mentions variables. The engine does not know where a `ReferenceError` happened
//! within its function; the mention of the variable tells.

use oxc_ast::ast::{IdentifierReference, Program};
use oxc_ast_visit::Visit;
use oxc_semantic::Scoping;
use oxc_span::Span;

/// One mention of a variable.
pub(super) struct Reference {
    pub(super) name: String,
    pub(super) span: Span,
    /// Whether it stands before the `let`, `const` or `class` that declares the variable.
    pub(super) early: bool,
}

/// Every mention of a variable, in the order of the text.
pub(super) fn references(program: &Program<'_>, scoping: &Scoping) -> Vec<Reference> {
    let mut mentions = Mentions { scoping, found: Vec::new() };
    mentions.visit_program(program);
    mentions.found.sort_by_key(|reference| reference.span.start);
    mentions.found
}

struct Mentions<'s> {
    scoping: &'s Scoping,
    found: Vec<Reference>,
}

impl<'a> Visit<'a> for Mentions<'_> {
    fn visit_identifier_reference(&mut self, reference: &IdentifierReference<'a>) {
        let symbol = reference.reference_id.get().and_then(|id| self.scoping.get_reference(id).symbol_id());
        let early = symbol.is_some_and(|symbol| {
            let lexical = self.scoping.symbol_flags(symbol).is_block_scoped();
            lexical && reference.span.start < self.scoping.symbol_span(symbol).start
        });
        self.found.push(Reference { name: reference.name.to_string(), span: reference.span, early });
    }
}
