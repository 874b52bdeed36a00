//! Names the types of a server's tools: one set per module or interface.

use std::collections::HashSet;

use super::{Model, Type};
use crate::names::{Style, named};

/// Returns names for the types of each model, none of them in `taken`.
///
/// The types of tools' arguments and results are named first, so that an inner type of one tool never changes the names
/// of another's arguments.
pub(crate) fn type_names(models: &[&Model], style: &Style, mut taken: HashSet<String>) -> Vec<Vec<String>> {
    let wanted = |roots: bool| -> Vec<String> {
        let of = |model: &&Model| -> Vec<String> {
            let types = model.types.iter().enumerate().filter(|(index, _)| is_root(model, *index) == roots);
            types.map(|(_, named)| named.path.join("/")).collect()
        };
        models.iter().flat_map(of).collect()
    };
    let roots = named(&wanted(true), style, &taken);
    taken.extend(roots.iter().cloned());
    let inner = named(&wanted(false), style, &taken);
    let (mut roots, mut inner) = (roots.into_iter(), inner.into_iter());
    let mut next = |root: bool| if root { roots.next() } else { inner.next() }.unwrap_or_default();
    models.iter().map(|model| (0..model.types.len()).map(|index| next(is_root(model, index))).collect()).collect()
}

/// A root with a named type is at index 0.
fn is_root(model: &Model, index: usize) -> bool {
    index == 0 && matches!(&model.root, Type::Named(0))
}
