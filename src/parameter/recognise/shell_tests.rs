//! Commands with placeholders, filled with hostile values and run: the contexts that `in_code` gives are the true ones.

use Arrives::{Fixed, Never, Runs, Value};

use super::*;
use crate::parameter::hostile::{run, values};
use crate::parameter::quote::quote;

/// What arrives.
#[derive(Clone, Copy, PartialEq)]
enum Arrives {
    /// One argument: the value, and what stands before and behind it.
    Value(&'static str, &'static str),
    /// One argument, whatever the value is.
    Fixed(&'static str),
    /// Whatever it is, nothing else runs.
    Runs,
    /// No value is let in.
    Never,
}

#[rustfmt::skip]
const COMMANDS: &[(&str, Arrives)] = &[
    ("arg <x>", Value("", "")),
    ("arg $V", Value("", "")),
    ("arg ${V:-none}", Value("", "")),
    ("arg {va}/b", Value("", "/b")),
    ("arg [VALUE_X]", Value("", "")),
    ("arg YOUR_V", Value("", "")),
    ("arg --name=<x y>", Value("--name=", "")),
    ("arg --name=\"<x>\"", Value("--name=", "")),
    ("arg pod/'<x>'", Value("pod/", "")),
    ("arg \"$V\"", Value("", "")),
    ("arg \"a b $V c\"", Value("a b ", " c")),
    ("arg 'a b <x> c'", Value("a b ", " c")),
    ("arg ''<x>", Value("", "")),
    ("arg \"\"<x>\"\"", Value("", "")),
    ("Y=<x>; arg \"$Y\"", Value("", "")),
    ("Y=\"<x>\"; arg \"$Y\"", Value("", "")),
    ("arg \"$(printf '%s' <x>)\"", Value("", "")),
    ("arg \"$(printf '%s' \"<x>\")\"", Value("", "")),
    ("arg \"`printf '%s' <x>`\"", Value("", "")),
    ("arg `printf '%s' \"<x>\"`", Value("", "")),
    ("arg $(printf '%s' '<x>' | tr -d ' *?[')", Runs),
    ("arg a # <x>\n", Fixed("a")),
    ("arg a; true '# <x>'", Fixed("a")),
    ("true <x>; arg a", Fixed("a")),
    ("if true; then arg <x>; fi", Value("", "")),
    ("for y in <x>; do arg \"$y\"; done", Value("", "")),
    ("case <x> in *) arg a;; esac", Fixed("a")),
    ("eval arg <x>", Value("", "")),
    ("eval \"arg <x>\"", Never),
    ("sh -c 'printf \"1\\0%s\\0\" <x>'", Value("", "")),
    ("sh -c \"printf '1\\\\0%s\\\\0' <x>\"", Value("", "")),
    ("bash -c \"bash -c 'printf \\\"1\\\\0%s\\\\0\\\" <x>'\"", Value("", "")),
    ("awk 'BEGIN { printf \"1%c%s%c\", 0, \"<x>\", 0 }'", Value("", "")),
    ("awk -v v=<x> 'BEGIN { printf \"1%c\", 0 }'; printf '\\0'", Runs),
    ("find . -maxdepth 0 -exec printf '1\\0%s\\0' <x> \\;", Value("", "")),
    ("printf '%s' a | xargs -I_ printf '1\\0%s\\0' <x>", Value("", "")),
    ("env printf '1\\0%s\\0' b<x>", Value("b", "")),
    ("file <<EOF\na: <x> b\nEOF\n", Value("a: ", " b\n")),
    ("file <<EOF\n<x>\nEOF\n", Never),
    ("file <<EOF\nEO<x>\nEOF\n", Never),
    ("file <<'EOF'\na \"<x>\"\nEOF\n", Value("a \"", "\"\n")),
    ("file <<'EOF'\n$V\nEOF\n", Never),
    ("file <<-EOF\n\t<x>\n\tEOF\n", Never),
    ("sh <<'EOF'\nprintf '1\\0%s\\0' <x>\nEOF\n", Value("", "")),
    ("cat <<EOF | sh\nprintf '1\\\\0%s\\\\0' <x>\nEOF\n", Value("", "")),
    ("cat <<EOF |\nprintf '1\\0%s\\0' <x>\nEOF\nsh\n", Value("", "")),
    ("sh <<<\"arg <x>\" 2>/dev/null", Runs),
    ("printf '%s' \"printf '1\\0%s\\0' <x>\" | sh", Value("", "")),
    ("echo <x> | sh >/dev/null 2>&1", Runs),
    ("echo a; (echo <x>) | sh >/dev/null 2>&1", Runs),
    ("for y in <x>; do echo $y; done | sh >/dev/null 2>&1", Runs),
    ("{ echo <x>; } | { sh >/dev/null 2>&1; }", Runs),
    ("echo <x> | cat | while read -r y; do (eval \"$y\") >/dev/null 2>&1; done", Runs),
    ("echo <x> | xargs sh -c >/dev/null 2>&1", Runs),
    ("(eval \"$(echo <x>)\") >/dev/null 2>&1", Runs),
    ("echo <x> | grep -c .", Runs),
    ("[[ <x> -eq 1 ]] 2>/dev/null", Runs),
    ("[[ \"$V\" -eq 1 ]] 2>/dev/null", Runs),
    ("[ -v <x> ] 2>/dev/null", Runs),
    ("test -v '<x>' 2>/dev/null", Runs),
    ("(( 1 == <x> )) 2>/dev/null", Runs),
    ("(let y=<x>) 2>/dev/null", Runs),
    ("(declare -i y=<x>) 2>/dev/null", Runs),
    ("(unset <x>) 2>/dev/null", Runs),
    ("(read <x> </dev/null) 2>/dev/null", Runs),
    ("(export <x>=1) 2>/dev/null", Runs),
    ("(export Y=<x>; arg \"$Y\")", Value("", "")),
    ("(a[<x>]=1) 2>/dev/null", Never),
    ("cat <<EOF\na\n EOF\narg '<x>'\nEOF\n", Runs),
    ("arg a \\ \n <x>", Never),
    ("arg a \\ \n \"<x>\"", Never),
    ("arg a \\\n <x>", Runs),
    ("<x> a; arg b", Never),
    ("arg a\\<x>", Never),
    ("arg $<x>", Never),
    ("arg \"\\\\<x>\"", Never),
    ("arg \"\\<x>\"", Never),
    ("(arg $(( <x> )))", Runs),
    ("arg ${Q:-<x>}", Value("", "")),
    ("arg \"${Q:-<x>}\"", Value("", "")),
    ("arg ~<x>", Runs),
    ("arg $'a<x>'", Runs),
    ("(arg <x>)", Value("", "")),
    ("{ arg <x>; }", Value("", "")),
    ("arg a && arg <x>", Runs),
    ("arg <x> | cat", Value("", "")),
    ("arg a >/dev/null; arg <x> 2>/dev/null", Value("", "")),
    ("arg <<x>>", Value("", "")),
    ("arg <x><y z>", Runs),
];

/// `code` with every parameter replaced by `value`; `None` where some context refuses it.
fn fill(code: &str, value: &str) -> Option<String> {
    let mut filled = String::new();
    let mut end = 0;
    let mut refused = false;
    in_code(code, Language::Shell, &mut Scope::default(), &mut |found| {
        if found.class != Class::Parameter {
            return;
        }
        filled.push_str(code.get(end..found.range.start).unwrap());
        match quote(value, &found.context) {
            Ok(text) => filled.push_str(&text),
            Err(_) => refused = true,
        }
        end = found.range.end;
    });
    filled.push_str(code.get(end..).unwrap());
    (!refused && end > 0).then_some(filled)
}

#[test]
fn filled_commands_do_what_their_author_wrote_and_nothing_else() {
    let values = values(1_200);
    for (shell, head) in [("sh", ""), ("bash", "set -o history -o histexpand\n")] {
        let mut script = String::new();
        let mut expect: Vec<(String, &str)> = Vec::new();
        // Not known to every shell.
        let known = COMMANDS
            .iter()
            .filter(|(command, _)| shell == "bash" || !["<<<", "((", "a["].iter().any(|sign| command.contains(sign)));
        for (command, arrives) in known {
            // What starts processes is slow.
            let signs = ["$(", "`", "sh", "awk", "find", "xargs", "env ", "file", "|"];
            let step = if signs.iter().any(|sign| command.contains(sign)) {
                8
            } else {
                1
            };
            let some = values
                .iter()
                .enumerate()
                .filter(|(index, _)| *index < 90 || index % step == 0);
            let before = expect.len();
            for (_, value) in some {
                let Some(filled) = fill(command, value) else {
                    continue;
                };
                let number = expect.len();
                script.push_str(&format!("printf 'MARK-{number}\\0'\n{filled}\n"));
                let printed = match arrives {
                    Value(before, behind) => format!("1\0{before}{value}{behind}\0"),
                    Fixed(text) => format!("1\0{text}\0"),
                    Runs | Never => String::new(),
                };
                expect.push((printed, command));
            }
            let count = expect.len() - before;
            assert_eq!(count == 0, *arrives == Never, "{command} was filled {count} times");
        }
        let output = run(shell, head, &script);
        let output = String::from_utf8_lossy(&output);
        let printed: Vec<&str> = output.split("MARK-").skip(1).collect();
        let last = expect.get(printed.len().saturating_sub(1)).map(|(_, command)| command);
        assert_eq!(printed.len(), expect.len(), "{shell} ended in {last:?}");
        for ((index, printed), (expected, command)) in printed.into_iter().enumerate().zip(&expect) {
            let (number, printed) = printed.split_once('\0').unwrap();
            assert_eq!(number, index.to_string(), "{shell}: {command:?}");
            assert!(
                expected.is_empty() || printed == expected,
                "{shell}: {command:?} printed {printed:?}, not {expected:?}"
            );
        }
    }
}
