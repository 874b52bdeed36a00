//! What makes one function costly to compile beside its length: at each place where ways meet, the compiler may have to
//! say of each local which value it has.

use wasmparser::{BinaryReaderError, FunctionBody, Operator};

/// Blocks, branches and what they may lead to.
pub(super) struct Ways {
    pub(super) locals: u64,
    pub(super) branches: u64,
}

/// Counts them.
pub(super) fn ways(body: &FunctionBody<'_>) -> Result<Ways, BinaryReaderError> {
    let mut ways = Ways { locals: 0, branches: 0 };
    for local in body.get_locals_reader()? {
        ways.locals = ways.locals.saturating_add(local?.0.into());
    }
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        ways.branches = ways.branches.saturating_add(match operators.read()? {
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
    Ok(ways)
}
