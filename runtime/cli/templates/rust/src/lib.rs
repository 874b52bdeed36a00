//! A script for callbox: two calls in flight together, one that fails, and one value back.

use serde::{Deserialize, Serialize};

// The demo's tools with their types; write your own with `callbox tools --json > catalog.json`.
callbox::tools!("catalog.json");

#[derive(Deserialize)]
struct Input {
    number: i64,
}

#[derive(Serialize)]
struct Output {
    issue: tracker::GetIssueResult,
    comments: tracker::ListCommentsResult,
    refused: String,
}

#[callbox::script]
async fn run(input: Input) -> callbox::Result<Output> {
    let (issue, comments) = callbox::try_join!(
        tracker::get_issue(tracker::GetIssue { number: input.number }),
        tracker::list_comments(tracker::ListComments { number: input.number }),
    )?;
    callbox::info!("{} has {} comments", issue.title, comments.comments.len());
    let refused = match tracker::get_issue(tracker::GetIssue { number: 0 }).await {
        Ok(issue) => callbox::bail!("there should be no issue {}", issue.number),
        Err(error) => error.code,
    };
    Ok(Output { issue, comments, refused })
}
