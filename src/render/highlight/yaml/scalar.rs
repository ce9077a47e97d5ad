//! Scalars of YAML: keys, and values in one line or the first of several.
//!
//! In: the place where one begins. Out: its class; the value after a key is read as well. Must not: look for keys where
//! YAML has none: in values, and in what is indented below `|`.

use super::super::bytes::{BLANK, PLAIN_STOP, QUOTED_STOP, TEXT_STOP, byte, find, is, is_space, skip, trimmed_end};
use super::super::{Class, number};
use super::{Lexer, Open};

/// Where a scalar ends, as far as it is in one piece.
pub(super) struct Extent {
    pub(super) end: usize,
    /// True if there are templates in it.
    pub(super) templates: bool,
    /// The quote around it.
    pub(super) quote: Option<u8>,
}

impl Lexer<'_, '_, '_> {
    /// Reads a text without quotes, and the rest of the line. `start` is where the line begins; with `key`, the text
    /// may be one. `goes_on` is true for the second line of a text and those after it.
    pub(super) fn plain(&mut self, start: usize, key: bool, goes_on: bool) {
        let from = self.at;
        let mut templates = false;
        let mut at = from;
        loop {
            at = find(self.code, at, PLAIN_STOP);
            match byte(self.code, at) {
                b'\n' => break,
                b':' if key && is_space(byte(self.code, at + 1)) => {
                    let end = trimmed_end(self.code, from, at);
                    self.scalar(
                        from,
                        &Extent {
                            end,
                            templates,
                            quote: None,
                        },
                        Some(Class::Key),
                    );
                    self.value(start, from, at + 1);
                    return;
                }
                b'#' if at == from || is(byte(self.code, at - 1), BLANK) => break,
                b'{' if byte(self.code, at + 1) == b'{' => match self.templates.end(self.code, at, None) {
                    Some((end, _)) => {
                        templates = true;
                        at = end;
                    }
                    None => at += 2,
                },
                _ => at += 1,
            }
        }
        let end = trimmed_end(self.code, from, at);
        let word = self.code.get(from..end).unwrap_or_default();
        let class = (!goes_on && !templates).then(|| scalar_class(word)).flatten();
        self.scalar(
            from,
            &Extent {
                end,
                templates,
                quote: None,
            },
            class,
        );
        // After a line of templates anything may follow: they become lines of their own.
        self.open = if templates && word.starts_with(b"{{") && word.ends_with(b"}}") {
            Open::Nothing
        } else {
            Open::Plain
        };
        self.at = at;
        self.line_rest();
    }

    /// Reads a text in quotes, and the rest of the line.
    pub(super) fn quoted(&mut self, start: usize, key: bool) {
        let (from, quote) = (self.at, byte(self.code, self.at));
        let (extent, closed) = self.quoted_extent(from + 1, quote);
        let end = extent.end;
        if !closed {
            self.scalar(from, &extent, Some(Class::String));
            self.open = Open::Quoted(quote);
            self.at = end + 1;
            return;
        }
        let next = skip(self.code, end, BLANK);
        if key && byte(self.code, next) == b':' && is_space(byte(self.code, next + 1)) {
            self.scalar(from, &extent, Some(Class::Key));
            self.value(start, from, next + 1);
            return;
        }
        self.scalar(from, &extent, Some(Class::String));
        self.at = end;
        self.tail();
    }

    /// A line of a text in quotes that began in a line before.
    pub(super) fn quoted_on(&mut self, quote: u8) {
        let from = self.at;
        let (extent, closed) = self.quoted_extent(from, quote);
        let end = extent.end;
        // The line end before belongs to the text.
        self.marks.up_to(from, Some(Class::String));
        self.scalar(from, &extent, Some(Class::String));
        if !closed {
            self.at = end + 1;
            return;
        }
        self.at = end;
        if self.depth > 0 {
            self.open = Open::Flow;
            self.flow();
        } else {
            self.tail();
        }
    }

    /// How far a text in quotes goes whose inside is at `at`: past its closing quote, or to the end of the line. True
    /// if it is closed.
    pub(super) fn quoted_extent(&mut self, at: usize, quote: u8) -> (Extent, bool) {
        let mut at = at;
        let mut templates = false;
        let extent = |end, templates| Extent {
            end,
            templates,
            quote: Some(quote),
        };
        loop {
            at = find(self.code, at, QUOTED_STOP);
            match byte(self.code, at) {
                b'\n' => return (extent(at, templates), false),
                b'\'' if quote == b'\'' && byte(self.code, at + 1) == b'\'' => at += 2,
                b'\\' if quote == b'"' && byte(self.code, at + 1) != b'\n' => at += 2,
                b'{' if byte(self.code, at + 1) == b'{' => match self.templates.end(self.code, at, Some(quote)) {
                    Some((end, _)) => {
                        templates = true;
                        at = end;
                    }
                    None => at += 2,
                },
                stop if stop == quote => return (extent(at + 1, templates), true),
                _ => at += 1,
            }
        }
    }

    /// Marks a scalar that begins at `from`.
    pub(super) fn scalar(&mut self, from: usize, extent: &Extent, class: Option<Class>) {
        self.marks.up_to(from, None);
        if extent.templates {
            self.templates_in(from, extent, class);
        }
        self.marks.up_to(extent.end, class);
    }

    fn templates_in(&mut self, from: usize, extent: &Extent, class: Option<Class>) {
        let mut at = from;
        loop {
            at = find(self.code, at, TEXT_STOP);
            if at >= extent.end {
                return;
            }
            let template = (byte(self.code, at + 1) == b'{').then(|| self.templates.end(self.code, at, extent.quote));
            if let Some((end, template)) = template.flatten() {
                self.marks.up_to(at, class);
                self.marks.up_to(end, Some(template));
                at = end;
            } else {
                at += 1;
            }
        }
    }

    /// Reads what follows the `:` before `at`. The key begins at `key`, its line at `start`.
    fn value(&mut self, start: usize, key: usize, at: usize) {
        self.least = key - start + 1;
        self.open = Open::Nothing;
        self.at = skip(self.code, at, BLANK);
        self.node(start, false);
    }

    /// Reads the rest of a line whose value has ended.
    pub(super) fn tail(&mut self) {
        self.at = skip(self.code, self.at, BLANK);
        if byte(self.code, self.at) != b'\n' {
            self.plain(self.at, false, true);
        } else {
            self.at += 1;
        }
        self.open = Open::Nothing;
    }

    /// Reads the comment or line end that a text without quotes has ended with.
    fn line_rest(&mut self) {
        if byte(self.code, self.at) == b'#' {
            self.open = Open::Nothing;
            self.comment();
        } else {
            self.at += 1;
        }
    }
}

/// What YAML takes a text without quotes for, if for no text.
pub(super) fn scalar_class(word: &[u8]) -> Option<Class> {
    let literal = |words: &[&[u8]]| {
        let same = |known: &&[u8]| written_alike(word, known);
        words.iter().any(same).then_some(Class::Keyword)
    };
    match word {
        [b'0', b'o', digits @ ..] => {
            let octal = !digits.is_empty() && digits.iter().all(|byte| matches!(byte, b'0'..=b'7'));
            octal.then_some(Class::Number)
        }
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => {
            let unsigned = word.strip_prefix(b"-").or(word.strip_prefix(b"+")).unwrap_or(word);
            let special = unsigned.eq_ignore_ascii_case(b".inf") || word.eq_ignore_ascii_case(b".nan");
            (special || number::is_number(word)).then_some(Class::Number)
        }
        [b't' | b'T', ..] => literal(&[b"true"]),
        [b'f' | b'F', ..] => literal(&[b"false"]),
        [b'n' | b'N', ..] => literal(&[b"null", b"no"]),
        [b'y' | b'Y', ..] => literal(&[b"yes"]),
        [b'o' | b'O', ..] => literal(&[b"on", b"off"]),
        [b'~'] => Some(Class::Keyword),
        _ => None,
    }
}

/// True for `small` itself, in capitals, and with one capital at the beginning.
fn written_alike(word: &[u8], small: &[u8]) -> bool {
    let capitals = |word: &[u8]| word.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    word.eq_ignore_ascii_case(small)
        && (capitals(word) == word.len() || capitals(word.get(1..).unwrap_or_default()) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_what_yaml_takes_them_for() {
        let numbers = "0 -1 3.14 1e3 0x1F 0o17 007 .5 .inf -.INF +.inf .NaN 1_000";
        for word in numbers.split(' ') {
            assert_eq!(scalar_class(word.as_bytes()), Some(Class::Number), "{word}");
        }
        let keywords = "true True TRUE false False FALSE null Null NULL ~ yes Yes NO no on On OFF";
        for word in keywords.split(' ') {
            assert_eq!(scalar_class(word.as_bytes()), Some(Class::Keyword), "{word}");
        }
        let others =
            "tRue TRue nULL ~a y n t 0o 0o8 500m 2Gi 1.2.3 2026-11-24 12:30 <none> - . -.nan onwards none trues";
        for word in others.split(' ').chain([""]) {
            assert_eq!(scalar_class(word.as_bytes()), None, "{word}");
        }
    }
}
