//! The script: returns the report on its input. Without records it does nothing and returns `null`.

mod report;

#[callbox::script]
async fn run(input: Option<Vec<report::Record>>) -> callbox::Result<Option<report::Report>> {
    Ok(input.map(|records| report::report(&records)))
}
