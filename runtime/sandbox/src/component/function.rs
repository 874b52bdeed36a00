//! What makes a function costly to compile, apart from its length: wherever control flow joins, the compiler may have
//! to determine the value of each local.

use wasmparser::{BinaryReaderError, FunctionBody, Operator};

/// A measure of how costly one function is to compile.
pub(super) struct Complexity {
    /// Number of declared locals.
    pub(super) locals: u64,
    /// Number of blocks, branches, and branch table targets.
    pub(super) branches: u64,
}

/// Counts the locals and branches of a function.
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
