//! The server `tracker`: issues and their comments, read only.

use callbox::{CatalogBuilder, ToolError};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    data::{COMMENTS, ISSUES},
    minute::Minute,
    paging,
};

const SERVER: &str = "tracker";
const PAGE_LENGTH: u32 = 20;

/// Adds the server's tools.
pub(super) fn add(builder: CatalogBuilder) -> CatalogBuilder {
    builder
        .function(SERVER, "list_issues", "Lists issues, newest first, a page at a time.", list_issues)
        .function(SERVER, "get_issue", "Gets one issue with its text.", get_issue)
        .function(SERVER, "list_comments", "Lists an issue's comments, oldest first.", list_comments)
}

/// Whether work remains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum IssueState {
    Open,
    Closed,
}

/// One issue.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(super) struct Issue {
    /// The issue's number.
    pub(super) number: u32,
    /// What is wrong, in one line.
    pub(super) title: &'static str,
    /// Whether work remains.
    pub(super) state: IssueState,
    /// `bug`, `feature`, `performance`, `security`, `incident` or `docs`; in the order they were given.
    pub(super) labels: &'static [&'static str],
    /// The service it is about.
    pub(super) service: &'static str,
    /// Login of the person who opened it.
    pub(super) author: &'static str,
    /// Login of the assignee; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) assignee: Option<&'static str>,
    /// When it was opened.
    pub(super) opened_at: Minute,
    /// What happened, in a sentence or two.
    #[serde(skip)]
    pub(super) body: &'static str,
}

/// One comment on an issue.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub(super) struct Comment {
    /// Number of the issue it belongs to.
    pub(super) issue: u32,
    /// Login of the person who wrote it.
    pub(super) author: &'static str,
    /// When it was written.
    pub(super) written_at: Minute,
    /// What it says.
    pub(super) body: &'static str,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListIssues {
    /// Only issues in this state; both by default.
    state: Option<IssueState>,
    /// Only issues with this label.
    label: Option<String>,
    /// Only issues about this service.
    service: Option<String>,
    /// `next_cursor` of the previous page; omitted for the first page.
    cursor: Option<String>,
    /// Issues per page; 20 by default.
    #[schemars(range(min = 1, max = 50))]
    limit: Option<u32>,
}

/// A page of issues.
#[derive(Serialize, JsonSchema)]
struct IssuePage {
    /// The issues, newest first, without their text.
    issues: Vec<Issue>,
    /// Pass it as `cursor` to get the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// Number of issues on all pages.
    total: usize,
}

async fn list_issues(args: ListIssues) -> Result<IssuePage, ToolError> {
    let wanted: Vec<Issue> = ISSUES.iter().rev().filter(|issue| args.wants(issue)).copied().collect();
    let limit = args.limit.unwrap_or(PAGE_LENGTH) as usize;
    let page = paging::page(wanted, |issue| issue.number, args.cursor.as_deref(), limit)?;
    Ok(IssuePage { issues: page.items, next_cursor: page.next_cursor, total: page.total })
}

impl ListIssues {
    fn wants(&self, issue: &Issue) -> bool {
        self.state.is_none_or(|state| issue.state == state)
            && self.label.as_deref().is_none_or(|label| issue.labels.contains(&label))
            && self.service.as_deref().is_none_or(|service| issue.service == service)
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct IssueNumber {
    /// The issue's number.
    number: u32,
}

/// One issue with its text.
#[derive(Serialize, JsonSchema)]
struct WholeIssue {
    #[serde(flatten)]
    issue: Issue,
    /// What happened, in a sentence or two.
    body: &'static str,
    /// How many comments `list_comments` returns.
    comment_count: usize,
}

async fn get_issue(args: IssueNumber) -> Result<WholeIssue, ToolError> {
    let issue = find(args.number)?;
    Ok(WholeIssue { issue, body: issue.body, comment_count: comments(args.number).count() })
}

/// The comments on an issue.
#[derive(Serialize, JsonSchema)]
struct CommentList {
    /// The comments, oldest first.
    comments: Vec<Comment>,
}

async fn list_comments(args: IssueNumber) -> Result<CommentList, ToolError> {
    let issue = find(args.number)?;
    Ok(CommentList { comments: comments(issue.number).collect() })
}

fn find(number: u32) -> Result<Issue, ToolError> {
    let found = ISSUES.iter().find(|issue| issue.number == number).copied();
    found.ok_or_else(|| ToolError::failed(format!("there is no issue {number}")))
}

fn comments(issue: u32) -> impl Iterator<Item = Comment> {
    COMMENTS.iter().filter(move |comment| comment.issue == issue).copied()
}
