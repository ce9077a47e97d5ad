//! Hostile values and real shells, for tests.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Each of these ended the quotes, the word or the command of some way to fill a command.
#[rustfmt::skip]
const TRICKS: &[&str] = &[
    "$(touch pwned)", "`touch pwned`", "; touch pwned", "'; touch pwned; '", "\"; touch pwned; \"", "| touch pwned",
    "& touch pwned", "&& touch pwned", "a $(touch pwned) b", "${IFS}", "$IFS$9", "$HOME", "\\", "\\\\", "\\'", "\\\"",
    "'", "''", "'\\''", "\"", "\"\"", "'\"'", "a\\", "a'", "a\"", "#", "a #b", "*", "?", "[a-z]*", "{a,b}", "{1..9}",
    "~", "~root", "a~", "=ls", "@x", "%1", "!", "!!", "!$", "a!b", "!touch", "EOF", "-n", "--all", "-", "--", "<x",
    ">pwned", "<(touch pwned)", ">(touch pwned)", "(touch pwned)", "()", "((1))", "a=b", "PATH=x", "a b", " ", " a",
    "a ", "  ", "ü", "日本", "🔥", "e\u{301}", "\u{a0}", "^a^b", "a;b", "a|b", "a&b", ";;", "$", "$$", "$'a'", "$\"a\"",
    "`", "a`b", "%s", "%n", "\\n", "\\0", "\\c", "+", ",", ":", "/", ".", "..", "payments", "b,c", "x,--all", "10.0.0.1:9100",
    "x'$(touch pwned)'y", "x\"$(touch pwned)\"y", "'$(touch pwned)", "\\$(touch pwned)", "\\`touch pwned\\`", "}",
    "]", ")", "fi", "done",
];

/// A generator that always says the same.
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % below
    }

    pub(super) fn value(&mut self) -> String {
        #[rustfmt::skip]
        const PARTS: &[&str] = &[
            "'", "\"", "\\", "$", "`", "!", ";", "&", "|", "<", ">", "(", ")", "{", "}", "[", "]", "*", "?", "~", "#",
            "@", "=", "%", "-", "+", ",", ".", ":", "/", " ", "^", "a", "Z", "0", "_", "é", "🔥", "$(", "${",
            "touch pwned", "$'",
        ];
        let length = 1 + self.next(12);
        (0..length).map(|_| PARTS[self.next(PARTS.len())]).collect()
    }
}

/// Tricks, and then what chance makes of their parts; always the same.
pub(super) fn values(count: usize) -> Vec<String> {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let tricks = TRICKS.iter().map(|trick| (*trick).to_owned());
    let pairs = TRICKS
        .iter()
        .flat_map(|one| ["a", "'", "\\"].map(|two| format!("{two}{one}")));
    tricks
        .chain(pairs)
        .chain(std::iter::repeat_with(|| chance.value()))
        .take(count)
        .collect()
}

/// Prints how many arguments came, and each of them, with a NUL behind each. `file` does so with its standard input.
const PRINTERS: &str = "arg() { printf '%s\\0' \"$#\" \"$@\"; }\nfile() { printf '1\\0'; cat; printf '\\0'; }\n";

/// What `shell` prints for `script`, which follows `head` and the printers. Fails if a value was run.
pub(super) fn run(shell: &str, head: &str, script: &str) -> Vec<u8> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("parameter-{}-{count}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("script"), format!("{head}{PRINTERS}{script}")).unwrap();
    let output = Command::new(shell).arg("script").current_dir(&folder).output().unwrap();
    let pwned = folder.join("pwned").exists();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(!pwned, "{shell} ran what was a value");
    output.stdout
}
