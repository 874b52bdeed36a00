//! Decides which definitions keep a name: endless ones are cut, small ones move to where they are used.

use std::collections::HashMap;

use super::inline::{inline, put_in, take_over_doc};
use crate::shape::{Doc, Shape};

/// A part of a schema that others refer to.
pub(crate) struct Definition {
    /// JSON pointer from the document's root.
    pub(crate) pointer: String,
    pub(crate) shape: Shape,
    pub(crate) doc: Doc,
}

/// The root of a document and its doc.
pub(super) struct Whole {
    pub(super) shape: Shape,
    pub(super) doc: Doc,
}

/// Makes every definition expressible in a language with named types, and keeps those worth naming.
pub(super) fn settle(
    mut whole: Whole,
    definitions: Vec<Definition>,
    endless: &HashMap<String, usize>,
) -> (Whole, Vec<Definition>) {
    let definitions = without_endless(definitions, endless);
    let inline = inline(&definitions);
    let settled = |mut definition: Definition| {
        take_over_doc(&mut definition.doc, &definition.shape, &inline);
        Definition { shape: put_in(definition.shape, &inline), ..definition }
    };
    let kept = definitions.into_iter().filter(|definition| !inline.contains_key(&definition.pointer));
    let kept = kept.map(settled).collect();
    take_over_doc(&mut whole.doc, &whole.shape, &inline);
    (Whole { shape: put_in(whole.shape, &inline), ..whole }, kept)
}

fn without_endless(definitions: Vec<Definition>, endless: &HashMap<String, usize>) -> Vec<Definition> {
    let cut = |definition: Definition| match endless.contains_key(&definition.pointer) {
        true => Definition { shape: cut(definition.shape, endless), ..definition },
        false => definition,
    };
    definitions.into_iter().map(cut).collect()
}

/// Finds definitions that are just themselves, or themselves or something else, with no object or array in between, and
/// those that lead there: such references say nothing.
///
/// They are what remains after repeatedly removing definitions whose bare references are all settled. Each comes with
/// the number of its unsettled references.
pub(super) fn endless(definitions: &[Definition]) -> HashMap<String, usize> {
    let mut users: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut unsettled: HashMap<String, usize> = HashMap::new();
    for definition in definitions {
        let bare = bare_references(&definition.shape);
        unsettled.insert(definition.pointer.clone(), bare.len());
        bare.into_iter().for_each(|used| users.entry(used).or_default().push(&definition.pointer));
    }
    let mut settled: Vec<&str> = definitions
        .iter()
        .map(|definition| definition.pointer.as_str())
        .filter(|pointer| unsettled.get(*pointer) == Some(&0))
        .collect();
    while let Some(pointer) = settled.pop() {
        unsettled.remove(pointer);
        for user in users.remove(pointer).unwrap_or_default() {
            if let Some(left) = unsettled.get_mut(user) {
                *left -= 1;
                settled.extend((*left == 0).then_some(user));
            }
        }
    }
    unsettled
}

/// Returns the references reached without entering an object or array.
fn bare_references(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::Ref(pointer) => vec![pointer],
        Shape::Union(members) | Shape::Intersection(members) => members.iter().flat_map(bare_references).collect(),
        _ => Vec::new(),
    }
}

fn cut(shape: Shape, endless: &HashMap<String, usize>) -> Shape {
    match shape {
        Shape::Ref(pointer) if endless.contains_key(&pointer) => Shape::Unknown,
        bare @ (Shape::Union(_) | Shape::Intersection(_)) => bare.map_parts(&mut |part| cut(part, endless)),
        other => other,
    }
}

/// The TypeScript compiler rejects an intersection that expands to 100,000 members; other languages fare even worse.
const ALTERNATIVES_MAX: usize = 1_000;

/// Drops members of intersections whose alternatives would multiply too far, which allows more. The last result names
/// the definitions where that happened; the empty string means the root.
pub(super) fn tame(shape: Shape, definitions: Vec<Definition>) -> (Shape, Vec<Definition>, Vec<String>) {
    let widths = Widths::of(&definitions);
    let mut wide = Vec::new();
    let mut tamed = |shape: Shape, pointer: &str| {
        if !widths.too_wide(&shape) {
            return shape;
        }
        let mut cut = false;
        let shape = widths.tame(shape, &mut cut);
        wide.extend(cut.then(|| pointer.to_owned()));
        shape
    };
    let shape = tamed(shape, "");
    let definition = |definition: Definition| Definition {
        shape: tamed(definition.shape, &definition.pointer),
        pointer: definition.pointer,
        doc: definition.doc,
    };
    let definitions = definitions.into_iter().map(definition).collect();
    (shape, definitions, wide)
}

/// How many alternatives each definition has when intersections are expanded.
struct Widths(HashMap<String, usize>);

impl Widths {
    fn of(definitions: &[Definition]) -> Widths {
        let mut widths = Widths(HashMap::new());
        // A definition made of later ones is measured again after those. Bare references are never circular, and a
        // chain longer than this counts as one alternative.
        for _ in 0..4 {
            for definition in definitions.iter().rev() {
                let width = widths.width(&definition.shape);
                widths.0.insert(definition.pointer.clone(), width);
            }
        }
        widths
    }

    fn width(&self, shape: &Shape) -> usize {
        match shape {
            Shape::Ref(pointer) => self.0.get(pointer).copied().unwrap_or(1),
            Shape::Union(members) => members.iter().fold(0, |sum, member| self.width(member).saturating_add(sum)),
            Shape::Intersection(members) => {
                members.iter().fold(1, |product, member| self.width(member).saturating_mul(product))
            }
            _ => 1,
        }
    }

    fn too_wide(&self, shape: &Shape) -> bool {
        let mut open = vec![shape];
        while let Some(shape) = open.pop() {
            match shape {
                Shape::Intersection(members) if self.width_of(members) > ALTERNATIVES_MAX => return true,
                other => open.extend(other.parts()),
            }
        }
        false
    }

    fn tame(&self, shape: Shape, cut: &mut bool) -> Shape {
        match shape {
            Shape::Intersection(members) if self.width_of(&members) > ALTERNATIVES_MAX => {
                *cut = true;
                let mut product = 1;
                let mut fits = |member: &Shape| {
                    let next = self.width(member).saturating_mul(product);
                    let fits = next <= ALTERNATIVES_MAX;
                    product = if fits { next } else { product };
                    fits
                };
                let kept: Vec<Shape> = members.into_iter().filter(|member| fits(member)).collect();
                let kept = match kept.len() {
                    0 | 1 => kept.into_iter().next().unwrap_or(Shape::Unknown),
                    _ => Shape::Intersection(kept),
                };
                kept.map_parts(&mut |part| self.tame(part, cut))
            }
            other => other.map_parts(&mut |part| self.tame(part, cut)),
        }
    }

    fn width_of(&self, members: &[Shape]) -> usize {
        members.iter().fold(1, |product, member| self.width(member).saturating_mul(product))
    }
}
