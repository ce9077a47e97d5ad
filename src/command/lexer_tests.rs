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
fn quotes_substitutions_and_placeholders_are_told_apart() {
    for code in [
        "kubectl -n \"$NS\" get '<pod>' # why",
        "a $(b \"c\") `d` <e f> > out",
        "x <<'EOF'\n$y\nEOF\n",
    ] {
        let pieces = lex(code);
        let whole: String = pieces
            .iter()
            .map(|piece| code.get(piece.range.clone()).unwrap())
            .collect();
        assert_eq!(whole, code);
    }
    let shown = show("kubectl -n \"$NS\" get <pod>");
    assert!(shown.contains('!') && shown.contains('^'), "{shown}");
}
