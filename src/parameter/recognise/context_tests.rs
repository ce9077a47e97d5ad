//! Where a value would stand, case by case.

use super::tests::check;
use super::*;

#[test]
fn contexts_say_what_a_value_must_respect() {
    // Quotes, and `n` nested, `s` word start, `!` never.
    let cases = [
        ("a <x>", "nones"),
        ("a b<x>", "none"),
        ("a --b=<x>", "none"),
        ("a \"<x>\"", "doubles"),
        ("a \"b/<x>\"", "double"),
        ("a \"b <x>\"", "doublen"),
        ("a '<x>'", "singles"),
        ("a ''<x>", "nones"),
        ("a $E<x>", "nones"),
        ("a b''<x>", "none"),
        ("a 'b; <x>'", "singlen"),
        ("sh -c 'a <x>'", "singlen"),
        ("ssh h <x>", "nonens!"),
        ("ssh h a <x>", "nonens"),
        ("a $(b <x>)", "nones"),
        ("a \"$(b <x>)\"", "nones"),
        ("a `b <x>`", "nonens"),
        ("a $((<x>))", "nonen"),
        ("<x> a", "nones!"),
        ("sudo <x> a", "nones!"),
        ("Y=<x> a", "none"),
        ("a # <x>", "data"),
        ("a $(b # <x>\n)", "data"),
        ("a \\{x}", ""),
        ("a $<x>", "none!"),
        ("cat <<E\nb: <x>\nE", "heredoc"),
        ("cat <<'E'\nb: <x>\nE", "heredoc-quoted"),
        ("cat <<E\n<x>\nE", "heredoc!"),
        ("cat <<E\nE<x>\nE", "heredoc!"),
        ("bash <<E\nb <x>\nE", "heredocn"),
        ("ssh <x> a", "nonens"),
        ("make A=<x>", "nonen"),
        ("lxc exec web -- /bin/sh -c '<x>'", "singlens"),
        ("export <x>=1", "nonens"),
        ("export A=<x>", "none"),
        ("[ <x> = b ]", "nonens"),
        ("curl -d '{\"a\":\"<x>\"}' u", "singlen"),
    ];
    check(cases.map(|(text, expect)| {
        let mut contexts = Vec::new();
        in_code(text, Language::Shell, &mut Scope::default(), &mut |found| {
            if found.name == "x" {
                let Context {
                    quotes,
                    nested,
                    word_start,
                    command_word,
                } = found.context;
                let flag = |set, mark| if set { mark } else { "" };
                contexts.push(format!(
                    "{}{}{}{}",
                    quotes.as_str(),
                    flag(nested, "n"),
                    flag(word_start, "s"),
                    flag(command_word, "!")
                ));
            }
        });
        (text, contexts.join(" "), expect)
    }));
}

#[test]
fn uses_are_in_order_and_apart_whatever_the_text() {
    let parts = [
        "$", "${", "}", "{", "{{", "}}", "<", ">", "[", "]", "x", "xxx", "YOUR_A", "my-b", " ", "\n", "'", "\"", "`",
        "\\", "$(", ")", "<<E\n", "E\n", "a", "A", "=", "-", "é", "🔥", "#", ";", "|", "%}", "{%", "</a>", "<a>", "$X",
        "X=1", "ssh ", "",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below
    };
    let languages = [
        Language::Shell,
        Language::Inline,
        Language::PromQl,
        Language::Yaml,
        Language::Json,
        Language::Text,
        Language::Program,
    ];
    let mut found = 0;
    for round in 0..20_000 {
        let text: String = (0..next(24)).map(|_| parts[next(parts.len())]).collect();
        let mut end = 0;
        let mut check = |used: Use<'_>| {
            assert!(
                used.range.start >= end && used.range.start < used.range.end,
                "{used:?} of {text:?}"
            );
            assert!(text.get(used.range.clone()).is_some(), "{used:?} of {text:?}");
            end = used.range.end;
            found += 1;
        };
        if round % 8 == 7 {
            in_prose(&text, &mut check);
        } else {
            in_code(&text, languages[round % 7], &mut Scope::default(), &mut check);
        }
    }
    assert!(found > 20_000, "{found}");
}
