//! A stable merge sort that tolerates any comparator: it always terminates, and an error stops it at once.

/// Length of the runs sorted by insertion, which needs fewer comparisons at this size.
const RUN: usize = 8;

/// Sorts `items`; `after(a, b)` returns whether `a` belongs after `b`.
///
/// Makes at most about `n * log2(n)` calls, whatever they return.
pub(crate) fn sort<T: Clone, E>(items: &mut Vec<T>, mut after: impl FnMut(&T, &T) -> Result<bool, E>) -> Result<(), E> {
    for run in items.chunks_mut(RUN) {
        insertion(run, &mut after)?;
    }
    let mut width = RUN;
    let mut merged = Vec::with_capacity(items.len());
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(width.saturating_mul(2)) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, &mut after)?;
        }
        std::mem::swap(items, &mut merged);
        width = width.saturating_mul(2);
    }
    Ok(())
}

fn insertion<T, E>(run: &mut [T], after: &mut impl FnMut(&T, &T) -> Result<bool, E>) -> Result<(), E> {
    for end in 1..run.len() {
        let mut place = end;
        while let Some([before, item]) = place.checked_sub(1).and_then(|from| run.get(from..=place)) {
            if !after(before, item)? {
                break;
            }
            run.swap(place - 1, place);
            place -= 1;
        }
    }
    Ok(())
}

fn merge<T: Clone, E>(
    mut left: &[T],
    mut right: &[T],
    merged: &mut Vec<T>,
    after: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<(), E> {
    if let (Some(last), Some(first)) = (left.last(), right.first())
        && after(last, first)?
    {
        while let (Some((a, left_rest)), Some((b, right_rest))) = (left.split_first(), right.split_first()) {
            if after(a, b)? {
                merged.push(b.clone());
                right = right_rest;
            } else {
                merged.push(a.clone());
                left = left_rest;
            }
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    Ok(())
}
