//! The macros of `callbox-guest`, which re-exports them: `#[callbox::script]` and `callbox::tools!`.

use proc_macro::TokenStream;

mod script;
#[cfg(feature = "tools")]
mod tools;

/// Marks the function that the host runs as the script.
///
/// The function may be `async`, takes the input (any type that deserialises from JSON) or nothing, and returns a
/// `Result` whose value serialises to JSON and whose error converts into `callbox::Error`. An input that does not
/// deserialise fails the run with the code `invalid_input`.
///
/// ```ignore
/// #[callbox::script]
/// async fn run(input: Input) -> callbox::Result<Output> { … }
/// ```
#[proc_macro_attribute]
pub fn script(arguments: TokenStream, item: TokenStream) -> TokenStream {
    script::script(&arguments.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Generates a module for each server of a catalogue, with types and an async function for each of its tools.
///
/// ```ignore
/// callbox::tools!("catalog.json");
///
/// let page = tracker::list_issues(tracker::ListIssues { limit: Some(5), ..Default::default() }).await?;
/// ```
///
/// The file is the output of `callbox tools --json`; a relative path is resolved against the folder of the script's
/// `Cargo.toml`. The script's own dependencies must include `serde` (with `derive`) and `serde_json`.
#[cfg(feature = "tools")]
#[proc_macro]
pub fn tools(file: TokenStream) -> TokenStream {
    let file = syn::parse_macro_input!(file as syn::LitStr);
    tools::tools(&file).unwrap_or_else(syn::Error::into_compile_error).into()
}
