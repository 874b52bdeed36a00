//! Pages through a list of numbered items, newest first.

use callbox::ToolError;

/// A page and the cursor of the next one.
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) next_cursor: Option<String>,
    pub(super) total: usize,
}

/// Returns at most `limit` items after `cursor`. `things` must be sorted by descending number.
///
/// A cursor names the last item of the previous page, so it stays valid when new items are added in front.
pub(super) fn page<T>(
    things: Vec<T>,
    number: impl Fn(&T) -> u32,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<T>, ToolError> {
    let below = cursor.map(read).transpose()?.unwrap_or(u32::MAX);
    let total = things.len();
    let mut items: Vec<_> = things.into_iter().filter(|thing| number(thing) < below).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|last| format!("before-{}", number(last)));
    Ok(Page { items, next_cursor, total })
}

fn read(cursor: &str) -> Result<u32, ToolError> {
    let number = cursor.strip_prefix("before-").and_then(|number| number.parse().ok());
    number.ok_or_else(|| ToolError::failed(format!("`{cursor}` is not a cursor of this list")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_hold_each_thing_once() {
        let things: Vec<u32> = (1..=7).rev().collect();
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let page = page(things.clone(), |n| *n, cursor.as_deref(), 3).expect("a page");
            assert_eq!(page.total, 7);
            seen.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, things);
    }

    #[test]
    fn a_full_last_page_has_no_next_one() {
        assert_eq!(page(vec![2, 1], |n| *n, None, 2).expect("a page").next_cursor, None);
    }

    #[test]
    fn a_foreign_cursor_is_refused() {
        assert!(page(vec![1], |n| *n, Some("page-2"), 1).is_err());
    }
}
