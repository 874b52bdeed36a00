//! What makes one function costly to compile beside its length: wherever control flow joins, the compiler may have to
//! find out for each local which value it has.

use wasmparser::{BinaryReaderError, FunctionBody, Operator};

/// How costly one function is to compile.
pub(super) struct Complexity {
    /// Locals that it declares.
    pub(super) locals: u64,
    /// Blocks, branches, and the targets of tables of branches.
    pub(super) branches: u64,
}

/// Counts them.
pub(super) fn complexity(body: &FunctionBody<'_>) -> Result<Complexity, BinaryReaderError> {
    let mut complexity = Complexity { locals: 0, branches: 0 };
    for local in body.get_locals_reader()? {
        complexity.locals = complexity.locals.saturating_add(local?.0.into());
    }
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        complexity.branches = complexity.branches.saturating_add(match operators.read()? {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::Br { .. }
            | Operator::BrIf { .. } => 1,
            Operator::BrTable { targets } => 1 + u64::from(targets.len()),
            Operator::TryTable { try_table } => 1 + try_table.catches.len() as u64,
            _ => 0,
        });
    }
    Ok(complexity)
}
