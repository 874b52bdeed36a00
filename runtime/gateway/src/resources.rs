//! Stored results as resources: `callbox://runs/<id>/result`, in pages of bounded size.

use rmcp::ErrorData;
use rmcp::model::{CacheScope, ReadResourceResult, Resource, ResourceContents, ResourceTemplate};

use crate::owner::Owner;
use crate::result_store::{ResultStore, StoredResult};
use crate::texts::FRESH_MS;

/// Bytes of JSON text per page.
const PAGE_BYTES: usize = 64 * 1024;
/// Maximum resources in one list.
const LISTED_MAX: usize = 100;

/// Lists an owner's results, newest first.
pub(crate) fn list(result_store: &ResultStore, owner: &Owner) -> Vec<Resource> {
    result_store.of(owner).iter().take(LISTED_MAX).map(|result| resource(result)).collect()
}

/// Returns the URI template of pages.
pub(crate) fn templates() -> Vec<ResourceTemplate> {
    let template = ResourceTemplate::new("callbox://runs/{id}/result{?page}", "result of a run")
        .with_description("What a script returned, as JSON text, in pages of 64 KiB counted from 1.")
        .with_mime_type("application/json");
    vec![template]
}

fn resource(result: &StoredResult) -> Resource {
    Resource::new(uri(&result.id), format!("result {}", result.id))
        .with_mime_type("application/json")
        .with_size(result.json.len() as u64)
}

fn uri(id: &str) -> String {
    format!("callbox://runs/{id}/result")
}

/// Returns one page of a result.
///
/// # Errors
///
/// `resource not found` for anything that is not the owner's, has expired, or never existed.
pub(crate) fn read(result_store: &ResultStore, owner: &Owner, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let not_found =
        || ErrorData::resource_not_found("there is no such result; results are stored only for a while", None);
    let (id, page) = parts(uri).ok_or_else(not_found)?;
    let result = result_store.get(owner, id).ok_or_else(not_found)?;
    let pages = result.json.len().div_ceil(PAGE_BYTES).max(1);
    if page > pages {
        return Err(not_found());
    }
    let text = result.json.get(boundary(&result.json, page - 1)..boundary(&result.json, page)).unwrap_or_default();
    let contents = ResourceContents::text(text, uri).with_mime_type("application/json");
    let read = ReadResourceResult::new(vec![contents]);
    let mut read = read.with_ttl_ms(FRESH_MS).with_cache_scope(CacheScope::Private);
    if pages > 1 {
        let mut meta = rmcp::model::MetaObject::default();
        meta.insert("callbox/page".to_owned(), page.into());
        meta.insert("callbox/pages".to_owned(), pages.into());
        read.meta = Some(meta);
    }
    Ok(read)
}

/// Returns where a page begins, moved back to a character boundary.
fn boundary(text: &str, page: usize) -> usize {
    text.floor_char_boundary(page.saturating_mul(PAGE_BYTES))
}

/// Returns the identifier of the run whose result has this address.
pub(crate) fn run(uri: &str) -> Option<&str> {
    parts(uri).map(|(run, _)| run)
}

fn parts(uri: &str) -> Option<(&str, usize)> {
    let rest = uri.strip_prefix("callbox://runs/")?;
    let (path, page) = match rest.split_once("?page=") {
        Some((path, page)) => (path, page.parse().ok().filter(|page| *page > 0)?),
        None => (rest, 1),
    };
    Some((path.strip_suffix("/result")?, page))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Owner, ResultStore, parts, read};
    use crate::result_store::ResultStoreLimits;

    #[test]
    fn pages_hold_the_whole_text() {
        let result_store = ResultStore::new(ResultStoreLimits::default());
        let value = json!("é".repeat(100_000));
        let id = result_store.put(&Owner::new("a", None), &value).expect("kept");
        let mut text = String::new();
        for page in 1..=4 {
            let read = read(&result_store, &Owner::new("a", None), &format!("callbox://runs/{id}/result?page={page}"))
                .expect("a page");
            let rmcp::model::ResourceContents::TextResourceContents { text: part, .. } = &read.contents[0] else {
                panic!("text")
            };
            text.push_str(part);
        }
        assert_eq!(text, value.to_string());
        assert!(read(&result_store, &Owner::new("a", None), &format!("callbox://runs/{id}/result?page=5")).is_err());
        assert!(read(&result_store, &Owner::new("b", None), &format!("callbox://runs/{id}/result")).is_err());
    }

    #[test]
    fn other_addresses_are_nobodys() {
        assert_eq!(parts("callbox://runs/r1/result"), Some(("r1", 1)));
        assert_eq!(parts("callbox://runs/r1/result?page=0"), None);
        assert_eq!(parts("callbox://runs/r1"), None);
        assert_eq!(parts("file:///etc/passwd"), None);
    }
}
