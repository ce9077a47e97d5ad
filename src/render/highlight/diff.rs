//! Changes: unified, as `git` and `kubectl diff` print them, also without headers and with wrong counts as people write
//! them; and what plain `diff` prints.
//!
//! In: a change or a part of one. Out: a class for each line. Must not: take a removed `-- comment` for a header where
//! the hunk says how many lines it has.

use super::Class;
use super::bytes::{has, line_end};
use super::marks::Marks;

/// What begins a line about the change itself.
const HEADERS: &[&[u8]] = &[
    b"diff ",
    b"index ",
    b"Index: ",
    b"=======",
    b"new file mode ",
    b"deleted file mode ",
    b"old mode ",
    b"new mode ",
    b"similarity index ",
    b"dissimilarity index ",
    b"rename from ",
    b"rename to ",
    b"copy from ",
    b"copy to ",
    b"Binary files ",
    b"GIT binary patch",
    b"Only in ",
    b"\\ No newline",
];

pub(super) fn lex(code: &[u8], marks: &mut Marks<'_>) {
    let mut state = State::default();
    let mut at = 0;
    while at < code.len() {
        let end = line_end(code, at);
        let (length, class) = state.line(code, at, end);
        // The line end goes along, so that lines of one class become one range.
        let whole = at + length == end;
        marks.up_to(if whole { end + 1 } else { at + length }.min(code.len()), class);
        marks.up_to((end + 1).min(code.len()), None);
        at = end + 1;
    }
}

#[derive(Default)]
struct State {
    /// How many lines of the old and of the new text the hunk still has.
    left: (usize, usize),
    /// True between `---` and `+++`.
    old_file_named: bool,
    /// True after a command of plain `diff`, such as `5,7c5`.
    commands: bool,
}

impl State {
    /// The class of the line from `at` to `end`, and how many of its bytes have it.
    fn line(&mut self, code: &[u8], at: usize, end: usize) -> (usize, Option<Class>) {
        let line = code.get(at..end).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let whole = |class| (end - at, class);
        if self.left != (0, 0) {
            match line.first() {
                Some(b'+') => self.left.1 = self.left.1.saturating_sub(1),
                Some(b'-') => self.left.0 = self.left.0.saturating_sub(1),
                // Editors take the blank from empty lines.
                Some(b' ') | None => self.left = (self.left.0.saturating_sub(1), self.left.1.saturating_sub(1)),
                Some(b'\\') => return whole(Some(Class::Meta)),
                Some(_) => self.left = (0, 0),
            }
            match line.first() {
                Some(b'+') => return whole(Some(Class::Added)),
                Some(b'-') => return whole(Some(Class::Removed)),
                _ => {}
            }
        }
        let named = std::mem::take(&mut self.old_file_named);
        match line.first() {
            Some(b'@') if line.starts_with(b"@@") => {
                self.left = counts(line);
                (header_length(line, end - at), Some(Class::Meta))
            }
            Some(b'-') if line.starts_with(b"--- ") && has(code, end + 1, b"+++ ") => {
                self.old_file_named = true;
                whole(Some(Class::Meta))
            }
            Some(b'+') if named => whole(Some(Class::Meta)),
            Some(b'-') if line == b"---" && self.commands => whole(Some(Class::Meta)),
            Some(b'+') => whole(Some(Class::Added)),
            Some(b'-') => whole(Some(Class::Removed)),
            Some(b'<') if self.commands => whole(Some(Class::Removed)),
            Some(b'>') if self.commands => whole(Some(Class::Added)),
            Some(b'0'..=b'9') if is_command(line) => {
                self.commands = true;
                whole(Some(Class::Meta))
            }
            Some(_) if HEADERS.iter().any(|header| line.starts_with(header)) => {
                self.left = (0, 0);
                whole(Some(Class::Meta))
            }
            _ => whole(None),
        }
    }
}

/// How many lines of the old and the new text a hunk has: `@@ -1,3 +1,4 @@`. A count that is not there is 1.
fn counts(line: &[u8]) -> (usize, usize) {
    let mut counts = line.split(|byte| *byte == b' ').skip(1).map(|range| {
        let count = range.split(|byte| *byte == b',').nth(1);
        let digits = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse().ok();
        let numbered = range.get(1).is_some_and(u8::is_ascii_digit);
        count.map_or(Some(1), digits).filter(|_| numbered).unwrap_or(0)
    });
    (counts.next().unwrap_or(0), counts.next().unwrap_or(0))
}

/// The length of a hunk's header without the line of code that `git` repeats after it.
fn header_length(line: &[u8], whole: usize) -> usize {
    let sign = |byte: &u8| *byte == b'@';
    let opening = line.iter().take_while(|byte| sign(byte)).count();
    let rest = line.get(opening..).unwrap_or_default();
    let Some(closing) = rest.windows(2).position(|pair| pair == b"@@") else {
        return whole;
    };
    let signs = rest.iter().skip(closing).take_while(|byte| sign(byte)).count();
    let length = opening + closing + signs;
    if length == line.len() { whole } else { length }
}

/// True for a command of plain `diff`: `5c5`, `1,3d0`.
fn is_command(line: &[u8]) -> bool {
    let mut parts = line.split(|byte| matches!(byte, b'a' | b'c' | b'd'));
    let range = |part: Option<&[u8]>| {
        let mut ends = part.unwrap_or_default().split(|byte| *byte == b',');
        ends.clone().count() <= 2 && ends.all(|end| !end.is_empty() && end.iter().all(u8::is_ascii_digit))
    };
    range(parts.next()) && range(parts.next()) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hunks_say_how_long_they_are() {
        let cases = [
            ("@@ -1,3 +1,4 @@", (3, 4)),
            ("@@ -1 +1,2 @@ fn x", (1, 2)),
            ("@@ -0,0 +1 @@", (0, 1)),
            ("@@ ... @@", (0, 0)),
            ("@@", (0, 0)),
            ("@@ -1,99999999999999999999 +1 @@", (0, 1)),
        ];
        for (line, expect) in cases {
            assert_eq!(counts(line.as_bytes()), expect, "{line}");
        }
    }

    #[test]
    fn commands_of_plain_diff() {
        for line in ["5c5", "1,3d0", "0a1,2"] {
            assert!(is_command(line.as_bytes()), "{line}");
        }
        for line in ["5", "c5", "5c", "1,2,3c4", "5c5c5", "5 c 5", "1,c5", "abc", "2a3b"] {
            assert!(!is_command(line.as_bytes()), "{line}");
        }
    }
}
