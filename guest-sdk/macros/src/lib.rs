//! The macros of `callbox-guest`, which re-exports them: `#[callbox::script]` and `callbox::tools!`.

use proc_macro::TokenStream;

mod script;
#[cfg(feature = "tools")]
mod tools;

/// Makes a function the script: what the host runs.
///
/// The function is `async` or not, takes the input (any type that deserialises from JSON) or nothing, and
/// returns a `Result` whose value serialises to JSON and whose error becomes a `callbox::Error` by `?`. An
/// input that is not what the function takes fails the run with the code `invalid_input`.
///
/// ```ignore
/// #[callbox::script]
/// async fn run(input: Input) -> callbox::Result<Output> { … }
/// ```
#[proc_macro_attribute]
pub fn script(arguments: TokenStream, item: TokenStream) -> TokenStream {
    script::script(&arguments.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// A module for each server of a catalogue, with the types of its tools and an async function for each.
///
/// ```ignore
/// callbox::tools!("catalog.json");
///
/// let page = tracker::list_issues(tracker::ListIssues { limit: Some(5), ..Default::default() }).await?;
/// ```
///
/// The file is what `callbox tools --json` prints; a relative path begins at the folder of the script's
/// `Cargo.toml`. The script's own dependencies must have `serde` (with `derive`) and `serde_json`.
#[cfg(feature = "tools")]
#[proc_macro]
pub fn tools(file: TokenStream) -> TokenStream {
    let file = syn::parse_macro_input!(file as syn::LitStr);
    tools::tools(&file).unwrap_or_else(syn::Error::into_compile_error).into()
}
