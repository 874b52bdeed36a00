//! Arrays in one form, whether or not their first elements have their own shapes.

use super::{Shape, Tuple};

/// Limits on repeating an element's shape: number of elements, and number of parts in the shape.
const REPEATS_MAX: usize = 4;
const REPEATED_PARTS_MAX: usize = 3;

impl Tuple {
    /// Returns an array shape in this form; `None` for other shapes.
    pub(crate) fn of(shape: Shape) -> Option<Tuple> {
        match shape {
            Shape::Tuple(tuple) => Some(tuple),
            Shape::Array(item) => Some(Tuple { items: Vec::new(), required: 0, rest: Some(item) }),
            _ => None,
        }
    }

    /// Returns the shortest shape of the same values.
    pub(crate) fn into_shape(mut self) -> Shape {
        self.rest = self.rest.filter(|rest| **rest != Shape::Never);
        if let Some(end) = self.items.iter().position(|item| *item == Shape::Never) {
            self.items.truncate(end);
            self.rest = None;
        }
        if self.required > self.items.len() && self.rest.is_none() {
            return Shape::Never;
        }
        self.required = self.required.min(self.items.len());
        match (self.items.is_empty(), self.rest) {
            (true, Some(item)) => Shape::Array(item),
            (_, rest) => Shape::Tuple(Tuple { rest, ..self }),
        }
    }

    /// Limits the number of elements. Bounds that would take a long type to express are dropped; the second result is
    /// whether both were expressed.
    pub(crate) fn bounded(mut self, min: usize, max: Option<usize>) -> (Tuple, bool) {
        if let Some(max) = max.filter(|max| *max < self.items.len()) {
            self.items.truncate(max);
            self.rest = None;
        }
        let repeatable =
            self.rest.as_ref().is_some_and(|rest| rest.parts_up_to(REPEATED_PARTS_MAX + 1) <= REPEATED_PARTS_MAX);
        let reach = |count: usize| count <= REPEATS_MAX.max(self.items.len());
        let said_max =
            self.rest.is_none() || max.is_none_or(|max| max == self.items.len() || (repeatable && reach(max)));
        let said_min = min <= self.items.len() || self.rest.is_none() || (repeatable && reach(min));
        let wanted = [Some(min).filter(|_| said_min), max.filter(|_| said_max)].into_iter().flatten().max();
        while let Some(rest) = self.rest.as_deref().filter(|_| wanted.is_some_and(|wanted| self.items.len() < wanted)) {
            self.items.push(rest.clone());
        }
        if said_max && max.is_some() {
            self.rest = None;
        }
        if said_min {
            self.required = self.required.max(min);
        }
        (self, said_min && said_max)
    }

    /// Returns the common shape of all elements, if they have one: such a tuple only bounds the length.
    pub(crate) fn uniform(&self) -> Option<&Shape> {
        let first = self.rest.as_deref().or(self.items.first())?;
        self.items.iter().all(|item| item == first).then_some(first)
    }

    /// Intersects both.
    pub(super) fn and(self, other: Tuple) -> Tuple {
        let len = self.items.len().max(other.items.len());
        let required = self.required.max(other.required);
        let items = (0..len).map(|index| self.at(index).and(other.at(index))).collect();
        let rest = match (self.rest, other.rest) {
            (Some(a), Some(b)) => Some(Box::new(a.and(*b))),
            _ => None,
        };
        Tuple { items, required, rest }
    }

    /// Returns the shape at an index; [`Shape::Never`] past the end.
    fn at(&self, index: usize) -> Shape {
        self.items.get(index).or(self.rest.as_deref()).cloned().unwrap_or(Shape::Never)
    }
}
