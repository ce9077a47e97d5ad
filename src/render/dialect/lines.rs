//! Lines of a document: which are code or comment, and how far they are indented.
//!
//! In: the lines in order. Out: whether a construct of a dialect may stand on the next one.
//! Must not: be exact about CommonMark; it errs on the side of leaving a line as it is.

/// What is known of the place that the next line stands at.
#[derive(Debug, Default)]
pub(super) struct Prose {
    /// The mark and length of the open fence.
    fence: Option<(u8, usize)>,
    /// Within `<!-- -->`.
    comment: bool,
    /// Where the contents of the open list items begin.
    items: Vec<usize>,
    after_blank: bool,
}

impl Prose {
    /// Within a fence or a comment.
    pub(super) fn in_code(&self) -> bool {
        self.fence.is_some() || self.comment
    }

    /// A fence of three backquotes begins.
    pub(super) fn begin_fence(&mut self) {
        self.fence = Some((b'`', 3));
    }

    /// The fence ends.
    pub(super) fn end_fence(&mut self) {
        self.fence = None;
    }

    /// A blank line.
    pub(super) fn blank(&mut self) {
        self.after_blank = true;
    }

    /// Takes note of a line that is not blank. True if it is code or comment, or opens one.
    pub(super) fn read(&mut self, line: &str) -> bool {
        let after_blank = std::mem::take(&mut self.after_blank);
        if self.comment {
            self.comment = !line.contains("-->");
            return true;
        }
        let trimmed = without_marks(line);
        if let Some((mark, length)) = self.fence {
            let run = trimmed.bytes().take_while(|byte| *byte == mark).count();
            if run >= length && trimmed.get(run..).is_some_and(|rest| rest.trim().is_empty()) {
                self.fence = None;
            }
            return true;
        }
        self.list(line, after_blank);
        for mark in [b'`', b'~'] {
            let run = trimmed.bytes().take_while(|byte| *byte == mark).count();
            let info = trimmed.get(run..).unwrap_or_default();
            if run >= 3 && !(mark == b'`' && info.contains('`')) {
                self.fence = Some((mark, run));
                return true;
            }
        }
        if let Some((_, after)) = line.rsplit_once("<!--") {
            self.comment = !after.contains("-->");
            return true;
        }
        false
    }

    /// True if a construct may begin at this column: further in, it would be code.
    pub(super) fn may_open(&self, column: usize) -> bool {
        column <= self.items.last().copied().unwrap_or(0) + 3
    }

    /// Keeps count of list items, roughly.
    fn list(&mut self, line: &str, after_blank: bool) {
        let column = column_at(line);
        let trimmed = line.trim_start_matches([' ', '\t']);
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let mark = match trimmed.as_bytes().get(digits) {
            Some(b'.' | b')') if (1..10).contains(&digits) => digits + 1,
            Some(b'-' | b'+' | b'*') if digits == 0 => 1,
            _ => 0,
        };
        let rest = trimmed.get(mark..).unwrap_or_default();
        if mark > 0 && rest.starts_with([' ', '\t', '\n', '\r']) {
            while self.items.last().is_some_and(|item| *item > column) {
                self.items.pop();
            }
            self.items.push(column + mark + column_at(rest).clamp(1, 4));
        } else if after_blank {
            while self.items.last().is_some_and(|item| *item > column) {
                self.items.pop();
            }
        }
    }
}

/// A line without the marks of quotes and list items before a fence.
fn without_marks(line: &str) -> &str {
    let mut rest = line.trim_start();
    loop {
        let after = rest
            .strip_prefix("> ")
            .or_else(|| rest.strip_prefix("- "))
            .or_else(|| rest.strip_prefix("* "));
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let numbered = rest.get(digits..).filter(|_| (1..10).contains(&digits));
        let numbered = numbered.and_then(|rest| rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") ")));
        match after.or(numbered) {
            Some(after) => rest = after.trim_start(),
            None => return rest,
        }
    }
}

/// How many columns of white space a line begins with. A tab counts four.
pub(super) fn column_at(line: &str) -> usize {
    line.bytes()
        .map_while(|byte| match byte {
            b' ' => Some(1),
            b'\t' => Some(4),
            _ => None,
        })
        .sum()
}

/// A line without up to so many columns of white space at its beginning.
pub(super) fn without_columns(line: &str, columns: usize) -> &str {
    let mut left = columns;
    let mut rest = line;
    while left > 0 {
        if let Some(after) = rest.strip_prefix(' ') {
            (left, rest) = (left - 1, after);
        } else if let Some(after) = rest.strip_prefix('\t') {
            (left, rest) = (left.saturating_sub(4), after);
        } else {
            break;
        }
    }
    rest
}
