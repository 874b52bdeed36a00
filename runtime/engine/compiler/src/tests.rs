//! Compiles whole scripts and checks JavaScript, places and diagnostics.

use std::fmt::Write as _;

use crate::compile::{Code, Compiled};
use crate::source_map;

const NESTING_MAX: u32 = 200;

fn compile(author: &str) -> Compiled {
    crate::script::compile(author, NESTING_MAX)
}

fn javascript(author: &str) -> String {
    let compiled = compile(author);
    compiled.javascript.unwrap_or_else(|| panic!("{author}: {:?}", compiled.diagnostics))
}

/// Checks the function's lines between the first and the last.
fn check_javascript(author: &str, body: &str) {
    let javascript = javascript(author);
    let lines: Vec<&str> = javascript.lines().collect();
    let [first, lines @ .., last] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((*first, *last), ("(async (tools, input, thrown) => { \"use strict\"; {", "} })"), "{author}");
    assert_eq!(lines.join("\n"), body, "{author}");
}

/// Checks the diagnostics, each as `line:column Code`.
fn check_refused(author: &str, expected: &[&str]) {
    let errors = compile(author).diagnostics;
    let place = |it: &crate::compile::Diagnostic| it.place.map(|it| format!("{}:{} ", it.line, it.column));
    let shown: Vec<String> =
        errors.iter().map(|it| format!("{}{:?}", place(it).unwrap_or_default(), it.code)).collect();
    assert_eq!(shown, expected, "{author}: {errors:?}");
}

/// Checks that the place of `needle` in the generated text maps to `expected` in `author`.
fn check_place(author: &str, needle: &str, expected: (u32, u32)) {
    let compiled = compile(author);
    let javascript = compiled.javascript.unwrap_or_default();
    let before = javascript.split_once(needle).map_or("", |(before, _)| before);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let at_or_before = |it: &source_map::Mapping| it.line as usize == line && it.column as usize <= column;
    let mapping = source_map::unpack(&compiled.source_map).into_iter().rfind(at_or_before);
    let place = mapping.map(|it| (it.author_line, it.author_column));
    let place = place.or_else(|| compiled.called.map(|place| (place.line, place.column)));
    assert_eq!(place, Some(expected), "{author}\n{javascript}");
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
    let javascript =
        javascript("enum Level { Low, High }\nnamespace N { export const x = 1 }\nreturn Level.High + N.x");
    assert!(javascript.contains("Level[Level[\"High\"] = 1] = \"High\""), "{javascript}");
    assert!(!javascript.contains("namespace"), "{javascript}");
}

#[test]
fn thrown_values_carry_their_place() {
    check_javascript("throw 'a'", "throw thrown(\"a\", 1, 1);");
    check_javascript("throw new Error('a')", "throw new Error(\"a\");");
    check_javascript("throw new ns.OwnError", "throw new ns.OwnError();");
    check_javascript("throw new Fail('a')", "throw thrown(new Fail(\"a\"), 1, 1);");
    check_javascript("'😀';\r\n  f(() => {\tthrow e })", "\"😀\";\nreturn f(() => {\n throw thrown(e, 2, 13);\n});");
}

#[test]
fn names_that_are_added_are_unused() {
    let header = |author: &str| javascript(author).split_once(" =>").map(|(header, _)| header.to_owned());
    let check = |author: &str, thrown: &str| {
        assert_eq!(header(author), Some(format!("(async (tools, input, {thrown})")), "{author}");
    };
    check("const thrown = 1; throw thrown", "thrown_");
    check("const thrown = 1; throw thrown_", "thrown_2");
    check("const thrown = 1, thrown_ = 2, thrown_3 = 3; throw thrown_2", "thrown_4");
    check("// thrown\nthrow 'thrown'", "thrown");
    check("throw \\u0074hrown", "thrown_");
    check(&format!("// thrown{}\nthrow 1", "_".repeat(1 << 20)), "thrown");
    check(&format!("const thrown{} = 1; throw thrown", "_".repeat(1 << 20)), "thrown_");
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
fn what_a_script_needs_is_told() {
    fn check(author: &str, expected: &str) {
        let compiled = compile(author);
        let name = |place: u32| compiled.names.get(place as usize).map_or("?", String::as_str);
        let mut shown = String::new();
        for it in &compiled.uses {
            let tool = it.tool.map_or("*", name);
            let _ = write!(shown, "{}.{tool}{} ", name(it.server), if it.probed { "?" } else { "" });
        }
        let dynamic = if compiled.dynamic { "dynamic" } else { "" };
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

#[test]
fn other_doors_are_shut() {
    check_refused(
        "import fs from 'fs'\nconst x = require('y')\nawait import('z')",
        &["1:1 Import", "2:11 Import", "3:7 Import"],
    );
    check_refused(
        "import 'x'; export * from 'y'; export { a } from 'z'",
        &["1:1 Import", "1:13 Import", "1:32 Import"],
    );
    check_refused("function require() {} require()", &[]);
    check_refused("export default class {}", &["1:1 Unsupported"]);
    check_refused("@d class A {}", &["1:1 Unsupported"]);
    check_refused("return import.meta.url", &["1:8 Unsupported"]);
    check_refused("", &["EmptyScript"]);
    check_refused("  // nothing\n", &["EmptyScript"]);
    check_refused("```js\n```", &["EmptyScript"]);
}

#[test]
fn deep_scripts_are_refused_where_they_are_deepest() {
    let around = |open: &str, close: &str, n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
    check_refused(&around("[", "]", 201), &["1:201 TooDeep"]);
    assert!(compile(&around("[", "]", 200)).javascript.is_some());
    assert!(compile(&format!("return {}1", "1+".repeat(1000))).javascript.is_some());
    assert!(compile(&format!("return [{}]", "1,".repeat(50_000))).javascript.is_some());
    let chain = compile(&format!("return {}1", "1+".repeat(2000)));
    assert_eq!(chain.diagnostics.first().map(|it| it.code), Some(Code::TooDeep));
}

/// Many errors on one line, with columns counted past characters of every width.
#[test]
fn many_mistakes_are_counted_and_the_first_are_listed() {
    let check = |author: &str, count: u32, last_column: u32| {
        let compiled = compile(author);
        let start: String = author.chars().take(40).collect();
        let (listed, last) = (compiled.diagnostics.len(), compiled.diagnostics.last());
        assert_eq!((listed, compiled.diagnostics_left_out), (20, count - 20), "{start}");
        assert_eq!(last.and_then(|it| it.place).map(|it| (it.line, it.column)), Some((1, last_column)), "{start}");
    };
    check(&"require('é😀');".repeat(10_000), 10_000, 1 + 19 * 14);
    check(&format!("class A {{ {} }}", "@d [a];".repeat(10_000)), 10_000, 11 + 19 * 7);
    check(&"let a;".repeat(10_001), 10_000, 5 + 20 * 6);
}

#[test]
fn words_about_long_names_are_short() {
    let name = "a".repeat(100_000);
    for author in [format!("let {name}; let {name};"), format!("class A {{ m() {{ this.#{name} }} }}")] {
        let compiled = compile(&author);
        assert_eq!(compiled.diagnostics.len(), 1);
        for diagnostic in compiled.diagnostics {
            assert!(diagnostic.message.len() < 2_000 && diagnostic.hint.is_none_or(|hint| hint.len() < 2_000));
        }
    }
}
