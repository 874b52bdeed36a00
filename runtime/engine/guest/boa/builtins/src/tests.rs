//! Tests of the replacements where the engine's own functions are wrong, panic or overflow.

use boa_engine::{Context, Source};

#[track_caller]
fn check(script: &str, expected: &str) {
    let mut context = Context::default();
    super::install(&mut context).expect("a fresh realm");
    let value = context.eval(Source::from_bytes(script)).expect("a value");
    let text = value.to_string(&mut context).expect("a string");
    assert_eq!(text.to_std_string_lossy(), expected, "{script}");
}

#[test]
fn sort_survives_any_comparator() {
    let numbers = "const a = Array.from({ length: 999 }, (_, i) => i * 7919 % 999);";
    let same = "a.sort((x, y) => x - y).every((x, i) => x === i)";
    check(&format!("{numbers} {same}"), "true");
    for comparator in ["() => 1", "() => -1", "() => NaN", "(x, y) => (x * y) % 3 - 1"] {
        check(&format!("{numbers} a.sort({comparator}); {same}"), "true");
        check(&format!("{numbers} new Int16Array(a).sort({comparator}).length"), "999");
    }
    check(&format!("{numbers} try {{ a.sort(() => {{ throw 5 }}) }} catch (e) {{ e }}"), "5");
}

#[test]
fn sort_is_stable_and_keeps_holes_last() {
    let pairs = "const a = Array.from({ length: 99 }, (_, i) => [i % 3, i]);";
    let in_order = "a.every((x, i) => !i || a[i - 1][0] < x[0] || a[i - 1][1] < x[1])";
    check(&format!("{pairs} a.sort((x, y) => x[0] - y[0]); {in_order}"), "true");
    check(
        "const a = [3, , undefined, 1, 10]; a.sort(); JSON.stringify(a) + a.length + (4 in a)",
        "[1,10,3,null,null]5false",
    );
    check("String(new Float64Array([NaN, 1, -0, 0, -1]).toSorted())", "-1,0,0,1,NaN");
}

#[test]
fn searching_agrees_for_every_width() {
    check("['aébéc'.split('é'), 'a\u{1234}b'.split('\u{1234}')].join('|')", "a,b,c|a,b");
    check(
        "['abcabc'.indexOf('c', 3), 'abc'.indexOf('\u{1234}'), 'é'.lastIndexOf('é'), 'aaa'.lastIndexOf('a', 1)].join()",
        "5,-1,0,1",
    );
    check(
        "'a-b-c'.replaceAll('-', (m, at) => at) + 'ab'.replaceAll('', '.') + 'x'.replace('x', \"[$&$$$'$`]\")",
        "a1b3c.a.b.[x$]",
    );
}

#[test]
fn regular_expressions_match_in_one_pass() {
    check("'a1b22'.match(/\\d+/g).join() + 'a1b22'.replace(/(?<n>\\d)/g, '<$<n>>')", "1,22a<1>b<2><2>");
    check("'a1b22c'.split(/(\\d)/).join('|')", "a|1|b|2||2|c");
    check("'\u{1F600}x'.split(/(?:)/u).length + ',' + '\u{1F600}x'.split(/(?:)/).length", "2,3");
    check(
        "const r = /a/y; [r.test('aab'), r.lastIndex, r.test('aab'), r.test('aab'), r.lastIndex].join()",
        "true,1,true,false,0",
    );
    check("const r = /a(b)?/dg; const m = r.exec('xa'); [m.index, m[1], m.indices[0], r.lastIndex].join()", "1,,1,2,2");
}

#[test]
fn a_script_sees_its_own_exec_called() {
    check("const r = /a/g; let n = 0; r.exec = () => n++ < 2 ? ['a'] : null; 'xx'.replace(r, '') + n", "x3");
    check("class R extends RegExp { exec(s) { return null } } 'aa'.match(new R('a', 'g'))", "null");
}

#[test]
fn a_changed_expression_is_compiled_again() {
    check("const r = /a/g; 'ab'.match(r); r.compile('b', 'g'); 'ab'.match(r)[0]", "b");
}

#[test]
fn source_gives_back_the_pattern() {
    check(
        r"[/a\/b/.source, /[/]/.source, new RegExp('/').source, new RegExp('').source].join(' ')",
        r"a\/b [/] \/ (?:)",
    );
    check(r"new RegExp(/https?:\/\//.source).test('http://x')", "true");
}

#[test]
fn slices_of_slices_do_not_pile_up() {
    let script = "let s = 'x'.repeat(300000); while (s.length > 30) s = s.slice(1).substring(0); s = ''; 'done'";
    let small = std::thread::Builder::new().stack_size(2 << 20);
    let thread = small.spawn(move || check(script, "done")).expect("a thread");
    assert!(thread.join().is_ok());
}
