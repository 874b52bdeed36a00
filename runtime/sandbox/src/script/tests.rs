//! Whole scripts in; JavaScript, places and diagnostics out.

use std::fmt::Write as _;

use super::*;

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

fn compile(author: &str) -> Result<Script, Vec<Diagnostic>> {
    Script::compile(author, &Known, SourceLimits::default())
}

fn compiled(author: &str) -> Script {
    compile(author).unwrap_or_else(|errors| panic!("{author}: {errors:?}"))
}

/// The function's lines between the first and the last.
fn check_javascript(author: &str, body: &str) {
    let script = compiled(author);
    let lines: Vec<&str> = script.javascript().lines().collect();
    let [first, lines @ .., last] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((*first, *last), ("(async (tools, input, thrown) => { \"use strict\"; {", "} })"), "{author}");
    assert_eq!(lines.join("\n"), body, "{author}");
}

/// Each diagnostic as `line:column code`.
fn check_refused(author: &str, expected: &[&str]) {
    let errors = compile(author).err().unwrap_or_default();
    let shown: Vec<String> = errors
        .iter()
        .map(|it| it.place.map_or_else(|| it.code.to_string(), |place| format!("{place} {}", it.code)))
        .collect();
    assert_eq!(shown, expected, "{author}: {errors:?}");
}

/// Where `needle` stands in the generated text leads to where `author` has it first.
fn check_place(author: &str, needle: &str, expected: (u32, u32)) {
    let script = compiled(author);
    let before = script.javascript().split_once(needle).map_or("", |(before, _)| before);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let place = script.place(u32::try_from(line).unwrap_or(0), u32::try_from(column).unwrap_or(0));
    assert_eq!(place.map(|place| (place.line, place.column)), Some(expected), "{author}\n{}", script.javascript());
}

#[test]
fn forms_become_a_function_body() {
    check_javascript("return 1", "return 1;");
    check_javascript("const a = 1; a", "const a = 1;\nreturn a;");
    check_javascript("'only'", "\"only\";\nreturn \"only\";");
    check_javascript("async (input) => 1", "const result = async (input) => 1;\nreturn result(input);");
    check_javascript("function main(tools) {}", "function main(tools) {}\nreturn main(tools, input);");
    check_javascript(
        "export default 5",
        "const result = 5;\nreturn typeof result === \"function\" ? result(input) : result;",
    );
    check_javascript(
        "export default function ({ input }) {}",
        "function result({ input }) {}\nreturn result({ tools, input });",
    );
    check_javascript("export default async function go() {}", "async function go() {}\nreturn go(input);");
    check_javascript(
        "const f = 1; export { f as default }",
        "const f = 1;\nconst result = f;\nreturn typeof result === \"function\" ? result(input) : result;",
    );
    check_javascript("export const x = 1; export { x }; return x", "const x = 1;\nreturn x;");
    check_javascript(
        "async function (input) { return 1 }",
        "const result = async function(input) {\n return 1;\n};\nreturn result(input);",
    );
    check_javascript(
        "const tools = 1; const input = 2; return tools + input",
        "const tools = 1;\nconst input = 2;\nreturn tools + input;",
    );
    check_javascript("```ts\nreturn 1\n```", "return 1;");
}

#[test]
fn types_are_taken_off() {
    check_javascript("const a: number = 1 as any; return a!", "const a = 1;\nreturn a;");
    check_javascript("import type { T } from 'x'; type U = T; return (1 satisfies U)", "return 1;");
    check_javascript("import { T } from 'x'; const a: T = 1; return a", "const a = 1;\nreturn a;");
    check_javascript(
        "class A { constructor(private x: number) {} } return new A(1)",
        "class A {\n x;\n constructor(x) {\n  this.x = x;\n }\n}\nreturn new A(1);",
    );
    check_javascript(
        "function f<T>(x: T): T { return x } return f<string>('a')",
        "function f(x) {\n return x;\n}\nreturn f(\"a\");",
    );
    let script = compiled("enum Level { Low, High }\nnamespace N { export const x = 1 }\nreturn Level.High + N.x");
    assert!(script.javascript().contains("Level[Level[\"High\"] = 1] = \"High\""), "{script:?}");
    assert!(!script.javascript().contains("namespace"), "{script:?}");
}

#[test]
fn thrown_values_carry_their_place() {
    check_javascript("throw 'a'", "throw thrown(\"a\", 1, 1);");
    check_javascript("throw new Error('a')", "throw new Error(\"a\");");
    check_javascript("'😀';\r\n  f(() => {\tthrow e })", "\"😀\";\nreturn f(() => {\n throw thrown(e, 2, 13);\n});");
    let script = compiled("const thrown = 1; throw thrown");
    assert!(script.javascript().starts_with("(async (tools, input, thrown_) =>"), "{script:?}");
}

#[test]
fn places_are_the_authors() {
    check_place("return f(1)", "f(", (1, 8));
    check_place("\n\n\tconst s = '😀é'; return boom(s)", "boom", (3, 25));
    check_place("enum E { A, B }\nenum F { C }\nreturn boom(E.A)", "boom", (3, 8));
    check_place("const a = 1;\r\nconst b = 2;\r\n  boom(a)", "boom", (3, 3));
    check_place("Look:\n```ts\nlet x: number = 1;\nreturn boom(x)\n```", "boom", (4, 8));
    check_place("const t = `a\n😀 ${x} b\n`;\nreturn boom(t)", "boom", (4, 8));
    check_place("const t = `a\n😀 ${boom(1)} b\n`;", "boom", (2, 5));
    check_place("return tools.github.list_issues({ a: 1 })", "({", (1, 21));
    check_place("interface A { x: number }\n\nfunction main(i: A) {\n  return null.x;\n}", "null", (4, 10));
    check_place("async (input) => {\n  boom()\n}", "boom", (2, 3));
    check_place("function main() {\n}", "return main", (1, 10));
    check_place("throw 'x'", "throw thrown", (1, 1));
}

#[test]
fn names_are_checked() {
    check_refused("return tools.github.list_issues()", &[]);
    check_refused("return tools.githb.list_issues()", &["1:14 unknown_server"]);
    check_refused("return tools.github.list_isues()", &["1:21 unknown_tool"]);
    check_refused("return tools['my-server']['list-items']() + tools?.[`github`]?.nope()", &["1:64 unknown_tool"]);
    check_refused("const { github, nope } = tools; github.wrong()", &["1:17 unknown_server", "1:40 unknown_tool"]);
    check_refused("const { wrong } = tools.github", &["1:9 unknown_tool"]);
    check_refused("const { github: { wrong, list_issues: l = 1 } } = tools", &["1:19 unknown_tool"]);
    check_refused("const gh = tools.github as any; gh.wrong(); gh!.list_issues()", &["1:36 unknown_tool"]);
    check_refused("async ({ tools }) => tools.nope.x()", &["1:28 unknown_server"]);
    check_refused("async ({ tools: { nope } }) => nope.x()", &["1:19 unknown_server"]);
    check_refused("export default async (input, tools) => tools.github.wrong()", &["1:53 unknown_tool"]);
    check_refused("function f(tools) { return tools.map(x => x) } return f([])", &[]);
    check_refused("const tools = {}; return tools.anything", &[]);
    check_refused("if ('nope' in tools && 'x' in tools.github) return 1", &[]);
    check_refused("tools.then; tools.$x.y; tools.github.toString(); return 1", &[]);
    check_refused("let gh = tools.github; gh = {}; gh.whatever()", &[]);
    check_refused("tools[input.server].x(); return tools.nope", &["1:39 unknown_server"]);
}

#[test]
fn unknown_names_bring_the_nearest() {
    let errors = compile("tools.github.list_isues()").err().unwrap_or_default();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(error.message, "unknown tool `list_isues` on server `github`; nearest: `list_issues`");
    assert_eq!(error.hint.as_deref(), Some("Use `list_issues`, if that is what you mean."));
}

#[test]
fn other_doors_are_shut() {
    check_refused(
        "import fs from 'fs'\nconst x = require('y')\nawait import('z')",
        &["1:1 import", "2:11 import", "3:7 import"],
    );
    check_refused(
        "import 'x'; export * from 'y'; export { a } from 'z'",
        &["1:1 import", "1:13 import", "1:32 import"],
    );
    check_refused("function require() {} require()", &[]);
    check_refused("import { a } from 'x'; tools.nope.b(a)", &["1:1 import", "1:30 unknown_server"]);
    check_refused("export default class {}", &["1:1 unsupported"]);
    check_refused("@d class A {}", &["1:1 unsupported"]);
    check_refused("return import.meta.url", &["1:8 unsupported"]);
    check_refused("", &["empty_script"]);
    check_refused("  // nothing\n", &["empty_script"]);
    check_refused("```js\n```", &["empty_script"]);
}

#[test]
fn what_a_script_needs_is_told() {
    fn check(author: &str, expected: &str) {
        let draft = Script::scan(author, SourceLimits::default());
        let mut shown = String::new();
        for it in draft.tools_named() {
            let tool = it.tool.as_deref().unwrap_or("*");
            let _ = write!(shown, "{}.{tool}{} ", it.server, if it.probed { "?" } else { "" });
        }
        let dynamic = if draft.dynamic() { "dynamic" } else { "" };
        assert_eq!(format!("{shown}{dynamic}").trim(), expected, "{author}");
    }
    check("return 1", "");
    check("tools.a.b(); tools.a.c()", "a.* a.b a.* a.c");
    check("tools.a[x]()", "a.*");
    check("tools[x].b()", "dynamic");
    check("f(tools)", "dynamic");
    check("f(tools.a)", "a.*");
    check("const { a, ...rest } = tools", "a.* dynamic");
    check("const t = tools; t.a.b()", "a.* a.b");
    check("'a' in tools", "a.*?");
    check("type T = typeof tools; return 1", "");
    check("Promise.all(xs.map((x) => tools.a.b(x)))", "a.* a.b");
    check("return ;; ]", "");
}

/// Whatever its nesting, a script is compiled or refused; the stack of a thread is never overrun.
#[test]
fn deep_scripts_are_compiled_or_refused() {
    let around = |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    let deep = [
        around("[", "]", 100_000),
        around("(", ")", 100_000),
        around("((", ")\n)", 95),
        around("`${", "}`", 190),
        around("(a=>", ")", 190),
        around("{a:[", "]}", 90),
        around("f(async () => { await ", " })", 99),
        around("!", "", 100_000),
        around("- ", "", 50_000),
        around("typeof ", "", 20_000),
        around("a=>", "", 30_000),
        around("a=", "", 30_000),
        around("a?b:", "", 30_000),
        around("if(a){}else ", "", 15_000),
        around("a:", "", 10_000),
        around("while(1)", "", 20_000),
        around("1+", "", 50_000),
        around("2**", "", 50_000),
        around("a&&", "", 50_000),
        format!("a{}", ".b".repeat(50_000)),
        format!("a{}", "()".repeat(50_000)),
        format!("a{}", "[0]".repeat(50_000)),
        format!("a{}", "!".repeat(50_000)),
        format!("a{}", " as b".repeat(30_000)),
        format!("let a: b{}", "[]".repeat(50_000)),
        format!("let a: {}c{}", "b<".repeat(20_000), ">".repeat(20_000)),
        format!("let a: {}c", "keyof ".repeat(20_000)),
        format!("{}{{}}", "class extends ".repeat(10_000)),
        format!("{}a", "new ".repeat(30_000)),
        format!("{}a", "await ".repeat(30_000)),
    ];
    for text in &deep {
        let refused = compile(text).err();
        let start: String = text.chars().take(20).collect();
        assert!(refused.is_none_or(|errors| errors.iter().all(|it| it.code != DiagnosticCode::EmptyScript)), "{start}");
    }
    check_refused(&around("[", "]", 201), &["1:201 too_deep"]);
    assert!(compile(&around("[", "]", 200)).is_ok());
    assert!(compile(&format!("return {}1", "1+".repeat(1000))).is_ok());
    assert!(compile(&format!("return [{}]", "1,".repeat(50_000))).is_ok());
}
