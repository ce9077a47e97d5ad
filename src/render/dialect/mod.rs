//! The dialects of Markdown in the words of CommonMark.
//!
//! In: the body of a document and its format. Out: [`rewrite`]: the same text with every frame of Docusaurus, Material
//! for MkDocs and Hugo as a block quote, and which quotes are such frames. Must not: touch code or comments, or lose a
//! text: what is not understood stays as it is and is named.
//!
//! A frame becomes a block quote because that is the one container of CommonMark that needs no indentation of its own
//! and ends where its marks end. The parser never knows; `events` turns the quotes into frames.

mod inline;
mod lines;
mod map;
mod opening;
mod tag;
#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use memchr::{memchr_iter, memmem};

use self::inline::{Piece, replaced};
use self::lines::{Prose, column_at, without_columns};
pub(super) use self::map::Rewritten;
use self::opening::{Mark, Opening, Until, mark};
use super::frame::Frame;
use crate::api::Format;

/// A body in the words of CommonMark.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// The text to parse.
    pub(super) text: Rewritten,
    /// The frames by the place of the `>` of the quotes that stand for them.
    pub(super) frames: HashMap<usize, Frame>,
    /// Constructs that are none of the known ones: their names and where they stand in the body.
    pub(super) unknown: Vec<(String, usize)>,
    /// Frames that nothing ends, by where they begin in the body.
    pub(super) unclosed: Vec<usize>,
}

/// Which constructs are looked for.
#[derive(Clone, Copy, Debug)]
struct Families {
    colons: bool,
    bangs: bool,
    shortcodes: bool,
    jsx: bool,
    remarks: bool,
}

impl Families {
    fn of(format: Format) -> Self {
        let auto = format == Format::Auto;
        Self {
            colons: auto || format == Format::Docusaurus,
            jsx: auto || format == Format::Docusaurus,
            bangs: auto || format == Format::MkDocs,
            shortcodes: auto || format == Format::Hugo,
            remarks: format != Format::CommonMark,
        }
    }
}

/// How many frames may nest. A deeper one is text.
const MAX_FRAMES: usize = 16;

/// `body` in the words of CommonMark; `None` where it is that already.
pub(super) fn rewrite(body: &str, format: Format) -> Option<Frames> {
    let families = Families::of(format);
    if !suspect(body, families) {
        return None;
    }
    let mut rewriter = Rewriter {
        body,
        families,
        closed: OnceCell::new(),
        out: Frames::default(),
        open: Vec::new(),
        prose: Prose::default(),
        after_blank: true,
        highlight: false,
        changed: false,
    };
    let mut at = 0;
    while let Some(line) = body.get(at..).and_then(|rest| rest.split_inclusive('\n').next()) {
        at += rewriter.line(line, at);
    }
    let Rewriter {
        mut out, open, changed, ..
    } = rewriter;
    let unclosed = open
        .iter()
        .filter(|open| !matches!(open.until, Until::Dedent | Until::Blank));
    out.unclosed = unclosed.map(|open| open.at).collect();
    changed.then_some(out)
}

/// False for nearly every text without a construct of a dialect: told by the beginnings of its lines.
fn suspect(body: &str, families: Families) -> bool {
    let bytes = body.as_bytes();
    let begins = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        let blank = rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t'))
            .unwrap_or(rest.len());
        match rest.get(blank..).unwrap_or_default() {
            [b':', b':', b':', ..] => families.colons,
            [b'!', b'!', b'!', ..] | [b'?', b'?', b'?', ..] | [b'=', b'=', b'=', ..] => families.bangs,
            [b'<', next, ..] => families.jsx && (next.is_ascii_uppercase() || *next == b'/'),
            [b'{', b'/', ..] | [b'i', b'm', b'p', b'o', ..] | [b'e', b'x', b'p', b'o', ..] => families.jsx,
            [b'*' | b'_', next, ..] => families.remarks && !matches!(next, b' ' | b'\t'),
            _ => false,
        }
    };
    begins(0)
        || memchr_iter(b'\n', bytes).any(|end| begins(end + 1))
        || families.shortcodes && (memmem::find(bytes, b"{{<").is_some() || memmem::find(bytes, b"{{%").is_some())
}

/// A frame that is open.
struct Open<'b> {
    until: Until<'b>,
    /// How many columns of white space stand before its mark, within the frame around it.
    column: usize,
    /// How many columns its lines are indented by beyond that: known once the first one was seen.
    indented: Option<usize>,
    /// Where it begins in the body.
    at: usize,
}

struct Rewriter<'b> {
    body: &'b str,
    families: Families,
    /// The names of all closing tags of components, once one is asked for.
    closed: OnceCell<HashSet<&'b str>>,
    out: Frames,
    open: Vec<Open<'b>>,
    prose: Prose,
    /// A block may begin: the line before was blank, or opened or closed a frame.
    after_blank: bool,
    /// Within `{{< highlight >}}`.
    highlight: bool,
    changed: bool,
}

impl<'b> Rewriter<'b> {
    /// Writes the line that stands at `at` of the body. Says how many bytes were read: more than the line where a tag
    /// goes on on the next ones.
    fn line(&mut self, line: &'b str, at: usize) -> usize {
        let (content, skipped) = self.within_frames(line);
        let here = at + skipped;
        if content.trim().is_empty() {
            self.blank_line(content, here);
            return line.len();
        }
        if self.highlight && is_end_of_highlight(content) {
            self.highlight = false;
            self.prose.end_fence();
            self.begin_line(false);
            self.out.text.insert("```\n");
            return line.len();
        }
        let opens_code = self.prose.read(content);
        if opens_code {
            self.write(content, here, false);
            self.after_blank = false;
            return line.len();
        }
        let trimmed = content.trim_start_matches([' ', '\t']);
        let lead = content.len() - trimmed.len();
        let column = column_at(content);
        let text = self.body.get(here + lead..).unwrap_or_default();
        let found = if self.prose.may_open(column) {
            self.mark(trimmed, text)
        } else {
            None
        };
        let body_at = here + lead;
        match found {
            Some(Mark::Open(opening)) if self.open.len() < MAX_FRAMES => {
                let length = to_line_end(text, opening.length);
                self.open_frame(opening, trimmed, column, body_at);
                skipped + lead + length
            }
            Some(Mark::Close(until)) if self.close_frame(until) => line.len(),
            Some(Mark::Drop(length)) => {
                self.changed = true;
                self.after_blank = true;
                skipped + lead + to_line_end(text, length)
            }
            Some(Mark::Fence(fence, length)) => {
                self.changed = true;
                self.begin_line(false);
                self.copy(content.get(..lead).unwrap_or_default(), here);
                self.out.text.insert(&fence);
                self.copy(trimmed.get(length..).unwrap_or("\n"), body_at + length);
                self.highlight = true;
                self.prose.begin_fence();
                line.len()
            }
            Some(Mark::Unknown(name)) => {
                self.out.unknown.push((name.to_owned(), body_at));
                self.write(content, here, true);
                self.after_blank = false;
                line.len()
            }
            _ => {
                self.write(content, here, true);
                self.after_blank = false;
                line.len()
            }
        }
    }

    fn mark(&self, line: &'b str, text: &'b str) -> Option<Mark<'b>> {
        let closed = &self.closed;
        let is_closed = |name: &str| closed.get_or_init(|| closing_names(self.body)).contains(name);
        mark(line, text, self.after_blank, self.families, &is_closed)
    }

    /// What is left of a line within the frames that go on, and how many bytes that took off. Frames that do not go on
    /// are closed.
    fn within_frames(&mut self, line: &'b str) -> (&'b str, usize) {
        let blank = line.trim().is_empty();
        let heading = !self.prose.in_code() && line.trim_start().starts_with('#');
        let mut rest = line;
        let mut stays = self.open.len();
        for (index, open) in self.open.iter_mut().enumerate() {
            let ends = match open.until {
                Until::Blank => (blank || heading) && !self.prose.in_code(),
                Until::Dedent => !blank && column_at(rest) < open.column + 4,
                Until::Line => true,
                Until::Colons(_) | Until::Tag(_) | Until::Shortcode(_) => false,
            };
            if ends {
                stays = index;
                break;
            }
            rest = without_columns(rest, open.column);
            let wanted = match open.until {
                Until::Dedent => 4,
                Until::Tag(_) if !blank && !self.prose.in_code() => *open.indented.get_or_insert(column_at(rest)),
                Until::Tag(_) => open.indented.unwrap_or(0),
                _ => 0,
            };
            rest = without_columns(rest, wanted);
        }
        if stays < self.open.len() {
            self.open.truncate(stays);
            self.end_frame();
        }
        (rest, line.len() - rest.len())
    }

    fn blank_line(&mut self, content: &str, at: usize) {
        self.prose.blank();
        self.begin_line(true);
        let kept = content.trim_end_matches(['\r', '\n']).len();
        self.copy(content.get(kept..).unwrap_or_default(), at + kept);
        self.after_blank = true;
    }

    /// Writes a line of text. `prose` says whether shortcodes in it are looked at.
    fn write(&mut self, content: &str, at: usize, prose: bool) {
        self.begin_line(false);
        let pieces = if prose && self.families.shortcodes {
            replaced(content)
        } else {
            None
        };
        let Some(pieces) = pieces else {
            return self.copy(content, at);
        };
        self.changed = true;
        for piece in pieces {
            match piece {
                Piece::Copy(range) => self.copy(content.get(range.clone()).unwrap_or_default(), at + range.start),
                Piece::Insert(text) => self.out.text.insert(text),
            }
        }
    }

    fn copy(&mut self, text: &str, at: usize) {
        self.out.text.copy(text, at);
    }

    /// Writes the marks of the open quotes.
    fn begin_line(&mut self, blank: bool) {
        for open in &self.open {
            for _ in 0..open.column {
                self.out.text.insert(" ");
            }
            self.out.text.insert(if blank { ">" } else { "> " });
        }
    }

    fn open_frame(&mut self, opening: Opening<'b>, line: &'b str, column: usize, at: usize) {
        self.changed = true;
        // A quote before it would go on in this one, and so would a paragraph.
        self.begin_line(true);
        self.out.text.insert("\n");
        self.open.push(Open {
            until: opening.until,
            column,
            indented: None,
            at,
        });
        if let Some(name) = opening.unknown {
            self.out.unknown.push((name.to_owned(), at));
        }
        let text = self.body.get(at..).unwrap_or(line);
        self.begin_line(false);
        let mark = self.out.text.text.len() - 2;
        self.out.frames.insert(mark, opening.frame);
        if let Some(title) = opening.title {
            let written = text.get(title.clone()).unwrap_or_default();
            if begins_block(written) {
                self.out.text.insert("\\");
            }
            self.copy(written, at + title.start);
            self.out.text.insert("\n");
            self.begin_line(true);
        }
        self.out.text.insert("\n");
        self.after_blank = true;
        if let Some(content) = opening.content {
            let written = text.get(content.clone()).unwrap_or_default();
            self.begin_line(false);
            self.copy(written, at + content.start);
            self.out.text.insert("\n");
            self.after_blank = false;
        }
        if opening.until == Until::Line {
            self.open.pop();
            self.end_frame();
        }
    }

    /// Closes the innermost frame that `until` ends, with those within it. False if there is none.
    fn close_frame(&mut self, until: Until<'_>) -> bool {
        let ends = |open: &Open<'_>| match (open.until, until) {
            (Until::Colons(open), Until::Colons(closing)) => closing >= open,
            (Until::Tag(open), Until::Tag(closing)) => open == closing,
            (Until::Shortcode(open), Until::Shortcode(closing)) => open.eq_ignore_ascii_case(closing),
            _ => false,
        };
        // With colons, the frame with just as many is meant before one with fewer.
        let exact = self.open.iter().rposition(|open| open.until == until);
        let Some(index) = exact.or_else(|| self.open.iter().rposition(ends)) else {
            return false;
        };
        self.open.truncate(index);
        self.end_frame();
        true
    }

    /// Writes the blank line that ends a quote.
    fn end_frame(&mut self) {
        self.changed = true;
        self.begin_line(true);
        self.out.text.insert("\n");
        self.after_blank = true;
    }
}

/// `length` bytes of `text` and what is left of the line that they end in.
fn to_line_end(text: &str, length: usize) -> usize {
    let whole_lines = text.get(..length).is_some_and(|taken| taken.ends_with('\n'));
    let rest = text.get(length..).unwrap_or_default();
    let rest_of_line = rest.split_inclusive('\n').next().map_or(0, str::len);
    length + if whole_lines { 0 } else { rest_of_line }
}

/// True for `{{< /highlight >}}`.
fn is_end_of_highlight(line: &str) -> bool {
    let inside = inline::shortcode(line.trim()).and_then(|(inside, _)| line.trim().get(inside));
    inside.is_some_and(|inside| {
        inside
            .trim()
            .strip_prefix('/')
            .is_some_and(|name| name.trim() == "highlight")
    })
}

/// The names of all closing tags in `body` whose names begin with a capital letter.
fn closing_names(body: &str) -> HashSet<&str> {
    let names = memmem::find_iter(body.as_bytes(), b"</").filter_map(|at| {
        let rest = body.get(at + 2..)?;
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')))?;
        rest.get(..end)
            .filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
    });
    names.collect()
}

/// True if a line that begins with `text` would be no paragraph.
fn begins_block(text: &str) -> bool {
    let bytes = text.as_bytes();
    let run = |mark: u8| bytes.iter().take_while(|byte| **byte == mark).count();
    let blank_after = |at: usize| bytes.get(at).is_none_or(|byte| matches!(byte, b' ' | b'\t'));
    match bytes.first() {
        Some(b'#') => (1..=6).contains(&run(b'#')) && blank_after(run(b'#')),
        Some(mark @ (b'-' | b'+' | b'*')) => blank_after(1) || run(*mark) >= 3,
        Some(b'>' | b'|') => true,
        Some(mark @ (b'~' | b'`')) => run(*mark) >= 3,
        _ => false,
    }
}
