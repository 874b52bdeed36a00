//! The script: `report` of the text that is its input. Without a text it does nothing and returns `null`.

mod report;

#[callbox::script]
async fn run(input: Option<String>) -> callbox::Result<Option<report::Report>> {
    Ok(input.as_deref().map(report::report).transpose()?)
}
