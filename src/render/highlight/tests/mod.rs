//! What holds for all languages.
//!
//! In: small cases, real code, and both of them broken and shuffled. Out: failures. Must not: judge by colours alone;
//! each case says what every piece is. `UPDATE_GOLDENS=1` writes the expected forms anew.

mod corpus;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{Class, highlight};

const LANGUAGES: [&str; 4] = ["yaml", "json", "promql", "diff"];

/// `code` with its pieces in brackets: `⟦k:name⟧: ⟦n:5⟧`.
fn marked(language: &str, code: &str) -> String {
    let mut out = String::new();
    let known = highlight(language, code, &mut |class, range| {
        let piece = code.get(range).unwrap();
        match class {
            Some(class) => out += &format!("⟦{}:{piece}⟧", class.css()),
            None => out += piece,
        }
    });
    assert!(known, "{language}");
    out
}

/// What is promised of the ranges of any code.
fn check(language: &str, code: &str) {
    let (mut at, mut before) = (0, None);
    highlight(language, code, &mut |class, range| {
        assert_eq!(range.start, at, "{language}: a gap in {code:?}");
        assert!(
            code.get(range.clone()).is_some_and(|piece| !piece.is_empty()),
            "{language}: {range:?} of {code:?}"
        );
        assert_ne!(before, Some(class), "{language}: not joined in {code:?}");
        (at, before) = (range.end, Some(class));
    });
    assert_eq!(at, code.len(), "{language}: the end of {code:?}");
}

/// The small cases: files, languages, texts.
fn cases() -> Vec<(PathBuf, &'static str, String)> {
    // `file!` is relative to the package.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(file!())
        .with_file_name("../cases");
    let mut cases = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let language = LANGUAGES
            .into_iter()
            .find(|name| path.extension().is_some_and(|end| end == *name));
        if let Some(language) = language {
            let code = fs::read_to_string(&path).unwrap();
            cases.push((path, language, code));
        }
    }
    cases.sort();
    cases
}

#[test]
fn golden_cases() {
    let cases = cases();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    let mut failures = Vec::new();
    for (path, language, code) in cases {
        let file = path.with_added_extension("marked");
        let actual = marked(language, &code);
        if std::env::var_os("UPDATE_GOLDENS").is_some() {
            fs::write(&file, &actual).unwrap();
        }
        let expect = fs::read_to_string(&file).unwrap_or_default();
        if let Some((expect, actual)) = difference(&expect, &actual) {
            failures.push(format!("{}\n  expected {expect}\n  actual   {actual}", path.display()));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn other_languages_are_left_alone() {
    for language in ["", "YAML", "yml", "sh", "mermaid"] {
        let mut sink = |_, range| panic!("{range:?}");
        assert!(!highlight(language, "a: 1", &mut sink), "{language}");
    }
    for language in LANGUAGES {
        let mut sink = |_, range| panic!("{range:?}");
        assert!(highlight(language, "", &mut sink), "{language}");
    }
}

#[test]
fn class_names_are_short_and_differ() {
    let classes = [
        Class::Comment,
        Class::Key,
        Class::String,
        Class::Number,
        Class::Keyword,
        Class::Function,
        Class::Variable,
        Class::Operator,
        Class::Added,
        Class::Removed,
        Class::Meta,
    ];
    let names: BTreeSet<_> = classes.iter().map(|class| class.css()).collect();
    assert_eq!(names.len(), classes.len());
    assert!(
        names
            .iter()
            .all(|name| name.len() <= 3 && name.bytes().all(|b| b.is_ascii_lowercase()))
    );
}

#[test]
fn real_code_is_covered_and_line_ends_of_other_systems_change_nothing() {
    let blocks = corpus::blocks();
    if blocks.is_empty() {
        assert!(std::env::var_os("CI").is_none(), "in CI the corpus must be there");
        println!("SKIPPED: no corpus");
        return;
    }
    assert!(blocks.len() >= 130, "only {} blocks", blocks.len());
    for block in &blocks {
        // In any language, for people give the wrong name.
        for language in LANGUAGES {
            check(language, &block.code);
        }
        let unix = block.code.replace("\r\n", "\n");
        let other = marked(block.language, &unix.replace('\n', "\r\n")).replace('\r', "");
        if let Some((expect, actual)) = difference(&marked(block.language, &unix), &other) {
            panic!("{}\n  expected {expect}\n  actual   {actual}", block.place);
        }
    }
}

/// The first lines that differ.
fn difference<'a>(expect: &'a str, actual: &'a str) -> Option<(&'a str, &'a str)> {
    let lines = || expect.split('\n').zip(actual.split('\n'));
    (expect != actual).then(|| lines().find(|(a, b)| a != b).unwrap_or((expect, actual)))
}

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }
}

/// What lexers stop at, alone and in pairs that mean something.
const SIGNS: &[&str] = &[
    "\"",
    "'",
    "`",
    "\\",
    "\\\"",
    "{",
    "}",
    "{{",
    "}}",
    "{{/*",
    "*/",
    "[",
    "]",
    "(",
    ")",
    ":",
    ": ",
    "#",
    " #",
    "\n",
    "\n\n",
    "\r\n",
    "\n  ",
    "\n    ",
    " ",
    "\t",
    "- ",
    "-",
    "?",
    "|",
    ": |\n",
    ">-",
    ",",
    "&a",
    "*a",
    "!t",
    "---",
    "\n---\n",
    "...",
    "//",
    "/*",
    "@@",
    "@@ -1,2 +3 @@\n",
    "\n+",
    "\n-",
    "+++ ",
    "--- ",
    "$",
    "$x",
    "${",
    "by",
    "sum",
    "rate(",
    "on (",
    "=~",
    "0x",
    "1e",
    "1e-",
    "5m",
    "true",
    "null",
    "~",
    "a",
    "key",
    "ä",
    "日本",
    "\u{feff}",
    "🔥",
    "%Y",
    "\0",
    "''",
    "\\\n",
];

#[test]
fn any_text_is_covered() {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    for round in 0..20_000 {
        let length = chance.below(if round % 100 == 0 { 400 } else { 24 });
        let code: String = (0..length).map(|_| SIGNS[chance.below(SIGNS.len())]).collect();
        for language in LANGUAGES {
            check(language, &code);
        }
    }
    for _ in 0..2_000 {
        let length = chance.below(200);
        let bytes: Vec<u8> = (0..length).map(|_| chance.below(256) as u8).collect();
        for language in LANGUAGES {
            check(language, &String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn broken_code_is_covered() {
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    for (_, language, code) in cases() {
        let chars: Vec<char> = code.chars().collect();
        for end in 0..=chars.len() {
            check(language, &chars[..end].iter().collect::<String>());
            check(language, &chars[end..].iter().collect::<String>());
        }
        for _ in 0..200 {
            let mut broken = chars.clone();
            for _ in 0..=chance.below(4) {
                let from = chance.below(broken.len());
                let to = (from + chance.below(12)).min(broken.len());
                let sign = SIGNS[chance.below(SIGNS.len())];
                broken.splice(from..to, sign.chars());
            }
            check(language, &broken.iter().collect::<String>());
        }
    }
}

/// Texts that made one lexer or another look at the same bytes again and again.
fn hostile() -> Vec<String> {
    let alone = SIGNS.iter().map(|sign| (*sign).to_owned());
    let pairs = SIGNS.iter().enumerate().flat_map(|(at, a)| {
        let others = SIGNS.iter().cycle().skip(at * 7 + 1).step_by(11).take(3);
        others.map(move |b| format!("{a}{b}"))
    });
    let chosen = [
        "{{ \"{{\\\"\" \n",
        "\"{{\\\"\"\n",
        "{{ \"a\" ",
        "{{ `a` \n",
        "x {{ \"{{\"\n",
        "a: \"{{ \\\" ",
        "\"\\\"",
        "'\\'",
        "sum   ",
        "sum by ",
        "a: 'x\n  ",
        "a: |\n  {{",
        "[{{ ",
        "--- \n",
        "\"a\"   ",
        "  - ",
        "- - ",
        "{a: [",
        "x `",
        "1e-",
        "a:b:",
    ];
    let closed = ["{{ a }}", "{{ a }}: ", "k: {{ a }} # b\n", "\"{{ a }}\" "];
    alone
        .chain(pairs)
        .chain(chosen.map(str::to_owned))
        .chain(closed.map(str::to_owned))
        .collect()
}

/// Eight times the code may take 32 times as long, and one of many attempts is enough: a wide margin for other work on the
/// machine, and far from the 64 of a lexer that looks at things again and again.
#[test]
fn hostile_code_takes_time_by_its_length() {
    fn time(language: &str, code: &str) -> Duration {
        let start = Instant::now();
        let mut pieces = 0_usize;
        highlight(language, code, &mut |_, _| pieces += 1);
        std::hint::black_box(pieces);
        start.elapsed()
    }
    for seed in hostile() {
        for (language, begin) in LANGUAGES.into_iter().flat_map(|name| [(name, ""), (name, "a: \"{{ ")]) {
            let of = |length: usize| format!("{begin}{}", seed.repeat(length / seed.len()));
            let (short, long) = (of(8 << 10), of(64 << 10));
            let fair = |_| time(language, &long) <= time(language, &short) * 32 + Duration::from_millis(1);
            assert!((0..20).any(fair), "{language}: {begin}{seed:?}");
        }
    }
}
