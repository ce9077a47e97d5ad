//! The pieces of shell text, case by case.

use std::fmt::Write as _;

use super::lexer::{PieceKind, Quotes, lex};

/// Pieces one by one: kind, text, and `^` word start, `!` command word, `n` nested, quotes.
fn show(code: &str) -> String {
    let mut shown = String::new();
    for piece in lex(code) {
        let text = code.get(piece.range.clone()).unwrap();
        if piece.kind == PieceKind::Blank {
            shown.push(' ');
            continue;
        }
        let kind = match piece.kind {
            PieceKind::Blank => "B",
            PieceKind::LineEnd => "L",
            PieceKind::Continuation => "\\",
            PieceKind::Comment => "#",
            PieceKind::Word => "w",
            PieceKind::Quote => "q",
            PieceKind::Variable => "v",
            PieceKind::Escape => "e",
            PieceKind::Operator => "o",
            PieceKind::Redirect => "r",
            PieceKind::HeredocMark => "m",
            PieceKind::HeredocBody => "h",
            PieceKind::Placeholder => "p",
            PieceKind::SubstitutionOpen => "(",
            PieceKind::SubstitutionClose => ")",
        };
        let quotes = match piece.quotes {
            Quotes::None => "",
            Quotes::Single => "'",
            Quotes::Double => "\"",
            Quotes::HeredocPlain => "H",
            Quotes::HeredocQuoted => "Q",
        };
        let flag = |set, mark| if set { mark } else { "" };
        write!(
            shown,
            "[{kind}{quotes}{}{}{}:{}]",
            flag(piece.nested, "n"),
            flag(piece.word_start, "^"),
            flag(piece.command_word, "!"),
            text.escape_debug()
        )
        .unwrap();
    }
    shown
}

fn assert_covered(code: &str) {
    let mut at = 0;
    for piece in lex(code) {
        assert_eq!(piece.range.start, at, "{code:?}");
        assert!(
            code.get(piece.range.clone()).is_some_and(|text| !text.is_empty()),
            "{piece:?} of {code:?}"
        );
        at = piece.range.end;
    }
    assert_eq!(at, code.len(), "{code:?}");
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

#[test]
fn pieces_cover_any_text() {
    let words = [
        "'", "\"", "`", "$(", "$((", ")", "))", "(", "<<E", "<<-'E'", "E", "\n", "\r\n", " ", "\\", "\\\n", "\\ \n",
        "$x", "${", "}", "{", "<a b>", "<", ">", "2>", "&", "&&", "|", ";", ";;", "case", "in", "esac", "for", "do",
        "done", "if", "fi", "#", "=", "x=", "x=(", "f()", "sh", "-c", "sudo", "ssh", "kubectl", "exec", "--", "ä", "€",
        "\t", "$'", "$\"", "<(", "<<<", "~", "$", "\u{0}", "…",
    ];
    let mut numbers = Numbers(7);
    for _ in 0..20_000 {
        let code: String = (0..numbers.below(40))
            .map(|_| words[numbers.below(words.len())])
            .collect();
        assert_covered(&code);
    }
    for _ in 0..2_000 {
        let bytes: Vec<u8> = (0..numbers.below(200))
            .map(|_| u8::try_from(numbers.below(256)).unwrap())
            .collect();
        assert_covered(&String::from_utf8_lossy(&bytes));
    }
    for deep in [
        "$(",
        "`x $(",
        "\"$(",
        "(",
        "{ ",
        "$((",
        "if x; then ",
        "case x in ",
        "<<E\n$(",
        "'",
        "<(",
        "sh -c \"$(",
    ] {
        assert_covered(&deep.repeat(5_000));
    }
}

#[test]
fn pieces_are_told_apart() {
    let cases = [
        (
            "kubectl get pods -n <namespace>",
            "[w^!:kubectl] [w^:get] [w^:pods] [w^:-n] [p^:<namespace>]",
        ),
        (
            "a \"$X\" | b > out 2>&1",
            "[w^!:a] [q\"^:\\\"][v\":$X][q\":\\\"] [o:|] [w^!:b] [r:>] [w^:out] [r:2>&1]",
        ),
        (
            "sudo -u me oc exec $POD -- sh -c 'echo <x> $Y'",
            "[w^!:sudo] [w^:-u] [w^:me] [w^!:oc] [w^:exec] [v^:$POD] [w^:--] [w^!:sh] [w^:-c] [q'n^:\\'][w'n:echo ][p'n:<x>][w'n: $Y][q'n:\\']",
        ),
        (
            "for i in a b; do echo $i; done",
            "[w^:for] [w^:i] [w^:in] [w^:a] [w^:b][o:;] [w^:do] [w^!:echo] [v^:$i][o:;] [w^:done]",
        ),
        (
            "case $x in a|b) c;; *) d;; esac",
            "[w^:case] [v^:$x] [w^:in] [w^:a][o:|][w^:b][o:)] [w^!:c][o:;;] [w^:*][o:)] [w^!:d][o:;;] [w^:esac]",
        ),
        (
            "if x; then y; elif z; then w; else v; fi",
            "[w^:if] [w^!:x][o:;] [w^:then] [w^!:y][o:;] [w^:elif] [w^!:z][o:;] [w^:then] [w^!:w][o:;] [w^:else] [w^!:v][o:;] [w^:fi]",
        ),
        (
            "cat <<EOF | b -f -\nname: $X <y> \\$z\nEOF\nls",
            "[w^!:cat] [r:<<][m:EOF] [o:|] [w^!:b] [w^:-f] [w^:-][L:\\n][hH:name: ][vH:$X][hH: ][pH:<y>][hH: ][eH:\\\\$][hH:z\\n][mH:EOF][L:\\n][w^!:ls]",
        ),
        (
            "ssh h <<'E'\nrm $x\nE\n",
            "[w^!:ssh] [w^:h] [r:<<][m:\\'E\\'][L:\\n][hQn:rm $x\\n][mQn:E][L:\\n]",
        ),
        (
            "cat <<-'A' <<B\n1\n\tA\n2\nB\nx <y>",
            "[w^!:cat] [r:<<-][m:\\'A\\'] [r:<<][m:B][L:\\n][hQ:1\\n][hQ:\\t][mQ:A][L:\\n][hH:2\\n][mH:B][L:\\n][w^!:x] [p^:<y>]",
        ),
        (
            "A=$(b \"$(c)\" -o jsonpath='{.x.<n>}') B=(a b)",
            "[w^:A=][(:$(][w^!:b] [q\"^:\\\"][(\":$(][w^!:c][)\":)][q\":\\\"] [w^:-o] [w^:jsonpath=][q':\\'][w':{.x.][p':<n>][w':}][q':\\'][):)] [w^:B=][o:(][w^:a] [w^:b][o:)]",
        ),
        (
            "oc get x -o jsonpath='{.x.<n>}'",
            "[w^!:oc] [w^:get] [w^:x] [w^:-o] [w^:jsonpath=][q'n:\\'][w'n:{.x.][p'n:<n>][w'n:}][q'n:\\']",
        ),
        ("f() { ls; }", "[w^!:f][o:(][o:)] [o:{] [w^!:ls][o:;] [o:}]"),
        (
            "echo $'a\\'b' `ls $x` $((1 + $y * (2)))",
            "[w^!:echo] [q'n^:$\\'][w'n:a][e'n:\\\\\\'][w'n:b][q'n:\\'] [(^:`][wn^!:ls] [vn^:$x][):`] [(^:$((][wn:1 + ][vn:$y][wn: * ][wn:(][wn:2][wn:)][):))]",
        ),
        (
            "${X:-${Y}} a\\ b # c 'd",
            "[v^!:${X:-${Y}}] [w^:a][e:\\\\ ][w:b] [#:# c \\'d]",
        ),
        (
            "oc patch x -p '{\"a\":\"<b>\"}' \\ \n  --type=merge",
            "[w^!:oc] [w^:patch] [w^:x] [w^:-p] [q'n^:\\'][w'n:{\\\"a\\\":\\\"][p'n:<b>][w'n:\\\"}][q'n:\\'] [\\:\\\\ \\n] [w^:--type=merge]",
        ),
        (
            "oc logs -p '<x>'",
            "[w^!:oc] [w^:logs] [w^:-p] [q'^:\\'][p':<x>][q':\\']",
        ),
        (
            "ls 2>/dev/null &>x >>y <in",
            "[w^!:ls] [r:2>][w^:/dev/null] [r:&>][w^:x] [r:>>][w^:y] [r:<][w^:in]",
        ),
        (
            "jq --arg a $b '.x' f | awk -v n=<n> '{print $1}'",
            "[w^!:jq] [w^:--arg] [w^:a] [v^:$b] [q'n^:\\'][w'n:.x][q'n:\\'] [w^:f] [o:|] [w^!:awk] [w^:-v] [w^:n=][p:<n>] [q'n^:\\'][w'n:{print $1}][q'n:\\']",
        ),
        (
            "psql -c \"select $x\" -f y",
            "[w^!:psql] [w^:-c] [q\"n^:\\\"][w\"n:select ][v\"n:$x][q\"n:\\\"] [w^:-f] [w^:y]",
        ),
        (
            "eval \"$x\" y",
            "[w^!:eval] [q\"n^!:\\\"][v\"n!:$x][q\"n!:\\\"] [wn^:y]",
        ),
        (
            "watch -n 5 'ls <d>'",
            "[w^!:watch] [w^:-n] [w^:5] [q'n^!:\\'][w'n!:ls ][p'n!:<d>][q'n!:\\']",
        ),
        (
            "xargs -I{} -n 1 oc delete <kind> {}",
            "[w^!:xargs] [w^:-I{}] [w^:-n] [w^:1] [wn^!:oc] [wn^:delete] [pn^:<kind>] [wn^:{}]",
        ),
        (
            "A=1 env B=2 nohup timeout 5s ls x",
            "[w^:A=1] [w^!:env] [w^:B=2] [w^!:nohup] [w^!:timeout] [w^:5s] [w^!:ls] [w^:x]",
        ),
        (
            "find . -exec rm {} \\;",
            "[w^!:find] [w^:.] [w^:-exec] [w^!:rm] [w^:{}] [e^:\\\\;]",
        ),
        (
            "docker exec -it db psql -c 'select <x>'",
            "[w^!:docker] [w^:exec] [w^:-it] [w^:db] [w^:psql] [w^:-c] [q'n^:\\'][w'n:select ][p'n:<x>][q'n:\\']",
        ),
        (
            "curl -d '{\"a\":\"<b>\"}' <url>",
            "[w^!:curl] [w^:-d] [q'n^:\\'][w'n:{\\\"a\\\":\\\"][p'n:<b>][w'n:\\\"}][q'n:\\'] [p^:<url>]",
        ),
        ("a 'unterminated <x>", "[w^!:a] [q'^:\\'][w':unterminated ][p':<x>]"),
        (
            "a \"b $(c 'd",
            "[w^!:a] [q\"^:\\\"][w\":b ][(\":$(][w^!:c] [q'^:\\'][w':d]",
        ),
        ("[[ $a -eq <n> ]]", "[w^!:[[] [vn^:$a] [wn^:-eq] [pn^:<n>] [wn^:]]]"),
        (
            "diff <(a) <(b) <<<\"$x\"",
            "[w^!:diff] [(^:<(][w^!:a][):)] [(^:<(][w^!:b][):)] [r:<<<][q\"^:\\\"][v\":$x][q\":\\\"]",
        ),
        ("(cd /x && ls) &", "[o:(][w^!:cd] [w^:/x] [o:&&] [w^!:ls][o:)] [o:&]"),
        ("a\r\nb \\\r\n c", "[w^!:a][L:\\r\\n][w^!:b] [\\:\\\\\\r\\n] [w^:c]"),
        (
            "echo \"\\$x \\n \\\"\"",
            "[w^!:echo] [q\"^:\\\"][e\":\\\\$][w\":x ][w\":\\\\n ][e\":\\\\\\\"][q\":\\\"]",
        ),
        ("x=<a>", "[w^:x=][p:<a>]"),
        ("sort <in >out", "[w^!:sort] [r:<][w^:in] [r:>][w^:out]"),
    ];
    let mut wrong = String::new();
    for (code, expect) in cases {
        let found = show(code);
        if found != expect {
            writeln!(wrong, "{code:?}\n  {found}\n  {expect}").unwrap();
        }
        assert_covered(code);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn what_a_shell_may_read_otherwise_is_nested() {
    // After each of these, quoting for a shell is not enough for `<x>`.
    for code in [
        "cat <<E\n  E\nrm <x>",
        "cat <<E\n$(rm <x>)\nE",
        "echo `rm <x>`",
        "echo $(( <x> ))",
        "(( <x> ))",
        "echo $'<x>'",
        "sh -c \"rm <x>\"",
        "bash -lc 'rm <x>'",
        "ssh -i k h rm <x>",
        "ssh h <<E\nrm <x>\nE",
        "su - u -c 'rm <x>'",
        "sudo bash -c 'rm <x>'",
        "kubectl exec p -- sh -c 'rm <x>'",
        "oc rsh p bash -c 'rm <x>'",
        "docker exec c sh -c 'rm <x>'",
        "kubectl exec p -- psql -c 'select <x>'",
        "kubectl patch x --patch='[<x>]'",
        "kubectl patch x -p=\"[<x>]\"",
        "kubectl get x -o=jsonpath='{<x>}'",
        "kubectl get x -o go-template='{{<x>}}'",
        "jq '.[<x>]' f",
        "awk -F: '/<x>/' f",
        "sed -n -e 's/<x>//' f",
        "perl -pe 's/<x>//'",
        "python3 -c 'print(<x>)'",
        "mysql -e 'select <x>'",
        "mysql --execute='select <x>'",
        "promtool query instant u 'up{a=\"<x>\"}'",
        "xargs rm <x>",
        "watch ls <x>",
        "eval rm <x>",
        "find . -exec sh -c 'rm <x>' \\;",
        "knife ssh q 'rm <x>'",
        "make A=<x>",
        "trap 'rm <x>' EXIT",
    ] {
        let pieces = lex(code);
        let placeholder = pieces.iter().find(|piece| piece.kind == PieceKind::Placeholder);
        assert!(placeholder.is_some_and(|piece| piece.nested), "{code:?} {}", show(code));
    }
    for code in [
        "kubectl get pod <x>",
        "kubectl exec <x> -- ls",
        "kubectl logs -p <x>",
        "kubectl get pods -l app=<x>",
        "ssh <x>",
        "sudo rm <x>",
        "cat <<E\n<x>\nE",
        "cat <<-E\n\tE\nrm <x>",
        "X=<x> sh -c 'ls'",
        "jq --arg a <x> '.a == $a'",
        "curl <x>",
        "psql -U <x>",
        "echo \"$(ls <x>)\"",
    ] {
        let pieces = lex(code);
        let placeholder = pieces.iter().find(|piece| piece.kind == PieceKind::Placeholder);
        assert!(
            placeholder.is_some_and(|piece| !piece.nested),
            "{code:?} {}",
            show(code)
        );
    }
}
