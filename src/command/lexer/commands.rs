//! Text that is neither quoted nor data: words, operators, redirections.
//!
//! In: the lexer where such text begins. Out: its next pieces. Must not: look back.

use super::frame::{Context, Frame, Heredoc};
use super::quoted::stops;
use super::simple::SimpleCommand;
use super::word::{is_assignment, is_reserved};
use super::{Lexer, Piece, PieceKind, placeholder};

/// Bytes that end plain text of a word.
const STOPS: [bool; 256] = stops!(b" \t\r\n'\"\\$`|&;()<>");

impl Lexer<'_> {
    pub(super) fn commands(&mut self, pieces: &mut Vec<Piece>) {
        let at = self.at;
        let byte = self.byte(at);
        if !matches!(byte, b' ' | b'\t')
            && let Some(tabs) = self.top.delimiter_follows.take()
            && self.delimiter(tabs, pieces)
        {
            return;
        }
        match byte {
            b' ' | b'\t' => {
                self.end_word();
                let blanks = self
                    .rest()
                    .iter()
                    .take_while(|byte| matches!(**byte, b' ' | b'\t'))
                    .count();
                self.push(PieceKind::Blank, at + blanks, pieces);
            }
            b'\n' => self.line_end(at + 1, pieces),
            b'\r' if self.byte(at + 1) == b'\n' => self.line_end(at + 2, pieces),
            b'\r' => {
                self.end_word();
                self.push(PieceKind::Blank, at + 1, pieces);
            }
            b'\'' => self.open(Context::Single, PieceKind::Quote, at + 1, pieces),
            b'"' => self.open(Context::Double, PieceKind::Quote, at + 1, pieces),
            b'$' => match self.byte(at + 1) {
                b'\'' => self.open(Context::Escaping, PieceKind::Quote, at + 2, pieces),
                b'"' => self.open(Context::Double, PieceKind::Quote, at + 2, pieces),
                b'(' => self.dollar(&STOPS, PieceKind::Word, pieces),
                _ => {
                    let word_start = self.begin_word(true);
                    self.dollar(&STOPS, PieceKind::Word, pieces);
                    mark_start(pieces, word_start);
                }
            },
            b'`' => self.backquote(pieces),
            b'\\' => self.escape(pieces),
            b'|' | b'&' | b';' => self.operator(byte, pieces),
            b'(' => self.parenthesis(pieces),
            b')' => self.closing(pieces),
            b'<' | b'>' => self.angle(pieces),
            b'#' if !self.top.in_word => {
                let line = self.rest();
                let length = line.iter().position(|byte| *byte == b'\n').unwrap_or(line.len());
                let line = line.get(..length).unwrap_or(line);
                let length = line.strip_suffix(b"\r").unwrap_or(line).len();
                self.push(PieceKind::Comment, at + length, pieces);
            }
            _ => self.plain(pieces),
        }
    }

    fn plain(&mut self, pieces: &mut Vec<Piece>) {
        let end = self.run(self.at + 1, &STOPS);
        let next = self.byte(end);
        let text = self.code.get(self.at..end).unwrap_or_default();
        if self.top.in_word {
            self.push(PieceKind::Word, end, pieces);
            return;
        }
        // The number of a file before its redirection.
        if matches!(next, b'<' | b'>') && text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let rest = self.bytes.get(end..self.end).unwrap_or_default();
            if placeholder::length(rest).is_none() {
                self.redirect(end, pieces);
                return;
            }
        }
        let whole = end >= self.end || matches!(next, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'(' | b')');
        let awaits = self.top.simple.awaits_command();
        if awaits && whole && matches!(text, "{" | "}") {
            self.push(PieceKind::Operator, end, pieces);
            self.top.simple.brace(text == "{");
            return;
        }
        let word_start = self.begin_word(false);
        if awaits && ((whole && is_reserved(text)) || is_assignment(text)) {
            self.top.command_word = false;
        }
        self.push(PieceKind::Word, end, pieces);
        mark_start(pieces, word_start);
    }

    fn line_end(&mut self, end: usize, pieces: &mut Vec<Piece>) {
        self.end_word();
        self.push(PieceKind::LineEnd, end, pieces);
        self.top.simple.line_end();
        if let Some(heredoc) = self.waiting.pop_front() {
            if self.below.len() >= super::MAX_DEPTH {
                self.lost = true;
                return;
            }
            let nested = heredoc.nested;
            let mut frame = Frame::new(Context::Heredoc(heredoc));
            (frame.in_word, frame.nested) = (true, nested);
            self.line_begins = true;
            self.below.push(std::mem::replace(&mut self.top, frame));
        }
    }

    fn escape(&mut self, pieces: &mut Vec<Piece>) {
        if let Some(end) = self.continuation(true) {
            if end - self.at > 3 {
                self.end_word();
            }
            self.push(PieceKind::Continuation, end, pieces);
        } else {
            let end = if self.at + 1 < self.end {
                self.character_end(self.at + 1)
            } else {
                self.end
            };
            self.push_of_word(PieceKind::Escape, end, pieces);
        }
    }

    fn operator(&mut self, byte: u8, pieces: &mut Vec<Piece>) {
        let (next, third) = (self.byte(self.at + 1), self.byte(self.at + 2));
        if byte == b'&' && next == b'>' {
            self.end_word();
            let append = usize::from(third == b'>');
            self.push(PieceKind::Redirect, self.at + 2 + append, pieces);
            self.top.simple.redirect();
            return;
        }
        let length = match (byte, next, third) {
            (b';', b';', b'&') => 3,
            (b'|' | b'&' | b';', b'&', _) | (b'|', b'|', _) | (b';', b';', _) if !(byte == b'|' && next == b'&') => 2,
            (b'|', b'&', _) => 2,
            _ => 1,
        };
        self.end_word();
        self.push(PieceKind::Operator, self.at + length, pieces);
        if byte == b';' && length > 1 {
            self.top.simple.branch_end();
        } else if !self.top.simple.in_pattern() {
            self.top.simple.next(byte == b'|' || (byte == b'&' && length == 2));
        }
    }

    fn parenthesis(&mut self, pieces: &mut Vec<Piece>) {
        let (at, in_word) = (self.at, self.top.in_word);
        let word = self.code.get(self.top.word_at..at).unwrap_or_default();
        let array = in_word && word.ends_with('=') && is_assignment(word);
        if in_word && self.byte(at + 1) == b')' && !word.is_empty() && !array {
            self.end_word();
            self.push(PieceKind::Operator, at + 1, pieces);
            self.push(PieceKind::Operator, at + 2, pieces);
            self.top.simple.function();
            return;
        }
        if !array {
            self.end_word();
        }
        self.open(Context::Group, PieceKind::Operator, at + 1, pieces);
        if array {
            self.top.simple = SimpleCommand::of_words();
        }
    }

    fn closing(&mut self, pieces: &mut Vec<Piece>) {
        let at = self.at;
        if self.top.simple.in_pattern() {
            self.end_word();
            self.push(PieceKind::Operator, at + 1, pieces);
            self.top.simple.pattern_end();
            return;
        }
        match self.top.context {
            Context::Substitution => self.close(PieceKind::SubstitutionClose, at + 1, pieces),
            Context::Group => self.close(PieceKind::Operator, at + 1, pieces),
            _ => {
                self.end_word();
                self.push(PieceKind::Operator, at + 1, pieces);
            }
        }
    }

    fn angle(&mut self, pieces: &mut Vec<Piece>) {
        if let Some(length) = placeholder::length(self.rest()) {
            self.push_of_word(PieceKind::Placeholder, self.at + length, pieces);
        } else if self.byte(self.at + 1) == b'(' {
            self.open(Context::Substitution, PieceKind::SubstitutionOpen, self.at + 2, pieces);
        } else {
            self.redirect(self.at, pieces);
        }
    }

    /// A redirection whose first bracket is at `angle`.
    fn redirect(&mut self, angle: usize, pieces: &mut Vec<Piece>) {
        self.end_word();
        let rest = self.bytes.get(angle..self.end).unwrap_or_default();
        let marks: [&[u8]; 9] = [b"<<<", b"<<-", b"<<", b"<>", b"<&", b">>", b">&", b">|", b"<"];
        let mark = marks.into_iter().find(|mark| rest.starts_with(mark)).unwrap_or(b">");
        let mut end = angle + mark.len();
        let mut target_follows = true;
        if mark.ends_with(b"&") {
            let digits = rest
                .iter()
                .skip(2)
                .take_while(|byte| byte.is_ascii_digit() || **byte == b'-')
                .count();
            end += digits;
            target_follows = digits == 0;
        }
        self.push(PieceKind::Redirect, end, pieces);
        if matches!(mark, b"<<" | b"<<-") {
            self.top.delimiter_follows = Some(mark == b"<<-");
        } else if target_follows {
            self.top.simple.redirect();
        }
    }

    /// The delimiter of a heredoc. False if there is none.
    fn delimiter(&mut self, tabs: bool, pieces: &mut Vec<Piece>) -> bool {
        let rest = self.rest();
        let quote = rest.first().copied().filter(|byte| matches!(byte, b'\'' | b'"'));
        let (start, length, end) = if let Some(quote) = quote {
            let inner = rest.get(1..).unwrap_or_default();
            let Some(length) = inner
                .iter()
                .take_while(|byte| **byte != b'\n')
                .position(|byte| *byte == quote)
            else {
                return false;
            };
            (1, length, length + 2)
        } else {
            let start = usize::from(rest.starts_with(b"\\"));
            let ends = |byte: &u8| STOPS.get(usize::from(*byte)).copied().unwrap_or(true);
            let length = rest
                .iter()
                .skip(start)
                .position(ends)
                .unwrap_or(rest.len().saturating_sub(start));
            (start, length, start + length)
        };
        if length == 0 {
            return false;
        }
        self.waiting.push_back(Heredoc {
            delimiter: self.at + start..self.at + start + length,
            quoted: start > 0,
            tabs,
            nested: self.top.simple.reads_input_as_program(),
        });
        self.push(PieceKind::HeredocMark, self.at + end, pieces);
        true
    }
}

fn mark_start(pieces: &mut [Piece], word_start: bool) {
    if word_start && let Some(piece) = pieces.last_mut() {
        piece.word_start = true;
    }
}
