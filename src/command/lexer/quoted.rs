//! Text in quotes, heredocs and arithmetic.
//!
//! In: the lexer where such text begins. Out: its next pieces. Must not: look further ahead than the line.

use super::frame::Context;
use super::{Lexer, Piece, PieceKind, placeholder};

/// True for bytes after which text of this kind may stop being plain.
macro_rules! stops {
    ($bytes:expr) => {{
        let mut table = [false; 256];
        let mut bytes: &[u8] = $bytes;
        while let Some((first, others)) = bytes.split_first() {
            let (_, rest) = table.split_at_mut(*first as usize);
            if let Some(entry) = rest.first_mut() {
                *entry = true;
            }
            bytes = others;
        }
        table
    }};
}
pub(super) use stops;

const SINGLE: [bool; 256] = stops!(b"'<");
const ESCAPING: [bool; 256] = stops!(b"'\\<");
const DOUBLE: [bool; 256] = stops!(b"\"\\$`<");
const ARITHMETIC: [bool; 256] = stops!(b"()\\$`<\"'");
const PLAIN_HEREDOC: [bool; 256] = stops!(b"\n\\$`<");
const QUOTED_HEREDOC: [bool; 256] = stops!(b"\n<");

impl Lexer<'_> {
    pub(super) fn single(&mut self, pieces: &mut Vec<Piece>) {
        match self.byte(self.at) {
            b'\'' => self.close(PieceKind::Quote, self.at + 1, pieces),
            b'<' => self.bracket(&SINGLE, PieceKind::Word, pieces),
            _ => self.push(PieceKind::Word, self.run(self.at, &SINGLE), pieces),
        }
    }

    pub(super) fn escaping(&mut self, pieces: &mut Vec<Piece>) {
        match self.byte(self.at) {
            b'\'' => self.close(PieceKind::Quote, self.at + 1, pieces),
            b'\\' if self.at + 1 < self.end => self.push(PieceKind::Escape, self.character_end(self.at + 1), pieces),
            b'<' => self.bracket(&ESCAPING, PieceKind::Word, pieces),
            _ => self.push(PieceKind::Word, self.run(self.at + 1, &ESCAPING), pieces),
        }
    }

    pub(super) fn double(&mut self, pieces: &mut Vec<Piece>) {
        match self.byte(self.at) {
            b'"' => self.close(PieceKind::Quote, self.at + 1, pieces),
            b'\\' => self.backslash(&DOUBLE, b"$`\"\\", PieceKind::Word, pieces),
            b'$' => self.dollar(&DOUBLE, PieceKind::Word, pieces),
            b'`' => self.backquote(pieces),
            b'<' => self.bracket(&DOUBLE, PieceKind::Word, pieces),
            _ => self.push(PieceKind::Word, self.run(self.at, &DOUBLE), pieces),
        }
    }

    pub(super) fn arithmetic(&mut self, open: u32, pieces: &mut Vec<Piece>) {
        let at = self.at;
        match self.byte(at) {
            b')' if open == 0 => {
                let double = self.byte(at + 1) == b')';
                self.close(PieceKind::SubstitutionClose, at + 1 + usize::from(double), pieces);
            }
            b')' => {
                self.top.context = Context::Arithmetic(open - 1);
                self.push(PieceKind::Word, at + 1, pieces);
            }
            b'(' => {
                self.top.context = Context::Arithmetic(open.saturating_add(1));
                self.push(PieceKind::Word, at + 1, pieces);
            }
            b'$' => self.dollar(&ARITHMETIC, PieceKind::Word, pieces),
            b'`' => self.backquote(pieces),
            b'<' => self.bracket(&ARITHMETIC, PieceKind::Word, pieces),
            _ => self.push(PieceKind::Word, self.run(at + 1, &ARITHMETIC), pieces),
        }
    }

    pub(super) fn heredoc(&mut self, pieces: &mut Vec<Piece>) {
        let Context::Heredoc(heredoc) = &self.top.context else {
            return;
        };
        let stops = if heredoc.quoted {
            &QUOTED_HEREDOC
        } else {
            &PLAIN_HEREDOC
        };
        let tabs = heredoc.tabs;
        let line_start = self.at == 0 || self.bytes.get(self.at - 1) == Some(&b'\n') || self.line_begins;
        self.line_begins = false;
        if line_start {
            let line = self.rest();
            let line = line
                .iter()
                .position(|byte| *byte == b'\n')
                .and_then(|end| line.get(..end))
                .unwrap_or(line);
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let mark = self.bytes.get(heredoc.delimiter.clone()).unwrap_or_default();
            if line.trim_ascii() == mark {
                let indent = line.len() - line.trim_ascii_start().len();
                let mark_length = mark.len();
                let end = self.at + indent + mark_length;
                if indent > 0 {
                    self.push(PieceKind::HeredocBody, self.at + indent, pieces);
                }
                let indented = line.iter().take(indent).any(|byte| !(tabs && *byte == b'\t'));
                self.close(PieceKind::HeredocMark, end, pieces);
                // To a shell, an indented delimiter is text, and all that follows too.
                self.top.doubt |= indented || line.len() > indent + mark_length;
                return;
            }
        }
        match self.byte(self.at) {
            b'\n' => self.push(PieceKind::HeredocBody, self.at + 1, pieces),
            b'\\' => self.backslash(stops, b"$`\\", PieceKind::HeredocBody, pieces),
            b'$' => self.dollar(stops, PieceKind::HeredocBody, pieces),
            b'`' => self.backquote(pieces),
            b'<' => self.bracket(stops, PieceKind::HeredocBody, pieces),
            _ => {
                let end = self.run(self.at, stops);
                let newline = usize::from(self.byte(end) == b'\n' && end < self.end);
                self.push(PieceKind::HeredocBody, end + newline, pieces);
            }
        }
    }

    /// `<` where it redirects nothing.
    fn bracket(&mut self, stops: &[bool; 256], text: PieceKind, pieces: &mut Vec<Piece>) {
        match placeholder::length(self.rest()) {
            Some(length) => self.push(PieceKind::Placeholder, self.at + length, pieces),
            None => self.push(text, self.run(self.at + 1, stops), pieces),
        }
    }

    /// A backslash that protects only the bytes of `protected` and the end of the line.
    fn backslash(&mut self, stops: &[bool; 256], protected: &[u8], text: PieceKind, pieces: &mut Vec<Piece>) {
        let next = self.byte(self.at + 1);
        if self.at + 1 < self.end && protected.contains(&next) {
            self.push(PieceKind::Escape, self.at + 2, pieces);
        } else if let Some(end) = self.continuation(false) {
            self.push(PieceKind::Continuation, end, pieces);
        } else {
            self.push(text, self.run(self.at + 1, stops), pieces);
        }
    }

    /// The end of a backslash and the line end after it. `lenient`: with blanks between them.
    pub(super) fn continuation(&self, lenient: bool) -> Option<usize> {
        let mut end = self.at + 1;
        while lenient && matches!(self.byte(end), b' ' | b'\t') {
            end += 1;
        }
        end += usize::from(self.byte(end) == b'\r');
        (self.byte(end) == b'\n').then_some(end + 1)
    }

    /// `$` where variables are expanded.
    pub(super) fn dollar(&mut self, stops: &[bool; 256], text: PieceKind, pieces: &mut Vec<Piece>) {
        let at = self.at;
        match self.byte(at + 1) {
            b'(' if self.byte(at + 2) == b'(' => {
                self.open(Context::Arithmetic(0), PieceKind::SubstitutionOpen, at + 3, pieces);
            }
            b'(' => self.open(Context::Substitution, PieceKind::SubstitutionOpen, at + 2, pieces),
            b'{' => self.push(PieceKind::Variable, self.braced_end(), pieces),
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                let name = self.bytes.get(at + 1..self.end).unwrap_or_default();
                let of_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
                let length = name.iter().take_while(of_name).count();
                self.push(PieceKind::Variable, at + 1 + length, pieces);
            }
            b'0'..=b'9' | b'?' | b'#' | b'@' | b'*' | b'!' | b'$' | b'-' => {
                self.push(PieceKind::Variable, at + 2, pieces);
            }
            _ => self.push(text, self.run(at + 1, stops), pieces),
        }
    }

    /// The end of `${…}`, or of the line where it is never closed.
    fn braced_end(&self) -> usize {
        let mut open = 0_u32;
        let mut end = self.at + 1;
        while end < self.end {
            match self.byte(end) {
                b'{' => open = open.saturating_add(1),
                b'}' if open <= 1 => return end + 1,
                b'}' => open -= 1,
                b'\n' => return end,
                _ => {}
            }
            end += 1;
        }
        end
    }

    pub(super) fn backquote(&mut self, pieces: &mut Vec<Piece>) {
        if self.top.context == Context::Backquote {
            self.close(PieceKind::SubstitutionClose, self.at + 1, pieces);
        } else {
            self.open(Context::Backquote, PieceKind::SubstitutionOpen, self.at + 1, pieces);
        }
    }
}
