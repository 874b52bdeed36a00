//! Scripts compiled inside the sandbox and checked against known names.

use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    limits::Limits,
    sandbox::Sandbox,
    script::{Script, ToolNames},
};

struct Known;

impl ToolNames for Known {
    fn has_server(&self, server: &str) -> bool {
        self.servers().contains(&server) || server == "my-server"
    }
    fn has_tool(&self, server: &str, tool: &str) -> bool {
        self.tools(server).contains(&tool)
    }
    fn servers(&self) -> Vec<&str> {
        vec!["github", "weather", "my_server"]
    }
    fn tools(&self, server: &str) -> Vec<&str> {
        match server {
            "github" => vec!["list_issues", "get_issue"],
            "weather" => vec!["current"],
            _ => vec!["list_items", "list-items"],
        }
    }
}

async fn compiled(author: &str) -> Script {
    let sandbox = Sandbox::with_runs_at_once(1).expect("a sandbox");
    let script = sandbox.compile(author, &Limits::default()).await;
    script.unwrap_or_else(|end| panic!("{author}: {end:?}"))
}

async fn diagnostics(author: &str) -> Vec<Diagnostic> {
    compiled(author).await.check(&Known).err().unwrap_or_default()
}

/// Compares the diagnostics, each as `line:column code`.
async fn check(author: &str, expected: &[&str]) {
    let found = diagnostics(author).await;
    let place = |it: &Diagnostic| it.place.map(|place| format!("{place} ")).unwrap_or_default();
    let shown: Vec<String> = found.iter().map(|it| format!("{}{}", place(it), it.code)).collect();
    assert_eq!(shown, expected, "{author}: {found:?}");
}

#[tokio::test]
async fn names_are_checked() {
    check("return tools.github.list_issues()", &[]).await;
    check("return tools.githb.list_issues()", &["1:14 unknown_server"]).await;
    check("return tools.github.list_isues()", &["1:21 unknown_tool"]).await;
    check("return tools['my-server']['list-items']() + tools?.[`github`]?.nope()", &["1:64 unknown_tool"]).await;
    check("const { github, nope } = tools; github.wrong()", &["1:17 unknown_server", "1:40 unknown_tool"]).await;
    check("const { wrong } = tools.github", &["1:9 unknown_tool"]).await;
    check("const { github: { wrong, list_issues: l = 1 } } = tools", &["1:19 unknown_tool"]).await;
    check("const gh = tools.github as any; gh.wrong(); gh!.list_issues()", &["1:36 unknown_tool"]).await;
    check("async ({ tools }) => tools.nope.x()", &["1:28 unknown_server"]).await;
    check("async ({ tools: { nope } }) => nope.x()", &["1:19 unknown_server"]).await;
    check("export default async (input, tools) => tools.github.wrong()", &["1:53 unknown_tool"]).await;
    check("function f(tools) { return tools.map(x => x) } return f([])", &[]).await;
    check("const tools = {}; return tools.anything", &[]).await;
    check("if ('nope' in tools && 'x' in tools.github) return 1", &[]).await;
    check("tools.then; tools.$x.y; tools.github.toString(); return 1", &[]).await;
    check("let gh = tools.github; gh = {}; gh.whatever()", &[]).await;
    check("tools[input.server].x(); return tools.nope", &["1:39 unknown_server"]).await;
    check("import { a } from 'x'; tools.nope.b(a)", &["1:1 import", "1:30 unknown_server"]).await;
}

#[tokio::test]
async fn unknown_names_bring_the_nearest() {
    let errors = diagnostics("tools.github.list_isues()").await;
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(error.message, "unknown tool `list_isues` on server `github`; nearest: `list_issues`");
    assert_eq!(error.hint.as_deref(), Some("Use `list_issues`, if that is what you mean."));
}

#[tokio::test]
async fn unknown_names_are_shown_in_part_where_they_are_long() {
    let errors = diagnostics(&format!("tools.{}.x()", "a".repeat(100_000))).await;
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert!(error.message.len() < 200, "{error:?}");
}

#[tokio::test]
async fn mistakes_past_the_twentieth_are_counted_in_the_order_of_the_text() {
    let errors = diagnostics(&format!("{}require('a')", "tools.nope; ".repeat(20))).await;
    let last: Vec<_> = errors.iter().rev().take(2).map(|it| (it.code, it.message.as_str())).collect();
    assert_eq!(errors.len(), 21);
    assert_eq!(last[0], (DiagnosticCode::More, "1 more mistake is not listed"));
    assert_eq!(last[1].0, DiagnosticCode::UnknownServer);
}

#[tokio::test]
async fn places_in_the_javascript_are_the_authors() {
    let script = compiled("\n\n\tconst s = '😀é'; return boom(s)").await;
    let (line, before) = script
        .javascript()
        .lines()
        .zip(1..)
        .find_map(|(text, line)| text.split_once("boom").map(|(before, _)| (line, before.chars().count())))
        .expect("the call");
    let place = script.place(line, u32::try_from(before).unwrap_or(0) + 1);
    assert_eq!(place.map(|place| (place.line, place.column)), Some((3, 25)));
    let main = compiled("function main() {\n}").await;
    assert_eq!(main.place(3, 1).map(|place| (place.line, place.column)), Some((1, 10)));
}
